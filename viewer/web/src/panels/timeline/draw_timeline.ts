/** Paints the timeline's lanes: finished frames, the selected track, all tracks, and where people are. */
import type { Editor } from '../../editor/editor';
import { isUnconfirmed } from '../../editor/selection';
import type { TrackId } from '../../model/ids';
import type { Cuboid, Track } from '../../model/records';
import { categoryOf, trackName } from '../../model/names';
import { type SourceKind, sourceKind } from '../../model/sources';
import type { Vec2 } from '../../model/tuples';
import type { TrackStop } from '../../store/session';
import type { PeopleByTrack } from '../people';
import { cellOf, derivedSpans, frameToX, LANE_PX, ticks, type TimeScale } from './timeline_layout';

export const STATE_PX = 6;
export const TICKS_PX = 16;
export const SELECTED_PX = 22;
const NUMBER_GAP_PX = 8;

export interface TimelineColors {
  readonly text: string;
  readonly line: string;
  readonly done: string;
  readonly empty: string;
  readonly playhead: string;
  readonly surface: string;
  readonly hover: string;
  readonly stop: string;
}

/** Frame numbers; the one on screen stands in a box of its own, and its neighbours make room for it. */
export function drawTicks(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  current: number,
  colors: TimelineColors,
): void {
  context.font = '10px sans-serif';
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const [left, width] = placeOfNumber(context, scale, current);
  context.fillStyle = colors.text;
  for (const frame of ticks(scale)) {
    const [x, ownWidth] = placeOfNumber(context, scale, frame);
    if (x + ownWidth < left - NUMBER_GAP_PX || x > left + width + NUMBER_GAP_PX) {
      context.fillText(String(frame), x, TICKS_PX / 2);
    }
  }
  context.fillStyle = colors.playhead;
  context.beginPath();
  context.roundRect(left - 4, 1, width + 8, TICKS_PX - 2, 3);
  context.fill();
  context.fillStyle = colors.surface;
  context.fillText(String(current), left, TICKS_PX / 2);
}

/** Where a frame's number begins and how wide it is; it stays on the canvas with its box. */
function placeOfNumber(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  frame: number,
): readonly [number, number] {
  const { width } = context.measureText(String(frame));
  const centred = frameToX(scale, frame) - width / 2;
  return [Math.min(scale.widthPx - width - 4, Math.max(4, centred)), width];
}

/** One cell a frame that somebody marked. */
export function drawStates(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  top: number,
  editor: Editor,
  colors: TimelineColors,
): void {
  context.fillStyle = colors.line;
  context.fillRect(0, top, scale.widthPx, STATE_PX);
  for (const { frame_index, state } of editor.store.all('frame_states')) {
    const [left, right] = cellOf(scale, frame_index);
    context.fillStyle = state === 'done' ? colors.done : colors.empty;
    context.fillRect(left, top, right - left, STATE_PX);
  }
}

/** A row of a track: a thin line for its life, a bar where it is derived, a mark at each key. */
export function drawTrack(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  top: number,
  height: number,
  { track, keys, color }: TrackRow,
): void {
  const middle = top + height / 2;
  const radius = Math.min(5, height / 2 - 1);
  const bar = Math.max(2, height * 0.3);
  context.fillStyle = color;
  context.globalAlpha = 0.35;
  const [lifeLeft, lifeRight] = cellOf(scale, track.first_frame, track.last_frame);
  context.fillRect(lifeLeft, middle - 0.5, lifeRight - lifeLeft, 1);
  context.globalAlpha = 0.55;
  for (const { first, last } of derivedSpans(track, keys)) {
    const left = frameToX(scale, first);
    context.fillRect(left, middle - bar / 2, Math.max(1, frameToX(scale, last) - left), bar);
  }
  context.globalAlpha = 1;
  drawKeys(
    context,
    scale,
    middle,
    radius,
    keys.filter((key) => !isUnconfirmed(key)),
  );
  context.fill();
  drawKeys(context, scale, middle, radius - 0.5, keys.filter(isUnconfirmed));
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.stroke();
}

/** Filled where somebody agreed, hollow where nobody did; each source has a shape of its own. */
function drawKeys(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  middle: number,
  radius: number,
  keys: readonly Cuboid[],
): void {
  context.beginPath();
  for (const key of keys) {
    addMark(context, sourceKind(key.source), frameToX(scale, key.frame_index), middle, radius);
  }
}

const GRIP_PX = 3;

/** The two ends of the selected track's life, to be dragged. */
export function drawEnds(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  top: number,
  height: number,
  [first, last]: readonly [number, number],
  color: string,
): void {
  const [left, right] = cellOf(scale, first, last);
  context.fillStyle = color;
  for (const x of [left, right - GRIP_PX]) {
    context.beginPath();
    context.roundRect(x, top + 2, GRIP_PX, height - 4, 1.5);
    context.fill();
  }
}

