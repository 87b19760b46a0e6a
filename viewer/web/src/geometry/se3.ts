/** Rigid transforms, always named `dst_from_src`; twin of `geometry/se3.py`. */
import type { Se3 } from '../model/records';
import type { Vec3 } from '../model/tuples';
import { canonical, conjugate, IDENTITY_QUAT, multiplyQuat, quatFromYaw, rotate, slerp } from './quaternion';
import { lerp, scale, wrapAngle } from './vec3';

export type { Se3 } from '../model/records';

/** Row-major 3 × 3. */
export type Mat3 = readonly [number, number, number, number, number, number, number, number, number];

export const IDENTITY: Se3 = { quat_wxyz: IDENTITY_QUAT, translation_m: [0, 0, 0] };

/** A turn by `yawRad` about +z, then a translation in metres. */
export function fromYaw(yawRad: number, translation_m: Vec3): Se3 {
  return { quat_wxyz: quatFromYaw(yawRad), translation_m };
}

/** `dst_from_mid` after `mid_from_src`. */
export function compose(dst_from_mid: Se3, mid_from_src: Se3): Se3 {
  return {
    quat_wxyz: multiplyQuat(dst_from_mid.quat_wxyz, mid_from_src.quat_wxyz),
    translation_m: apply(dst_from_mid, mid_from_src.translation_m),
  };
}

/** `src_from_dst`. */
export function inverse(dst_from_src: Se3): Se3 {
  const quat_wxyz = conjugate(canonical(dst_from_src.quat_wxyz));
  return { quat_wxyz, translation_m: scale(rotate(quat_wxyz, dst_from_src.translation_m), -1) };
}

/** A point in the source frame, in the destination frame. */
export function apply({ quat_wxyz, translation_m }: Se3, point_src: Vec3): Vec3 {
  const turned = rotate(quat_wxyz, point_src);
  return [turned[0] + translation_m[0], turned[1] + translation_m[1], turned[2] + translation_m[2]];
}

/** A direction in the source frame, in the destination frame. */
export const applyRotation = (dst_from_src: Se3, direction_src: Vec3): Vec3 =>
  rotate(dst_from_src.quat_wxyz, direction_src);

/** Heading of the source's x axis in the destination's xy plane, in [-π, π). */
export function yawOf(dst_from_src: Se3): number {
  const forward = rotate(dst_from_src.quat_wxyz, [1, 0, 0]);
  return wrapAngle(Math.atan2(forward[1], forward[0]));
}

/** Angle in radians between the source's z axis and the destination's +z. */
export function tiltOf(dst_from_src: Se3): number {
  const up = rotate(dst_from_src.quat_wxyz, [0, 0, 1]);
  return Math.atan2(Math.hypot(up[0], up[1]), up[2]);
}

export function rotationMatrix(dst_from_src: Se3): Mat3 {
  const x = rotate(dst_from_src.quat_wxyz, [1, 0, 0]);
  const y = rotate(dst_from_src.quat_wxyz, [0, 1, 0]);
  const z = rotate(dst_from_src.quat_wxyz, [0, 0, 1]);
  return [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]];
}

/** Between two transforms: linear in translation, shortest arc in rotation; fraction 0 … 1. */
export function interpolateSe3(dst_from_start: Se3, dst_from_end: Se3, fraction: number): Se3 {
  return {
    quat_wxyz: slerp(dst_from_start.quat_wxyz, dst_from_end.quat_wxyz, fraction),
    translation_m: lerp(dst_from_start.translation_m, dst_from_end.translation_m, fraction),
  };
}
