/** Which faces of a box have points on them; the same rule as `pointcloud/fit.py`. */
import type { Box } from '../model/records';
import type { Vec3 } from '../model/tuples';
import type { Face } from './box';
import { apply, inverse, rotationMatrix } from './se3';

/** How far from a face a point may lie to be one of it, metres. */
const SUPPORT_M = 0.2;
/** Fewer points than this are chance. */
const SUPPORT_POINTS = 3;
/** Points lower than this above the bottom are the ground's, metres. */
const GROUND_M = 0.2;
/** The ground beside the box counts up to here, metres; and how far from the bottom it may be. */
export const BESIDE_M = 0.5;
const ON_GROUND_M = 0.1;

/** Points in metres, relative to an origin. */
export interface PointList {
  /** x, y, z of each point, one after the other. */
  readonly xyz: Float32Array;
  readonly origin_m: Vec3;
}

const NAMES = [
  ['front', 'back'],
  ['left', 'right'],
  ['top', 'bottom'],
] as const satisfies readonly (readonly [Face, Face])[];

/**
 * The faces that points hold; the others are where they are by the usual size, or by a person's guess. A side that the
 * lidar cannot see has none of its own: what lies there was hit through the object, or belongs to another.
 * @param points may be any that hold those within `BESIDE_M` of the box.
 */
export function supportedFaces(points: PointList, box: Box, lidar_ego: Vec3): readonly Face[] {
  const counts = countAtFaces(points, box);
  const lidar_object = apply(inverse(box.ego_from_object), lidar_ego);
  const isSeen = (axis: 0 | 1 | 2, sign: 1 | -1) =>
    axis === 2 || sign * lidar_object[axis] > box.size_lwh_m[axis] / 2;
  return ([0, 1, 2] as const).flatMap((axis) =>
    ([1, -1] as const).flatMap((sign, index) => {
      const isHeld = (counts[2 * axis + index] ?? 0) >= SUPPORT_POINTS;
      return isHeld && isSeen(axis, sign) ? [NAMES[axis][index] ?? 'bottom'] : [];
    }),
  );
}

/** Points at front, back, left, right, top; and those of the ground at the bottom's height. */
function countAtFaces({ xyz, origin_m }: PointList, { ego_from_object, size_lwh_m }: Box): Uint32Array {
  const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = rotationMatrix(ego_from_object);
  const [tx, ty, tz] = ego_from_object.translation_m;
  const [halfX, halfY, halfZ] = [size_lwh_m[0] / 2, size_lwh_m[1] / 2, size_lwh_m[2] / 2];
  const radius = Math.hypot(halfX, halfY, halfZ) + BESIDE_M;
  const counts = new Uint32Array(6);
  for (let at = 0; at + 2 < xyz.length; at += 3) {
    const dx = (xyz[at] ?? 0) + origin_m[0] - tx;
    const dy = (xyz[at + 1] ?? 0) + origin_m[1] - ty;
    // Nearly every point of a whole cloud is rejected here, before the rotation.
    if (dx > radius || dx < -radius || dy > radius || dy < -radius) {
      continue;
    }
    const dz = (xyz[at + 2] ?? 0) + origin_m[2] - tz;
    const x = r0 * dx + r3 * dy + r6 * dz;
    const y = r1 * dx + r4 * dy + r7 * dz;
    const z = r2 * dx + r5 * dy + r8 * dz;
    const beside = Math.max(Math.abs(x) - halfX, Math.abs(y) - halfY);
    if (beside <= BESIDE_M && Math.abs(z + halfZ) < ON_GROUND_M) {
      counts[5] = (counts[5] ?? 0) + 1;
    }
    if (beside <= SUPPORT_M && z <= halfZ + SUPPORT_M && z > GROUND_M - halfZ) {
      countAt(counts, 0, x, halfX);
      countAt(counts, 2, y, halfY);
      if (Math.abs(z - halfZ) < SUPPORT_M) {
        counts[4] = (counts[4] ?? 0) + 1;
      }
    }
  }
  return counts;
}

function countAt(counts: Uint32Array, index: number, along: number, half: number): void {
  if (Math.abs(along - half) < SUPPORT_M) {
    counts[index] = (counts[index] ?? 0) + 1;
  }
  if (Math.abs(along + half) < SUPPORT_M) {
    counts[index + 1] = (counts[index + 1] ?? 0) + 1;
  }
}
