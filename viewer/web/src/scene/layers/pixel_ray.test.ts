import { expect, test } from 'vitest';

import type { PixelRay } from '../../store/session';
import { raySegments } from './pixel_ray';

const ray: PixelRay = {
  camera: 'ahead',
  frameIndex: 0,
  uv: [0, 0],
  ray: { origin: [1, 0, 1], direction: [1, 0, 0] },
  point: [11, 0, 1],
};

test('a ray goes a little beyond the point that it meets, which gets a cross', () => {
  const [along, ...cross] = raySegments(ray);
  expect(along).toEqual([
    [1, 0, 1],
    [13, 0, 1],
  ]);
  expect(cross).toHaveLength(3);
});

test('a ray that meets nothing goes as far as lidars see', () => {
  expect(raySegments({ ...ray, point: null })).toEqual([
    [
      [1, 0, 1],
      [121, 0, 1],
    ],
  ]);
});
