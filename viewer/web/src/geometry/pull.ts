/**
 * Pulling a cuboid by its picture: which face an edge or corner in an image stands for, and how far that face moves so
 * that the edge or corner comes to lie under the pointer. Exact for every camera model, because a picture of an edge
 * passes a pixel exactly where the edge's line meets the pixel's ray.
 */
import type { Box } from '../model/records';
import type { CameraInfo } from '../model/scene';
import type { Vec2, Vec3 } from '../model/tuples';
import { CORNER_SIGNS, corners, dragFace, EDGES, type Face, FACE_NORMALS, moveInEgo } from './box';
import { imageFromRay, isVisible } from './camera_model';
import { distanceToSegment, type Ray } from './hit_test';
import type { ProjectedBox } from './project';
import { rayFromPixel, rayThroughPixel } from './rays';
import { apply, applyRotation, fromYaw } from './se3';
import { add, cross, dot, lerp, multiply, scale, subtract } from './vec3';
import { multiplyQuat } from './quaternion';

/** What of a cuboid's picture is grabbed. */
export type Grip =
  | { readonly kind: 'edge'; readonly edge: number; readonly face: Face }
  | { readonly kind: 'corner'; readonly corner: number; readonly faces: readonly [Face, Face] }
  | { readonly kind: 'heading' };

/** A face whose edge hardly moves in the image says nothing about where it is: pixels for a metre. */
const LEAST_PX_PER_M = 1;
/** No pull moves a face farther than this in one gesture; beyond, the pointer is near a vanishing point. */
const FARTHEST_M = 30;
/** How far ahead of the front the heading's handle stands. */
const AHEAD_M = 0.7;
const STEP_M = 0.01;

/** Where the handle of the heading is, in `ego`: ahead of the front, at the height of the bottom. */
export function headingHandle(box: Box): Vec3 {
  const [length, , height] = box.size_lwh_m;
  return apply(box.ego_from_object, [length / 2 + AHEAD_M, 0, -height / 2]);
}

/** A point of `ego` in the image; null where the camera does not see it. */
export function pixelOf(camera: CameraInfo, point_ego: Vec3): Vec2 | null {
  const point_cam = apply(camera.cam_from_ego, point_ego);
  return isVisible(camera, point_cam) ? imageFromRay(camera, point_cam) : null;
}

/** What of a cuboid's picture lies at a pixel: the heading's handle, then corners, then edges. */
export function gripAt(
  camera: CameraInfo,
  box: Box,
  projected: ProjectedBox,
  uv: Vec2,
  tolerancePx: number,
): Grip | null {
  const isNear = (place: Vec2 | null): boolean =>
    place !== null && Math.hypot(place[0] - uv[0], place[1] - uv[1]) <= tolerancePx;
  if (isNear(pixelOf(camera, headingHandle(box)))) {
    return { kind: 'heading' };
  }
  return cornerAt(camera, box, isNear) ?? edgeAt(camera, box, projected, uv, tolerancePx);
}

function cornerAt(camera: CameraInfo, box: Box, isNear: (place: Vec2 | null) => boolean): Grip | null {
  const near = corners(box)
    .map((corner, index) => ({ index, place: pixelOf(camera, corner), depth: depthOf(camera, corner) }))
    .filter(({ place }) => isNear(place))
    // Of a near and a far corner at one place a person means the near one.
    .sort((a, b) => a.depth - b.depth)[0];
  if (near === undefined) {
    return null;
  }
  const faces = facesOfCorner(near.index);
  const moves = faces.map((face) => ({
    face,
    move: pixelsPerMetre(camera, box, face, near.index, near.index, 0),
  }));
  const pairs = moves.flatMap((a, index) => moves.slice(index + 1).map((b) => ({ a, b })));
  const area = ({ a, b }: (typeof pairs)[number]): number =>
    a.move === null || b.move === null ? 0 : Math.abs(a.move[0] * b.move[1] - a.move[1] * b.move[0]);
  const best = pairs.sort((one, other) => area(other) - area(one))[0];
  return best !== undefined && area(best) >= LEAST_PX_PER_M ** 2
    ? { kind: 'corner', corner: near.index, faces: [best.a.face, best.b.face] }
    : null;
}

