/** The oriented 3D box: corners, faces, and edits that return a new one; twin of `geometry/box.py`. */
import type { Box } from '../model/records';
import type { Vec3 } from '../model/tuples';
import { multiplyQuat, quatFromAxisAngle } from './quaternion';
import { apply, applyRotation, fromYaw, inverse, yawOf } from './se3';
import { add, distance, dot, multiply, scale } from './vec3';

export type { Box } from '../model/records';

/** The least side of a box in metres; drags stop there. */
export const MIN_SIZE_M = 0.05;

/** Corner order, in units of half the size: 0…3 the bottom, 4…7 the top above them; 0, 1, 4, 5 are the front face. */
export const CORNER_SIGNS: readonly Vec3[] = [
  [1, 1, -1],
  [1, -1, -1],
  [-1, -1, -1],
  [-1, 1, -1],
  [1, 1, 1],
  [1, -1, 1],
  [-1, -1, 1],
  [-1, 1, 1],
];

/** Corner indices of the twelve edges: four at the bottom, four at the top, four upright. */
export const EDGES: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 0],
  [4, 5],
  [5, 6],
  [6, 7],
  [7, 4],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
];

export type Face = 'front' | 'back' | 'left' | 'right' | 'top' | 'bottom';

/** The outward normal of each face in the object's frame. */
export const FACE_NORMALS: Readonly<Record<Face, Vec3>> = {
  front: [1, 0, 0],
  back: [-1, 0, 0],
  left: [0, 1, 0],
  right: [0, -1, 0],
  top: [0, 0, 1],
  bottom: [0, 0, -1],
};

/** An upright box. */
export function uprightBox(center: Vec3, size_lwh_m: Vec3, yawRad: number): Box {
  return { ego_from_object: fromYaw(yawRad, center), size_lwh_m };
}

export const centerOf = (box: Box): Vec3 => box.ego_from_object.translation_m;

export const yawOfBox = (box: Box): number => yawOf(box.ego_from_object);

/** The eight corners in the order of `CORNER_SIGNS`. */
export function corners(box: Box): readonly Vec3[] {
  const half = scale(box.size_lwh_m, 0.5);
  return CORNER_SIGNS.map((signs) => apply(box.ego_from_object, multiply(signs, half)));
}

/** Whether a point lies inside or within the margin. */
export function contains(box: Box, point: Vec3, marginM = 0): boolean {
  const point_object = apply(inverse(box.ego_from_object), point);
  return ([0, 1, 2] as const).every(
    (axis) => Math.abs(point_object[axis]) <= box.size_lwh_m[axis] / 2 + marginM,
  );
}

/** Move along the box's own axes. */
export function moveInObject(box: Box, offset_object: Vec3): Box {
  const offset = applyRotation(box.ego_from_object, offset_object);
  return moveInEgo(box, offset);
}

/** Move along the axes of `ego`. */
export function moveInEgo(box: Box, offset_ego: Vec3): Box {
  return withCenter(box, add(centerOf(box), offset_ego));
}

export function withCenter(box: Box, center: Vec3): Box {
  return { ...box, ego_from_object: { ...box.ego_from_object, translation_m: center } };
}

/** Turn about one of the box's own axes through its centre. */
export function rotateInObject(box: Box, axis_object: Vec3, angleRad: number): Box {
  const quat_wxyz = multiplyQuat(box.ego_from_object.quat_wxyz, quatFromAxisAngle(axis_object, angleRad));
  return { ...box, ego_from_object: { ...box.ego_from_object, quat_wxyz } };
}

/** Turn about the box's own upright axis. */
export const rotateYaw = (box: Box, angleRad: number): Box => rotateInObject(box, [0, 0, 1], angleRad);

/** Turn to a heading; a tilt is kept. */
export const withYaw = (box: Box, yawRad: number): Box => {
  const turn = fromYaw(yawRad - yawOfBox(box), [0, 0, 0]);
  const quat_wxyz = multiplyQuat(turn.quat_wxyz, box.ego_from_object.quat_wxyz);
  return { ...box, ego_from_object: { ...box.ego_from_object, quat_wxyz } };
};

/** Pull a face outwards (or push it inwards) while the opposite face stays where it is. */
export function dragFace(box: Box, face: Face, deltaM: number): Box {
  const normal = FACE_NORMALS[face];
  const absolute: Vec3 = [Math.abs(normal[0]), Math.abs(normal[1]), Math.abs(normal[2])];
  const grown = Math.max(deltaM, MIN_SIZE_M - dot(absolute, box.size_lwh_m));
  const moved = moveInObject(box, scale(normal, grown / 2));
  return { ...moved, size_lwh_m: add(box.size_lwh_m, scale(absolute, grown)) };
}

/** Another size about the same corner (its signs as in `CORNER_SIGNS`). */
export function resizeAboutCorner(box: Box, size_lwh_m: Vec3, signs: Vec3): Box {
  const shrink: Vec3 = [
    (box.size_lwh_m[0] - size_lwh_m[0]) / 2,
    (box.size_lwh_m[1] - size_lwh_m[1]) / 2,
    (box.size_lwh_m[2] - size_lwh_m[2]) / 2,
  ];
  return { ...moveInObject(box, multiply(signs, shrink)), size_lwh_m };
}

/** Signs of the corner nearest to a point, where a lidar at that point sees the object best. */
export function nearestCornerSigns(box: Box, point: Vec3): Vec3 {
  const all = corners(box);
  const distances = all.map((corner) => distance(corner, point));
  return CORNER_SIGNS[distances.indexOf(Math.min(...distances))] ?? [1, 1, -1];
}
