/** Unit quaternions, w first. */
import type { QuatWxyz, Vec3 } from '../model/tuples';

export const IDENTITY_QUAT: QuatWxyz = [1, 0, 0, 0];

/** Length 1, and w not negative, as the Python side writes it. */
export function canonical([w, x, y, z]: QuatWxyz): QuatWxyz {
  return canonicalOf(w, x, y, z);
}

/** Of single numbers: derived cuboids come by the ten thousand, and every array that is not made counts. */
function canonicalOf(w: number, x: number, y: number, z: number): QuatWxyz {
  // Of q and −q, which are one rotation, the one whose first number that is not zero is positive.
  const sign = (w || x || y || z) < 0 ? -1 : 1;
  const scale = sign / Math.sqrt(w * w + x * x + y * y + z * z);
  return [w * scale, x * scale, y * scale, z * scale];
}

/** The rotation `a` after the rotation `b`. */
export function multiplyQuat(a: QuatWxyz, b: QuatWxyz): QuatWxyz {
  return canonicalOf(
    a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
    a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
    a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
    a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
  );
}

export const conjugate = (quat: QuatWxyz): QuatWxyz => [quat[0], -quat[1], -quat[2], -quat[3]];

/** Rotate a vector: v + 2w (q × v) + 2 q × (q × v). */
export function rotate([w, qx, qy, qz]: QuatWxyz, [x, y, z]: Vec3): Vec3 {
  const tx = 2 * (qy * z - qz * y);
  const ty = 2 * (qz * x - qx * z);
  const tz = 2 * (qx * y - qy * x);
  return [x + w * tx + qy * tz - qz * ty, y + w * ty + qz * tx - qx * tz, z + w * tz + qx * ty - qy * tx];
}

/** A turn about a unit axis, counter-clockwise when the axis points at the viewer. */
export function quatFromAxisAngle(axis: Vec3, angleRad: number): QuatWxyz {
  const sine = Math.sin(angleRad / 2);
  return canonical([Math.cos(angleRad / 2), axis[0] * sine, axis[1] * sine, axis[2] * sine]);
}

export const quatFromYaw = (yawRad: number): QuatWxyz => quatFromAxisAngle([0, 0, 1], yawRad);

/** Between two rotations along the shortest arc. */
export function slerp(start: QuatWxyz, end: QuatWxyz, fraction: number): QuatWxyz {
  const cosine = start[0] * end[0] + start[1] * end[1] + start[2] * end[2] + start[3] * end[3];
  const [startShare, endShare] = slerpShares(Math.min(1, Math.abs(cosine)), fraction);
  const signed = cosine < 0 ? -endShare : endShare;
  return canonicalOf(
    startShare * start[0] + signed * end[0],
    startShare * start[1] + signed * end[1],
    startShare * start[2] + signed * end[2],
    startShare * start[3] + signed * end[3],
  );
}

function slerpShares(cosine: number, fraction: number): readonly [number, number] {
  // Below this angle the sines lose their digits and the straight line is exact to the last bit.
  if (cosine > 1 - 1e-12) {
    return [1 - fraction, fraction];
  }
  const angle = Math.acos(cosine);
  return [Math.sin((1 - fraction) * angle) / Math.sin(angle), Math.sin(fraction * angle) / Math.sin(angle)];
}
