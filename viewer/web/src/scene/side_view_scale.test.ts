import { describe, expect, it } from 'vitest';

import { metresPerPixel, zoomAfterWheel } from './side_view_scale';

describe('side view scale', () => {
  it('shows the whole box with room around it', () => {
    const scale = metresPerPixel([2, 4], { width: 300, height: 200 }, 1);
    expect(scale * 200).toBeGreaterThan(4 * 1.5);
    expect(scale * 300).toBeGreaterThan(2 * 1.5);
  });

  it('does not blow tiny boxes up', () => {
    expect(metresPerPixel([0.05, 0.05], { width: 200, height: 200 }, 1) * 200).toBeGreaterThan(1);
  });

  it('zooms in and out within bounds', () => {
    expect(zoomAfterWheel(1, -100)).toBeGreaterThan(1);
    expect(zoomAfterWheel(zoomAfterWheel(1, -100), 100)).toBeCloseTo(1);
    expect(zoomAfterWheel(1, 1e6)).toBeGreaterThan(0);
    expect(zoomAfterWheel(1, -1e6)).toBeLessThan(100);
  });
});
