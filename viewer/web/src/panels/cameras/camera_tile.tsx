/** One camera of the strip: its image, the cuboids in it, and a button that enlarges it. */
import { ActionIcon } from '@mantine/core';
import { IconArrowsMaximize, IconPhotoOff, IconPhotoX, IconStarFilled } from '@tabler/icons-react';
import { type MouseEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { STRIP_IMAGE_WIDTH_PX, thumbnailUrl } from '../../api/client';
import type { CameraInfo } from '../../model/scene';
import { Hint } from '../../ui/hint';
import { useEditor } from '../editor_context';
import { useCameraImage } from './use_camera_image';
import { useOverlay } from './use_overlay';

interface CameraTileProps {
  readonly camera: CameraInfo;
  readonly isBest: boolean;
  readonly order: number;
  readonly onEnlarge: () => void;
}

export function CameraTile({ camera, isBest, order, onEnlarge }: CameraTileProps) {
  const { t } = useTranslation();
  const editor = useEditor();
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = useCameraImage(camera, (url) => thumbnailUrl(url, STRIP_IMAGE_WIDTH_PX));
  const overlay = useOverlay(canvas, camera, image.shownFrame);
  const [isOverBox, setIsOverBox] = useState(false);
  const click = (event: MouseEvent) => {
    const trackId = overlay.current?.trackAt(event.clientX, event.clientY) ?? null;
    if (trackId === null) {
      onEnlarge();
    } else {
      editor.select(trackId);
    }
  };
  const hover = (event: MouseEvent) => {
    const trackId = overlay.current?.trackAt(event.clientX, event.clientY) ?? null;
    editor.hover(trackId);
    // React ignores a state that did not change, so moving the pointer redraws nothing.
    setIsOverBox(trackId !== null);
  };
  return (
    <figure
      className="tb-camera"
      style={{ order, aspectRatio: `${camera.width_px} / ${camera.height_px}` }}
      data-best={isBest || undefined}
      data-testid={`camera-${camera.name}`}
      data-frame={image.shownFrame ?? undefined}
    >
      <div
        className="tb-camera-picture"
        style={{ cursor: isOverBox ? 'pointer' : 'zoom-in' }}
        onClick={click}
        onMouseMove={hover}
        onMouseLeave={() => editor.hover(null)}
      >
        {image.state === 'missing' || image.state === 'broken' ? (
          <CameraGap isBroken={image.state === 'broken'} />
        ) : (
          <img {...image.props} alt={camera.name} draggable={false} />
        )}
        <canvas ref={canvas} aria-hidden="true" />
      </div>
      <figcaption>
        {isBest ? (
          <Hint label={t('cameras.best')}>
            <IconStarFilled size={11} aria-label={t('cameras.best')} />
          </Hint>
        ) : null}
        {camera.name}
      </figcaption>
      <Hint label={t('cameras.enlarge', { name: camera.name })}>
        <ActionIcon
          className="tb-camera-enlarge"
          size={24}
          variant="filled"
          color="dark.6"
          aria-label={t('cameras.enlarge', { name: camera.name })}
          onClick={onEnlarge}
          data-testid={`enlarge-${camera.name}`}
        >
          <IconArrowsMaximize size={14} />
        </ActionIcon>
      </Hint>
    </figure>
  );
}

export function CameraGap({ isBroken }: { readonly isBroken: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="tb-camera-gap" data-testid="camera-gap">
      {isBroken ? <IconPhotoX size={20} aria-hidden="true" /> : <IconPhotoOff size={20} aria-hidden="true" />}
      <span>{isBroken ? t('cameras.broken') : t('cameras.missing')}</span>
    </div>
  );
}
