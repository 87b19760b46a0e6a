/** A track lives from one frame to another; twin of `trim_life` in `labels/track_edits.py`. */
import type { Track } from '../../model/records';
import type { Transaction } from '../../store/label_store';
import type { VerbContext } from '../verbs';
import { framesOf, keyOfDerived, putAll } from './life';

/** Whether anything of the track would be left. */
export const isLeft = (context: VerbContext, track: Track, first: number, last: number): boolean =>
  framesOf(context.store, track).some((frame) => first <= frame && frame <= last);

/**
 * Cuboids and 2D boxes beyond the new life go, those within stay where they are. A longer life shows cuboids of static
 * tracks only: where others go is for a fit to say. Nothing happens where nothing would be left.
 */
export function trimLife(
  context: VerbContext,
  tx: Transaction,
  track: Track,
  first: number,
  last: number,
): void {
  if (!isLeft(context, track, first, last)) {
    return;
  }
  const { store } = context;
  const keys = store.keysOfTrack(track.id);
  const isIn = (frame: number) => first <= frame && frame <= last;
  const firstKey = keys[0]?.frame_index ?? first;
  const lastKey = keys.at(-1)?.frame_index ?? last;
  const isEmpty = !keys.some((key) => isIn(key.frame_index));
  const makesFirst = firstKey < first && (lastKey >= first || isEmpty);
  const makesLast = lastKey > last && (firstKey <= last || (isEmpty && !makesFirst));
  // A life that began in a gap would fill it where the track is static.
  const begins = firstKey < first ? (framesOf(store, track).find(isIn) ?? first) : first;
  const made = [
    makesFirst ? keyOfDerived(context, track.id, first) : null,
    makesLast && !(makesFirst && first === last) ? keyOfDerived(context, track.id, last) : null,
  ];
  tx.put('tracks', { ...track, first_frame: begins, last_frame: last });
  putAll(tx, made);
  keys.filter((key) => !isIn(key.frame_index)).forEach((key) => tx.remove('cuboids', key.id));
  for (const box of store.all('image_boxes')) {
    if (box.track_id === track.id && !isIn(box.frame_index)) {
      tx.remove('image_boxes', box.id);
    }
  }
}
