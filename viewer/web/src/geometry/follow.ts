/** What is done to one box of a group, done to another. */
import type { Box } from '../model/records';
import type { Vec3 } from '../model/tuples';
import { centerOf, MIN_SIZE_M, moveInEgo, moveInObject } from './box';
import { conjugate, multiplyQuat } from './quaternion';
import { applyRotation, inverse } from './se3';
import { subtract } from './vec3';

/**
 * Moved as far in `ego`, turned as much about its own axes; where the size changes, as much along its own axes, so that
 * the same faces move.
 */
export function follow(own: Box, from: Box, to: Box): Box {
  const shift = subtract(centerOf(to), centerOf(from));
  const grown = subtract(to.size_lwh_m, from.size_lwh_m);
  if (grown.some((metres) => metres !== 0)) {
    return turned(resized(own, applyRotation(inverse(from.ego_from_object), shift), grown), from, to);
  }
  return turned(shift.every((metres) => metres === 0) ? own : moveInEgo(own, shift), from, to);
}

function resized(own: Box, shift_object: Vec3, grown: Vec3): Box {
  const size = own.size_lwh_m;
  const least = (axis: 0 | 1 | 2) => Math.max(MIN_SIZE_M, size[axis] + grown[axis]);
  const size_lwh_m: Vec3 = [least(0), least(1), least(2)];
  // A face that cannot come nearer stays; so does the one on the other side.
  const share = (axis: 0 | 1 | 2) =>
    grown[axis] === 0
      ? shift_object[axis]
      : (shift_object[axis] * (size_lwh_m[axis] - size[axis])) / grown[axis];
  return { ...moveInObject(own, [share(0), share(1), share(2)]), size_lwh_m };
}

function turned(own: Box, from: Box, to: Box): Box {
  const [before, after] = [from.ego_from_object.quat_wxyz, to.ego_from_object.quat_wxyz];
  if (before.every((part, index) => part === after[index])) {
    return own;
  }
  const turn = multiplyQuat(conjugate(before), after);
  const quat_wxyz = multiplyQuat(own.ego_from_object.quat_wxyz, turn);
  return { ...own, ego_from_object: { ...own.ego_from_object, quat_wxyz } };
}
