/** 2D boxes over an image: which are shown, where they disagree with their cuboid, and how all that is drawn. */
import { cuboidFingerprint } from '../../editor/fingerprint';
import {
  type Cover,
  isDeformable,
  sideDifferences,
  type SideDifference,
  visibleShareOf,
} from '../../geometry/edge_difference';
import { SIDES, sidesOf, type ImageBoxPart, type Side } from '../../geometry/image_box';
import type { ImageBoxId, TrackId } from '../../model/ids';
import type { ImageBox } from '../../model/records';
import type { CameraInfo, Taxonomy } from '../../model/scene';
import type { LtrbPx, Vec2 } from '../../model/tuples';
import type { ImageDraft, ImageLayer, ImageLayers } from '../../store/session';
import { type CameraBox, type ImageView, toElement } from './camera_boxes';

/** The colours also stand in the legend; the selected cuboid alone is white. */
export const LAYER_COLORS: Readonly<Record<ImageLayer, string>> = {
  cuboids: '#3fd0a8',
  points: '#8fb7ff',
  proj: '#59b4f0',
  trunc: '#59b4f0',
  tight: '#ffd54a',
  given: '#c792ea',
  ignore: '#b8c2c6',
};
const OFF_COLOR = '#ff4d5e';
/** What an import said of a cuboid that was changed since is not wrong, only old. */
const STALE_COLOR = '#e0a458';
/** Layers drawn with dashes: what is derived beyond the image, and what is no object. */
export const DASHED: ReadonlySet<ImageLayer> = new Set(['proj', 'ignore']);
const LABEL_FONT = '600 11px system-ui, sans-serif';

/** A 2D box with the sides that are off. */
export interface JudgedBox {
  readonly box: ImageBox;
  readonly owner: CameraBox | null;
  readonly off: readonly SideDifference[];
  /** Whether it still is about the cuboid: one that came with an import is not, once that has changed. */
  readonly stands: boolean;
}

/** The boxes as they are while one is in somebody's hand. */
export function withDraft(boxes: readonly ImageBox[], draft: ImageDraft | null): readonly ImageBox[] {
  if (draft === null || draft.kind === 'cuboid') {
    return boxes;
  }
  const { id, ltrb_px, kind, trackId, camera, frameIndex } = draft;
  const replaced = boxes.find(
    (box) => box.id === id || (kind === 'tight' && box.kind === 'tight' && box.track_id === trackId),
  );
  if (replaced) {
    return boxes.map((box) => (box === replaced ? { ...box, ltrb_px } : box));
  }
  const fresh = { id: 'draft' as ImageBoxId, frame_index: frameIndex, track_id: trackId, attributes: {} };
  return [...boxes, { ...fresh, camera, kind, ltrb_px }];
}

/** Holds each 2D box against its cuboid. */
export function judge(
  camera: CameraInfo,
  taxonomy: Taxonomy,
  boxes: readonly ImageBox[],
  cuboids: readonly CameraBox[],
): readonly JudgedBox[] {
  const byTrack = new Map(cuboids.map((cuboid) => [cuboid.trackId, cuboid]));
  const covers = cuboids.flatMap(({ projected }): readonly Cover[] => coverOf(projected));
  return boxes.map((box) => {
    const owner = box.track_id === null ? null : (byTrack.get(box.track_id) ?? null);
    const [own] = owner === null ? [] : coverOf(owner.projected);
    if (owner === null || own === undefined || box.kind === 'ignore') {
      return { box, owner, off: [], stands: true };
    }
    const off = sideDifferences(camera, {
      kind: box.kind,
      ltrb_px: box.ltrb_px,
      box: owner.cuboid,
      projected: owner.projected,
      isDeformable: isDeformable(taxonomy, owner.category),
      visibleShare: () => visibleShareOf(own, covers),
    });
    return { box, owner, off, stands: standsFor(box, owner) };
  });
}

/** As `CheckContext.stands` of the server. */
function standsFor({ kind, attributes: { given_for } }: ImageBox, owner: CameraBox): boolean {
  const isTold = kind === 'given' && given_for !== undefined;
  return !isTold || given_for === cuboidFingerprint(owner.cuboid, owner.category);
}

const coverOf = ({ trunc_ltrb_px, depth_m }: CameraBox['projected']): readonly Cover[] =>
  trunc_ltrb_px === null ? [] : [{ ltrb_px: trunc_ltrb_px, depth_m }];

export interface BoxesLook {
  readonly layers: ImageLayers;
  readonly selectedTrack: TrackId | null;
  readonly hoveredTrack: TrackId | null;
  readonly selectedBox: ImageBoxId | null;
  readonly part: ImageBoxPart;
  /** `4.2 px off`, or `from before the change: 4.2 px off`. */
  readonly offText: (differencePx: number, stands: boolean) => string;
}

