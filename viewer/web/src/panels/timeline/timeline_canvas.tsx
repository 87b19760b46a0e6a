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

interface TimelineCanvasProps {
  /** In CSS. */
  readonly height: string;
  readonly label: string;
  readonly paint: (editor: Editor, painting: Painting) => void;
  /** A press; `y` from the top of what is painted. */
  readonly onPress?: (frame: number, y: number) => void;
  readonly onHover?: (y: number | null) => void;
  /** What scrolls past the canvas. */
  readonly scroller?: HTMLElement | null;
  readonly testId: string;
}

export function TimelineCanvas(props: TimelineCanvasProps) {
  const { height, label, paint, onPress, onHover, scroller = null, testId } = props;
  const editor = useEditor();
  const canvas = useRef<HTMLCanvasElement>(null);
  usePainting(canvas, paint, scroller);
  const yOf = (event: PointerEvent<HTMLCanvasElement>) =>
    event.clientY - event.currentTarget.getBoundingClientRect().top + (scroller?.scrollTop ?? 0);
  const go = (event: PointerEvent<HTMLCanvasElement>) => {
    const rect = event.currentTarget.getBoundingClientRect();
    const scale = { widthPx: rect.width, frameCount: editor.scene.frames.length };
    const frame = xToFrame(scale, event.clientX - rect.left);
    if (frame !== editor.frameIndex) {
      editor.goToFrame(frame);
    }
    return frame;
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
        onPress?.(go(event), yOf(event));
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) {
          go(event);
        } else {
          onHover?.(yOf(event));
        }
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
  };
}
