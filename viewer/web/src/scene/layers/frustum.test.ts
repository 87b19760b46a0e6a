import { describe, expect, it } from 'vitest';

import { frustumSegments } from './frustum';

describe('frustumSegments', () => {
  it('opens a frustum as wide as the image', () => {
    const pinhole = { fx_px: 500, fy_px: 500, cx_px: 499.5, cy_px: 249.5, width_px: 1000, height_px: 500 };
    const cam_from_ego = { quat_wxyz: [1, 0, 0, 0], translation_m: [0, 0, 0] } as const;
    const points = frustumSegments({
      name: 'c',
      model: 'pinhole',
      images_are: 'raw',
      distortion: [],
      max_angle_rad: Math.PI / 2,
      cam_from_ego,
      ...pinhole,
    });
    expect(points).toHaveLength(16);
    expect(points[1]?.[0]).toBeCloseTo(-2.5);
    expect(points[1]?.[1]).toBeCloseTo(-1.25);
  });
});
