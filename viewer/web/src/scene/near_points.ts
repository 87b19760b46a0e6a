/** Which points of a cloud lie in or near a box; pure, fast enough to run while a box is dragged. */
import type { Cloud } from '../api/points';
import { rotationMatrix } from '../geometry/se3';
import type { Box } from '../model/records';

/** A box prepared for testing many points: rows of object_from_ego, and half sizes. */
export interface BoxTest {
  readonly center: readonly [number, number, number];
  /** The box's x, y and z axes in the cloud's frame, one after the other. */
  readonly axes: readonly number[];
  readonly half: readonly [number, number, number];
}

/** The box grown by a margin on every side, metres. */
export function boxTest(box: Box, marginM = 0): BoxTest {
  const m = rotationMatrix(box.ego_from_object);
  const [length, width, height] = box.size_lwh_m;
  return {
    center: box.ego_from_object.translation_m,
    axes: [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]],
    half: [length / 2 + marginM, width / 2 + marginM, height / 2 + marginM],
  };
}

/** Whether every point inside `inner` also lies inside `outer`. */
export function encloses(outer: BoxTest, inner: BoxTest): boolean {
  const shift = inner.center.map((value, axis) => value - (outer.center[axis] ?? 0));
  return [0, 1, 2].every((row) => {
    const axis = outer.axes.slice(3 * row, 3 * row + 3);
    const along = Math.abs(product(axis, shift));
    const reach = [0, 1, 2].reduce(
      (sum, i) => sum + (inner.half[i] ?? 0) * Math.abs(product(axis, inner.axes.slice(3 * i, 3 * i + 3))),
      0,
    );
    return along + reach <= (outer.half[row] ?? 0) + 1e-9;
  });
}

const product = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** Call `visit` with the index of every point inside, from `first` on. */
export function forEachInside(cloud: Cloud, test: BoxTest, visit: (index: number) => void, first = 0): void {
  const { xyz, origin_m } = cloud;
  const [halfX, halfY, halfZ] = test.half;
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = test.axes;
  const centerX = test.center[0] - origin_m[0];
  const centerY = test.center[1] - origin_m[1];
  const centerZ = test.center[2] - origin_m[2];
  const radius = Math.hypot(halfX, halfY, halfZ);
  for (let i = first, at = 3 * first; at + 2 < xyz.length; i += 1, at += 3) {
    const x = (xyz[at] ?? 0) - centerX;
    const y = (xyz[at + 1] ?? 0) - centerY;
    // Nearly every point is rejected here, before the rotation.
    if (x > radius || x < -radius || y > radius || y < -radius) {
      continue;
    }
    const z = (xyz[at + 2] ?? 0) - centerZ;
    if (
      Math.abs(ax * x + ay * y + az * z) <= halfX &&
      Math.abs(bx * x + by * y + bz * z) <= halfY &&
      Math.abs(cx * x + cy * y + cz * z) <= halfZ
    ) {
      visit(i);
    }
  }
}

/** How many points lie inside. */
export function countInside(cloud: Cloud, test: BoxTest): number {
  let count = 0;
  forEachInside(cloud, test, () => (count += 1));
  return count;
}

/** Some points of a cloud with their colours. */
export interface PointSubset {
  /** (3·N) metres, relative to the cloud's origin. */
  readonly xyz: Float32Array<ArrayBuffer>;
  /** (N) RGBA words. */
  readonly colors: Uint32Array<ArrayBuffer>;
}

/** Copies of the points inside. */
export function pointsInside(cloud: Cloud, colors: Uint32Array, test: BoxTest): PointSubset {
  const indices: number[] = [];
  forEachInside(cloud, test, (i) => indices.push(i));
  const xyz = new Float32Array(3 * indices.length);
  const words = new Uint32Array(indices.length);
  let to = 0;
  for (const from of indices) {
    words[to] = colors[from] ?? 0;
    xyz[3 * to] = cloud.xyz[3 * from] ?? 0;
    xyz[3 * to + 1] = cloud.xyz[3 * from + 1] ?? 0;
    xyz[3 * to + 2] = cloud.xyz[3 * from + 2] ?? 0;
    to += 1;
  }
  return { xyz, colors: words };
}
