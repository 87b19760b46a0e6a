import { describe, expect, it } from 'vitest';

import { keyOf } from '../../store/testing';
import { stripFrames, worstFrame } from './strip_frames';

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('stripFrames', () => {
  it('are all of a short track', () => {
    expect(stripFrames([3, 4, 9], 4, 5)).toEqual([3, 4, 9]);
  });

  it('are spread evenly from the first to the last', () => {
    expect(stripFrames(upTo(101), 50, 5)).toEqual([0, 25, 50, 75, 100]);
    expect(stripFrames(upTo(101), null, 2)).toEqual([0, 100]);
  });

  it('hold the worst one, and still both ends', () => {
    expect(stripFrames(upTo(101), 60, 5)).toEqual([0, 25, 60, 75, 100]);
    expect(stripFrames(upTo(101), 1, 5)).toEqual([0, 1, 50, 75, 100]);
    expect(stripFrames(upTo(101), 99, 5)).toEqual([0, 25, 50, 99, 100]);
    expect(stripFrames(upTo(9), 4, 1)).toEqual([4]);
  });

  it('rise and never repeat', () => {
    for (const count of [1, 2, 3, 6, 10]) {
      for (const worst of [0, 7, 13, 29]) {
        const frames = stripFrames(upTo(30), worst, count);
        expect(new Set(frames).size).toBe(count);
        expect(frames).toContain(worst);
        expect(frames).toEqual(frames.toSorted((a, b) => a - b));
      }
    }
  });
});

describe('worstFrame', () => {
  it('has the lowest score, and is far away where several have it', () => {
    const keys = [
      keyOf('a', 1, 10, { score: 0.9 }),
      keyOf('a', 2, 10, { score: 0.3 }),
      keyOf('a', 3, 40, { score: 0.3 }),
      keyOf('a', 4, 90),
    ];
    expect(worstFrame(keys)).toBe(3);
  });

  it('is far away where nothing has a score, and nowhere without keys', () => {
    expect(worstFrame([keyOf('a', 1, 10), keyOf('a', 2, 30)])).toBe(2);
    expect(worstFrame([])).toBeNull();
  });
});
