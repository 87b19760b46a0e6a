/** Which frames stand for a whole track: where the machine is least sure, both ends, and some between; pure. */
import type { Cuboid } from '../../model/records';

/** Where the machine is least sure of the track: the key with the lowest score, the farther one where two have it. */
export function worstFrame(keys: readonly Cuboid[]): number | null {
  const scored = keys.filter(({ score }) => score !== null);
  const [worst] = (scored.length > 0 ? scored : keys).toSorted(
    (a, b) => (a.score ?? 0) - (b.score ?? 0) || distanceM(b) - distanceM(a),
  );
  return worst?.frame_index ?? null;
}

/**
 * So many frames of a track, by rising number; the worst is among them.
 * @param frames all frames that the object is in, by rising number.
 */
export function stripFrames(
  frames: readonly number[],
  worst: number | null,
  count: number,
): readonly number[] {
  if (frames.length <= count) {
    return frames;
  }
  const last = frames.length - 1;
  const even = Array.from(
    { length: count },
    (_, i) => frames[Math.round((i * last) / Math.max(1, count - 1))] ?? 0,
  );
  if (worst === null || !frames.includes(worst) || even.includes(worst)) {
    return even;
  }
  // The worst takes the place of the one nearest to it; where there is room for more, both ends stay.
  const inner = even.length > 2 ? even.slice(1, -1) : even;
  const [nearest] = inner.toSorted((a, b) => Math.abs(a - worst) - Math.abs(b - worst));
  return even.map((frame) => (frame === nearest ? worst : frame)).toSorted((a, b) => a - b);
}

const distanceM = ({ ego_from_object }: Cuboid): number => Math.hypot(...ego_from_object.translation_m);
