import { describe, expect, it } from 'vitest';

import { ofKind, rangesOf, sizeText } from './merge_words';

describe('words of a merge', () => {
  it('join frames in a row', () => {
    expect(rangesOf([3, 4, 5, 9, 11, 12])).toBe('3–5, 9, 11–12');
    expect(rangesOf([])).toBe('');
  });

  it('name sizes and pick conflicts', () => {
    expect(sizeText([4.2, 1.8, 1.556])).toBe('4.20 × 1.80 × 1.56');
    const conflicts = [
      { kind: 'category', into: 'Car', other: 'Van' },
      { kind: 'cuboid', frame_index: 3, apart_m: 0.2 },
    ] as const;
    expect(ofKind(conflicts, 'cuboid').map(({ frame_index }) => frame_index)).toEqual([3]);
  });
});
