import { describe, expect, it } from 'vitest';

import { uprightBox } from './box';
import { distanceToSegment, groundAt, intersectBox, nearestProjected } from './hit_test';

describe('intersectBox', () => {
  const box = uprightBox([10, 0, 0], [4, 2, 2], Math.PI / 2);

  it.each([
    ['from the front', [0, 0, 0], [1, 0, 0], 9],
    ['from inside', [10, 0, 0], [0, 0, 1], 0],
    ['beside it', [0, 2.1, 0], [1, 0, 0], null],
    ['along a side', [0, 1.9, 0], [1, 0, 0], 9],
    ['behind the ray', [20, 0, 0], [1, 0, 0], null],
  ] as const)('%s', (_, origin, direction, metres) => {
    const found = intersectBox({ origin, direction }, box);
    expect(found === null ? null : Math.round(found * 1e9) / 1e9).toBe(metres);
  });
});

it('finds the ground under a ray, and none above the horizon', () => {
  expect(groundAt({ origin: [0, 0, 2], direction: [0.6, 0, -0.8] }, 0)).toEqual([1.5, 0, 0]);
  expect(groundAt({ origin: [0, 0, 2], direction: [1, 0, 0] }, 0)).toBeNull();
  expect(groundAt({ origin: [0, 0, 2], direction: [0.6, 0, 0.8] }, 0)).toBeNull();
});

it('measures to lines', () => {
  expect(distanceToSegment([3, 4], [0, 0], [0, 0])).toBe(5);
  expect(distanceToSegment([5, 1], [0, 0], [10, 0])).toBe(1);
  expect(distanceToSegment([13, 4], [0, 0], [10, 0])).toBe(5);
});

it('picks the line under the pixel before the nearest box around it', () => {
  const drawn = (id: string, ltrb: readonly [number, number, number, number], depth_m: number) => ({
    id,
    ltrb,
    depth_m,
    edges: [[[ltrb[0], ltrb[1]] as const, [ltrb[0], ltrb[3]] as const] as const],
  });
  const boxes = [drawn('far', [0, 0, 100, 100], 40), drawn('near', [10, 10, 90, 90], 10)];
  expect(nearestProjected([50, 50], boxes, 4)).toBe('near');
  expect(nearestProjected([2, 50], boxes, 4)).toBe('far');
  expect(nearestProjected([200, 50], boxes, 4)).toBeNull();
});
