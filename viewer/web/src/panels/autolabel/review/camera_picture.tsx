/** The track in the image that shows it best: what it is, at a glance. */
import { IconCameraOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { STRIP_IMAGE_WIDTH_PX, thumbnailUrl } from '../../../api/client';
import type { TrackId } from '../../../model/ids';
import { useEditor, useLabelVersion } from '../../editor_context';
import { closeUpView } from '../../cameras/close_up_view';
import { PICTURE_PX, STRIP_HEIGHT_PX } from '../strip_layout';
import { bestPicture, type BestPicture } from './best_picture';

const SIZE = { widthPx: PICTURE_PX, heightPx: STRIP_HEIGHT_PX };

interface CameraPictureProps {
  readonly trackId: TrackId;
  /** Those that the strip shows. */
  readonly frames: readonly number[];
  readonly color: string;
}

export function CameraPicture({ trackId, frames, color }: CameraPictureProps) {
  const { t } = useTranslation();
  const { scene, store } = useEditor();
  useLabelVersion();
  const best = bestPicture(scene, store, trackId, frames);
  return (
    <div role="gridcell" className="tb-track-picture" style={{ width: PICTURE_PX, height: STRIP_HEIGHT_PX }}>
      {best === null ? (
        <span className="tb-track-picture-none" title={t('cameras.closeUpUnseen')}>
          <IconCameraOff size={16} aria-label={t('cameras.closeUpUnseen')} />
        </span>
      ) : (
        <Magnified key={best.imageUrl} best={best} color={color} />
      )}
    </div>
  );
}

function Magnified({ best, color }: { readonly best: BestPicture; readonly color: string }) {
  const { t } = useTranslation();
  const [isBroken, setIsBroken] = useState(false);
  const { camera, frameIndex, imageUrl, projected } = best;
  const { width_px, height_px } = camera;
  const view = closeUpView(
    projected.trunc_ltrb_px ?? projected.proj_ltrb_px,
    { widthPx: width_px, heightPx: height_px },
    SIZE,
    null,
  );
  // A near object is shown smaller than it was taken: a small picture of it is as sharp.
  const isSmall = view.scale * width_px * window.devicePixelRatio <= STRIP_IMAGE_WIDTH_PX;
  return (
    <>
      {isBroken ? null : (
        <img
          src={isSmall ? thumbnailUrl(imageUrl, STRIP_IMAGE_WIDTH_PX) : imageUrl}
          alt={t('autolabel.picture', { camera: camera.name, frame: frameIndex })}
          title={t('autolabel.picture', { camera: camera.name, frame: frameIndex })}
          draggable={false}
          onError={() => setIsBroken(true)}
          style={{
            width: width_px,
            height: height_px,
            transform: `translate(${view.left}px, ${view.top}px) scale(${view.scale})`,
          }}
        />
      )}
      <svg width={SIZE.widthPx} height={SIZE.heightPx} aria-hidden="true">
        {projected.edges.map((edge, index) => (
          <polyline
            key={index}
            points={edge
              .map(([u, v]) => [view.left + view.scale * (u + 0.5), view.top + view.scale * (v + 0.5)].join())
              .join(' ')}
            stroke={color}
          />
        ))}
      </svg>
      <span className="tb-track-strip-frame">{frameIndex}</span>
    </>
  );
}
