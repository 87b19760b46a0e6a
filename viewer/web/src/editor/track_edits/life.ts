/** Where a track is: its frames, and keys made of what is derived; twin of `labels/timeline.py`. */
import { newCuboidId, type TrackId } from '../../model/ids';
import type { Cuboid, Track } from '../../model/records';
import type { LabelStore, Transaction } from '../../store/label_store';
import type { VerbContext } from '../verbs';

/** The first and last frame of a track, keys beyond its stated life included. */
export function lifeOf(store: LabelStore, track: Track): readonly [first: number, last: number] {
  const frames = store.keysOfTrack(track.id).map((key) => key.frame_index);
  const last = Math.max(track.last_frame, ...frames);
  return [Math.min(track.first_frame, ...frames), Math.min(last, store.timeline.times_ns.length - 1)];
}

/** The frames in which a track has a cuboid, rising. */
export function framesOf(store: LabelStore, track: Track): readonly number[] {
  const [first, last] = lifeOf(store, track);
  return framesBetween(first, last).filter((frame) => store.resolveTrack(track.id, frame) !== undefined);
}

/** All frames from one to another, both included. */
export const framesBetween = (first: number, last: number): readonly number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

/** A person's key of what is derived there. */
export function personsKey(context: VerbContext, derived: Cuboid): Cuboid {
  return {
    ...derived,
    id: newCuboidId(),
    source: 'human',
    confirmed_by: context.author,
    score: null,
    ends_segment: false,
  };
}

/** What is derived in a frame as a key, perhaps of another track; null where there is a key, or no cuboid. */
export function keyOfDerived(
  context: VerbContext,
  trackId: TrackId,
  frameIndex: number,
  owner: TrackId = trackId,
): Cuboid | null {
  const resolved = context.store.resolveTrack(trackId, frameIndex);
  return resolved && !resolved.is_key ? { ...personsKey(context, resolved.cuboid), track_id: owner } : null;
}

export function putAll(tx: Transaction, keys: readonly (Cuboid | null)[]): void {
  keys.forEach((key) => key && tx.put('cuboids', key));
}
