/** The enlarged image: wheel and free drags move it, everything else goes to its tools. */
import { IconZoomReset } from '@tabler/icons-react';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ImageTools } from '../../editor/tools/image_tools';
import type { CameraInfo } from '../../model/scene';
import { formatNumber } from '../../ui/format';
import { IconButton } from '../../ui/icon_button';
import { useEditorTools, useSession } from '../editor_context';
import { fitView, type ImageView, zoomView } from './camera_boxes';
import { CameraGap } from './camera_tile';
import { ImagePointerEvents } from './image_pointer';
import type { EnlargedParts, Overlay } from './overlay';
import { useCameraImage } from './use_camera_image';
import { useOverlay } from './use_overlay';

const MOST_ZOOM = 24;
interface ZoomableImageProps {
  readonly camera: CameraInfo;
  readonly tools: ImageTools;
}

export function ZoomableImage({ camera, tools }: ZoomableImageProps) {
  const { t } = useTranslation();
  const { editor, onCloud } = useEditorTools();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const points = useRef<HTMLCanvasElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const readout = useRef<HTMLOutputElement>(null);
  const image = useCameraImage(camera, originalUrl);
  const parts = useCallback(
    (): EnlargedParts | null =>
      points.current && {
        points: points.current,
        offText: (px, stands) =>
          t(stands ? 'images.differs' : 'images.differsSince', { px: formatNumber(px, 1) }),
      },
    [t],
  );
  const overlay = useOverlay(canvas, camera, image.shownFrame, parts);
  const [isZoomed, setIsZoomed] = useState(false);
  const isCrossed = useSession(({ tool, imageTool }) => tool === 'create' || imageTool !== 'select');

  /** Moves the picture and its boxes together, without React. */
  const show = useCallback(
    (view: ImageView | null) => {
      const { current } = overlay;
      if (current === null) {
        return;
      }
      current.setView(view);
      const { scale, left, top } = current.currentView();
      if (picture.current !== null) {
        picture.current.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
        picture.current.style.imageRendering = scale > 3 ? 'pixelated' : 'auto';
      }
      setIsZoomed(view !== null);
    },
    [overlay],
  );
  useEffect(() => onCloud(() => overlay.current?.refresh()), [onCloud, overlay]);
  useZoom(box, overlay, camera, show);
  useEffect(() => {
    const element = box.current;
    if (element === null) {
      return undefined;
    }
    const tell = (metres: number | null) => {
      const text = metres === null ? '' : t('images.depth', { metres: formatNumber(metres, 1) });
      Object.assign(readout.current ?? {}, { hidden: metres === null, textContent: text });
    };
    const parts = { element, editor, tools, show, tell, overlay: () => overlay.current };
    const pointer = new ImagePointerEvents(parts);
    return () => pointer.dispose();
  }, [editor, tools, show, overlay, t]);
  const isGap = image.state === 'missing' || image.state === 'broken';
  return (
    <div
      ref={box}
      className="tb-zoomable"
      data-crossed={isCrossed}
      data-testid="enlarged-image"
      onDoubleClick={() => show(null)}
    >
      {isGap ? <CameraGap isBroken={image.state === 'broken'} /> : null}
      {isGap ? null : (
        <img
          ref={picture}
          {...image.props}
          alt={camera.name}
          draggable={false}
          style={{ width: camera.width_px, height: camera.height_px }}
        />
      )}
      <canvas ref={canvas} className="tb-image-boxes" aria-hidden="true" />
      <canvas ref={points} aria-hidden="true" data-testid="image-points" />
      <output ref={readout} className="tb-image-readout" title={t('images.depthTitle')} hidden />
      <PointsState overlay={overlay} shownFrame={image.shownFrame} />
      {isZoomed ? (
        <div className="tb-zoom-reset">
          <IconButton
            label={t('cameras.fit')}
            icon={<IconZoomReset size={18} />}
            onClick={() => show(null)}
            position="left"
          />
        </div>
      ) : null}
    </div>
  );
}

interface PointsStateProps {
  readonly overlay: RefObject<Overlay | null>;
  /** The frame whose image is here: only then are points drawn over it. */
  readonly shownFrame: number | null;
}

/** Says why no points are over the image although they are wanted. */
function PointsState({ overlay, shownFrame }: PointsStateProps) {
  const { t } = useTranslation();
  const { onCloud } = useEditorTools();
  const isWanted = useSession((state) => state.imageLayers.points);
  const [count, setCount] = useState<number | null | undefined>(undefined);
  useEffect(() => {
    if (!isWanted || shownFrame === null) {
      return undefined;
    }
    const look = () => setCount(overlay.current?.pointCountIn(shownFrame));
    look();
    return onCloud(look);
  }, [isWanted, shownFrame, onCloud, overlay]);
  return isWanted && shownFrame !== null && (count === null || count === 0) ? (
    <p className="tb-image-note" role="status">
      {count === null ? t('images.noCloud') : t('images.noneInCamera')}
    </p>
  ) : null;
}

function useZoom(
  box: RefObject<HTMLDivElement | null>,
  overlay: RefObject<Overlay | null>,
  camera: CameraInfo,
  show: (view: ImageView | null) => void,
): void {
  useEffect(() => {
    const element = box.current;
    if (element === null) {
      return undefined;
    }
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const view = overlay.current?.currentView();
      if (view !== undefined) {
        const rect = element.getBoundingClientRect();
        const least = fitView(camera, rect.width, rect.height).scale;
        const factor = Math.exp(-event.deltaY * 0.0015);
        const place = [event.clientX - rect.left, event.clientY - rect.top] as const;
        const next = zoomView(view, factor, place, least, MOST_ZOOM);
        show(next.scale <= least * 1.001 ? null : next);
      }
    };
    const resized = new ResizeObserver(() => show(overlay.current?.ownView ?? null));
    resized.observe(element);
    // React listens to the wheel passively, which cannot keep the page from scrolling.
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      resized.disconnect();
      element.removeEventListener('wheel', wheel);
    };
  }, [box, overlay, camera, show]);
}

const originalUrl = (url: string): string => url;
