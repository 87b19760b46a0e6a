/** What one pixel of an image sees: its ray, the narrow pyramid around it, and the point that it meets. */
import { cameraAt } from '../../geometry/camera_at';
import { rayThroughPixel } from '../../geometry/rays';
import { add, scale } from '../../geometry/vec3';
import type { SceneDetail } from '../../model/scene';
import type { Vec2, Vec3 } from '../../model/tuples';
import type { PixelRay } from '../../store/session';
import { FatLines, SegmentList } from './fat_lines';

const WIDTH_PX = 1.8;
const RAY_COLOR = '#ffd54a';
const PYRAMID_COLOR = '#8a7430';
/** Half of the pyramid's width, pixels of the image: one alone would look like a line. */
const AROUND_PX = 4;
const FARTHEST_M = 120;
const BEYOND_M = 2;
const CROSS_M = 0.3;
/** In all views. */
const EVERYWHERE = 0;

export class PixelRayLayer {
  readonly #lines = new FatLines(WIDTH_PX);

  constructor() {
    this.#lines.object.layers.set(EVERYWHERE);
  }

  get object() {
    return this.#lines.object;
  }

  /** Show the ray of a pixel in the frame that it was pointed at, or nothing. */
  show(scene: SceneDetail, pixelRay: PixelRay | null, frameIndex: number): void {
    const list = new SegmentList();
    if (pixelRay?.frameIndex === frameIndex) {
      pyramidOf(scene, pixelRay).forEach(([from, to]) => list.add(from, to, PYRAMID_COLOR));
      raySegments(pixelRay).forEach(([from, to]) => list.add(from, to, RAY_COLOR));
    }
    this.#lines.set(list);
  }

  dispose(): void {
    this.#lines.dispose();
  }
}

type Segment = readonly [Vec3, Vec3];

/** From the camera to what the ray meets, with a cross there; to the end of what lidars see where it meets nothing. */
export function raySegments({ ray, point }: PixelRay): readonly Segment[] {
  const end = add(ray.origin, scale(ray.direction, reachOf(ray.origin, point)));
  const cross =
    point === null ? [] : AXES.map((axis) => [add(point, scale(axis, -1)), add(point, axis)] as const);
  return [[ray.origin, end], ...cross];
}

const AXES: readonly Vec3[] = [
  [CROSS_M, 0, 0],
  [0, CROSS_M, 0],
  [0, 0, CROSS_M],
];

function reachOf(origin: Vec3, point: Vec3 | null): number {
  return point === null
    ? FARTHEST_M
    : Math.hypot(point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]) + BEYOND_M;
}

function pyramidOf(
  scene: SceneDetail,
  { camera: name, frameIndex, uv, point }: PixelRay,
): readonly Segment[] {
  const base = scene.cameras.find((one) => one.name === name);
  if (base === undefined) {
    return [];
  }
  const camera = cameraAt(scene, frameIndex, base);
  const rim = RIM.flatMap(([du, dv]) => rayThroughPixel(camera, [uv[0] + du, uv[1] + dv]) ?? []);
  const ends = rim.map(({ origin, direction }) => add(origin, scale(direction, reachOf(origin, point))));
  return rim.flatMap(({ origin }, index) => {
    const end = ends[index] ?? origin;
    const next = ends[(index + 1) % ends.length] ?? end;
    return [
      [origin, end],
      [end, next],
    ] as const;
  });
}

const RIM: readonly Vec2[] = [
  [-AROUND_PX, -AROUND_PX],
  [AROUND_PX, -AROUND_PX],
  [AROUND_PX, AROUND_PX],
  [-AROUND_PX, AROUND_PX],
];
