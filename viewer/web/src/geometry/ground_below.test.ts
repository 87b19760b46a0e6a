import { describe, expect, it } from 'vitest';

import { uprightBox } from './box';
import { groundBelow } from './ground_below';

const BOX = uprightBox([10, 0, -0.5], [4, 2, 1.6], 0.4);
const pointsAt = (places: readonly (readonly [number, number, number])[]) => ({
  xyz: new Float32Array(places.flat()),
  origin_m: [0, 0, 0] as const,
});
const ring = (z: number, count = 40) =>
  Array.from({ length: count }, (_, index) => {
    const angle = (index / count) * 2 * Math.PI;
    return [10 + 2.6 * Math.cos(angle), 2.6 * Math.sin(angle), z] as const;
  });

describe('the ground below a box', () => {
  it('is the low level of the points beside it', () => {
    const bush = ring(-0.6, 20);
    expect(groundBelow(pointsAt([...ring(-1.7), ...bush]), BOX)).toBeCloseTo(-1.7, 6);
  });

  it('is not what lies under it, on it, or a storey below', () => {
    const own = Array.from({ length: 50 }, (_, index) => [10, 0.01 * index, -1.1] as const);
    expect(groundBelow(pointsAt([...own, ...ring(-9)]), BOX)).toBeNull();
  });

  it('is unknown without points', () => {
    expect(groundBelow(pointsAt([]), BOX)).toBeNull();
    expect(groundBelow(pointsAt(ring(-1.7, 2)), BOX)).toBeNull();
    expect(groundBelow(pointsAt(ring(Number.NaN)), BOX)).toBeNull();
  });
});
