/** One camera's original image, large: zoom, move, and select cuboids in it while the side views stay at hand. */
import { Badge } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconStarFilled, IconX, IconZoomReset } from '@tabler/icons-react';
import { type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { bestCameraAt } from '../../geometry/camera_at';
import type { CameraInfo } from '../../model/scene';
import { IconButton } from '../../ui/icon_button';
import { useEscape } from '../../ui/use_escape';
import { useEditor, useSelected, useSession } from '../editor_context';
import { fitView, type ImageView, zoomView } from './camera_boxes';
import { CameraGap } from './camera_tile';
import './cameras.css';
import { useCameraImage } from './use_camera_image';
import { useOverlay } from './use_overlay';

const MOST_ZOOM = 24;
/** A press that moves less than this is a click. */
const CLICK_PX = 4;

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
  useEscape(true, () => open(0));
  return (
    <section className="tb-enlarged" aria-label={camera.name} data-testid="enlarged-camera">
      <header>
        <strong>{camera.name}</strong>
        {isBest ? <Badge leftSection={<IconStarFilled size={10} />}>{t('cameras.bestShort')}</Badge> : null}
        <span className="tb-enlarged-hint tb-ellipsis">{t('cameras.zoomHint')}</span>
        {cameras.length > 1 ? (
          <>
            <IconButton
              label={t('cameras.previous')}
              icon={<IconChevronLeft size={18} />}
              onClick={() => open(-1)}
            />
            <IconButton
              label={t('cameras.next')}
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
      <ZoomableImage camera={camera} />
    </section>
  );
}

function ZoomableImage({ camera }: { readonly camera: CameraInfo }) {
  const { t } = useTranslation();
  const editor = useEditor();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const drag = useRef<{ x: number; y: number; view: ImageView; isClick: boolean } | null>(null);
  const image = useCameraImage(camera, originalUrl);
  const overlay = useOverlay(canvas, camera, image.shownFrame);
  const [isZoomed, setIsZoomed] = useState(false);

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
        const next = zoomView(
          view,
          factor,
          [event.clientX - rect.left, event.clientY - rect.top],
          least,
          MOST_ZOOM,
        );
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
  }, [camera, overlay, show]);

  const press = (event: PointerEvent) => {
    const view = overlay.current?.currentView();
    const isButton = event.target instanceof Element && event.target.closest('button') !== null;
    if (view !== undefined && event.button !== 2 && !isButton) {
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, y: event.clientY, view, isClick: true };
    }
  };
  const move = (event: PointerEvent) => {
    const held = drag.current;
    if (held === null) {
      editor.hover(overlay.current?.trackAt(event.clientX, event.clientY) ?? null);
      return;
    }
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    held.isClick &&= Math.hypot(dx, dy) < CLICK_PX;
    if (!held.isClick) {
      show({ ...held.view, left: held.view.left + dx, top: held.view.top + dy });
    }
  };
  const release = (event: PointerEvent) => {
    if (drag.current?.isClick === true) {
      editor.select(overlay.current?.trackAt(event.clientX, event.clientY) ?? null);
    }
    drag.current = null;
  };
  const isGap = image.state === 'missing' || image.state === 'broken';
  return (
    <div
      ref={box}
      className="tb-zoomable"
      onPointerDown={press}
      onPointerMove={move}
      onPointerUp={release}
      onPointerLeave={() => editor.hover(null)}
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
      <canvas ref={canvas} aria-hidden="true" />
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

const originalUrl = (url: string): string => url;
