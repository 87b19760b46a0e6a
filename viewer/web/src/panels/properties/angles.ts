/** Roll, pitch and yaw of a box in ego, for showing and setting. */
import { rotateInObject } from '../../geometry/box';
import { fromYaw, rotationMatrix } from '../../geometry/se3';
import type { Box, Se3 } from '../../model/records';

export interface Angles {
  readonly rollRad: number;
  readonly pitchRad: number;
  readonly yawRad: number;
}

/** Angles of R = Rz(yaw) · Ry(pitch) · Rx(roll). */
export function anglesOf(ego_from_object: Se3): Angles {
  const [r00, , , r10, , , r20, r21, r22] = rotationMatrix(ego_from_object);
  return {
    rollRad: Math.atan2(r21, r22),
    pitchRad: Math.asin(Math.min(1, Math.max(-1, -r20))),
    yawRad: Math.atan2(r10, r00),
  };
}

/** The box turned about its centre to other angles. */
export function withAngles(box: Box, { rollRad, pitchRad, yawRad }: Angles): Box {
  const upright = fromYaw(yawRad, box.ego_from_object.translation_m);
  const level: Box = { ego_from_object: upright, size_lwh_m: box.size_lwh_m };
  return rotateInObject(rotateInObject(level, [0, 1, 0], pitchRad), [1, 0, 0], rollRad);
}

export const toDegrees = (radians: number): number => (radians * 180) / Math.PI;

export const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;