function edgeAt(
  camera: CameraInfo,
  box: Box,
  projected: ProjectedBox,
  uv: Vec2,
  tolerancePx: number,
): Grip | null {
  const near = projected.edges
    .map((line, index) => ({
      edge: projected.edge_indices[index] ?? 0,
      away: Math.min(
        Infinity,
        ...line.slice(1).map((end, at) => distanceToSegment(uv, line[at] ?? end, end)),
      ),
    }))
    .filter(({ away }) => away <= tolerancePx)
    .sort((a, b) => a.away - b.away);
  for (const { edge } of near) {
    const face = faceOfEdge(camera, box, edge, uv);
    if (face !== null) {
      return { kind: 'edge', edge, face };
    }
  }
  return null;
}

/** Of the two faces at an edge the one whose move carries the edge farthest across the image; depth stays. */
export function faceOfEdge(camera: CameraInfo, box: Box, edge: number, uv: Vec2): Face | null {
  const [from, to] = EDGES[edge] ?? [0, 1];
  const share = shareAt(camera, box, [from, to], uv);
  const along = edgeDirection(camera, box, [from, to], share);
  const best = facesOfEdge(edge)
    .map((face) => {
      const move = pixelsPerMetre(camera, box, face, from, to, share);
      const across = move === null || along === null ? 0 : Math.abs(move[0] * along[1] - move[1] * along[0]);
      return { face, across };
    })
    .sort((a, b) => b.across - a.across)[0];
  return best !== undefined && best.across >= LEAST_PX_PER_M ? best.face : null;
}

/** Where a grip is in the image, nearest to a pixel: the pull starts there, and not where the pointer missed it. */
export function gripPlace(camera: CameraInfo, box: Box, grip: Grip, uv: Vec2): Vec2 {
  switch (grip.kind) {
    case 'heading':
      return pixelOf(camera, headingHandle(box)) ?? uv;
    case 'corner':
      return pixelOf(camera, corners(box)[grip.corner] ?? headingHandle(box)) ?? uv;
    case 'edge':
      return nearestOnEdge(camera, box, grip.edge, uv);
  }
}

function nearestOnEdge(camera: CameraInfo, box: Box, edge: number, uv: Vec2): Vec2 {
  const [from, to] = EDGES[edge] ?? [0, 1];
  const [start, end] = [cornerCam(camera, box, from), cornerCam(camera, box, to)];
  let share = shareAt(camera, box, [from, to], uv);
  let best = uv;
  for (let reach = 0.05; reach > 1e-4; reach /= 2) {
    const tried = [share - reach, share, share + reach].flatMap((at) => {
      const place = lerp(start, end, Math.min(1, Math.max(0, at)));
      return isVisible(camera, place) ? [{ at, pixel: imageFromRay(camera, place) }] : [];
    });
    const away = ({ pixel }: (typeof tried)[number]): number =>
      Math.hypot(pixel[0] - uv[0], pixel[1] - uv[1]);
    const nearest = tried.sort((a, b) => away(a) - away(b))[0];
    if (nearest !== undefined) {
      ({ at: share, pixel: best } = nearest);
    }
  }
  return best;
}

/** The cuboid after its grip was pulled to a pixel, from the cuboid as it was; null where no pull leads there. */
export function pull(camera: CameraInfo, snapshot: Box, grip: Grip, uv: Vec2): Box | null {
  switch (grip.kind) {
    case 'edge':
      return pullEdge(camera, snapshot, grip.edge, grip.face, uv);
    case 'corner':
      return pullCorner(camera, snapshot, grip.corner, grip.faces, uv);
    case 'heading':
      return turnTo(camera, snapshot, uv);
  }
}

