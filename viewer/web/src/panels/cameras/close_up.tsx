/** The selected object as the best camera sees it, large: where a strip of one or two cameras leaves room. */
import { IconFocusCentered } from '@tabler/icons-react';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { bestCameraAt, cameraAt } from '../../geometry/camera_at';
import { camerasOfFrame } from '../../geometry/camera_order';
import { projectBox } from '../../geometry/project';
import type { Box } from '../../model/records';
import type { CameraInfo } from '../../model/scene';
import { useEditor, useSelected, useSession } from '../editor_context';
import { closeUpView } from './close_up_view';
import type { Overlay } from './overlay';
import { useCameraImage } from './use_camera_image';
import { useOverlay } from './use_overlay';

export function CloseUp() {
  const { t } = useTranslation();
  const editor = useEditor();
  const selected = useSelected();
  const frameIndex = useSession((state) => state.frameIndex);
  const cameras = useMemo(() => camerasOfFrame(editor.scene, frameIndex), [editor.scene, frameIndex]);
  const camera = selected === null ? null : bestCameraAt(editor.scene, frameIndex, cameras, selected.cuboid);
  if (selected === null || camera === null) {
    return (
      <div className="tb-close-up tb-close-up-empty">
        <IconFocusCentered size={18} aria-hidden="true" />
        {selected === null ? t('cameras.closeUpEmpty') : t('cameras.closeUpUnseen')}
      </div>
    );
  }
  // Another object or another camera starts with a view of its own.
  return <Magnified key={`${selected.track.id}:${camera.name}`} camera={camera} box={selected.cuboid} />;
}

interface MagnifiedProps {
  readonly camera: CameraInfo;
  readonly box: Box;
}

function Magnified({ camera, box }: MagnifiedProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  const host = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const frameIndex = useSession((state) => state.frameIndex);
  const image = useCameraImage(camera, originalUrl);
  const overlay = useOverlay(canvas, camera, image.shownFrame);
  useFollowing({ host, picture, overlay }, cameraAt(editor.scene, frameIndex, camera), box, image.shownFrame);
  const isGap = image.state === 'missing' || image.state === 'broken';
  return (
    <figure
      ref={host}
      className="tb-camera tb-close-up"
      data-testid="close-up"
      onClick={() => editor.session.setState({ activeCamera: camera.name })}
    >
      {isGap ? null : (
        <img
          ref={picture}
          {...image.props}
          alt={t('cameras.closeUp')}
          draggable={false}
          style={{ width: camera.width_px, height: camera.height_px }}
        />
      )}
      <canvas ref={canvas} aria-hidden="true" />
      <figcaption>{t('cameras.closeUp')}</figcaption>
    </figure>
  );
}

interface Parts {
  readonly host: RefObject<HTMLElement | null>;
  readonly picture: RefObject<HTMLImageElement | null>;
  readonly overlay: RefObject<Overlay | null>;
}

/** Keeps the object in view, without moving the picture at each step of a drag. */
function useFollowing(parts: Parts, camera: CameraInfo, box: Box, shownFrame: number | null): void {
  const { host, picture, overlay } = parts;
  useEffect(() => {
    const element = host.current;
    const ltrb = projectBox(camera, box)?.trunc_ltrb_px ?? null;
    if (element === null || ltrb === null) {
      return undefined;
    }
    const follow = () => {
      const image = { widthPx: camera.width_px, heightPx: camera.height_px };
      const size = { widthPx: element.clientWidth, heightPx: element.clientHeight };
      const view = closeUpView(ltrb, image, size, overlay.current?.ownView ?? null);
      overlay.current?.setView(view);
      picture.current?.style.setProperty(
        'transform',
        `translate(${view.left}px, ${view.top}px) scale(${view.scale})`,
      );
    };
    follow();
    const resized = new ResizeObserver(follow);
    resized.observe(element);
    return () => resized.disconnect();
  }, [host, picture, overlay, camera, box, shownFrame]);
}

const originalUrl = (url: string): string => url;
