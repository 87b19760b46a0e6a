/** What a cuboid's wireframe is made of, by what is known about it; pure. */
import { drawnShares, type LineStyle } from '../../editor/line_style';
import { corners, EDGES, type Face } from '../../geometry/box';
import { apply } from '../../geometry/se3';
import { distance, lerp } from '../../geometry/vec3';
import type { Box } from '../../model/records';
import type { Vec3 } from '../../model/tuples';

export type Segment = readonly [Vec3, Vec3];

const DASH_M = 0.3;
const DOT_M = 0.08;
/** A dash and a dot of what was imported and nobody agreed with. */
const DASH_DOT_M = 0.1;
/** Shorter than those of derived cuboids, so that the two look different. */
const UNHELD_DASH_M = 0.12;
const MAX_DASHES = 24;
/** The heading arrow reaches this far out of the front face, as a share of the length. */
const ARROW_SHARE = 0.28;
const ARROW_MIN_M = 0.35;
const ARROW_MAX_M = 1.4;

export const FRONT_CORNERS = [0, 1, 5, 4] as const;

/** Corner indices of the six faces, each in turn around its rim. */
export const FACES: readonly (readonly [number, number, number, number])[] = [
  FRONT_CORNERS,
  [2, 3, 7, 6],
  [3, 0, 4, 7],
  [1, 2, 6, 5],
  [4, 5, 6, 7],
  [0, 3, 2, 1],
];

/** Their names, in the same order. */
const FACE_NAMES: readonly Face[] = ['front', 'back', 'left', 'right', 'top', 'bottom'];

/** The twelve edges in a style; of a box that somebody agreed with, those of faces that no points hold are dashed. */
export function edgeSegments(box: Box, style: LineStyle, held: readonly Face[] | null = null): Segment[] {
  const points = corners(box);
  return EDGES.flatMap((edge) => {
    const [from, to] = [at(points, edge[0]), at(points, edge[1])];
    const isUnheld = MOSTLY_WHOLE.has(style) && held !== null && !isHeld(edge, held);
    return isUnheld ? dashes(from, to, UNHELD_DASH_M) : styled(from, to, style);
  });
}

const MOSTLY_WHOLE: ReadonlySet<LineStyle> = new Set(['solid', 'gap', 'gaps']);

/** Whether points hold both faces that meet in an edge. */
function isHeld(edge: readonly [number, number], held: readonly Face[]): boolean {
  return FACE_NAMES.every((name, index) => {
    const isOfEdge = edge.every((corner) => FACES[index]?.includes(corner));
    return !isOfEdge || held.includes(name);
  });
}

function styled(from: Vec3, to: Vec3, style: LineStyle): Segment[] {
  const shares = drawnShares(style);
  if (shares !== null) {
    return shares.map(([start, end]) => [lerp(from, to, start), lerp(from, to, end)]);
  }
  if (style === 'dotted') {
    return dots(from, to);
  }
  return style === 'dash_dot' ? dashDots(from, to) : dashes(from, to);
}

/** Dashes that start and end with a whole one, so that corners are always drawn. */
export function dashes(from: Vec3, to: Vec3, dashM = DASH_M): Segment[] {
  const gaps = Math.min(MAX_DASHES, Math.max(1, Math.round(distance(from, to) / dashM / 2)));
  const parts = 2 * gaps + 1;
  return Array.from({ length: gaps + 1 }, (_, i) => [
    lerp(from, to, (2 * i) / parts),
    lerp(from, to, (2 * i + 1) / parts),
  ]);
}

/** Half as much line as gap, with the corners. */
function dots(from: Vec3, to: Vec3): Segment[] {
  const all = dashes(from, to, DOT_M);
  return all.filter((_, index) => index % 2 === 0 || index === all.length - 1);
}

/** Long dashes with a dot between them. */
function dashDots(from: Vec3, to: Vec3): Segment[] {
  const all = dashes(from, to, DASH_DOT_M);
  const joined: Segment[] = [];
  for (let index = 0; index < all.length; index += 3) {
    const [start, end] = [all[index], all[index + 1] ?? all[index]];
    const dot = all[index + 2];
    joined.push(...(start && end ? [[start[0], end[1]] as const] : []), ...(dot ? [dot] : []));
  }
  return joined;
}

/** An arrow out of the bottom of the front face, and its head. */
export function headingSegments(box: Box): Segment[] {
  const [length, width, height] = box.size_lwh_m;
  const reach = Math.min(ARROW_MAX_M, Math.max(ARROW_MIN_M, length * ARROW_SHARE));
  const head = reach * 0.35;
  const place = (x: number, y: number) => apply(box.ego_from_object, [x, y, -height / 2]);
  const tip = place(length / 2 + reach, 0);
  const side = Math.min(head * 0.6, width / 2);
  return [
    [place(length / 2, 0), tip],
    [tip, place(length / 2 + reach - head, side)],
    [tip, place(length / 2 + reach - head, -side)],
  ];
}

/** Two triangles for each face: 18 numbers. */
export function faceTriangles(box: Box, face: readonly number[]): number[] {
  const points = corners(box);
  const [a, b, c, d] = face.map((index) => at(points, index));
  return a && b && c && d ? [...a, ...b, ...c, ...a, ...c, ...d] : [];
}

/** The middle of the roof, where a label stands. */
export function labelAnchor(box: Box): Vec3 {
  return apply(box.ego_from_object, [0, 0, box.size_lwh_m[2] / 2]);
}

function at(points: readonly Vec3[], index: number): Vec3 {
  return points[index] ?? [0, 0, 0];
}
