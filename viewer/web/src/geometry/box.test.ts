import { describe, expect, it } from 'vitest';

import {
  type Box,
  centerOf,
  CORNER_SIGNS,
  corners,
  dragFace,
  FACE_NORMALS,
  type Face,
  MIN_SIZE_M,
  nearestCornerSigns,
  resizeAboutCorner,
  rotateYaw,
  uprightBox,
  withYaw,
  yawOfBox,
} from './box';
import { quatFromAxisAngle } from './quaternion';
import { apply } from './se3';
import { distance, multiply, scale, wrapAngle } from './vec3';

const tilted: Box = {
  ego_from_object: { quat_wxyz: quatFromAxisAngle([0.6, 0, 0.8], 0.7), translation_m: [10, -3, 1] },
  size_lwh_m: [4, 2, 1.5],
};
const faces = Object.keys(FACE_NORMALS) as Face[];
const faceCenter = (box: Box, face: Face) =>
  apply(box.ego_from_object, multiply(FACE_NORMALS[face], scale(box.size_lwh_m, 0.5)));
const OPPOSITE: Readonly<Record<Face, Face>> = {
  front: 'back',
  back: 'front',
  left: 'right',
  right: 'left',
  top: 'bottom',
  bottom: 'top',
};

describe('dragFace', () => {
  it.each(faces)('moves the %s face and keeps the opposite one', (face) => {
    const dragged = dragFace(tilted, face, 0.8);
    expect(distance(faceCenter(dragged, OPPOSITE[face]), faceCenter(tilted, OPPOSITE[face]))).toBeLessThan(
      1e-12,
    );
    expect(distance(faceCenter(dragged, face), faceCenter(tilted, face))).toBeCloseTo(0.8, 12);
  });

  it.each(faces)('stops the %s face before the box is inside out', (face) => {
    const dragged = dragFace(tilted, face, -100);
    expect(Math.min(...dragged.size_lwh_m)).toBeCloseTo(MIN_SIZE_M, 12);
    expect(distance(faceCenter(dragged, OPPOSITE[face]), faceCenter(tilted, OPPOSITE[face]))).toBeLessThan(
      1e-12,
    );
  });
});

it('resizes about a corner, which stays', () => {
  CORNER_SIGNS.forEach((signs, index) => {
    const resized = resizeAboutCorner(tilted, [5, 1, 2], signs);
    const before = corners(tilted)[index] ?? [0, 0, 0];
    expect(distance(corners(resized)[index] ?? [9, 9, 9], before)).toBeLessThan(1e-12);
    expect(resized.size_lwh_m).toEqual([5, 1, 2]);
  });
});

it('names the corner that is nearest to a point', () => {
  corners(tilted).forEach((corner, index) => {
    expect(nearestCornerSigns(tilted, corner)).toEqual(CORNER_SIGNS[index]);
  });
});

it('turns about its own centre', () => {
  const box = uprightBox([1, 2, 3], [4, 2, 1], 3);
  expect(yawOfBox(rotateYaw(box, 0.5))).toBeCloseTo(wrapAngle(3.5), 12);
  expect(centerOf(rotateYaw(box, 0.5))).toEqual([1, 2, 3]);
  expect(yawOfBox(withYaw(tilted, -2))).toBeCloseTo(-2, 12);
});

it('wraps angles to [-π, π)', () => {
  expect(wrapAngle(Math.PI)).toBe(-Math.PI);
  expect(wrapAngle(-Math.PI)).toBe(-Math.PI);
  expect(wrapAngle(-1e-17)).toBeCloseTo(0, 15);
  expect(wrapAngle(7 * Math.PI + 0.25)).toBeCloseTo(0.25 - Math.PI, 12);
});
