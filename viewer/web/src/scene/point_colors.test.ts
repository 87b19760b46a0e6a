import { describe, expect, it } from 'vitest';

import { uprightBox } from '../geometry/box';
import { HEIGHT_COLORS, rgbOf, wordOf } from './colormap';
import { boxTest } from './near_points';
import { colorPoints } from './point_colors';
import { cloudOf, groundGrid } from './test_clouds';

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

  it('colours what comes like what is there', () => {
    const whole = colorPoints(cloud, { ...options, mode: 'height' });
    const colors = new Uint32Array(3);
    const part = { ...cloud, count: 1, xyz: cloud.xyz.subarray(0, 3) };
    colorPoints(part, { ...options, mode: 'height' }, 0, colors);
    expect(colors[1]).toBe(0);
    colorPoints(cloud, { ...options, mode: 'height' }, 1, colors);
    expect(colors).toEqual(whole);
  });

  it('tells times and lasers apart, and falls back to height without them', () => {
    const timed = { ...cloud, age_ms: Int16Array.of(-500, 0, 500), ring: Uint8Array.of(0, 1, 1) };
    expect(new Set(colorPoints(timed, { ...options, mode: 'age' })).size).toBe(3);
    expect(new Set(colorPoints(timed, { ...options, mode: 'ring' })).size).toBe(2);
    const byHeight = colorPoints(cloud, { ...options, mode: 'height' });
    expect(colorPoints(cloud, { ...options, mode: 'age' })).toEqual(byHeight);
    expect(colorPoints(cloud, { ...options, mode: 'ring' })).toEqual(byHeight);
  });

  it('spreads intensities between the percentiles that are asked for', () => {
    const dark = { ...cloud, intensity: Uint8Array.of(10, 10, 250) };
    const whole = colorPoints(dark, { ...options, mode: 'intensity', intensityPercentiles: [0, 100] });
    const most = colorPoints(dark, { ...options, mode: 'intensity', intensityPercentiles: [0, 60] });
    expect(whole[0]).not.toBe(whole[2]);
    expect(most[2]).toBe(whole[2]);
    expect(new Set(whole).size).toBe(2);
  });

  it('hides the ground of a slope, and nothing that stands on it', () => {
    const slope = groundGrid(0).map(([x, y]) => [x, y, 0.1 * x] as const);
    const pole = [10, 10, 1 + 0.6] as const;
    const hill = cloudOf([...slope, pole]);
    const colors = colorPoints(hill, { ...options, mode: 'height', showGround: false });
    const hidden = colors.filter((word) => word === 0).length;
    expect(hidden).toBeGreaterThan(0.95 * slope.length);
    expect(colors.at(-1)).not.toBe(0);
  });
});
