import { describe, expect, it } from 'vitest';

import { uprightBox } from '../../geometry/box';
import { fromYaw } from '../../geometry/se3';
import { multiplyQuat, quatFromAxisAngle } from '../../geometry/quaternion';
import { anglesOf, toDegrees, toRadians, withAngles } from './angles';

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

  it('gives back the angles that a box is turned to', () => {
    const angles = { rollRad: -0.3, pitchRad: 0.4, yawRad: 2.1 };
    const turned = withAngles(uprightBox([1, 2, 3], [4, 2, 1.5], 0), angles);
    expect(turned.ego_from_object.translation_m).toEqual([1, 2, 3]);
    expect(turned.size_lwh_m).toEqual([4, 2, 1.5]);
    const found = anglesOf(turned.ego_from_object);
    expect(found.rollRad).toBeCloseTo(angles.rollRad, 12);
    expect(found.pitchRad).toBeCloseTo(angles.pitchRad, 12);
    expect(found.yawRad).toBeCloseTo(angles.yawRad, 12);
  });

  it('turns degrees into radians and back', () => {
    expect(toDegrees(toRadians(33))).toBeCloseTo(33, 12);
  });
});
