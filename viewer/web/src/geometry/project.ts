/** Boxes as cameras see them; twin of `fusion/project.py`. */
import type { Box } from '../model/records';
import type { CameraInfo } from '../model/scene';
import type { LtrbPx, Vec2, Vec3 } from '../model/tuples';
import { corners, EDGES } from './box';
import { bendsLines, imageFromRay, NEAR_M } from './camera_model';
import { drawPart, rimPixels, visibleParts } from './curves';
import { apply } from './se3';
import { lerp } from './vec3';

/** A box in one image, in pixels. */
export interface ProjectedBox {
  /** The visible parts of the edges as polylines, curved where the lens bends lines; they may leave the image. */
  readonly edges: readonly (readonly Vec2[])[];
  /** For each of `edges` its index in `EDGES`; it repeats where the middle of an edge is hidden. */
  readonly edge_indices: readonly number[];
  /** The front face as a polygon, cut to what the camera shows; empty when that is nothing. */
  readonly front: readonly Vec2[];
  /** The hull of the visible part, not clipped to the image. */
  readonly proj_ltrb_px: LtrbPx;
  /** The same clipped to the image; null when nothing of it lies inside. */
  readonly trunc_ltrb_px: LtrbPx | null;
  /** 1 − area(clipped) / area(unclipped). */
  readonly truncation: number;
  /** Depth of the centre; negative behind the camera. */
  readonly depth_m: number;
}

const FRONT_CORNERS = [0, 1, 5, 4] as const;

/** The box in the image, or null when the field of view shows nothing of it. */
export function projectBox(camera: CameraInfo, box: Box): ProjectedBox | null {
  const corners_cam = corners(box).map((corner) => apply(camera.cam_from_ego, corner));
  const visible = EDGES.flatMap(([from, to], index) =>
    drawEdge(camera, corners_cam, from, to).map((line) => ({ index, line })),
  );
  const pixels = [...visible.flatMap(({ line }) => line), ...rimPixels(camera, corners_cam)];
  if (pixels.length === 0) {
    return null;
  }
  const proj_ltrb_px = boundsOf(pixels);
  const trunc_ltrb_px = clipToImage(camera, proj_ltrb_px);
  return {
    edges: visible.map(({ line }) => line),
    edge_indices: visible.map(({ index }) => index),
    front: frontFace(camera, corners_cam),
    proj_ltrb_px,
    trunc_ltrb_px,
    truncation: truncationOf(proj_ltrb_px, trunc_ltrb_px),
    depth_m: apply(camera.cam_from_ego, box.ego_from_object.translation_m)[2],
  };
}

function drawEdge(camera: CameraInfo, corners_cam: readonly Vec3[], from: number, to: number) {
  const parts = visibleParts(camera, pick(corners_cam, from), pick(corners_cam, to));
  return parts.map((part) => drawPart(camera, part));
}

function frontFace(camera: CameraInfo, corners_cam: readonly Vec3[]): readonly Vec2[] {
  if (bendsLines(camera)) {
    // Where the field of view cuts the face, the ends of its curves are joined.
    return FRONT_CORNERS.flatMap((from, index) =>
      drawEdge(camera, corners_cam, from, pick(FRONT_CORNERS, (index + 1) % FRONT_CORNERS.length)).flat(),
    );
  }
  const face = clipPolygon(FRONT_CORNERS.map((index) => pick(corners_cam, index)));
  return face.map((point) => imageFromRay(camera, point));
}

/** The camera that shows the box largest and least cut off: area in the image times the share that is in it. */
export function bestCamera(cameras: readonly CameraInfo[], box: Box): CameraInfo | null {
  let best: CameraInfo | null = null;
  let bestArea = 0;
  for (const camera of cameras) {
    const seen = projectBox(camera, box);
    const area = seen?.trunc_ltrb_px ? areaOf(seen.trunc_ltrb_px) * (1 - seen.truncation) : 0;
    if (area > bestArea) {
      best = camera;
      bestArea = area;
    }
  }
  return best;
}

/** The part of a polygon beyond the near plane (Sutherland–Hodgman). */
function clipPolygon(points: readonly Vec3[]): readonly Vec3[] {
  return points.flatMap((point, index) => {
    const next = pick(points, (index + 1) % points.length);
    const kept = point[2] >= NEAR_M ? [point] : [];
    const crosses = point[2] < NEAR_M !== next[2] < NEAR_M;
    return crosses ? [...kept, crossing(point, next)] : kept;
  });
}

function crossing(start: Vec3, end: Vec3): Vec3 {
  const point = lerp(start, end, (NEAR_M - start[2]) / (end[2] - start[2]));
  return [point[0], point[1], NEAR_M];
}

function boundsOf(pixels: readonly Vec2[]): LtrbPx {
  const us = pixels.map(([u]) => u);
  const vs = pixels.map(([, v]) => v);
  return [Math.min(...us), Math.min(...vs), Math.max(...us), Math.max(...vs)];
}

function clipToImage(camera: CameraInfo, [left, top, right, bottom]: LtrbPx): LtrbPx | null {
  const clipped: LtrbPx = [
    Math.max(left, 0),
    Math.max(top, 0),
    Math.min(right, camera.width_px - 1),
    Math.min(bottom, camera.height_px - 1),
  ];
  return clipped[0] < clipped[2] && clipped[1] < clipped[3] ? clipped : null;
}

function truncationOf(unclipped: LtrbPx, clipped: LtrbPx | null): number {
  const inside = clipped === null ? 0 : areaOf(clipped) / Math.max(areaOf(unclipped), 1e-9);
  return Math.min(1, Math.max(0, 1 - inside));
}

const areaOf = ([left, top, right, bottom]: LtrbPx): number => (right - left) * (bottom - top);

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) {
    throw new RangeError(`index ${index} of ${items.length}`);
  }
  return item;
}
