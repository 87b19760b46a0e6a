/** From a frame on it is another track; twin of `split_track` in `labels/track_edits.py`. */
import type { TrackId } from '../../model/ids';
import type { Track } from '../../model/records';
import type { Transaction } from '../../store/label_store';
import type { VerbContext } from '../verbs';
import { framesOf, keyOfDerived, lifeOf, putAll } from './life';

/** Whether there is something on both sides of the cut. */
export function canSplit(context: VerbContext, track: Track, frameIndex: number): boolean {
  const frames = framesOf(context.store, track);
  return (frames[0] ?? Infinity) < frameIndex && frameIndex <= (frames.at(-1) ?? -Infinity);
}

/**
 * Every cuboid stays where it is. The new track has the old one's category and answers, but no number; 2D boxes go with
 * their frames. Nothing happens where one side would be empty.
 */
export function splitTrack(
  context: VerbContext,
  tx: Transaction,
  track: Track,
  frameIndex: number,
  newTrackId: TrackId,
): void {
  if (!canSplit(context, track, frameIndex)) {
    return;
  }
  const { store } = context;
  const frames = framesOf(store, track);
  const [first, last] = lifeOf(store, track);
  const keys = store.keysOfTrack(track.id);
  // Neither part reaches into a gap, where a static track would fill it.
  const lastBefore = frames.findLast((frame) => frame < frameIndex) ?? first;
  const firstAfter = frames.find((frame) => frame >= frameIndex) ?? last;
  const isBefore = keys.some((key) => key.frame_index < frameIndex);
  const isAfter = keys.some((key) => key.frame_index >= frameIndex);
  // A static track whose keys are all on one side is held on that side without another key.
  const made = [
    isAfter ? keyOfDerived(context, track.id, frameIndex - 1) : null,
    isBefore ? keyOfDerived(context, track.id, frameIndex, newTrackId) : null,
  ];
  tx.put('tracks', { ...track, first_frame: first, last_frame: lastBefore });
  tx.put('tracks', {
    ...track,
    id: newTrackId,
    external_id: null,
    first_frame: firstAfter,
    last_frame: last,
  });
  putAll(tx, made);
  for (const key of keys.filter((each) => each.frame_index >= frameIndex)) {
    tx.put('cuboids', { ...key, track_id: newTrackId });
  }
  for (const box of store.all('image_boxes')) {
    if (box.track_id === track.id && box.frame_index >= frameIndex) {
      tx.put('image_boxes', { ...box, track_id: newTrackId });
    }
  }
}
