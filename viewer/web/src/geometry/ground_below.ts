/** The ground that a box stands on, from the points beside it. */
import type { Box } from '../model/records';
import type { PointList } from './face_support';
import { yawOf } from './se3';

/** Points of the ground are looked for this far around the box, but not below it, where its own are, metres. */
const NEAREST_M = 0.1;
const FARTHEST_M = 1.2;
/** Farther below or above the bottom than this is another storey, metres. */
const REACH_M = 2.5;
/** Of the points beside a box, so many are ground even between bushes. */
const LOW_SHARE = 0.2;
const LEAST_POINTS = 3;

/** Height of the ground in `ego`, or null where too few points tell. */
export function groundBelow({ xyz, origin_m }: PointList, box: Box): number | null {
  const [cx, cy, cz] = box.ego_from_object.translation_m;
  const [length, width, height] = box.size_lwh_m;
  const yawRad = yawOf(box.ego_from_object);
  const [cos, sin] = [Math.cos(yawRad), Math.sin(yawRad)];
  const radius = Math.hypot(length, width) / 2 + FARTHEST_M;
  const heights: number[] = [];
  for (let at = 0; at + 2 < xyz.length; at += 3) {
    const dx = (xyz[at] ?? 0) + origin_m[0] - cx;
    const dy = (xyz[at + 1] ?? 0) + origin_m[1] - cy;
    if (dx > radius || dx < -radius || dy > radius || dy < -radius) {
      continue;
    }
    const z = (xyz[at + 2] ?? 0) + origin_m[2];
    const along = Math.abs(cos * dx + sin * dy) - length / 2;
    const across = Math.abs(cos * dy - sin * dx) - width / 2;
    const beside = Math.max(along, across);
    if (beside > NEAREST_M && beside < FARTHEST_M && Math.abs(z - (cz - height / 2)) < REACH_M) {
      heights.push(z);
    }
  }
  heights.sort((a, b) => a - b);
  return heights.length < LEAST_POINTS ? null : (heights[Math.floor(heights.length * LOW_SHARE)] ?? null);
}
