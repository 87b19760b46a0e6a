/** An overlay that lives as long as its canvas. */
import { type RefObject, useEffect, useRef } from 'react';

import type { CameraInfo } from '../../model/scene';
import { useEditor } from '../editor_context';
import { type EnlargedParts, Overlay } from './overlay';

export function useOverlay(
  canvas: RefObject<HTMLCanvasElement | null>,
  camera: CameraInfo,
  shownFrame: number | null,
  enlargedOf: (() => EnlargedParts | null) | null = null,
): RefObject<Overlay | null> {
  const editor = useEditor();
  const overlay = useRef<Overlay | null>(null);
  useEffect(() => {
    if (canvas.current === null) {
      return undefined;
    }
    const made = new Overlay(canvas.current, editor, camera, enlargedOf?.() ?? null);
    overlay.current = made;
    return () => {
      made.dispose();
      overlay.current = null;
    };
  }, [canvas, editor, camera, enlargedOf]);
  useEffect(() => {
    overlay.current?.show(shownFrame);
  }, [shownFrame, canvas, editor, camera, enlargedOf]);
  return overlay;
}
