import { describe, expect, it } from 'vitest';

import projectionGolden from '../../../../tests/data/golden/projection.json';
import type { CameraInfo } from '../model/scene';
import type { Vec3 } from '../model/tuples';
import { imageFromRay, isVisible } from './camera_model';
import { rangeAt, pointsInImage } from './points_in_image';
import { apply, inverse } from './se3';

const cameras = projectionGolden.cameras as unknown as readonly CameraInfo[];

function firstWith(name: string): CameraInfo {
  const found = cameras.find((camera) => camera.name === name);
  if (found === undefined) {
    throw new Error(`there is no camera ${name}`);
  }
  return found;
}

function cloudOf(points: readonly Vec3[], origin_m: Vec3 = [0, 0, 0]) {
  const xyz = new Float32Array(
    points.flatMap((point) => point.map((value, axis) => value - (origin_m[axis] ?? 0))),
  );
  return { count: points.length, xyz, origin_m };
}

describe.each(cameras.map((camera) => ({ name: camera.name, camera })))('points in $name', ({ camera }) => {
  it('are those that lie in the image, where its lens puts them', () => {
    // A sphere of points: nothing hides anything.
    const points = Array.from({ length: 4000 }, (_, i): Vec3 => {
      const [azimuth, height] = [i * 2.399963, 1 - (2 * (i + 0.5)) / 4000];
      const across = Math.sqrt(1 - height * height);
      return [12 * across * Math.cos(azimuth), 12 * across * Math.sin(azimuth), 12 * height];
    });
    const found = pointsInImage(camera, cloudOf(points, [3, -2, 1]));
    const expected = points.filter((point) => {
      const point_cam = apply(camera.cam_from_ego, point);
      const [u, v] = isVisible(camera, point_cam) ? imageFromRay(camera, point_cam) : [-9, -9];
      return u > -0.5 && u < camera.width_px - 0.5 && v > -0.5 && v < camera.height_px - 0.5;
    });
    expect(expected.length).toBeGreaterThan(20);
    expect(found.count).toBe(expected.length);
    const [u, v] = imageFromRay(camera, apply(camera.cam_from_ego, points[found.index[0] ?? 0] ?? [0, 0, 0]));
    expect(found.u[0]).toBeCloseTo(u, 2);
    expect(found.v[0]).toBeCloseTo(v, 2);
  });
});

describe('hidden points', () => {
  const camera = firstWith('front');
  const ahead = (depth: number, across = 0): Vec3 =>
    apply(inverse(camera.cam_from_ego), [across * depth, 0, depth]);

  it('behind nearer ones are left out; the distance at a pixel is that of the one in sight', () => {
    const found = pointsInImage(camera, cloudOf([ahead(30), ahead(10), ahead(20, 0.2)]));
    expect([...found.index]).toEqual([2, 1]);
    expect(rangeAt(found, [camera.cx_px, camera.cy_px], 5)).toBeCloseTo(10, 3);
    expect(rangeAt(found, [5, 5], 5)).toBeNull();
  });
});
