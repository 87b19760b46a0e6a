import { describe, expect, it } from 'vitest';

import type { Vec2, Vec3 } from '../../model/tuples';
import { stopAt, type TrackStop } from './trajectory';

const stops: readonly TrackStop[] = [0, 1, 2, 3].map((frame_index) => ({
  frame_index,
  point: [10 * frame_index, 0, 0] as Vec3,
  is_key: frame_index === 0,
}));
const project = ([x, y]: Vec3): Vec2 | null => (x === 30 ? null : [x, 100 + y]);
const frameAt = (place: Vec2, shown = 9, within = 6) =>
  stopAt(stops, shown, place, project, within)?.frame_index ?? null;

describe('stopAt', () => {
  it('is the nearest mark on the screen within reach', () => {
    expect(frameAt([11, 103])).toBe(1);
    expect(frameAt([16, 100])).toBe(2);
    expect(frameAt([10, 107])).toBeNull();
  });

  it('is never that of the shown frame, nor one behind the camera', () => {
    expect(frameAt([10, 100], 1)).toBeNull();
    expect(frameAt([30, 100])).toBeNull();
  });
});
