/** All cameras side by side, left to right; the one that sees the selected object best comes first. */
import { ScrollArea } from '@mantine/core';
import { IconCameraOff } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { bestCameraAt } from '../../geometry/camera_at';
import { camerasOfFrame } from '../../geometry/camera_order';
import { useEditor, useSelected, useSession } from '../editor_context';
import { CameraTile } from './camera_tile';
import './cameras.css';
import { CloseUp } from './close_up';

/** So many leave room for a close-up. */
export const FEW_CAMERAS = 2;

export function CameraStrip() {
  const { t } = useTranslation();
  const editor = useEditor();
  const selected = useSelected();
  const frameIndex = useSession((state) => state.frameIndex);
  const cameras = useMemo(() => camerasOfFrame(editor.scene, frameIndex), [editor.scene, frameIndex]);
  // With one camera there is nothing to choose.
  const best =
    selected === null || cameras.length < 2
      ? null
      : bestCameraAt(editor.scene, frameIndex, cameras, selected.cuboid);
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The best camera comes first, so the beginning must be in sight.
    row.current?.scrollTo({ left: 0 });
  }, [best]);
  const enlarge = (camera: string) => editor.session.setState({ activeCamera: camera });
  if (cameras.length === 0) {
    return (
      <section className="tb-strip tb-strip-empty" aria-label={t('cameras.title')}>
        <IconCameraOff size={16} aria-hidden="true" />
        {t('cameras.none')}
      </section>
    );
  }
  return (
    <section className="tb-strip" aria-label={t('cameras.title')} data-testid="camera-strip">
      <ScrollArea viewportRef={row} type="auto" scrollbars="x" h="100%" scrollbarSize={6}>
        <div className="tb-strip-row">
          {cameras.map((camera, index) => (
            <CameraTile
              key={camera.name}
              camera={camera}
              isBest={camera === best}
              order={camera === best ? -1 : index}
              onEnlarge={() => enlarge(camera.name)}
            />
          ))}
          {cameras.length <= FEW_CAMERAS ? <CloseUp /> : null}
        </div>
      </ScrollArea>
    </section>
  );
}
