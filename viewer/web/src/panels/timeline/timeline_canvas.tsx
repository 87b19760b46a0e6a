/** A canvas of the timeline that repaints itself when labels or the session change. */
import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';

import type { Editor } from '../../editor/editor';
import { useEditor } from '../editor_context';
import { onceAFrame } from '../throttle';
import type { TimelineColors } from './draw_timeline';
import { type TimeScale, xToFrame } from './timeline_layout';

export interface Painting {
  readonly context: CanvasRenderingContext2D;
  readonly scale: TimeScale;
  readonly heightPx: number;
  readonly colors: TimelineColors;
}

interface TimelineCanvasProps {
  readonly heightPx: number;
  readonly label: string;
  readonly paint: (editor: Editor, painting: Painting) => void;
  /** A press on the canvas; `y` from its top. */
  readonly onPress?: (frame: number, y: number) => void;
  readonly testId: string;
}

export function TimelineCanvas({ heightPx, label, paint, onPress, testId }: TimelineCanvasProps) {
  const editor = useEditor();
  const canvas = useRef<HTMLCanvasElement>(null);
  usePainting(canvas, paint, heightPx);
  const go = (event: PointerEvent<HTMLCanvasElement>) => {
    const rect = event.currentTarget.getBoundingClientRect();
    const scale = { widthPx: rect.width, frameCount: editor.scene.frames.length };
    const frame = xToFrame(scale, event.clientX - rect.left);
    if (frame !== editor.frameIndex) {
      editor.goToFrame(frame);
    }
    return { frame, y: event.clientY - rect.top };
  };
  return (
    <canvas
      ref={canvas}
      className="tb-timeline-canvas"
      style={{ height: heightPx }}
      aria-label={label}
      role="img"
      data-testid={testId}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const { frame, y } = go(event);
        onPress?.(frame, y);
      }}
      onPointerMove={(event) => (event.buttons === 1 ? void go(event) : undefined)}
    />
  );
}

function usePainting(
  canvas: RefObject<HTMLCanvasElement | null>,
  paint: (editor: Editor, painting: Painting) => void,
  heightPx: number,
): void {
  const editor = useEditor();
  useEffect(() => {
    const element = canvas.current;
    if (element === null) {
      return undefined;
    }
    const frame = onceAFrame(() => {
      const context = prepared(element);
      if (context !== null) {
        const scale = { widthPx: element.clientWidth, frameCount: editor.scene.frames.length };
        paint(editor, { context, scale, heightPx, colors: colorsOf(element) });
      }
    });
    const resized = new ResizeObserver(frame.ask);
    resized.observe(element);
    const stops = [editor.store.subscribe(frame.ask), editor.session.subscribe(frame.ask)];
    frame.ask();
    return () => {
      resized.disconnect();
      stops.forEach((stop) => stop());
      frame.stop();
    };
  }, [canvas, editor, paint, heightPx]);
}

/** The canvas at the screen's resolution, cleared. */
function prepared(element: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const context = element.getContext('2d');
  const ratio = window.devicePixelRatio;
  const [width, height] = [Math.round(element.clientWidth * ratio), Math.round(element.clientHeight * ratio)];
  if (element.width !== width || element.height !== height) {
    element.width = width;
    element.height = height;
  }
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, element.clientWidth, element.clientHeight);
  return context;
}

function colorsOf(element: HTMLElement): TimelineColors {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: color('--tb-dim'),
    line: color('--tb-line'),
    done: color('--tb-accent'),
    empty: color('--tb-faint'),
    playhead: color('--tb-text'),
  };
}