/** Draws the derived rectangles of the object in question, all kept ones, and in red what disagrees. */
export function drawImageBoxes(
  context: CanvasRenderingContext2D,
  view: ImageView,
  judged: readonly JudgedBox[],
  cuboids: readonly CameraBox[],
  look: BoxesLook,
): void {
  const isStrong = (trackId: TrackId | null) =>
    trackId !== null && (trackId === look.selectedTrack || trackId === look.hoveredTrack);
  for (const { trackId, projected } of cuboids) {
    if (isStrong(trackId)) {
      for (const layer of ['proj', 'trunc'] as const) {
        const ltrb = layer === 'proj' ? projected.proj_ltrb_px : projected.trunc_ltrb_px;
        if (look.layers[layer] && ltrb !== null) {
          stroke(context, view, ltrb, layer, 1);
        }
      }
    }
  }
  for (const { box, owner, off, stands } of judged) {
    const isSelected = box.id === look.selectedBox;
    if (look.layers[box.kind]) {
      const isBold = isSelected || isStrong(box.track_id) || box.id === 'draft';
      context.globalAlpha = isBold || box.kind === 'ignore' ? 1 : 0.6;
      stroke(context, view, box.ltrb_px, box.kind, isBold ? 2 : 1.25);
      if (box.kind === 'ignore') {
        hatch(context, view, box.ltrb_px);
      }
      context.globalAlpha = 1;
      drawOff(context, view, { box, owner, off, stands }, isBold ? look.offText : null);
    }
    if (isSelected && look.layers[box.kind]) {
      drawHandles(context, view, box, look.part);
    }
  }
}

/** The rectangle that a cuboid is fitted into: being drawn, or waiting for its answer. */
export function drawRectangle(
  context: CanvasRenderingContext2D,
  view: ImageView,
  ltrb: LtrbPx,
  color: string,
): void {
  const [x, y, width, height] = rectOf(view, ltrb);
  context.setLineDash([5, 4]);
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.strokeRect(x, y, width, height);
  context.globalAlpha = 0.12;
  context.fillStyle = color;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function stroke(
  context: CanvasRenderingContext2D,
  view: ImageView,
  ltrb: LtrbPx,
  layer: ImageLayer,
  width: number,
): void {
  context.setLineDash(DASHED.has(layer) ? [5, 4] : []);
  context.strokeStyle = LAYER_COLORS[layer];
  context.lineWidth = width;
  context.strokeRect(...rectOf(view, ltrb));
  context.setLineDash([]);
}

/** Thin strokes: the image below stays visible. */
function hatch(context: CanvasRenderingContext2D, view: ImageView, ltrb: LtrbPx): void {
  const [x, y, width, height] = rectOf(view, ltrb);
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.beginPath();
  for (let at = -height; at < width; at += 12) {
    context.moveTo(x + at, y + height);
    context.lineTo(x + at + height, y);
  }
  context.globalAlpha = 0.35;
  context.lineWidth = 1;
  context.strokeStyle = LAYER_COLORS.ignore;
  context.stroke();
  context.restore();
}

function drawOff(
  context: CanvasRenderingContext2D,
  view: ImageView,
  { box, owner, off, stands }: JudgedBox,
  text: BoxesLook['offText'] | null,
): void {
  const derived = owner?.projected.trunc_ltrb_px ?? null;
  for (const { side, difference_px } of off) {
    const [start, end] = sideOf(view, box.ltrb_px, side);
    line(context, start, end, 3, [], stands);
    if (derived !== null && text !== null) {
      const [from, to] = sideOf(view, derived, side);
      line(context, from, to, 1.5, [4, 3], stands);
      const middle: Vec2 = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2];
      label(context, middle, text(Math.abs(difference_px), stands));
    }
  }
}

function line(
  context: CanvasRenderingContext2D,
  start: Vec2,
  end: Vec2,
  width: number,
  dash: number[],
  stands: boolean,
): void {
  context.beginPath();
  context.moveTo(...start);
  context.lineTo(...end);
  context.setLineDash(dash);
  context.strokeStyle = stands ? OFF_COLOR : STALE_COLOR;
  context.lineWidth = width;
  context.stroke();
  context.setLineDash([]);
}

function label(context: CanvasRenderingContext2D, [wantedX, y]: Vec2, text: string): void {
  context.font = LABEL_FONT;
  const width = context.measureText(text).width + 8;
  const { clientWidth } = context.canvas;
  // Whole at the border, too.
  const x = Math.min(clientWidth - width / 2, Math.max(width / 2, wantedX));
  context.fillStyle = 'rgb(20 8 10 / 85%)';
  context.fillRect(x - width / 2, y - 8, width, 16);
  context.fillStyle = '#ffb3ba';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x, y + 0.5);
}

/** Squares at the corners, and the part that the arrow keys move in bold. */
function drawHandles(
  context: CanvasRenderingContext2D,
  view: ImageView,
  box: ImageBox,
  part: ImageBoxPart,
): void {
  const color = LAYER_COLORS[box.kind];
  const [x, y, width, height] = rectOf(view, box.ltrb_px);
  context.fillStyle = color;
  for (const [u, v] of [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ] as const) {
    context.fillRect(u - 3.5, v - 3.5, 7, 7);
  }
  const moved: readonly Side[] = part === 'all' ? [] : sidesOf(part);
  context.strokeStyle = color;
  context.lineWidth = 4;
  for (const side of moved) {
    const [start, end] = sideOf(view, box.ltrb_px, side);
    context.beginPath();
    context.moveTo(...start);
    context.lineTo(...end);
    context.stroke();
  }
}

function rectOf(view: ImageView, [left, top, right, bottom]: LtrbPx): [number, number, number, number] {
  const [x, y] = toElement(view, [left, top]);
  const [x1, y1] = toElement(view, [right, bottom]);
  return [x, y, x1 - x, y1 - y];
}

function sideOf(view: ImageView, [left, top, right, bottom]: LtrbPx, side: Side): readonly [Vec2, Vec2] {
  const at = [left, top, right, bottom][SIDES.indexOf(side)] ?? left;
  const [start, end]: readonly [Vec2, Vec2] =
    side === 'left' || side === 'right'
      ? [
          [at, top],
          [at, bottom],
        ]
      : [
          [left, at],
          [right, at],
        ];
  return [toElement(view, start), toElement(view, end)];
}