/** Where carrying the track on stopped: a bar across its row. */
export function drawStops(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  top: number,
  height: number,
  stops: readonly TrackStop[],
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = 2;
  for (const { frameIndex } of stops) {
    if (frameIndex !== null) {
      const x = frameToX(scale, frameIndex);
      context.beginPath();
      context.moveTo(x - 3, top + 4);
      context.lineTo(x + 3, top + height - 4);
      context.moveTo(x + 3, top + 4);
      context.lineTo(x - 3, top + height - 4);
      context.stroke();
    }
  }
}

function addMark(
  context: CanvasRenderingContext2D,
  kind: SourceKind,
  x: number,
  y: number,
  radius: number,
): void {
  const corners = CORNERS[kind];
  if (corners === null) {
    context.moveTo(x + 0.8 * radius, y);
    context.arc(x, y, 0.8 * radius, 0, 2 * Math.PI);
  } else {
    corners.forEach(([right, down], index) => {
      const place = [x + right * radius, y + down * radius] as const;
      if (index === 0) {
        context.moveTo(...place);
      } else {
        context.lineTo(...place);
      }
    });
  }
  context.closePath();
}

/** A diamond, a square, a triangle; what was carried on is a dot. */
const CORNERS: Readonly<Record<SourceKind, readonly Vec2[] | null>> = {
  human: [
    [-1, 0],
    [0, -1],
    [1, 0],
    [0, 1],
  ],
  imported: [
    [-0.75, -0.75],
    [0.75, -0.75],
    [0.75, 0.75],
    [-0.75, 0.75],
  ],
  model: [
    [0, -0.95],
    [0.95, 0.8],
    [-0.95, 0.8],
  ],
  propagated: null,
};

export interface TrackRow {
  readonly track: Track;
  readonly keys: readonly Cuboid[];
  readonly color: string;
}

const knownRows = new WeakMap<Editor, { readonly version: number; readonly rows: readonly TrackRow[] }>();
const byName = new Intl.Collator('en', { numeric: true });

/** All tracks, by the frame where they begin, then by name; sorted once while the labels stay the same. */
export function trackRows(editor: Editor): readonly TrackRow[] {
  const { version } = editor.store;
  const known = knownRows.get(editor);
  if (known?.version === version) {
    return known.rows;
  }
  const rows = editor.store
    .all('tracks')
    .map((track) => rowOfTrack(editor, track))
    .toSorted(
      (a, b) =>
        a.track.first_frame - b.track.first_frame || byName.compare(trackName(a.track), trackName(b.track)),
    );
  knownRows.set(editor, { version, rows });
  return rows;
}

export function selectedRow(editor: Editor, trackId: TrackId | null): TrackRow | null {
  const track = trackId === null ? undefined : editor.store.get('tracks', trackId);
  return track === undefined ? null : rowOfTrack(editor, track);
}

function rowOfTrack(editor: Editor, track: Track): TrackRow {
  const { color } = categoryOf(editor.scene.taxonomy, track.category);
  return { track, keys: editor.store.keysOfTrack(track.id), color };
}

interface LanesLook {
  readonly selected: TrackId | null;
  readonly hovered: TrackId | null;
  readonly people: PeopleByTrack;
  readonly colors: TimelineColors;
  /** How far the lanes are scrolled, and how much of them is in sight. */
  readonly scrollPx: number;
  readonly heightPx: number;
}

export function drawLanes(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  rows: readonly TrackRow[],
  { selected, hovered, people, colors, scrollPx, heightPx }: LanesLook,
): void {
  const first = Math.max(0, Math.floor(scrollPx / LANE_PX));
  rows.slice(first, Math.ceil((scrollPx + heightPx) / LANE_PX)).forEach((row, index) => {
    const top = (first + index) * LANE_PX - scrollPx;
    const { id } = row.track;
    if (id === selected || id === hovered) {
      context.fillStyle = id === selected ? colors.line : colors.hover;
      context.fillRect(0, top, scale.widthPx, LANE_PX);
    }
    drawTrack(context, scale, top, LANE_PX, row);
    const person = people.get(id)?.[0];
    if (person !== undefined) {
      context.strokeStyle = person.color;
      context.lineWidth = 1;
      context.strokeRect(0.5, top + 0.5, scale.widthPx - 1, LANE_PX - 1);
    }
  });
}

export function drawPlayhead(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  frame: number,
  top: number,
  bottom: number,
  color: string,
): void {
  const x = Math.round(frameToX(scale, frame)) + 0.5;
  context.globalAlpha = 0.8;
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, bottom);
  context.stroke();
  context.globalAlpha = 1;
}

/** A small triangle in the colour of each person who is in that frame. */
export function drawPeople(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  people: readonly { readonly frame_index: number; readonly color: string }[],
): void {
  for (const { frame_index, color } of people) {
    const x = frameToX(scale, frame_index);
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(x - 4, TICKS_PX - 1);
    context.lineTo(x + 4, TICKS_PX - 1);
    context.lineTo(x, TICKS_PX + 5);
    context.fill();
  }
}
