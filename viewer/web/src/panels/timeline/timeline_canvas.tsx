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
  /** How far what is painted is scrolled. */
  readonly scrollPx: number;
  readonly colors: TimelineColors;
}

export interface Grip {
  readonly isOver: (editor: Editor, scale: TimeScale, x: number, y: number) => boolean;
  readonly begin: (editor: Editor, scale: TimeScale, x: number) => void;
  readonly drag: (editor: Editor, frame: number) => void;
  readonly end: (editor: Editor) => void;
  readonly cancel: (editor: Editor) => void;
}

interface TimelineCanvasProps {
  /** In CSS. */
  readonly height: string;
  readonly label: string;
  readonly paint: (editor: Editor, painting: Painting) => void;
  /** A press; `y` from the top of what is painted. */
  readonly onPress?: (frame: number, y: number) => void;
  readonly onHover?: (y: number | null) => void;
  /** Something of its own to drag, which then gets the frames under the pointer instead of the scene. */
  readonly grip?: Grip;
  /** What scrolls past the canvas. */
  readonly scroller?: HTMLElement | null;
  readonly testId: string;
}

export function TimelineCanvas(props: TimelineCanvasProps) {
  const { height, label, paint, onPress, onHover, grip, scroller = null, testId } = props;
  const isGripping = useRef(false);
  const editor = useEditor();
  const canvas = useRef<HTMLCanvasElement>(null);
  usePainting(canvas, paint, scroller);
  const yOf = (event: PointerEvent<HTMLCanvasElement>) =>
    event.clientY - event.currentTarget.getBoundingClientRect().top + (scroller?.scrollTop ?? 0);
  const placeOf = (event: PointerEvent<HTMLCanvasElement>) => {
    const rect = event.currentTarget.getBoundingClientRect();
    const scale = { widthPx: rect.width, frameCount: editor.scene.frames.length };
    return { scale, x: event.clientX - rect.left };
  };
  const go = (event: PointerEvent<HTMLCanvasElement>) => {
    const { scale, x } = placeOf(event);
    const frame = xToFrame(scale, x);
    if (frame !== editor.frameIndex) {
      editor.goToFrame(frame);
    }
    return frame;
  };
  const isOverGrip = (event: PointerEvent<HTMLCanvasElement>) => {
    const { scale, x } = placeOf(event);
    return grip?.isOver(editor, scale, x, yOf(event)) ?? false;
  };
  return (
    <canvas
      ref={canvas}
      className="tb-timeline-canvas"
      style={{ height }}
      aria-label={label}
      role="img"
      data-testid={testId}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        isGripping.current = isOverGrip(event);
        if (isGripping.current) {
          const { scale, x } = placeOf(event);
          grip?.begin(editor, scale, x);
        } else {
          const frame = go(event);
          onPress?.(frame, yOf(event));
        }
      }}
      onPointerMove={(event) => {
        if (isGripping.current) {
          const { scale, x } = placeOf(event);
          grip?.drag(editor, xToFrame(scale, x));
        } else if (event.buttons === 1) {
          go(event);
        } else {
          event.currentTarget.style.cursor = isOverGrip(event) ? 'ew-resize' : '';
          onHover?.(yOf(event));
        }
      }}
      onPointerUp={() => {
        if (isGripping.current) {
          grip?.end(editor);
        }
        isGripping.current = false;
      }}
      onPointerCancel={() => {
        isGripping.current = false;
        grip?.cancel(editor);
      }}
      onPointerLeave={() => onHover?.(null)}
    />
  );
}

function usePainting(
  canvas: RefObject<HTMLCanvasElement | null>,
  paint: (editor: Editor, painting: Painting) => void,
  scroller: HTMLElement | null,
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
        const scrollPx = scroller?.scrollTop ?? 0;
        paint(editor, {
          context,
          scale,
          heightPx: element.clientHeight,
          scrollPx,
          colors: colorsOf(element),
        });
      }
    });
    const resized = new ResizeObserver(frame.ask);
    resized.observe(element);
    scroller?.addEventListener('scroll', frame.ask, { passive: true });
    const stops = [editor.store.subscribe(frame.ask), editor.session.subscribe(frame.ask)];
    frame.ask();
    return () => {
      resized.disconnect();
      scroller?.removeEventListener('scroll', frame.ask);
      stops.forEach((stop) => stop());
      frame.stop();
    };
  }, [canvas, editor, paint, scroller]);
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
    surface: color('--tb-surface'),
    hover: color('--tb-hover'),
    stop: color('--tb-warn'),
  };
}
