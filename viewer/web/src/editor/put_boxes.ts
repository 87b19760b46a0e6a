/** One object's boxes in several frames at once. */
import type { Box, Track } from '../model/records';
import { isEqual } from '../store/equal';
import type { Transaction } from '../store/label_store';
import { resizedKey } from './track_edits/size';
import { type Before, putBox, putKey, type VerbContext } from './verbs';

/**
 * Put the track's boxes in some frames, as its keys there. Keys of a rigid track that are not among them take a new
 * size over, about the corner nearest to the lidar; a static track with a single key keeps that one.
 * @param boxes not empty, by frame; of a rigid track all of one size.
 */
export function putBoxes(
  context: VerbContext,
  tx: Transaction,
  track: Track,
  boxes: ReadonlyMap<number, Box>,
  before: Before,
): void {
  const [first] = boxes;
  if (first !== undefined && (boxes.size === 1 || (track.is_static && before.keys.length === 1))) {
    putBox(context, tx, track, ...first, before);
    return;
  }
  let life = track;
  for (const [frameIndex, box] of boxes) {
    putKey(context, tx, life, frameIndex, box);
    life = tx.get('tracks', track.id) ?? track;
  }
  if (track.is_rigid && first !== undefined) {
    const { size_lwh_m } = first[1];
    const size = isEqual(size_lwh_m, before.size_lwh_m) ? null : size_lwh_m;
    const others = before.keys.filter((key) => !boxes.has(key.frame_index));
    others.forEach((key) => tx.put('cuboids', size ? resizedKey(context, key, size) : key));
  }
}
