/** The points around one box, cut out of a frame's cloud so that the cloud need not be kept; pure. */
import type { Cloud } from '../../api/cloud';
import type { Box } from '../../model/records';
import { boxTest, type BoxTest, forEachInside } from '../near_points';

export interface Crop {
  /** Where all points of the cloud were taken from. */
  readonly region: BoxTest;
  /** (3·N) metres, relative to the middle of the region. */
  readonly xyz: Float32Array<ArrayBuffer>;
  /** The share of the points that was kept, 0 … 1. */
  readonly kept: number;
}

/** More cannot be told apart in a little picture; full clouds near the sensor have a hundred times as many. */
const MOST_POINTS = 12_000;

export function cropCloud(cloud: Cloud, region: BoxTest, mostPoints = MOST_POINTS): Crop {
  const indices: number[] = [];
  forEachInside(cloud, region, (index) => indices.push(index));
  const count = Math.min(indices.length, mostPoints);
  const xyz = new Float32Array(3 * count);
  const [x, y, z] = region.center.map((value, axis) => value - (cloud.origin_m[axis] ?? 0));
  for (let i = 0; i < count; i += 1) {
    // Even over the whole list: scan order runs through space.
    const from = 3 * (indices[Math.floor((i * indices.length) / count)] ?? 0);
    xyz[3 * i] = (cloud.xyz[from] ?? 0) - (x ?? 0);
    xyz[3 * i + 1] = (cloud.xyz[from + 1] ?? 0) - (y ?? 0);
    xyz[3 * i + 2] = (cloud.xyz[from + 2] ?? 0) - (z ?? 0);
  }
  return { region, xyz, kept: indices.length === 0 ? 1 : count / indices.length };
}

export const cropBytes = (crop: Crop): number => crop.xyz.byteLength;

/** How many points of the cloud lie inside a box; a good guess where only a share of them was kept. */
export function countInside({ region, xyz, kept }: Crop, box: Box): number {
  let count = 0;
  const { half, axes, center } = boxTest(box);
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = axes;
  const [dx, dy, dz] = [
    center[0] - region.center[0],
    center[1] - region.center[1],
    center[2] - region.center[2],
  ];
  for (let at = 0; at + 2 < xyz.length; at += 3) {
    const x = (xyz[at] ?? 0) - dx;
    const y = (xyz[at + 1] ?? 0) - dy;
    const z = (xyz[at + 2] ?? 0) - dz;
    if (
      Math.abs(ax * x + ay * y + az * z) <= half[0] &&
      Math.abs(bx * x + by * y + bz * z) <= half[1] &&
      Math.abs(cx * x + cy * y + cz * z) <= half[2]
    ) {
      count += 1;
    }
  }
  return Math.round(count / kept);
}
