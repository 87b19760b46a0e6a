/** What lies under the pointer: rays against boxes and the ground, points against lines in an image. */
import type { Box } from '../model/records';
import type { Vec2, Vec3 } from '../model/tuples';
import { apply, applyRotation, inverse } from './se3';
import { add, distance2d, scale } from './vec3';

export interface Ray {
  readonly origin: Vec3;
  /** Unit length. */
  readonly direction: Vec3;
}

/** Metres along the ray to where it enters the box (0 from inside), or null when it misses. */
export function intersectBox(ray: Ray, box: Box): number | null {
  const object_from_ego = inverse(box.ego_from_object);
  const origin = apply(object_from_ego, ray.origin);
  const direction = applyRotation(object_from_ego, ray.direction);
  let near = 0;
  let far = Infinity;
  for (const axis of [0, 1, 2] as const) {
    const [enter, leave] = slab(origin[axis], direction[axis], box.size_lwh_m[axis] / 2);
    near = Math.max(near, enter);
    far = Math.min(far, leave);
  }
  return near <= far ? near : null;
}

/** Where a ray is inside |x| ≤ half, along one axis. */
function slab(origin: number, direction: number, half: number): readonly [number, number] {
  if (direction === 0) {
    return Math.abs(origin) <= half ? [-Infinity, Infinity] : [Infinity, -Infinity];
  }
  const first = (-half - origin) / direction;
  const second = (half - origin) / direction;
  return [Math.min(first, second), Math.max(first, second)];
}

/** Where a ray meets the level plane at `groundZ`, or null when it never does. */
export function groundAt(ray: Ray, groundZ: number): Vec3 | null {
  const metres = (groundZ - ray.origin[2]) / ray.direction[2];
  return Number.isFinite(metres) && metres > 0 ? add(ray.origin, scale(ray.direction, metres)) : null;
}

export function distanceToSegment(point: Vec2, start: Vec2, end: Vec2): number {
  const along: Vec2 = [end[0] - start[0], end[1] - start[1]];
  const length2 = along[0] ** 2 + along[1] ** 2;
  const share = ((point[0] - start[0]) * along[0] + (point[1] - start[1]) * along[1]) / (length2 || 1);
  const held = Math.min(1, Math.max(0, share));
  return distance2d(point, [start[0] + held * along[0], start[1] + held * along[1]]);
}

function distanceToLine(point: Vec2, line: readonly Vec2[]): number {
  const distances = line.slice(1).map((end, index) => distanceToSegment(point, line[index] ?? end, end));
  return Math.min(Infinity, ...distances);
}

/** A box drawn in an image, for `nearestProjected`. */
export interface DrawnBox<Id> {
  readonly id: Id;
  /** Polylines. */
  readonly edges: readonly (readonly Vec2[])[];
  readonly ltrb: readonly [number, number, number, number];
  readonly depth_m: number;
}

/** The box under a pixel: one whose line is within the tolerance, else the nearest to the camera that contains it. */
export function nearestProjected<Id>(
  point: Vec2,
  boxes: readonly DrawnBox<Id>[],
  tolerance: number,
): Id | null {
  const byLine = boxes
    .map((box) => ({
      box,
      away: Math.min(Infinity, ...box.edges.map((line) => distanceToLine(point, line))),
    }))
    .filter(({ away }) => away <= tolerance)
    .sort((a, b) => a.away - b.away)[0];
  const inside = boxes.filter(({ ltrb }) => isInside(point, ltrb)).sort((a, b) => a.depth_m - b.depth_m)[0];
  return byLine?.box.id ?? inside?.id ?? null;
}

const isInside = (
  [u, v]: Vec2,
  [left, top, right, bottom]: readonly [number, number, number, number],
): boolean => left <= u && u <= right && top <= v && v <= bottom;
