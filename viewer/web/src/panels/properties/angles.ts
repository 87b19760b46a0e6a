/** Roll, pitch and yaw of a box in ego, for showing. */
import { rotationMatrix } from '../../geometry/se3';
import type { Se3 } from '../../model/records';

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

export const toDegrees = (radians: number): number => (radians * 180) / Math.PI;

export const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;
