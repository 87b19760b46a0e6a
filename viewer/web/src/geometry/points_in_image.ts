/** The points of a cloud as one camera sees them: projected with its lens, without what something nearer hides. */
import type { CameraInfo } from '../model/scene';
import type { Vec2, Vec3 } from '../model/tuples';
import { imageFromRay, isVisible } from './camera_model';
import { rayFromPixel } from './rays';
import { apply, rotationMatrix } from './se3';

/** Cells of the coarse image of distances along its longer side. */
const CELLS = 160;
/** A point is hidden behind one that is nearer by more than this: a share of its distance, and metres. */
const HIDDEN_SHARE = 0.06;
const HIDDEN_M = 0.4;

/** Points relative to `origin_m`, in `ego`. */
export interface PointsEgo {
  readonly count: number;
  readonly xyz: Float32Array;
  readonly origin_m: Vec3;
}

/** The visible points of one image, far ones first. */
export interface PointsInImage {
  readonly count: number;
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** From the camera. */
  readonly range_m: Float32Array;
  /** Which point of the cloud it is. */
  readonly index: Uint32Array;
}

/** Project a cloud; points outside of the image, out of the lens's field of view or hidden are left out. */
export function pointsInImage(camera: CameraInfo, points: PointsEgo): PointsInImage {
  const seen = project(camera, points);
  const nearest = coarseRanges(camera, seen);
  const order: number[] = [];
  for (let i = 0; i < seen.count; i += 1) {
    const range = seen.range_m[i] ?? 0;
    const front = nearest[seen.cell[i] ?? 0] ?? 0;
    if (range <= front * (1 + HIDDEN_SHARE) + HIDDEN_M) {
      order.push(i);
    }
  }
  order.sort((a, b) => (seen.range_m[b] ?? 0) - (seen.range_m[a] ?? 0));
  return {
    count: order.length,
    u: Float32Array.from(order, (i) => seen.u[i] ?? 0),
    v: Float32Array.from(order, (i) => seen.v[i] ?? 0),
    range_m: Float32Array.from(order, (i) => seen.range_m[i] ?? 0),
    index: Uint32Array.from(order, (i) => seen.index[i] ?? 0),
  };
}

/** How far from the camera the visible point nearest to a pixel is, or null where none is within so many pixels. */
export function rangeAt(points: PointsInImage, [u, v]: Vec2, withinPx: number): number | null {
  let best: number | null = null;
  let nearest2 = withinPx * withinPx;
  for (let i = 0; i < points.count; i += 1) {
    const du = (points.u[i] ?? 0) - u;
    const dv = (points.v[i] ?? 0) - v;
    const away2 = du * du + dv * dv;
    if (away2 <= nearest2) {
      nearest2 = away2;
      best = points.range_m[i] ?? null;
    }
  }
  return best;
}

interface Projected extends PointsInImage {
  readonly cell: Uint32Array;
}

function project(camera: CameraInfo, { count, xyz, origin_m }: PointsEgo): Projected {
  const [u, v, range_m] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
  const [index, cell] = [new Uint32Array(count), new Uint32Array(count)];
  const m = rotationMatrix(camera.cam_from_ego);
  const [tx, ty, tz] = apply(camera.cam_from_ego, origin_m);
  const { width_px, height_px } = camera;
  const cosine = Math.cos(widestAngle(camera));
  const { columns, side } = cellsOf(camera);
  let found = 0;
  for (let i = 0, at = 0; i < count; i += 1, at += 3) {
    const [px, py, pz] = [xyz[at] ?? 0, xyz[at + 1] ?? 0, xyz[at + 2] ?? 0];
    const z = m[6] * px + m[7] * py + m[8] * pz + tz;
    // Most points are beside or behind: this throws them out before the lens is asked.
    if (z <= 0 && cosine >= 0) {
      continue;
    }
    const x = m[0] * px + m[1] * py + m[2] * pz + tx;
    const y = m[3] * px + m[4] * py + m[5] * pz + ty;
    if (z < cosine * Math.sqrt(x * x + y * y + z * z) || !isVisible(camera, [x, y, z])) {
      continue;
    }
    const pixel = imageFromRay(camera, [x, y, z]);
    if (pixel[0] > -0.5 && pixel[0] < width_px - 0.5 && pixel[1] > -0.5 && pixel[1] < height_px - 0.5) {
      u[found] = pixel[0];
      v[found] = pixel[1];
      range_m[found] = Math.sqrt(x * x + y * y + z * z);
      index[found] = i;
      cell[found] = Math.floor((pixel[1] + 0.5) / side) * columns + Math.floor((pixel[0] + 0.5) / side);
      found += 1;
    }
  }
  return { count: found, u, v, range_m, index, cell };
}

/** The largest angle from the axis at which the image's border lies. */
function widestAngle(camera: CameraInfo): number {
  const [right, bottom] = [camera.width_px - 0.5, camera.height_px - 0.5];
  let widest = 0;
  for (let step = 0; step <= 8; step += 1) {
    const [u, v] = [(right * step) / 8, (bottom * step) / 8];
    for (const pixel of [
      [u, -0.5],
      [u, bottom],
      [-0.5, v],
      [right, v],
    ] as const) {
      const ray = rayFromPixel(camera, pixel);
      if (ray === null) {
        return camera.max_angle_rad;
      }
      widest = Math.max(widest, Math.atan2(Math.hypot(ray[0], ray[1]), ray[2]));
    }
  }
  // Between the places that were looked at a curved border may lie a little farther out.
  return Math.min(camera.max_angle_rad, widest * 1.02);
}

function cellsOf({ width_px, height_px }: CameraInfo) {
  const side = Math.max(1, Math.max(width_px, height_px) / CELLS);
  return { side, columns: Math.ceil(width_px / side), rows: Math.ceil(height_px / side) };
}

/** The least distance in each cell. */
function coarseRanges(camera: CameraInfo, seen: Projected): Float32Array {
  const { columns, rows } = cellsOf(camera);
  const nearest = new Float32Array(columns * rows).fill(Infinity);
  for (let i = 0; i < seen.count; i += 1) {
    const cell = seen.cell[i] ?? 0;
    nearest[cell] = Math.min(nearest[cell] ?? Infinity, seen.range_m[i] ?? Infinity);
  }
  return nearest;
}
