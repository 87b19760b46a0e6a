import { describe, expect, it } from 'vitest';

import { formatAgo, formatCount, formatDegrees, formatMetres, formatNumber, percent } from './format';
import { keyCaps } from './keys';

describe('numbers', () => {
  it('never shows minus zero', () => {
    expect(formatNumber(-0.001)).toBe('0.00');
    expect(formatNumber(-0.006)).toBe('-0.01');
  });

  it('shows units', () => {
    expect(formatMetres(12.3456)).toBe('12.35 m');
    expect(formatMetres(Number.NaN)).toBe('–');
    expect(formatDegrees(Math.PI / 2)).toBe('90.0°');
    expect(formatCount(12345, 'en')).toBe('12,345');
  });

  it('says 100 % only when all is done and 0 % only when nothing is', () => {
    expect(percent(0, 400)).toBe(0);
    expect(percent(1, 400)).toBe(1);
    expect(percent(399, 400)).toBe(99);
    expect(percent(400, 400)).toBe(100);
    expect(percent(3, 0)).toBe(0);
  });
});

describe('times', () => {
  const now = new Date('2026-05-04T12:00:00Z');

  it('counts back in the largest whole unit', () => {
    expect(formatAgo('2026-05-04T11:59:40Z', 'en', now)).toBe('now');
    expect(formatAgo('2026-05-04T11:55:00Z', 'en', now)).toBe('5 minutes ago');
    expect(formatAgo('2026-05-03T11:00:00Z', 'en', now)).toBe('yesterday');
    expect(formatAgo('2026-05-04T09:00:00Z', 'ko', now)).toBe('3시간 전');
  });

  it('shows a dash for what is no time', () => {
    expect(formatAgo('never', 'en', now)).toBe('–');
  });
});

describe('key caps', () => {
  it('prints keys as on a keyboard', () => {
    expect(keyCaps('Ctrl+Shift+z')).toEqual(['Ctrl', 'Shift', 'Z']);
    expect(keyCaps('ArrowRight')).toEqual(['→']);
    expect(keyCaps('+')).toEqual(['+']);
    expect(keyCaps(' ')).toEqual(['Space']);
  });
});
