/** Dragging a box by its handles in a top, side or rear view: pure maths on metres; the views are glued to the box. */
import { FACE_NORMALS, type Face, MIN_SIZE_M, moveInObject, rotateInObject } from '../../geometry/box';
import { apply, inverse } from '../../geometry/se3';
import { add, dot, scale, wrapAngle } from '../../geometry/vec3';
import type { Box } from '../../model/records';
import type { Vec2, Vec3 } from '../../model/tuples';

export type SideView = 'top' | 'side' | 'rear';

/** Screen directions, whatever the view shows there. */
export type EdgeHandle = 'left' | 'right' | 'up' | 'down';
export type CornerHandle = 'left-up' | 'right-up' | 'left-down' | 'right-down';
export type Handle = EdgeHandle | CornerHandle | 'move' | 'rotate';

export interface ViewAxes {
  /** Axes of the object frame. */
  readonly right: Vec3;
  readonly up: Vec3;
  /** Towards the viewer; a turn that looks counter-clockwise is one about it. */
  readonly towards: Vec3;
}

/** Top: forward is up. Side: seen from the box's right, forward is right. Rear: seen from behind, its left is left. */
export const VIEW_AXES: Readonly<Record<SideView, ViewAxes>> = {
  top: { right: [0, -1, 0], up: [1, 0, 0], towards: [0, 0, 1] },
  side: { right: [1, 0, 0], up: [0, 0, 1], towards: [0, -1, 0] },
  rear: { right: [0, -1, 0], up: [0, 0, 1], towards: [-1, 0, 0] },
};

/** How far each handle is to the right and up, in halves of the box's size. */
const SIGNS: Readonly<Record<EdgeHandle | CornerHandle, Vec2>> = {
  'left-up': [-1, 1],
  'right-up': [1, 1],
  'left-down': [-1, -1],
  'right-down': [1, -1],
  left: [-1, 0],
  right: [1, 0],
  up: [0, 1],
  down: [0, -1],
};

export const EDGE_HANDLES: readonly EdgeHandle[] = ['left', 'right', 'up', 'down'];
export const CORNER_HANDLES: readonly CornerHandle[] = ['left-up', 'right-up', 'left-down', 'right-down'];
export const HANDLES: readonly Handle[] = [...CORNER_HANDLES, 'rotate', ...EDGE_HANDLES, 'move'];

/** How far the rotation handle stands off the upper edge. */
export const ROTATE_OFFSET_M = 0.6;

export interface DragOptions {
  readonly rotateOffsetM?: number;
  /** Whether the opposite edge moves as much the other way, so that the centre stays. */
  readonly symmetric?: boolean;
}

/** Width and height of the box in the view, in metres. */
export function viewSize(view: SideView, box: Box): Vec2 {
  const { right, up } = VIEW_AXES[view];
  return [Math.abs(dot(right, box.size_lwh_m)), Math.abs(dot(up, box.size_lwh_m))];
}

/** Where a handle is, in metres right of and above the box's centre. */
export function handlePosition(
  view: SideView,
  handle: Handle,
  box: Box,
  rotateOffsetM: number = ROTATE_OFFSET_M,
): Vec2 {
  const [width, height] = viewSize(view, box);
  if (handle === 'move') {
    return [0, 0];
  }
  if (handle === 'rotate') {
    return [0, height / 2 + rotateOffsetM];
  }
  const [right, up] = SIGNS[handle];
  return [(right * width) / 2, (up * height) / 2];
}

/** The handle at a point (metres right of and above the centre): corners first, then rotation, edges, the inside. */
export function hitHandle(
  view: SideView,
  box: Box,
  [right, up]: Vec2,
  toleranceM: number,
  rotateOffsetM: number = ROTATE_OFFSET_M,
): Handle | null {
  const isNear = (handle: Handle) => {
    const [x, y] = handlePosition(view, handle, box, rotateOffsetM);
    return Math.hypot(right - x, up - y) <= toleranceM;
  };
  const corner = nearest(view, box, [right, up], CORNER_HANDLES.filter(isNear));
  if (corner) {
    return corner;
  }
  return isNear('rotate')
    ? 'rotate'
    : (hitEdge(view, box, [right, up], toleranceM) ?? hitInside(view, box, [right, up]));
}

function hitEdge(view: SideView, box: Box, [right, up]: Vec2, toleranceM: number): EdgeHandle | null {
  const [width, height] = viewSize(view, box);
  const isBeside = Math.abs(up) <= height / 2;
  const isAbove = Math.abs(right) <= width / 2;
  const edges = EDGE_HANDLES.filter((edge) => distanceToEdge(view, box, edge, [right, up]) <= toleranceM);
  const inReach = edges.filter((edge) => (SIGNS[edge][0] === 0 ? isAbove : isBeside));
  return (
    inReach.sort(
      (a, b) => distanceToEdge(view, box, a, [right, up]) - distanceToEdge(view, box, b, [right, up]),
    )[0] ?? null
  );
}

