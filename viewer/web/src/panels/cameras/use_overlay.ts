/** An overlay that lives as long as its canvas. */
import { type RefObject, useEffect, useRef } from 'react';

import type { CameraInfo } from '../../model/scene';
import { useEditor } from '../editor_context';
import { Overlay } from './overlay';

export function useOverlay(
  canvas: RefObject<HTMLCanvasElement | null>,
  camera: CameraInfo,
  shownFrame: number | null,
): RefObject<Overlay | null> {
  const editor = useEditor();
  const overlay = useRef<Overlay | null>(null);
  useEffect(() => {
    if (canvas.current === null) {
      return undefined;
    }
    const made = new Overlay(canvas.current, editor, camera);
    overlay.current = made;
    return () => {
      made.dispose();
      overlay.current = null;
    };
  }, [canvas, editor, camera]);
  useEffect(() => {
    overlay.current?.show(shownFrame);
  }, [shownFrame, canvas, editor, camera]);
  return overlay;
}
