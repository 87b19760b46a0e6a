import { describe, expect, it } from 'vitest';

import type { CuboidId, TrackId } from '../../model/ids';
import type { Cuboid, Track } from '../../model/records';
import {
  cellOf,
  derivedSpans,
  draggedLife,
  EDGE_PX,
  frameOfText,
  frameToX,
  LANE_PX,
  laneAt,
  lifeEndAt,
  ticks,
  tickStep,
  xToFrame,
} from './timeline_layout';

const scale = { widthPx: 800, frameCount: 144 };

function track(change: Partial<Track> = {}): Track {
  return {
    id: 't' as TrackId,
    external_id: null,
    category: 'Car',
    is_rigid: true,
    is_static: false,
    first_frame: 0,
    last_frame: 20,
    interpolate_in: 'world',
    attributes: {},
    ...change,
  };
}

function key(frame: number, ends = false): Cuboid {
  return {
    id: `c${frame}` as CuboidId,
    track_id: 't' as TrackId,
    frame_index: frame,
    ego_from_object: { quat_wxyz: [1, 0, 0, 0], translation_m: [0, 0, 0] },
    size_lwh_m: [1, 1, 1],
    source: 'human',
    confirmed_by: null,
    score: null,
    attributes: {},
    ends_segment: ends,
  };
}

describe('frames and pixels', () => {
  it('come back to the frame they started from', () => {
    for (const frameCount of [2, 40, 144, 1000]) {
      for (const frame of [0, 1, Math.floor(frameCount / 2), frameCount - 1]) {
        expect(xToFrame({ widthPx: 800, frameCount }, frameToX({ widthPx: 800, frameCount }, frame))).toBe(
          frame,
        );
      }
    }
  });

  it('stay inside the scene', () => {
    expect(xToFrame(scale, -50)).toBe(0);
    expect(xToFrame(scale, 5000)).toBe(143);
    expect(frameToX(scale, 0)).toBe(EDGE_PX);
    expect(frameToX(scale, 143)).toBe(800 - EDGE_PX);
  });

  it('bear a scene of one frame and a window without width', () => {
    expect(frameToX({ widthPx: 800, frameCount: 1 }, 0)).toBe(400);
    expect(xToFrame({ widthPx: 800, frameCount: 1 }, 700)).toBe(0);
    expect(xToFrame({ widthPx: 0, frameCount: 10 }, 5)).toBe(0);
  });

  it('can be typed', () => {
    expect(frameOfText(' 12 ', 143)).toBe(12);
    expect(frameOfText('999', 143)).toBe(143);
    expect(frameOfText('-4', 143)).toBe(0);
    expect(frameOfText('last', 143)).toBeNull();
    expect(frameOfText(' ', 143)).toBeNull();
  });

  it('make cells that touch', () => {
    expect(cellOf(scale, 10)[1]).toBeCloseTo(cellOf(scale, 11)[0], 9);
    expect(cellOf(scale, 0)[0]).toBeGreaterThanOrEqual(0);
    expect(cellOf(scale, 143)[1]).toBeLessThanOrEqual(800);
  });
});

describe('ticks', () => {
  it('leave room for their numbers', () => {
    expect(tickStep(scale)).toBe(10);
    expect(tickStep({ widthPx: 800, frameCount: 10 })).toBe(1);
    expect(ticks({ widthPx: 800, frameCount: 144 }).slice(0, 3)).toEqual([0, 10, 20]);
    expect(ticks({ widthPx: 800, frameCount: 1 })).toEqual([0]);
  });
});

describe('derivedSpans', () => {
  it('joins neighbouring spans and breaks where a segment ends', () => {
    expect(derivedSpans(track(), [key(0), key(5), key(9, true), key(15), key(20)])).toEqual([
      { first: 0, last: 9 },
      { first: 15, last: 20 },
    ]);
  });

  it('has none for a single key, and the whole life for what stands still', () => {
    expect(derivedSpans(track(), [key(4)])).toEqual([]);
    expect(derivedSpans(track({ is_static: true }), [key(4)])).toEqual([{ first: 0, last: 20 }]);
    expect(derivedSpans(track({ is_static: true }), [])).toEqual([]);
  });
});

describe('laneAt', () => {
  it('finds the row', () => {
    expect(laneAt(0, 3)).toBe(0);
    expect(laneAt(LANE_PX * 2 + 1, 3)).toBe(2);
    expect(laneAt(LANE_PX * 3, 3)).toBeNull();
    expect(laneAt(-1, 3)).toBeNull();
  });
});

describe('the ends of a life', () => {
  it('are taken near where they are drawn', () => {
    const [left, right] = cellOf(scale, 20, 60);
    expect(lifeEndAt(scale, [20, 60], left + 3)).toBe('first');
    expect(lifeEndAt(scale, [20, 60], right - 3)).toBe('last');
    expect(lifeEndAt(scale, [20, 60], (left + right) / 2)).toBeNull();
    expect(lifeEndAt(scale, [20, 20], cellOf(scale, 20)[1])).toBe('last');
  });

  it('never pass each other', () => {
    expect(draggedLife([20, 60], 'first', 70)).toEqual([60, 60]);
    expect(draggedLife([20, 60], 'last', 70)).toEqual([20, 70]);
    expect(draggedLife([20, 60], 'last', 3)).toEqual([20, 20]);
  });
});
