import { describe, expect, it } from 'vitest';

import { moveInEgo, uprightBox } from '../geometry/box';
import { supportedFaces } from '../geometry/face_support';
import type { Vec3 } from '../model/tuples';
import { FaceSupport } from './face_support';
import { cloudOf } from './test_clouds';

const LIDAR: Vec3 = [0, 0, 1.5];
const BOX = uprightBox([10, 1, 0], [4, 2, 1.6], 0.3);

describe('the faces that points hold, while a box is dragged', () => {
  // A field of points all around, so that what holds changes with every step.
  const cloud = cloudOf(
    Array.from({ length: 4000 }, (_, index): [number, number, number] => [
      4 + (index % 80) * 0.15,
      -4 + Math.floor(index / 80) * 0.15,
      -0.8 + ((index * 7) % 20) * 0.08,
    ]),
  );

  it.each([0, 0.3, 1.2, 2.5, 5])('are the same as from the whole cloud, %s m on', (metres) => {
    const support = new FaceSupport();
    support.facesOf(cloud, BOX, LIDAR);
    const moved = moveInEgo(BOX, [metres, -metres / 2, 0]);
    expect(support.facesOf(cloud, moved, LIDAR)).toEqual(supportedFaces(cloud, moved, LIDAR));
  });

  it('are not looked for again while nothing changes', () => {
    const support = new FaceSupport();
    expect(support.facesOf(cloud, BOX, LIDAR)).toBe(support.facesOf(cloud, BOX, LIDAR));
  });
});
