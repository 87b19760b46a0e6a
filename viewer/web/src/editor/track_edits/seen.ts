/** From when to when a standing object is seen. */
import type { FramePoints } from '../../model/proposals';

/** Fewer points in a box may be dust, or somebody passing by. */
const LEAST_POINTS = 5;
/** So many frames in a row without points: out of sight for good, or hidden for long. */
const MOST_HIDDEN = 10;

/** The frames around one in which points show the object, over short times in which something hides it. */
export function seenLife(
  frames: readonly FramePoints[],
  around: number,
): readonly [first: number, last: number] {
  const before = frames.filter(({ frame_index }) => frame_index < around).toReversed();
  const after = frames.filter(({ frame_index }) => frame_index > around);
  return [lastSeen(before) ?? around, lastSeen(after) ?? around];
}

function lastSeen(onwards: readonly FramePoints[]): number | null {
  let last: number | null = null;
  let hidden = 0;
  for (const { frame_index, point_count } of onwards) {
    hidden = point_count >= LEAST_POINTS ? 0 : hidden + 1;
    if (hidden > MOST_HIDDEN) {
      break;
    }
    last = hidden === 0 ? frame_index : last;
  }
  return last;
}
