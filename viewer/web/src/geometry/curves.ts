/** The visible parts of a box's edges in one camera, as curves where the lens bends lines; twin of `fusion/curves.py`. */
import type { CameraInfo } from '../model/scene';
import type { Vec2, Vec3 } from '../model/tuples';
import { bendsLines, imageFromRay, isVisible, NEAR_M, seesBehind } from './camera_model';
import { add, cross, distance, dot, norm, scale, subtract } from './vec3';

const STEP_RAD = 0.03;
const RIM_COUNT = 72;

/** Start and end of a part of a segment, in the camera's frame. */
export type Part = readonly [Vec3, Vec3];

/** The parts of a segment that the camera shows: several, one or none. */
export function visibleParts(camera: CameraInfo, start: Vec3, end: Vec3): readonly Part[] {
  const span = subtract(end, start);
  const at = (share: number): Vec3 => add(start, scale(span, share));
  const crossings = [...nearCrossings(camera, start, span), ...coneCrossings(camera, start, span)];
  const borders = [0, ...crossings.filter((share) => share > 0 && share < 1), 1].sort((a, b) => a - b);
  return borders.slice(1).flatMap((high, index) => {
    const low = borders[index] ?? 0;
    const isShown = high - low > 1e-12 && isVisible(camera, at((low + high) / 2));
    return isShown ? [[at(low), at(high)] as const] : [];
  });
}

/** A part as a polyline: two points, or more where the lens bends lines. */
export function drawPart(camera: CameraInfo, [start, end]: Part): readonly Vec2[] {
  if (!bendsLines(camera)) {
    return [imageFromRay(camera, start), imageFromRay(camera, end)];
  }
  const from = scale(start, 1 / norm(start));
  const to = scale(end, 1 / norm(end));
  const angle = Math.atan2(norm(cross(from, to)), dot(from, to));
  const count = Math.max(Math.ceil(angle / STEP_RAD), 1);
  const sine = Math.max(Math.sin(angle), 1e-300);
  return Array.from({ length: count + 1 }, (_, index) => {
    const share = index / count;
    // Even steps in angle: a pixel hangs on the direction alone.
    const before = angle < 1e-9 ? 1 - share : Math.sin((1 - share) * angle) / sine;
    const after = angle < 1e-9 ? share : Math.sin(share * angle) / sine;
    return imageFromRay(camera, add(scale(from, before), scale(to, after)));
  });
}

/** Pixels at which a box crosses the border of the cone, where its edges do not bound it; corners in the camera's frame. */
export function rimPixels(camera: CameraInfo, corners_cam: readonly Vec3[]): readonly Vec2[] {
  if (!bendsLines(camera) || !mayCrossRim(camera, corners_cam)) {
    return [];
  }
  const across = Math.sin(camera.max_angle_rad);
  const along = Math.cos(camera.max_angle_rad);
  const nearest = seesBehind(camera) ? NEAR_M : NEAR_M / along;
  return Array.from({ length: RIM_COUNT }, (_, index): Vec3 => {
    const azimuth = (index * 2 * Math.PI) / RIM_COUNT;
    return [across * Math.cos(azimuth), across * Math.sin(azimuth), along];
  })
    .filter((ray) => meetsBox(ray, corners_cam, nearest))
    .map((ray) => imageFromRay(camera, ray));
}

function mayCrossRim(camera: CameraInfo, corners_cam: readonly Vec3[]): boolean {
  if (!seesBehind(camera) && corners_cam.every((corner) => isVisible(camera, corner))) {
    return false;
  }
  const [first = ORIGIN, opposite = ORIGIN] = [corners_cam[0], corners_cam[6]];
  const center = scale(add(first, opposite), 0.5);
  const radius = distance(first, center);
  const away = norm(center);
  if (away <= radius) {
    return true;
  }
  const angle = Math.atan2(Math.hypot(center[0], center[1]), center[2]);
  const reach = Math.asin(radius / away);
  const room = (seesBehind(camera) ? away : center[2]) - radius;
  const isWhole = angle + reach <= camera.max_angle_rad && room >= NEAR_M;
  return angle - reach <= camera.max_angle_rad && !isWhole;
}

const ORIGIN: Vec3 = [0, 0, 0];

/** Whether a ray from the origin meets a box at `nearest` or beyond (slab method). */
function meetsBox(ray: Vec3, corners: readonly Vec3[], nearest: number): boolean {
  const base = corners[2] ?? ORIGIN;
  let enters = nearest;
  let leaves = Infinity;
  for (const neighbour of [1, 3, 6]) {
    const side = subtract(corners[neighbour] ?? ORIGIN, base);
    const axis = scale(side, 1 / dot(side, side));
    const start = -dot(axis, base);
    const along = dot(axis, ray);
    const speed = Math.abs(along) < 1e-300 ? 1e-300 : along;
    const one = -start / speed;
    const other = (1 - start) / speed;
    enters = Math.max(enters, Math.min(one, other));
    leaves = Math.min(leaves, Math.max(one, other));
  }
  return leaves >= enters;
}

/** Where a segment crosses the near plane, or the near sphere of a camera that sees behind itself. */
function nearCrossings(camera: CameraInfo, start: Vec3, span: Vec3): readonly number[] {
  if (seesBehind(camera)) {
    return quadraticRoots(dot(span, span), dot(start, span), dot(start, start) - NEAR_M ** 2);
  }
  return [(NEAR_M - start[2]) / span[2]];
}

/** Where a segment crosses the cone. */
function coneCrossings(camera: CameraInfo, start: Vec3, span: Vec3): readonly number[] {
  if (camera.max_angle_rad === Math.PI / 2) {
    return [];
  }
  const along = Math.cos(camera.max_angle_rad);
  const squared = [along ** 2, along ** 2, -(Math.sin(camera.max_angle_rad) ** 2)] as const;
  const weigh = (a: Vec3, b: Vec3): number =>
    a[0] * b[0] * squared[0] + a[1] * b[1] * squared[1] + a[2] * b[2] * squared[2];
  const roots = quadraticRoots(weigh(span, span), weigh(start, span), weigh(start, start));
  // The equation also holds on the cone's mirror image.
  return roots.filter((share) => (start[2] + share * span[2]) * along >= 0);
}

/** The real roots of `a t² + 2 halfB t + c`. */
function quadraticRoots(a: number, halfB: number, c: number): readonly number[] {
  // The form without cancellation; where there is no root, NaN fails every comparison.
  const root = Math.sqrt(halfB * halfB - a * c);
  const q = -(halfB + (halfB < 0 ? -root : root));
  return [q / a, c / q];
}
