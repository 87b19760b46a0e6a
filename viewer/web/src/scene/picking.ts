/** What lies under the cursor: the ground, found from the points themselves; pure. */
import type { Cloud } from '../api/points';
import { contains } from '../geometry/box';
import { groundAt, intersectBox, type Ray } from '../geometry/hit_test';
import type { Box } from '../model/records';
import type { Vec3 } from '../model/tuples';

/** How far from the ray a point may lie, as the tangent of the angle seen from the eye. */
const POINT_TANGENT = 0.012;
/** Points around the picked one that tell the height of the ground there, metres. */
const GROUND_RADIUS_M = 0.8;
const GROUND_SHARE = 0.1;
/** The ground is never above the picked point by more than this, metres. */
const GROUND_ABOVE_M = 0.05;
/** A point higher than this above the ground around it belongs to an object, metres. */
const OBJECT_ABOVE_M = 0.3;
const GROUND_REACH_M = 300;

/**
 * The point of the cloud nearest to the eye among those near the ray, or null where the cursor is on nothing.
 * @param tangent how far beside the ray counts, per metre of distance.
 */
export function pickPoint(cloud: Cloud, ray: Ray, tangent = POINT_TANGENT): Vec3 | null {
  const { xyz, origin_m } = cloud;
  const [dx, dy, dz] = ray.direction;
  const eyeX = ray.origin[0] - origin_m[0];
  const eyeY = ray.origin[1] - origin_m[1];
  const eyeZ = ray.origin[2] - origin_m[2];
  const tangent2 = tangent * tangent;
  let best = -1;
  let bestCost = Infinity;
  for (let at = 0; at + 2 < xyz.length; at += 3) {
    const x = (xyz[at] ?? 0) - eyeX;
    const y = (xyz[at + 1] ?? 0) - eyeY;
    const z = (xyz[at + 2] ?? 0) - eyeZ;
    const depth = x * dx + y * dy + z * dz;
    const beside2 = x * x + y * y + z * z - depth * depth;
    if (depth <= 0 || beside2 > tangent2 * depth * depth) {
      continue;
    }
    // Close to the ray counts more than close to the eye, so that a pick is where the person points.
    const cost = depth * (1 + 40 * (Math.sqrt(Math.max(0, beside2)) / depth));
    if (cost < bestCost) {
      best = at;
      bestCost = cost;
    }
  }
  return best < 0 ? null : pointAt(cloud, best);
}

/**
 * The ground under the cursor: straight below the picked point when that lies on an object, where the ray meets the
 * ground around it when it is ground itself, and on the plane of the estimated ground where there are no points.
 */
export function pickGround(cloud: Cloud | null, ray: Ray): Vec3 | null {
  const picked = cloud === null ? null : pickPoint(cloud, ray);
  if (cloud === null || picked === null) {
    return meetPlane(ray, cloud?.ground_z_m ?? 0);
  }
  const groundZ = localGround(cloud, picked);
  const below: Vec3 = [picked[0], picked[1], groundZ];
  return picked[2] - groundZ > OBJECT_ABOVE_M ? below : (meetPlane(ray, groundZ) ?? below);
}

/** Height of the ground around a point: the low level of the points beside it, which may be those of an object. */
export function localGround(cloud: Cloud, [px, py, pz]: Vec3): number {
  const { xyz, origin_m } = cloud;
  const heights: number[] = [];
  for (let at = 0; at + 2 < xyz.length; at += 3) {
    const x = (xyz[at] ?? 0) + origin_m[0] - px;
    const y = (xyz[at + 1] ?? 0) + origin_m[1] - py;
    if (x * x + y * y <= GROUND_RADIUS_M * GROUND_RADIUS_M) {
      heights.push((xyz[at + 2] ?? 0) + origin_m[2]);
    }
  }
  heights.sort((a, b) => a - b);
  const low = heights[Math.floor(heights.length * GROUND_SHARE)] ?? pz;
  return Math.min(low, pz + GROUND_ABOVE_M);
}

/** Where a ray meets the plane at height `z`, unless that is beyond what a lidar sees. */
function meetPlane(ray: Ray, z: number): Vec3 | null {
  const point = groundAt(ray, z);
  return point !== null && Math.hypot(point[0], point[1]) <= GROUND_REACH_M ? point : null;
}

/** A box that can be picked. */
export interface Pickable<Id> {
  readonly id: Id;
  readonly box: Box;
}

/**
 * The box under the cursor: of those along the ray the smallest that holds the picked point, else the nearest.
 * @param point_ego the point of the cloud under the cursor, or null.
 * @param tangent how much larger boxes count per metre of distance, so that far small ones can be hit.
 */
export function pickBox<Id>(
  ray: Ray,
  boxes: readonly Pickable<Id>[],
  point_ego: Vec3 | null,
  tangent: number,
): Id | null {
  const hits = boxes.flatMap(({ id, box }) => {
    const [x, y, z] = box.ego_from_object.translation_m;
    const away = Math.hypot(x - ray.origin[0], y - ray.origin[1], z - ray.origin[2]);
    const grown = grow(box, 2 * tangent * away);
    const entry = intersectBox(ray, grown);
    return entry === null ? [] : [{ id, box: grown, entry }];
  });
  const holding = point_ego === null ? [] : hits.filter(({ box }) => contains(box, point_ego));
  const best =
    holding.sort((a, b) => volume(a.box) - volume(b.box))[0] ?? hits.sort((a, b) => a.entry - b.entry)[0];
  return best?.id ?? null;
}

function grow(box: Box, byM: number): Box {
  const [length, width, height] = box.size_lwh_m;
  return { ...box, size_lwh_m: [length + byM, width + byM, height + byM] };
}

const volume = ({ size_lwh_m }: Box): number => size_lwh_m[0] * size_lwh_m[1] * size_lwh_m[2];

function pointAt({ xyz, origin_m }: Cloud, at: number): Vec3 {
  return [(xyz[at] ?? 0) + origin_m[0], (xyz[at + 1] ?? 0) + origin_m[1], (xyz[at + 2] ?? 0) + origin_m[2]];
}
