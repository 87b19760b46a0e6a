/** Rectangles in images: drawn, grabbed by an edge or corner, moved, and held inside of the image; pure. */
import type { CameraInfo } from '../model/scene';
import type { LtrbPx, Vec2 } from '../model/tuples';

/** Positions in `LtrbPx`. */
export const SIDES = ['left', 'top', 'right', 'bottom'] as const;
export type Side = (typeof SIDES)[number];
/** What of a rectangle moves: its edges by name, or all of it. */
export type ImageBoxPart = Side | 'left-top' | 'right-top' | 'left-bottom' | 'right-bottom' | 'all';

/** A rectangle smaller than this is not meant, in pixels of the image. */
export const LEAST_SIDE_PX = 2;

const CORNERS = ['left-top', 'right-top', 'left-bottom', 'right-bottom'] as const;

const MOVED: Readonly<Record<ImageBoxPart, readonly Side[]>> = {
  left: ['left'],
  top: ['top'],
  right: ['right'],
  bottom: ['bottom'],
  'left-top': ['left', 'top'],
  'right-top': ['right', 'top'],
  'left-bottom': ['left', 'bottom'],
  'right-bottom': ['right', 'bottom'],
  all: SIDES,
};

/** The sides that a part moves. */
export const sidesOf = (part: ImageBoxPart): readonly Side[] => MOVED[part];

/** The rectangle between two opposite corners, inside of the image; null when it is too small to be meant. */
export function rectangleBetween(camera: CameraInfo, start: Vec2, end: Vec2): LtrbPx | null {
  const drawn = heldInside(camera, [
    Math.min(start[0], end[0]),
    Math.min(start[1], end[1]),
    Math.max(start[0], end[0]),
    Math.max(start[1], end[1]),
  ]);
  const [left, top, right, bottom] = drawn;
  return right - left >= LEAST_SIDE_PX && bottom - top >= LEAST_SIDE_PX ? drawn : null;
}

/** The rectangle after a part of it moved; an edge stops at the image's border and short of the opposite edge. */
export function movePart(camera: CameraInfo, ltrb: LtrbPx, part: ImageBoxPart, delta: Vec2): LtrbPx {
  const [left, top, right, bottom] = ltrb;
  const [lastU, lastV] = [camera.width_px - 1, camera.height_px - 1];
  if (part === 'all') {
    // As a whole it keeps its size.
    const du = within(delta[0], Math.min(0, -left), Math.max(0, lastU - right));
    const dv = within(delta[1], Math.min(0, -top), Math.max(0, lastV - bottom));
    return [left + du, top + dv, right + du, bottom + dv];
  }
  const moved = new Set(MOVED[part]);
  return [
    moved.has('left') ? within(left + delta[0], 0, Math.max(0, right - LEAST_SIDE_PX)) : left,
    moved.has('top') ? within(top + delta[1], 0, Math.max(0, bottom - LEAST_SIDE_PX)) : top,
    moved.has('right') ? within(right + delta[0], Math.min(lastU, left + LEAST_SIDE_PX), lastU) : right,
    moved.has('bottom') ? within(bottom + delta[1], Math.min(lastV, top + LEAST_SIDE_PX), lastV) : bottom,
  ];
}

/** One side at a value, as typed. */
export function withSide(camera: CameraInfo, ltrb: LtrbPx, side: Side, value: number): LtrbPx {
  const by = value - ltrb[SIDES.indexOf(side) as 0 | 1 | 2 | 3];
  return movePart(camera, ltrb, side, [by, by]);
}

/** The part of a rectangle at a pixel: corners first, then edges, then the inside; null outside. */
export function partAt(ltrb: LtrbPx, [u, v]: Vec2, tolerancePx: number): ImageBoxPart | null {
  const [left, top, right, bottom] = ltrb;
  const corners = CORNERS.map((corner) => {
    const [x, y] = cornerOf(ltrb, corner);
    return { corner, away: Math.hypot(u - x, v - y) };
  }).sort((a, b) => a.away - b.away);
  const nearest = corners[0];
  if (nearest !== undefined && nearest.away <= tolerancePx) {
    return nearest.corner;
  }
  const isBeside = top <= v && v <= bottom;
  const isAbove = left <= u && u <= right;
  const edges = [
    { side: 'left', away: isBeside ? Math.abs(u - left) : Infinity },
    { side: 'right', away: isBeside ? Math.abs(u - right) : Infinity },
    { side: 'top', away: isAbove ? Math.abs(v - top) : Infinity },
    { side: 'bottom', away: isAbove ? Math.abs(v - bottom) : Infinity },
  ] as const;
  const edge = [...edges].sort((a, b) => a.away - b.away)[0];
  if (edge !== undefined && edge.away <= tolerancePx) {
    return edge.side;
  }
  return isBeside && isAbove ? 'all' : null;
}

function cornerOf([left, top, right, bottom]: LtrbPx, corner: (typeof CORNERS)[number]): Vec2 {
  const sides = MOVED[corner];
  return [sides.includes('left') ? left : right, sides.includes('top') ? top : bottom];
}

function heldInside(camera: CameraInfo, [left, top, right, bottom]: LtrbPx): LtrbPx {
  const [lastU, lastV] = [camera.width_px - 1, camera.height_px - 1];
  return [within(left, 0, lastU), within(top, 0, lastV), within(right, 0, lastU), within(bottom, 0, lastV)];
}

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

const CURSORS: Readonly<Record<ImageBoxPart, string>> = {
  left: 'ew-resize',
  right: 'ew-resize',
  top: 'ns-resize',
  bottom: 'ns-resize',
  'left-top': 'nwse-resize',
  'right-bottom': 'nwse-resize',
  'right-top': 'nesw-resize',
  'left-bottom': 'nesw-resize',
  all: 'move',
};

/** The CSS cursor over a part. */
export const cursorOfPart = (part: ImageBoxPart): string => CURSORS[part];
