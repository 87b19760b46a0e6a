import { describe, expect, it } from 'vitest';

import { groundLines } from './ground';

describe('groundLines', () => {
  it('fades the ground out', () => {
    const { positions, colors } = groundLines();
    expect(positions.length / 3).toBe(colors.length / 4);
    expect(Math.max(...colors)).toBeLessThanOrEqual(1);
    expect(Math.min(...colors)).toBeGreaterThanOrEqual(0);
  });
});
