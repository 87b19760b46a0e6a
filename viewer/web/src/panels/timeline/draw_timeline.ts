/** Paints the timeline's lanes: finished frames, the selected track, all tracks, and where people are. */
import type { Editor } from '../../editor/editor';
import type { TrackId } from '../../model/ids';
import type { Cuboid, Track } from '../../model/records';
import { categoryOf } from '../../model/names';
import { cellOf, derivedSpans, frameToX, LANE_PX, ticks, type TimeScale } from './timeline_layout';

export const STATE_PX = 6;
export const TICKS_PX = 16;
export const SELECTED_PX = 22;

export interface TimelineColors {
  readonly text: string;
  readonly line: string;
  readonly done: string;
  readonly empty: string;
  readonly playhead: string;
}

export function drawTicks(context: CanvasRenderingContext2D, scale: TimeScale, colors: TimelineColors): void {
  context.fillStyle = colors.text;
  context.font = '10px sans-serif';
  context.textBaseline = 'middle';
  const labelled = ticks(scale);
  for (const frame of labelled) {
    const x = frameToX(scale, frame);
    const text = String(frame);
    const width = context.measureText(text).width;
    context.textAlign = 'left';
    context.fillText(text, Math.min(scale.widthPx - width, Math.max(0, x - width / 2)), TICKS_PX / 2);
  }
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

/** A row of a track: a thin line for its life, a bar where it is derived, a diamond at each key. */
export function drawTrack(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  top: number,
  height: number,
  { track, keys, color }: TrackRow,
): void {
  const middle = top + height / 2;
  const radius = Math.min(6, height / 2 - 0.5);
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
  context.beginPath();
  for (const key of keys) {
    addDiamond(context, frameToX(scale, key.frame_index), middle, radius);
  }
  context.fill();
}

function addDiamond(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.moveTo(x - radius, y);
  context.lineTo(x, y - radius);
  context.lineTo(x + radius, y);
  context.lineTo(x, y + radius);
  context.closePath();
}

export interface TrackRow {
  readonly track: Track;
  readonly keys: readonly Cuboid[];
  readonly color: string;
}

/** All tracks, by the frame where they begin. */
export function trackRows(editor: Editor): readonly TrackRow[] {
  return editor.store
    .all('tracks')
    .map((track) => rowOfTrack(editor, track))
    .sort((a, b) => a.track.first_frame - b.track.first_frame || (a.track.id < b.track.id ? -1 : 1));
}

export function selectedRow(editor: Editor, trackId: TrackId | null): TrackRow | null {
  const track = trackId === null ? undefined : editor.store.get('tracks', trackId);
  return track === undefined ? null : rowOfTrack(editor, track);
}

function rowOfTrack(editor: Editor, track: Track): TrackRow {
  const { color } = categoryOf(editor.scene.taxonomy, track.category);
  return { track, keys: editor.store.keysOfTrack(track.id), color };
}

export function drawLanes(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  rows: readonly TrackRow[],
  selected: TrackId | null,
  highlight: string,
): void {
  rows.forEach((row, index) => {
    if (row.track.id === selected) {
      context.fillStyle = highlight;
      context.fillRect(0, index * LANE_PX, scale.widthPx, LANE_PX);
    }
    drawTrack(context, scale, index * LANE_PX, LANE_PX, row);
  });
}

export function drawPlayhead(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  frame: number,
  height: number,
  color: string,
): void {
  const x = Math.round(frameToX(scale, frame)) + 0.5;
  context.globalAlpha = 0.8;
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
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
    context.moveTo(x - 4, TICKS_PX - 6);
    context.lineTo(x + 4, TICKS_PX - 6);
    context.lineTo(x, TICKS_PX);
    context.fill();
  }
}
