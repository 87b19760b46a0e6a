import { describe, expect, it } from 'vitest';

import { fromYaw } from '../../geometry/se3';
import { multiplyQuat, quatFromAxisAngle } from '../../geometry/quaternion';
import { anglesOf, toDegrees, toRadians } from './angles';

describe('anglesOf', () => {
  it('gives back the yaw of an upright box', () => {
    for (const yaw of [-3, -1.2, 0, 0.4, 3.1]) {
      const angles = anglesOf(fromYaw(yaw, [1, 2, 3]));
      expect(angles.yawRad).toBeCloseTo(yaw, 12);
      expect(angles.rollRad).toBeCloseTo(0, 12);
      expect(angles.pitchRad).toBeCloseTo(0, 12);
    }
  });

  it('takes a tilt apart', () => {
    const [yaw, pitch, roll] = [0.7, -0.2, 0.1];
    const turned = [
      quatFromAxisAngle([0, 0, 1], yaw),
      quatFromAxisAngle([0, 1, 0], pitch),
      quatFromAxisAngle([1, 0, 0], roll),
    ].reduce(multiplyQuat);
    const angles = anglesOf({ quat_wxyz: turned, translation_m: [0, 0, 0] });
    expect(angles.yawRad).toBeCloseTo(yaw, 12);
    expect(angles.pitchRad).toBeCloseTo(pitch, 12);
    expect(angles.rollRad).toBeCloseTo(roll, 12);
  });

  it('turns degrees into radians and back', () => {
    expect(toDegrees(toRadians(33))).toBeCloseTo(33, 12);
  });
});