/** `det(start + d · normal, edge, ray) = 0`: the line of the moved edge meets the ray. */
function pullEdge(camera: CameraInfo, box: Box, edge: number, face: Face, uv: Vec2): Box | null {
  const ray = rayFromPixel(camera, uv);
  const [from, to] = EDGES[edge] ?? [0, 1];
  if (ray === null) {
    return null;
  }
  const [start, end] = [cornerCam(camera, box, from), cornerCam(camera, box, to)];
  const side = cross(subtract(end, start), ray);
  const metres = -dot(start, side) / dot(normalCam(camera, box, face), side);
  return moved(box, [[face, metres]]);
}

/** `corner + a · normalA + b · normalB = s · ray`, with s > 0. */
function pullCorner(
  camera: CameraInfo,
  box: Box,
  corner: number,
  faces: readonly [Face, Face],
  uv: Vec2,
): Box | null {
  const ray = rayFromPixel(camera, uv);
  if (ray === null) {
    return null;
  }
  const start = cornerCam(camera, box, corner);
  const [a, b] = [normalCam(camera, box, faces[0]), normalCam(camera, box, faces[1])];
  const [alongA, alongB, ahead] = solve3(a, b, scale(ray, -1), scale(start, -1));
  return ahead > 0
    ? moved(box, [
        [faces[0], alongA],
        [faces[1], alongB],
      ])
    : null;
}

function moved(box: Box, pulls: readonly (readonly [Face, number])[]): Box | null {
  const isSound = pulls.every(([, metres]) => Math.abs(metres) <= FARTHEST_M);
  return isSound ? pulls.reduce((one, [face, metres]) => dragFace(one, face, metres), box) : null;
}

/** The box turned about its upright axis so that its heading points at where the pixel's ray meets its bottom's plane. */
function turnTo(camera: CameraInfo, box: Box, uv: Vec2): Box | null {
  const place = onBottomPlane(camera, box, uv);
  if (place === null) {
    return null;
  }
  const [x, y] = applyRotation(inverseRotation(box), subtract(place, box.ego_from_object.translation_m));
  if (Math.hypot(x, y) < 1e-3) {
    return null;
  }
  const quat_wxyz = multiplyQuat(
    box.ego_from_object.quat_wxyz,
    fromYaw(Math.atan2(y, x), [0, 0, 0]).quat_wxyz,
  );
  return { ...box, ego_from_object: { ...box.ego_from_object, quat_wxyz } };
}

/** The box moved over its bottom's plane as far as the pixel moved over it; null where a ray misses the plane. */
export function slide(camera: CameraInfo, snapshot: Box, from: Vec2, to: Vec2): Box | null {
  const [start, end] = [onBottomPlane(camera, snapshot, from), onBottomPlane(camera, snapshot, to)];
  if (start === null || end === null) {
    return null;
  }
  const offset = subtract(end, start);
  return Math.hypot(...offset) <= FARTHEST_M ? moveInEgo(snapshot, offset) : null;
}

function onBottomPlane(camera: CameraInfo, box: Box, uv: Vec2): Vec3 | null {
  const ray = rayThroughPixel(camera, uv);
  const up = applyRotation(box.ego_from_object, [0, 0, 1]);
  const bottom = apply(box.ego_from_object, [0, 0, -box.size_lwh_m[2] / 2]);
  return ray === null ? null : meetPlane(ray, bottom, up);
}

function meetPlane(ray: Ray, point: Vec3, normal: Vec3): Vec3 | null {
  const metres = dot(subtract(point, ray.origin), normal) / dot(ray.direction, normal);
  return Number.isFinite(metres) && metres > 0 ? add(ray.origin, scale(ray.direction, metres)) : null;
}

