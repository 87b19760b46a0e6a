/** One camera's original image, large: its tools, its layers, and the image itself. */
import { Badge, Loader } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconStarFilled, IconX } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Editor } from '../../editor/editor';
import { ImageTools } from '../../editor/tools/image_tools';
import { bestCameraAt } from '../../geometry/camera_at';
import { categoryTitle, trackName } from '../../model/names';
import type { CameraInfo } from '../../model/scene';
import { IconButton } from '../../ui/icon_button';
import { useEscape } from '../../ui/use_escape';
import { useEditor, useSelected, useSession } from '../editor_context';
import { keyOf } from '../key_hints';
import './cameras.css';
import { ImageBoxFields } from './image_box_fields';
import { ImageLegend } from './image_legend';
import { ImageToolbar } from './image_toolbar';
import { useImageKeys } from './use_image_keys';
import { ZoomableImage } from './zoomable_image';

export function EnlargedCamera() {
  const editor = useEditor();
  const name = useSession((state) => state.activeCamera);
  const camera = editor.scene.cameras.find((one) => one.name === name);
  return camera === undefined ? null : <Enlarged key={camera.name} camera={camera} />;
}

function Enlarged({ camera }: { readonly camera: CameraInfo }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const { cameras } = editor.scene;
  const index = cameras.indexOf(camera);
  const selected = useSelected();
  const frameIndex = useSession((state) => state.frameIndex);
  const tools = useMemo(() => new ImageTools(editor, camera), [editor, camera]);
  const isBest =
    cameras.length > 1 &&
    selected !== null &&
    bestCameraAt(editor.scene, frameIndex, cameras, selected.cuboid) === camera;
  const open = useCallback(
    (step: number) => {
      const next = cameras[(index + step + cameras.length) % cameras.length];
      editor.session.setState({ activeCamera: step === 0 ? null : (next?.name ?? null) });
    },
    [editor, cameras, index],
  );
  useEscape(true, () => {
    if (!leaveInnermost(editor, tools)) {
      open(0);
    }
  });
  useImageKeys(editor, camera);
  return (
    <section className="tb-enlarged" aria-label={camera.name} data-testid="enlarged-camera">
      <header>
        <strong className="tb-ellipsis">{camera.name}</strong>
        {isBest ? <Badge leftSection={<IconStarFilled size={10} />}>{t('cameras.bestShort')}</Badge> : null}
        <ImageToolbar />
        <ModeHint />
        {cameras.length > 1 ? (
          <>
            <IconButton
              label={t('cameras.previous')}
              keys={keyOf('previous_camera')}
              icon={<IconChevronLeft size={18} />}
              onClick={() => open(-1)}
            />
            <IconButton
              label={t('cameras.next')}
              keys={keyOf('next_camera')}
              icon={<IconChevronRight size={18} />}
              onClick={() => open(1)}
            />
          </>
        ) : null}
        <IconButton
          label={t('common.close')}
          keys="Escape"
          icon={<IconX size={18} />}
          onClick={() => open(0)}
          testId="enlarged-close"
        />
      </header>
      <ZoomableImage camera={camera} tools={tools} />
      <footer className="tb-enlarged-foot">
        <ImageLegend camera={camera} />
        <ImageBoxFields camera={camera} />
      </footer>
    </section>
  );
}

/** What the next press does, in one line. */
function ModeHint() {
  const { t } = useTranslation();
  const selected = useSelected();
  const mode = useSession(({ tool, imageTool }) => (tool === 'create' ? 'cuboid' : imageTool));
  const category = useSession((state) => state.activeCategory);
  const isFitting = useSession((state) => state.imageFitting !== null);
  const text = {
    select: `${t('cameras.zoomHint')}. ${t('images.hintSelect')}`,
    tight:
      selected === null
        ? t('images.hintTightNone')
        : t('images.hintTight', { name: trackName(selected.track) }),
    ignore: t('images.hintIgnore'),
    cuboid: t('images.hintCuboid', { category: categoryTitle(category) }),
  }[mode];
  return (
    <span className="tb-enlarged-hint tb-ellipsis" title={text} role="status" data-testid="image-hint">
      {isFitting ? (
        <>
          <Loader size={12} /> {t('images.fitting')}
        </>
      ) : (
        text
      )}
    </span>
  );
}

/** Escape leaves a drag, then a rectangle being fitted, the tool, the 2D box, the ray; false when none is left. */
function leaveInnermost(editor: Editor, tools: ImageTools): boolean {
  const { tool, imageTool, selectedImageBoxId, pixelRay } = editor.session.getState();
  if (tools.isBusy) {
    tools.onCancel();
  } else if (editor.isGesturing) {
    editor.cancelGesture();
  } else if (editor.imageFitting.cancel()) {
    return true;
  } else if (tool !== 'select' || imageTool !== 'select') {
    editor.setTool('select');
    editor.session.setState({ imageTool: 'select' });
  } else if (selectedImageBoxId !== null) {
    editor.imageBoxes.select(null);
  } else if (pixelRay !== null) {
    editor.session.setState({ pixelRay: null });
  } else {
    return false;
  }
  return true;
}
