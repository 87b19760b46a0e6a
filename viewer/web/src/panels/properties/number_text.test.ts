import { describe, expect, it } from 'vitest';

import { clampTo, parseNumber } from './number_text';

describe('parseNumber', () => {
  it('takes a point or a comma, with or without a unit', () => {
    expect(parseNumber('4.25', 1)).toBe(4.25);
    expect(parseNumber(' -0,5 ', 1)).toBe(-0.5);
    expect(parseNumber('1.8 m', 1)).toBe(1.8);
    expect(parseNumber('90°', 1)).toBe(90);
    expect(parseNumber('.5', 1)).toBe(0.5);
  });

  it('takes a change of the present number', () => {
    expect(parseNumber('+0.5', 2)).toBe(2.5);
    expect(parseNumber('*2', 2)).toBe(4);
    expect(parseNumber('/4', 2)).toBe(0.5);
  });

  it('refuses the rest', () => {
    for (const text of ['', 'abc', '1.2.3', '/0', '1e999', '--1', 'NaN']) {
      expect(parseNumber(text, 2)).toBeNull();
    }
  });
});

describe('clampTo', () => {
  it('holds a number between two others', () => {
    expect([clampTo(-1, 0, 2), clampTo(1, 0, 2), clampTo(3, 0, 2)]).toEqual([0, 1, 2]);
  });
});