const inverseRotation = ({ ego_from_object: { quat_wxyz } }: Box) =>
  ({
    quat_wxyz: [quat_wxyz[0], -quat_wxyz[1], -quat_wxyz[2], -quat_wxyz[3]],
    translation_m: [0, 0, 0],
  }) as const;

/** How far across the image a point between two corners goes for a metre that a face moves; null out of view. */
function pixelsPerMetre(
  camera: CameraInfo,
  box: Box,
  face: Face,
  from: number,
  to: number,
  share: number,
): Vec2 | null {
  const place = lerp(cornerCam(camera, box, from), cornerCam(camera, box, to), share);
  const pulled = add(place, scale(normalCam(camera, box, face), STEP_M));
  if (!isVisible(camera, place) || !isVisible(camera, pulled)) {
    return null;
  }
  const [before, after] = [imageFromRay(camera, place), imageFromRay(camera, pulled)];
  return [(after[0] - before[0]) / STEP_M, (after[1] - before[1]) / STEP_M];
}

/** Where on an edge, 0 … 1, its picture is nearest to a pixel. */
function shareAt(camera: CameraInfo, box: Box, [from, to]: readonly [number, number], uv: Vec2): number {
  const [start, end] = [cornerCam(camera, box, from), cornerCam(camera, box, to)];
  let best = 0.5;
  let nearest = Infinity;
  for (let share = 0.025; share < 1; share += 0.05) {
    const place = lerp(start, end, share);
    const [u, v] = isVisible(camera, place) ? imageFromRay(camera, place) : [Infinity, Infinity];
    const away = Math.hypot(u - uv[0], v - uv[1]);
    if (away < nearest) {
      best = share;
      nearest = away;
    }
  }
  return best;
}

/** The direction, of length 1, of an edge's picture. */
function edgeDirection(
  camera: CameraInfo,
  box: Box,
  [from, to]: readonly [number, number],
  share: number,
): Vec2 | null {
  const [start, end] = [cornerCam(camera, box, from), cornerCam(camera, box, to)];
  const [one, other] = [lerp(start, end, share - 0.01), lerp(start, end, share + 0.01)];
  if (!isVisible(camera, one) || !isVisible(camera, other)) {
    return null;
  }
  const [a, b] = [imageFromRay(camera, one), imageFromRay(camera, other)];
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  // Seen end on it is a point: every way leads across it.
  return length < 1e-9 ? null : [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
}

const FACES = Object.keys(FACE_NORMALS) as readonly Face[];

function facesOfCorner(corner: number): readonly Face[] {
  const signs = CORNER_SIGNS[corner] ?? [1, 1, 1];
  return FACES.filter((face) => dot(FACE_NORMALS[face], signs) > 0);
}

function facesOfEdge(edge: number): readonly Face[] {
  const [from, to] = EDGES[edge] ?? [0, 1];
  const others = new Set(facesOfCorner(to));
  return facesOfCorner(from).filter((face) => others.has(face));
}

function cornerCam(camera: CameraInfo, box: Box, index: number): Vec3 {
  const half = scale(box.size_lwh_m, 0.5);
  const corner = apply(box.ego_from_object, multiply(CORNER_SIGNS[index] ?? [1, 1, 1], half));
  return apply(camera.cam_from_ego, corner);
}

function normalCam(camera: CameraInfo, box: Box, face: Face): Vec3 {
  return applyRotation(camera.cam_from_ego, applyRotation(box.ego_from_object, FACE_NORMALS[face]));
}

const depthOf = (camera: CameraInfo, point_ego: Vec3): number => apply(camera.cam_from_ego, point_ego)[2];

/** `x · a + y · b + z · c = d`, by Cramer's rule; not finite where the three lie in a plane. */
function solve3(a: Vec3, b: Vec3, c: Vec3, d: Vec3): Vec3 {
  const determinant = dot(a, cross(b, c));
  return [
    dot(d, cross(b, c)) / determinant,
    dot(a, cross(d, c)) / determinant,
    dot(a, cross(b, d)) / determinant,
  ];
}
