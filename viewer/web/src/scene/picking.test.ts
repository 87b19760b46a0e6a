import { describe, expect, it } from 'vitest';

import { uprightBox } from '../geometry/box';
import type { Vec3 } from '../model/tuples';
import { localGround, pickBox, pickGround, pickPoint } from './picking';
import { cloudOf, groundGrid } from './test_clouds';

describe('picking', () => {
  const down = (from: Vec3, to: Vec3) => {
    const way = to.map((value, axis) => value - (from[axis] ?? 0));
    const length = Math.hypot(...way);
    const [x = 0, y = 0, z = 0] = way.map((value) => value / length);
    return { origin: from, direction: [x, y, z] as const };
  };

  it('finds the ground where it really is, not where the plane would be', () => {
    const cloud = cloudOf(groundGrid(-1.2), { ground_z_m: -1.7 });
    const ground = pickGround(cloud, down([0, 0, 5], [12, 8, -1.2]));
    expect(ground?.[0]).toBeCloseTo(12, 1);
    expect(ground?.[1]).toBeCloseTo(8, 1);
    expect(ground?.[2]).toBeCloseTo(-1.2, 5);
  });

  it('drops to the ground below a point on an object', () => {
    const roof = groundGrid(0.2).filter(([x, y]) => Math.hypot(x - 10, y - 10) < 1);
    const cloud = cloudOf([...groundGrid(-1.5), ...roof], { ground_z_m: -1.5 });
    const ground = pickGround(cloud, down([0, 0, 8], [10, 10, 0.2]));
    expect(ground?.[2]).toBeCloseTo(-1.5, 5);
    expect(Math.hypot((ground?.[0] ?? 0) - 10, (ground?.[1] ?? 0) - 10)).toBeLessThan(0.6);
    expect(localGround(cloud, [10, 10, 0.2])).toBeCloseTo(-1.5, 5);
  });

  it('falls back to the plane of the ground, and to nothing over the sky', () => {
    const cloud = cloudOf([], { ground_z_m: -1.7 });
    expect(pickGround(cloud, down([0, 0, 5], [5, 0, -1.7]))?.[2]).toBeCloseTo(-1.7);
    expect(pickGround(cloud, down([0, 0, 5], [50, 0, 6]))).toBeNull();
    expect(pickGround(null, down([0, 0, 5], [5, 0, 0]))?.[0]).toBeCloseTo(5);
    expect(pickPoint(cloudOf([[5, 5, 5]]), down([0, 0, 0], [1, 0, 0]))).toBeNull();
  });

  it('prefers the box that holds the picked point, then the nearer one', () => {
    const near = { id: 'near', box: uprightBox([5, 0, 0], [2, 2, 2], 0) };
    const far = { id: 'far', box: uprightBox([15, 0, 0], [2, 2, 2], 0) };
    const around = { id: 'around', box: uprightBox([15, 0, 0], [12, 8, 4], 0) };
    const ray = down([0, 0, 0], [1, 0, 0]);
    expect(pickBox(ray, [far, near], null, 0)).toBe('near');
    expect(pickBox(ray, [around, far, near], [15, 0, 0], 0)).toBe('far');
    expect(pickBox(down([0, 0, 0], [0, 1, 0]), [near, far], null, 0)).toBeNull();
  });

  it('lets small far boxes be hit a little beside', () => {
    const post = { id: 'post', box: uprightBox([50, 0, 0], [0.2, 0.2, 2], 0) };
    const beside = down([0, 0, 0], [50, 0.25, 0]);
    expect(pickBox(beside, [post], null, 0)).toBeNull();
    expect(pickBox(beside, [post], null, 0.005)).toBe('post');
  });
});
