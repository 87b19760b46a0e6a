import { describe, expect, it } from 'vitest';

import { groundHeight, intensityRange, percentileBin } from './cloud';

describe('percentileBin', () => {
  it('finds the lowest bin that holds enough', () => {
    const histogram = Uint32Array.of(0, 1, 0, 98, 1);
    expect(percentileBin(histogram, 1)).toBe(1);
    expect(percentileBin(histogram, 2)).toBe(3);
    expect(percentileBin(histogram, 100)).toBe(4);
    expect(percentileBin(new Uint32Array(4), 50)).toBe(0);
  });
});

describe('groundHeight', () => {
  it('is the low level near the vehicle, whatever stands on it or lies far below', () => {
    const xyz: number[] = [];
    for (let i = 0; i < 1000; i += 1) {
      xyz.push(i % 10, (i % 7) - 3, i % 4 === 0 ? 1.5 : -1.73);
      xyz.push(60, i % 9, -6);
    }
    expect(groundHeight(Float32Array.from(xyz), [0, 0, 0])).toBeCloseTo(-1.73, 1);
    expect(groundHeight(Float32Array.from(xyz), [0, 0, 10])).toBeCloseTo(8.27, 1);
  });

  it('falls back to all points, then to zero', () => {
    expect(groundHeight(Float32Array.of(100, 0, 3), [0, 0, 0])).toBeCloseTo(3, 1);
    expect(groundHeight(new Float32Array(0), [0, 0, 0])).toBe(0);
  });
});

describe('intensityRange', () => {
  it('leaves out the tails', () => {
    const intensity = Uint8Array.from({ length: 1000 }, (_, i) => (i < 5 ? 255 : 10 + (i % 100)));
    const [low, high] = intensityRange(intensity);
    expect(low).toBeGreaterThanOrEqual(10);
    expect(high).toBeLessThanOrEqual(110);
  });

  it('is the full range without intensity', () => {
    expect(intensityRange(null)).toEqual([0, 255]);
  });
});
