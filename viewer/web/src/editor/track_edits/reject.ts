/** Taking back what a model proposed of a track; what people made of it stays. */
import type { Track } from '../../model/records';
import type { LabelStore, Transaction } from '../../store/label_store';
import { isProposed } from '../review/queue';
import { removeTrack } from '../verbs';

/** The whole track where all of it was proposed; else the proposed keys, and its life beyond what is left. */
export function rejectProposed(store: LabelStore, tx: Transaction, track: Track): void {
  const keys = store.keysOfTrack(track.id);
  const going = keys.filter(isProposed);
  if (going.length === keys.length) {
    removeTrack(store, tx, track.id);
    return;
  }
  going.forEach(({ id }) => tx.remove('cuboids', id));
  const gone = new Set(going.map(({ frame_index }) => frame_index));
  let { first_frame, last_frame } = track;
  while (gone.has(first_frame) && first_frame < last_frame) {
    first_frame += 1;
  }
  while (gone.has(last_frame) && last_frame > first_frame) {
    last_frame -= 1;
  }
  tx.put('tracks', { ...track, first_frame, last_frame });
}
