import { describe, expect, it } from 'vitest';

import { uprightBox } from '../geometry/box';
import { HEIGHT_COLORS, rgbOf, wordOf } from './colormap';
import { boxTest } from './near_points';
import { colorPoints } from './point_colors';
import { cloudOf } from './test_clouds';

const BOX = uprightBox([10, 5, 1], [4, 2, 1.5], 0.7);

describe('colorPoints', () => {
  const cloud = cloudOf(
    [
      [10, 5, 1],
      [0, 0, -5],
      [0, 0, 50],
    ],
    { intensity: Uint8Array.of(0, 128, 255), rgb: Uint8Array.of(1, 2, 3, 96, 96, 96, 0, 0, 0) },
  );
  const options = { showGround: true, tinted: [] };

  it('clamps heights to the gradient', () => {
    const colors = colorPoints(cloud, { ...options, mode: 'height' });
    expect(colors[1]).toBe(HEIGHT_COLORS[0]);
    expect(colors[2]).toBe(HEIGHT_COLORS[255]);
  });

  it('shows image colours, and points that no camera saw in another', () => {
    const colors = colorPoints(cloud, { ...options, mode: 'image' });
    expect(colors[0]).toBe(wordOf(1, 2, 3));
    expect(colors[1]).not.toBe(wordOf(96, 96, 96));
    expect(colors[2]).toBe(wordOf(0, 0, 0));
    expect(colorPoints({ ...cloud, rgb: null }, { ...options, mode: 'image' })).toHaveLength(3);
  });

  it('rises with intensity, and falls back to height without one', () => {
    const colors = colorPoints(cloud, { ...options, mode: 'intensity' });
    expect(new Set(colors).size).toBe(3);
    const without = { ...cloud, intensity: null };
    expect(colorPoints(without, { ...options, mode: 'intensity' })).toEqual(
      colorPoints(cloud, { ...options, mode: 'height' }),
    );
  });

  it('tints the points of boxes', () => {
    const tinted = [{ test: boxTest(BOX), color: '#ff0080' }];
    const colors = colorPoints(cloud, { ...options, mode: 'category', tinted });
    expect(colors[0]).toBe(wordOf(...rgbOf('#ff0080')));
    expect(colors[1]).not.toBe(colors[0]);
  });

  it('hides the ground when asked', () => {
    const colors = colorPoints(cloud, { ...options, mode: 'height', showGround: false });
    expect(colors[1]).toBe(0);
    expect(colors[0]).not.toBe(0);
  });
});
