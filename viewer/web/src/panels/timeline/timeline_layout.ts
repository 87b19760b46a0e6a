/** The arithmetic of the timeline: frames to pixels and back, ticks, and the spans of a track. */
import type { Cuboid, Track } from '../../model/records';

/** Room left and right of the first and last frame: half a slider thumb. */
export const EDGE_PX = 7;

export interface TimeScale {
  readonly widthPx: number;
  readonly frameCount: number;
}

export function frameToX({ widthPx, frameCount }: TimeScale, frame: number): number {
  const room = Math.max(0, widthPx - 2 * EDGE_PX);
  return EDGE_PX + (frameCount > 1 ? (frame / (frameCount - 1)) * room : room / 2);
}

/** The nearest frame, held inside the scene. */
export function xToFrame(scale: TimeScale, x: number): number {
  const room = scale.widthPx - 2 * EDGE_PX;
  if (room <= 0 || scale.frameCount < 2) {
    return 0;
  }
  const frame = Math.round(((x - EDGE_PX) / room) * (scale.frameCount - 1));
  return Math.min(scale.frameCount - 1, Math.max(0, frame));
}

/** The frame that somebody typed, held inside the scene; null for what is no number. */
export function frameOfText(text: string, last: number): number | null {
  const frame = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(frame) ? Math.min(last, Math.max(0, Math.round(frame))) : null;
}

/** Where one frame's cell begins and ends; neighbours touch. */
export function cellOf(scale: TimeScale, first: number, last = first): readonly [number, number] {
  const half = scale.frameCount > 1 ? (scale.widthPx - 2 * EDGE_PX) / (scale.frameCount - 1) / 2 : 4;
  const left = Math.max(0, frameToX(scale, first) - half);
  return [left, Math.min(scale.widthPx, frameToX(scale, last) + half)];
}

const TICK_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] as const;

/** Frames between labelled ticks, so that numbers do not touch. */
export function tickStep(scale: TimeScale, leastPx = 48): number {
  const perFrame = (scale.widthPx - 2 * EDGE_PX) / Math.max(1, scale.frameCount - 1);
  return TICK_STEPS.find((step) => step * perFrame >= leastPx) ?? 10000;
}

/** Labelled frames from the first on. */
export function ticks(scale: TimeScale): readonly number[] {
  const step = tickStep(scale);
  return Array.from({ length: Math.ceil(scale.frameCount / step) }, (_, index) => index * step);
}

export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Where a track's cuboids are derived: between its keys, or over its whole life when it stands still. */
export function derivedSpans(track: Track, keys: readonly Cuboid[]): readonly Span[] {
  if (track.is_static && keys.length > 0) {
    return [{ first: track.first_frame, last: track.last_frame }];
  }
  const spans: Span[] = [];
  keys.forEach((key, index) => {
    const next = keys[index + 1];
    if (next !== undefined && !key.ends_segment && next.frame_index > key.frame_index) {
      const before = spans.at(-1);
      if (before?.last === key.frame_index) {
        spans[spans.length - 1] = { first: before.first, last: next.frame_index };
      } else {
        spans.push({ first: key.frame_index, last: next.frame_index });
      }
    }
  });
  return spans;
}

/** How near a life's end must be pointed at. */
const REACH_PX = 7;

export type LifeEnd = 'first' | 'last';

/** The end of a life under the pointer; where both are, the one whose side it is. */
export function lifeEndAt(
  scale: TimeScale,
  [first, last]: readonly [number, number],
  x: number,
): LifeEnd | null {
  const [left, right] = cellOf(scale, first, last);
  const [toLeft, toRight] = [Math.abs(x - left), Math.abs(x - right)];
  if (Math.min(toLeft, toRight) > REACH_PX) {
    return null;
  }
  return toLeft < toRight ? 'first' : 'last';
}

/** The life while one of its ends is dragged: neither end passes the other. */
export function draggedLife(
  [first, last]: readonly [number, number],
  end: LifeEnd,
  frame: number,
): readonly [number, number] {
  return end === 'first' ? [Math.min(frame, last), last] : [first, Math.max(frame, first)];
}

/** A lane is as high as the name beside it. */
export const LANE_PX = 14;

/** The row under a point of the lanes, or null below the last. */
export function laneAt(y: number, rowCount: number): number | null {
  const row = Math.floor(y / LANE_PX);
  return row >= 0 && row < rowCount ? row : null;
}
