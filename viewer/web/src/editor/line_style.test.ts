import { describe, expect, it } from 'vitest';

import { drawnShares, styleOf } from './line_style';

const PERSON = 'human:local';

describe('styleOf', () => {
  it('tells a person’s key from every other, agreed with or not', () => {
    const own = styleOf({ source: 'human', confirmed_by: PERSON }, true);
    expect(own).toBe('solid');
    expect(styleOf({ source: 'human', confirmed_by: null }, true)).toBe(own);
    const others = ['imported:kitti', 'model:m@1', 'propagated', 'something else'].flatMap((source) =>
      [null, PERSON, 'import'].map((confirmed_by) => styleOf({ source, confirmed_by }, true)),
    );
    expect(others).not.toContain(own);
    expect(others).not.toContain('dashed');
  });

  it('tells imports from what machines made, and what is agreed with from what is not', () => {
    const styles = ['imported:kitti', 'model:m@1', 'propagated'].map((source) => [
      styleOf({ source, confirmed_by: PERSON }, true),
      styleOf({ source, confirmed_by: null }, true),
    ]);
    expect(styles).toEqual([
      ['gap', 'dash_dot'],
      ['gaps', 'corners'],
      ['gaps', 'dotted'],
    ]);
  });

  it('dashes what is derived', () => {
    expect(styleOf({ source: 'propagated', confirmed_by: PERSON }, false)).toBe('dashed');
    expect(styleOf({ source: 'propagated', confirmed_by: null }, false)).toBe('dashed');
  });
});

it('draws both ends of every edge', () => {
  for (const style of ['solid', 'gap', 'gaps', 'corners'] as const) {
    const shares = drawnShares(style) ?? [];
    expect([shares[0]?.[0], shares.at(-1)?.[1]]).toEqual([0, 1]);
    expect(shares.flat()).toEqual(shares.flat().toSorted((a, b) => a - b));
  }
  expect(drawnShares('dotted')).toBeNull();
});
