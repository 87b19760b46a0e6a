import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import projectionGolden from '../../../../tests/data/golden/projection.json';
import type { CameraInfo } from '../model/scene';
import { imageFromRay } from './camera_model';
import { rayFromPixel, rayThroughPixel } from './rays';
import { apply } from './se3';
import { add, norm, scale } from './vec3';

const cameras = projectionGolden.cameras as unknown as readonly CameraInfo[];

function firstWith(model: string): CameraInfo {
  const found = cameras.find((camera) => camera.model === model);
  if (found === undefined) {
    throw new Error(`there is no camera ${model}`);
  }
  return found;
}

describe.each(cameras.map((camera) => ({ name: camera.name, camera })))('rays of $name', ({ camera }) => {
  it('come back to their pixel', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 6.28, noNaN: true }),
        (share, azimuth) => {
          const angle = share * 0.98 * Math.min(camera.max_angle_rad, 1.2);
          const wanted = [
            Math.sin(angle) * Math.cos(azimuth),
            Math.sin(angle) * Math.sin(azimuth),
            Math.cos(angle),
          ] as const;
          const ray = rayFromPixel(camera, imageFromRay(camera, wanted));
          expect(ray).not.toBeNull();
          const away = norm(add(ray ?? [9, 9, 9], scale(wanted, -1)));
          expect(away).toBeLessThan(1e-6);
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  it('start at the camera in ego', () => {
    const ray = rayThroughPixel(camera, [camera.cx_px, camera.cy_px]);
    const ahead = add(ray?.origin ?? [0, 0, 0], scale(ray?.direction ?? [0, 0, 0], 5));
    const [u, v] = imageFromRay(camera, apply(camera.cam_from_ego, ahead));
    expect(Math.hypot(u - camera.cx_px, v - camera.cy_px)).toBeLessThan(1e-3);
  });
});

it('a pixel beyond the cone has no ray', () => {
  const fisheye = firstWith('kannala_brandt');
  expect(rayFromPixel(fisheye, [fisheye.cx_px + 5 * fisheye.fx_px, fisheye.cy_px])).toBeNull();
});
