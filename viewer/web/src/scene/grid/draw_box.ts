/** The box in a cell's pictures, with what can be dragged: as the large side views show it, only smaller. */
import {
  facesOf,
  type Handle,
  HANDLES,
  handlePosition,
  fromView,
  toView,
  viewSize,
} from '../../editor/tools/box_drag';
import type { Face } from '../../geometry/box';
import type { Box } from '../../model/records';
import type { Vec2 } from '../../model/tuples';
import type { Pane } from './panes';
import { scaleOf } from './panes';

/** From the box's edge to the rotation handle, CSS pixels. */
const ROTATE_OFFSET_PX = 13;
const ARROW_PX = 7;
const CORNER_PX = 4;
/** The sides of a picture's rectangle, in the order of its corners from the lower left on. */
const SIDES = ['down', 'right', 'up', 'left'] as const;
const DARK = '#0f1519';
const LIT = '#ffffff';

export interface BoxLooks {
  readonly color: string;
  /** Not a cuboid of the frame but where it would be. */
  readonly isGhost: boolean;
  /** The handle under the pointer. */
  readonly lit: Handle | null;
  /** Only the outline while somebody works elsewhere. */
  readonly hasHandles: boolean;
  /** Faces of which nobody knows well where they are: their sides are dashed. */
  readonly unsure?: readonly Face[];
}

/** Metres from the box's edge to the rotation handle. */
export const rotateOffset = (scale: number): number => ROTATE_OFFSET_PX * scale;

/** @param glued the box that the picture is glued to. */
export function drawBox(
  context: CanvasRenderingContext2D,
  pane: Pane,
  box: Box,
  glued: Box,
  zoom: number,
  looks: BoxLooks,
): void {
  const scale = scaleOf(pane, glued, zoom);
  const place = (metres: Vec2): Vec2 => {
    const [right, up] = box === glued ? metres : toView(pane.name, glued, fromView(pane.name, box, metres));
    return [pane.left + pane.width / 2 + right / scale, pane.top + pane.height / 2 - up / scale];
  };
  context.save();
  context.beginPath();
  context.rect(pane.left, pane.top, pane.width, pane.height);
  context.clip();
  context.strokeStyle = looks.color;
  context.fillStyle = looks.color;
  context.lineWidth = 1.4;
  outline(context, pane, box, place, looks);
  context.setLineDash([]);
  if (!looks.isGhost) {
    heading(context, pane, box, place, scale);
    if (looks.hasHandles) {
      handles(context, pane, box, place, scale, looks);
    }
  }
  context.restore();
}

type Place = (metres: Vec2) => Vec2;

function trace(context: CanvasRenderingContext2D, places: readonly Vec2[]): void {
  context.beginPath();
  places.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.closePath();
}

function outline(
  context: CanvasRenderingContext2D,
  { name }: Pane,
  box: Box,
  place: Place,
  { isGhost, unsure = [] }: BoxLooks,
): void {
  const [x, y] = viewSize(name, box).map((value) => value / 2) as [number, number];
  const corners = (
    [
      [-x, -y],
      [x, -y],
      [x, y],
      [-x, y],
    ] as const
  ).map((corner) => place(corner));
  SIDES.forEach((edge, index) => {
    const [from, to] = [corners[index], corners[(index + 1) % corners.length]];
    if (from !== undefined && to !== undefined) {
      const isUnsure = facesOf(name, edge).some((face) => unsure.includes(face));
      context.setLineDash(isGhost ? [4, 4] : isUnsure ? [2.5, 3.5] : []);
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.stroke();
    }
  });
}

function heading(
  context: CanvasRenderingContext2D,
  { name }: Pane,
  box: Box,
  place: Place,
  scale: number,
): void {
  if (name === 'rear') {
    return;
  }
  const [width, height] = viewSize(name, box);
  const arrow = ARROW_PX * scale;
  const ahead = (name === 'top' ? height : width) / 2 - arrow * 0.4;
  const at = (along: number, across: number): Vec2 =>
    place(name === 'top' ? [across, along] : [along, across]);
  trace(context, [at(ahead, 0), at(ahead - arrow, arrow * 0.6), at(ahead - arrow, -arrow * 0.6)]);
  context.fill();
}

function handles(
  context: CanvasRenderingContext2D,
  { name }: Pane,
  box: Box,
  place: Place,
  scale: number,
  { color, lit }: BoxLooks,
): void {
  const offset = rotateOffset(scale);
  if (name === 'top') {
    const height = viewSize(name, box)[1];
    context.beginPath();
    context.moveTo(...place([0, height / 2]));
    context.lineTo(...place([0, height / 2 + offset]));
    context.stroke();
  }
  for (const handle of HANDLES.filter((each) => each !== 'move' && (each !== 'rotate' || name === 'top'))) {
    const [x, y] = place(handlePosition(name, handle, box, offset));
    const half = (handle === lit ? CORNER_PX + 2 : CORNER_PX) / 2;
    context.beginPath();
    if (handle === 'rotate') {
      context.arc(x, y, half + 1.5, 0, 2 * Math.PI);
    } else {
      context.rect(x - half, y - half, 2 * half, 2 * half);
    }
    context.fillStyle = handle === lit ? LIT : DARK;
    context.strokeStyle = handle === lit ? LIT : color;
    context.fill();
    context.stroke();
  }
}
