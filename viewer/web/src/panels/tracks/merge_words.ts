/** What stands in the report of a merge, in words. */
import type { MergeConflict } from '../../editor/track_edits/merge';
import type { Vec3 } from '../../model/tuples';

/** `3–7, 12`: frames in a row become one range. */
export function rangesOf(frames: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const frame of frames) {
    const range = ranges.at(-1);
    if (range?.[1] === frame - 1) {
      range[1] = frame;
    } else {
      ranges.push([frame, frame]);
    }
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

export const sizeText = (size: Vec3): string => size.map((side) => side.toFixed(2)).join(' × ');

type Kind = MergeConflict['kind'];

export const ofKind = <K extends Kind>(conflicts: readonly MergeConflict[], kind: K) =>
  conflicts.filter((conflict): conflict is Extract<MergeConflict, { kind: K }> => conflict.kind === kind);
