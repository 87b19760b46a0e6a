/** Which points a side view needs; pure. */
import { VIEW_AXES, type SideView as SideViewName } from '../editor/tools/box_drag';
import { cross } from '../geometry/vec3';
import type { Box } from '../model/records';
import type { Vec3 } from '../model/tuples';
import { boxTest, type BoxTest } from './near_points';

/** What one view shows: half sizes right, up and along the line of sight, metres. */
export interface Window {
  readonly name: SideViewName;
  readonly halfM: Vec3;
}

/** The box, turned like `box` and around its centre, that holds what a window shows. */
export function windowRegion(box: Box, { name, halfM }: Window): BoxTest {
  const { right, up } = VIEW_AXES[name];
  const half = [0, 1, 2].map((axis) =>
    [right, up, cross(right, up)].reduce(
      (sum, direction, i) => sum + Math.abs(direction[axis] ?? 0) * (halfM[i] ?? 0),
      0,
    ),
  );
  return { ...boxTest(box), half: [half[0] ?? 0, half[1] ?? 0, half[2] ?? 0] };
}
