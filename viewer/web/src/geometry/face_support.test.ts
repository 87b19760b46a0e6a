import { describe, expect, it } from 'vitest';

import type { Vec3 } from '../model/tuples';
import { type Face, FACE_NORMALS, rotateInObject, uprightBox } from './box';
import { supportedFaces } from './face_support';
import { apply } from './se3';

const BOX = uprightBox([12, 3, 0], [4, 2, 1.6], 0.7);
const LIDAR: Vec3 = [0, 0, 1.5];

/** Points on the middle of faces, a little apart. */
function pointsOn(faces: readonly Face[], box = BOX, count = 3, awayM = 0) {
  const origin_m: Vec3 = [10, 0, 0];
  const xyz = faces.flatMap((face) =>
    Array.from({ length: count }, (_, index) => {
      const [nx, ny, nz] = FACE_NORMALS[face];
      const [length, width, height] = box.size_lwh_m;
      const reach = (half: number, normal: number) => normal * (half / 2 + awayM);
      const aside = 0.05 * (index - 1);
      const place = apply(box.ego_from_object, [
        reach(length, nx) + (nx === 0 ? aside : 0),
        reach(width, ny) + (nx === 0 ? 0 : aside),
        reach(height, nz) + (nz === 0 ? aside : 0),
      ]);
      return [place[0] - origin_m[0], place[1] - origin_m[1], place[2] - origin_m[2]];
    }).flat(),
  );
  return { xyz: new Float32Array(xyz), origin_m };
}

describe('the faces that points hold', () => {
  it('are those with three points on them that the lidar can see, the top, and the ground below', () => {
    const all = pointsOn(['front', 'back', 'left', 'right', 'top', 'bottom']);
    // The lidar stands behind the box and to its left.
    expect(supportedFaces(all, BOX, LIDAR)).toEqual(['back', 'left', 'top', 'bottom']);
    expect(supportedFaces(all, BOX, [30, 3, 0])).toEqual(['front', 'right', 'top', 'bottom']);
  });

  it.each(['back', 'left', 'top', 'bottom'] as const)(
    'are none but %s where only that one has points',
    (face) => {
      expect(supportedFaces(pointsOn([face]), BOX, LIDAR)).toEqual([face]);
    },
  );

  it('need three points, near the face', () => {
    expect(supportedFaces(pointsOn(['back'], BOX, 2), BOX, LIDAR)).toEqual([]);
    expect(supportedFaces(pointsOn(['back'], BOX, 5, 0.15), BOX, LIDAR)).toEqual(['back']);
    expect(supportedFaces(pointsOn(['back'], BOX, 5, 0.25), BOX, LIDAR)).toEqual([]);
  });

  it('are found on tilted boxes, too', () => {
    const tilted = rotateInObject(BOX, [0, 1, 0], 0.2);
    expect(supportedFaces(pointsOn(['left', 'top'], tilted), tilted, LIDAR)).toEqual(['left', 'top']);
  });

  it('are none where there are no points, or none that are numbers', () => {
    expect(supportedFaces({ xyz: new Float32Array(0), origin_m: [0, 0, 0] }, BOX, LIDAR)).toEqual([]);
    const nan = { xyz: new Float32Array(30).fill(Number.NaN), origin_m: [0, 0, 0] as const };
    expect(supportedFaces(nan, BOX, LIDAR)).toEqual([]);
  });
});
