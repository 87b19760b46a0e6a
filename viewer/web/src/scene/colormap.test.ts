import { describe, expect, it } from 'vitest';

import { HEIGHT_COLORS, mixColors, rgbOf, wordOf } from './colormap';

describe('colormap', () => {
  it('packs colours so that their bytes are r, g, b, a', () => {
    const bytes = new Uint8Array(Uint32Array.of(wordOf(1, 2, 3)).buffer);
    expect([...bytes]).toEqual([1, 2, 3, 255]);
  });

  it('parses and mixes colours', () => {
    expect(rgbOf('#0a80ff')).toEqual([10, 128, 255]);
    expect(mixColors('#000000', '#ffffff', 0.5)).toBe('#808080');
    expect(mixColors('#123456', '#ffffff', 0)).toBe('#123456');
  });

  it('has tables that start and end with their stops', () => {
    expect(HEIGHT_COLORS).toHaveLength(256);
    expect(HEIGHT_COLORS[0]).toBe(wordOf(...rgbOf('#2a3556')));
    expect(HEIGHT_COLORS[255]).toBe(wordOf(...rgbOf('#e4586a')));
  });
});
