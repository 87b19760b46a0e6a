/** New boxes from what was drawn on the ground; pure. */
import { uprightBox, yawOfBox } from '../../geometry/box';
import type { ResolvedCuboid } from '../../geometry/interpolate';
import { distance, wrapAngle } from '../../geometry/vec3';
import type { Box } from '../../model/records';
import type { Vec2, Vec3 } from '../../model/tuples';

/** A drawn rectangle with both sides below this is taken for a click. */
const LEAST_SIDE_M = 0.3;
/** A neighbour farther away says nothing about the heading. */
const NEIGHBOUR_M = 30;

/** A box of the usual size that stands on a point of the ground. */
export function boxOnGround(ground: Vec3, size_lwh_m: Vec3, yawRad: number): Box {
  return uprightBox([ground[0], ground[1], ground[2] + size_lwh_m[2] / 2], size_lwh_m, yawRad);
}

/**
 * The box over a rectangle drawn from one corner to the other, its sides along the screen's directions; the longer
 * side is the length and points the way the drag went. Null when it is too small to be meant.
 */
export function boxFromRectangle(start: Vec3, end: Vec3, viewYawRad: number, height_m: number): Box | null {
  const [up, left] = alongView([end[0] - start[0], end[1] - start[1]], viewYawRad);
  if (Math.max(Math.abs(up), Math.abs(left)) < LEAST_SIDE_M) {
    return null;
  }
  const isUpward = Math.abs(up) >= Math.abs(left);
  const along = isUpward ? up : left;
  const yawRad = viewYawRad + (isUpward ? 0 : Math.PI / 2) + (along < 0 ? Math.PI : 0);
  const length = Math.max(Math.abs(along), LEAST_SIDE_M);
  const width = Math.max(Math.abs(isUpward ? left : up), LEAST_SIDE_M);
  const middle: Vec3 = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2, (start[2] + end[2]) / 2];
  return boxOnGround(middle, [length, width, height_m], wrapAngle(yawRad));
}

/** A box of the usual size in the middle of a line that was drawn on the ground from its back to its front. */
export function boxAlong(start: Vec3, end: Vec3, size_lwh_m: Vec3): Box | null {
  if (Math.hypot(end[0] - start[0], end[1] - start[1]) < LEAST_SIDE_M) {
    return null;
  }
  const middle: Vec3 = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2, (start[2] + end[2]) / 2];
  return boxOnGround(middle, size_lwh_m, headingOf(start, end));
}

export const headingOf = (start: Vec3, end: Vec3): number => Math.atan2(end[1] - start[1], end[0] - start[0]);

/** A vector of the ground along the screen's up and left. */
function alongView([x, y]: Vec2, viewYawRad: number): Vec2 {
  const cos = Math.cos(viewYawRad);
  const sin = Math.sin(viewYawRad);
  return [cos * x + sin * y, cos * y - sin * x];
}

/** The heading of the nearest object of the category, or of ego where none is near. */
export function headingLike(neighbours: readonly ResolvedCuboid[], category: string, ground: Vec3): number {
  let heading = 0;
  let nearest = NEIGHBOUR_M;
  for (const { cuboid, track } of neighbours) {
    const away = distance(cuboid.ego_from_object.translation_m, ground);
    if (track.category === category && away < nearest) {
      nearest = away;
      heading = yawOfBox(cuboid);
    }
  }
  return heading;
}