function distanceToEdge(view: SideView, box: Box, edge: EdgeHandle, [right, up]: Vec2): number {
  const [x, y] = handlePosition(view, edge, box);
  return SIGNS[edge][0] === 0 ? Math.abs(up - y) : Math.abs(right - x);
}

function hitInside(view: SideView, box: Box, [right, up]: Vec2): 'move' | null {
  const [width, height] = viewSize(view, box);
  return Math.abs(right) <= width / 2 && Math.abs(up) <= height / 2 ? 'move' : null;
}

function nearest<H extends Handle>(
  view: SideView,
  box: Box,
  [right, up]: Vec2,
  handles: readonly H[],
): H | null {
  const away = (handle: H) => {
    const [x, y] = handlePosition(view, handle, box);
    return Math.hypot(right - x, up - y);
  };
  return [...handles].sort((a, b) => away(a) - away(b))[0] ?? null;
}

/** The box after a handle was dragged; `delta` is along the axes of the view as they were at the start. */
export function dragBox(
  view: SideView,
  handle: Handle,
  delta: Vec2,
  snapshot: Box,
  options: DragOptions = {},
): Box {
  const { right, up, towards } = VIEW_AXES[view];
  if (handle === 'move') {
    return moveInObject(snapshot, add(scale(right, delta[0]), scale(up, delta[1])));
  }
  if (handle === 'rotate') {
    return rotateInObject(snapshot, towards, turnOf(view, delta, snapshot, options.rotateOffsetM));
  }
  return stretch(view, SIGNS[handle], delta, snapshot, options.symmetric ?? false);
}

/** How far the line from the centre to the rotation handle has turned. */
function turnOf(view: SideView, delta: Vec2, snapshot: Box, rotateOffsetM?: number): number {
  const [x, y] = handlePosition(view, 'rotate', snapshot, rotateOffsetM);
  return wrapAngle(Math.atan2(y + delta[1], x + delta[0]) - Math.atan2(y, x));
}

function stretch(view: SideView, signs: Vec2, delta: Vec2, snapshot: Box, isSymmetric: boolean): Box {
  const { right, up } = VIEW_AXES[view];
  const size = viewSize(view, snapshot);
  const share = isSymmetric ? 2 : 1;
  const grown = ([0, 1] as const).map((axis) =>
    Math.max(signs[axis] * delta[axis] * share, MIN_SIZE_M - size[axis]),
  );
  const [wider, higher] = [(grown[0] ?? 0) * Math.abs(signs[0]), (grown[1] ?? 0) * Math.abs(signs[1])];
  const size_lwh_m = add(
    snapshot.size_lwh_m,
    add(scale(absolute(right), wider), scale(absolute(up), higher)),
  );
  const shift = isSymmetric ? 0 : 0.5;
  const offset = add(scale(right, signs[0] * wider * shift), scale(up, signs[1] * higher * shift));
  return { ...moveInObject(snapshot, offset), size_lwh_m };
}

const absolute = ([x, y, z]: Vec3): Vec3 => [Math.abs(x), Math.abs(y), Math.abs(z)];

/** What a handle moves, in the words of fitting: one face, the two of a corner, all, or the heading. */
export function facesOf(view: SideView, handle: EdgeHandle | CornerHandle): readonly Face[] {
  const { right, up } = VIEW_AXES[view];
  const [across, upright] = SIGNS[handle];
  return [faceAlong(scale(right, across)), faceAlong(scale(up, upright))].flatMap((face) => face ?? []);
}

function faceAlong(direction: Vec3): Face | null {
  const found = Object.entries(FACE_NORMALS).find(([, normal]) => dot(normal, direction) > 0.5);
  return (found?.[0] as Face | undefined) ?? null;
}

/** A point of `ego` in metres right of and above the box's centre. */
export function toView(view: SideView, box: Box, point_ego: Vec3): Vec2 {
  const point_object = apply(inverse(box.ego_from_object), point_ego);
  const { right, up } = VIEW_AXES[view];
  return [dot(right, point_object), dot(up, point_object)];
}

/** The point of `ego` in the view's plane through the box's centre. */
export function fromView(view: SideView, box: Box, [x, y]: Vec2): Vec3 {
  const { right, up } = VIEW_AXES[view];
  return apply(box.ego_from_object, add(scale(right, x), scale(up, y)));
}

const CURSORS: Readonly<Record<Handle, string>> = {
  left: 'ew-resize',
  right: 'ew-resize',
  up: 'ns-resize',
  down: 'ns-resize',
  'left-up': 'nwse-resize',
  'right-down': 'nwse-resize',
  'right-up': 'nesw-resize',
  'left-down': 'nesw-resize',
  move: 'move',
  rotate: 'grab',
};

/** The CSS cursor over a handle. */
export const cursorOf = (handle: Handle): string => CURSORS[handle];
