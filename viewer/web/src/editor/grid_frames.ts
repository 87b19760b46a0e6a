/** Which frames of a track the grid shows, and which of them are chosen; pure. */
import type { Track } from '../model/records';
import type { BatchGrid } from '../store/session';

/** How many frames before and after the track's life are shown, so that it can be made longer there. */
const BEYOND = 3;

export interface FrameRange {
  readonly first: number;
  readonly last: number;
}

/** The track's life and a little more, inside the scene. */
export function shownFrames(track: Track, frameCount: number): FrameRange {
  return {
    first: Math.max(0, track.first_frame - BEYOND),
    last: Math.min(frameCount - 1, track.last_frame + BEYOND),
  };
}

/** The frame of the range that is nearest. */
export const clampTo = ({ first, last }: FrameRange, frameIndex: number): number =>
  Math.max(first, Math.min(last, frameIndex));

/** All frames from one to another, whichever comes first. */
export function framesBetween(one: number, other: number): readonly number[] {
  const first = Math.min(one, other);
  return Array.from({ length: Math.abs(one - other) + 1 }, (_, index) => first + index);
}

/** How a frame is chosen: alone, with all between it and the anchor, or besides what is chosen already. */
export type Choice = 'only' | 'range' | 'toggle';

export function choose(grid: BatchGrid, frameIndex: number, choice: Choice): BatchGrid {
  switch (choice) {
    case 'only':
      return { ...grid, focus: frameIndex, anchor: frameIndex, frames: [frameIndex] };
    case 'range':
      return { ...grid, focus: frameIndex, frames: framesBetween(grid.anchor, frameIndex) };
    case 'toggle': {
      const isChosen = grid.frames.includes(frameIndex);
      const others = grid.frames.filter((frame) => frame !== frameIndex);
      const frames = isChosen ? others : [...others, frameIndex].sort((a, b) => a - b);
      return {
        ...grid,
        focus: frameIndex,
        anchor: frameIndex,
        frames: frames.length > 0 ? frames : [frameIndex],
      };
    }
  }
}
