import { describe, expect, it } from 'vitest';

import { contains, uprightBox } from '../geometry/box';
import type { Vec3 } from '../model/tuples';
import { boxTest, countInside, encloses, pointsInside } from './near_points';
import { cloudOf } from './test_clouds';

const BOX = uprightBox([10, 5, 1], [4, 2, 1.5], 0.7);

describe('near points', () => {
  it('agrees with the exact test of a box, whatever the origin', () => {
    const points = Array.from({ length: 4000 }, (_, i): Vec3 => {
      const turn = i * 2.399963;
      const reach = (i / 4000) * 4;
      return [10 + reach * Math.cos(turn), 5 + reach * Math.sin(turn), 1 + Math.sin(i) * 1.2];
    });
    const expected = points.filter((point) => contains(BOX, point)).length;
    expect(expected).toBeGreaterThan(100);
    expect(countInside(cloudOf(points), boxTest(BOX))).toBe(expected);
    const origin_m = [100, -20, 3] as const;
    const moved = points.map(([x, y, z]): Vec3 => [x - 100, y + 20, z - 3]);
    expect(Math.abs(countInside(cloudOf(moved, { origin_m }), boxTest(BOX)) - expected)).toBeLessThanOrEqual(
      1,
    );
  });

  it('copies points with their colours', () => {
    const cloud = cloudOf([
      [0, 0, 0],
      [10, 5, 1],
      [11, 5, 1],
    ]);
    const inside = pointsInside(cloud, Uint32Array.of(7, 8, 9), boxTest(BOX));
    expect([...inside.colors]).toEqual([8, 9]);
    expect([...inside.xyz]).toEqual([10, 5, 1, 11, 5, 1]);
  });

  it('knows when one region holds another', () => {
    expect(encloses(boxTest(BOX, 0.5), boxTest(BOX))).toBe(true);
    expect(encloses(boxTest(BOX), boxTest(BOX, 0.5))).toBe(false);
    expect(encloses(boxTest(BOX, 0.5), boxTest(uprightBox([10, 5.3, 1], [4, 2, 1.5], 0.7)))).toBe(true);
    expect(encloses(boxTest(BOX, 0.5), boxTest(uprightBox([10, 5, 1], [4, 2, 1.5], 1.6)))).toBe(false);
  });
});
