import { describe, expect, it } from 'vitest';

import { drawn, sampleSizes, usualSampleSize } from './audit';
import { mostWrongLeft } from './bound';

describe('the size of a sample', () => {
  it('is one of a few numbers, or all', () => {
    expect(sampleSizes(7)).toEqual([7]);
    expect(sampleSizes(25)).toEqual([10, 20, 25]);
    expect(sampleSizes(500)).toEqual([10, 20, 30, 50, 100, 200, 500]);
  });

  it.each([1, 8, 25, 60, 200, 3000])('is by default enough for one in ten, of %i', (population) => {
    const size = usualSampleSize(population);
    expect(mostWrongLeft(population, size, 0)).toBeLessThanOrEqual(population / 10);
    expect(sampleSizes(population)).toContain(size);
  });
});

describe('drawn', () => {
  it('draws so many different ones, and all where there are fewer', () => {
    const all = Array.from({ length: 20 }, (_, i) => i);
    expect(new Set(drawn(all, 7, Math.random)).size).toBe(7);
    expect(drawn(all, 50, Math.random).toSorted((a, b) => a - b)).toEqual(all);
    expect(drawn([], 3, Math.random)).toEqual([]);
  });

  it('draws each as often as any other', () => {
    const counts = [0, 0, 0, 0, 0];
    let seed = 7;
    // A small generator, so that the test says the same every time.
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let i = 0; i < 5_000; i += 1) {
      drawn([0, 1, 2, 3, 4], 2, random).forEach((each) => (counts[each] = (counts[each] ?? 0) + 1));
    }
    counts.forEach((count) => expect(Math.abs(count - 2_000)).toBeLessThan(120));
  });
});
