/** What each verb does to the records; forward only, inside a transaction. */
import { carryBox } from '../geometry/interpolate';
import { newCuboidId, type TrackId } from '../model/ids';
import type { AttributeValue, Box, Cuboid, Track } from '../model/records';
import type { Category } from '../model/scene';
import type { Vec3 } from '../model/tuples';
import { isEqual } from '../store/equal';
import type { LabelStore, Transaction } from '../store/label_store';
import { answersOfPeople } from './given_answers';
import { resizedKey } from './track_edits/size';

/** What the verbs need to know besides the records they change. */
export interface VerbContext {
  readonly store: LabelStore;
  readonly author: string;
  /** Where the lidar is, in `ego`. */
  readonly lidar_ego: Vec3;
}

/** A new track with one key. */
export function addTrack(
  context: VerbContext,
  tx: Transaction,
  id: TrackId,
  category: Category,
  frameIndex: number,
  box: Box,
): void {
  const track: Track = {
    id,
    external_id: null,
    category: category.name,
    is_rigid: category.is_rigid,
    is_static: false,
    first_frame: frameIndex,
    last_frame: frameIndex,
    interpolate_in: 'world',
    attributes: {},
  };
  tx.put('tracks', track);
  tx.put('cuboids', newKey(context, track, frameIndex, box));
}

/** What a track was before an edit; during a drag, at its start, so that nothing drifts. */
export interface Before {
  readonly keys: readonly Cuboid[];
  /** The size in the edited frame. */
  readonly size_lwh_m: Vec3;
}

/**
 * Put the track's box in a frame: its key there changes or is made. A static track with a single key keeps that one,
 * wherever it is edited. A rigid track's other keys take a new size over, each about the corner nearest to the lidar.
 */
export function putBox(
  context: VerbContext,
  tx: Transaction,
  track: Track,
  frameIndex: number,
  box: Box,
  before: Before = beforeOf(context.store, track, frameIndex, box),
): void {
  const only = track.is_static && before.keys.length === 1 ? before.keys[0] : undefined;
  if (only && only.frame_index !== frameIndex) {
    const carried = carryBox(context.store.timeline, track, box, frameIndex, only.frame_index);
    putKey(context, tx, track, only.frame_index, carried);
    return;
  }
  putKey(context, tx, track, frameIndex, box);
  if (track.is_rigid) {
    const others = before.keys.filter((key) => key.frame_index !== frameIndex);
    const size = isEqual(box.size_lwh_m, before.size_lwh_m) ? null : box.size_lwh_m;
    others.forEach((key) => tx.put('cuboids', size ? resizedKey(context, key, size) : key));
  }
}

function beforeOf(store: LabelStore, track: Track, frameIndex: number, box: Box): Before {
  const keys = store.keysOfTrack(track.id);
  const known = store.resolveTrack(track.id, frameIndex)?.cuboid ?? keys[0] ?? box;
  return { keys, size_lwh_m: known.size_lwh_m };
}

/** One key, made or changed; the track's life comes to hold it. */
export function putKey(
  context: VerbContext,
  tx: Transaction,
  track: Track,
  frameIndex: number,
  box: Box,
): void {
  const old = context.store.keysOfTrack(track.id).find((key) => key.frame_index === frameIndex);
  const fresh = newKey(context, track, frameIndex, box);
  tx.put(
    'cuboids',
    old
      ? {
          ...fresh,
          id: old.id,
          attributes: answersOfPeople(context.store, old),
          ends_segment: old.ends_segment,
        }
      : fresh,
  );
  extendLife(tx, track, frameIndex);
}

function newKey(context: VerbContext, track: Track, frameIndex: number, box: Box): Cuboid {
  return {
    id: newCuboidId(),
    track_id: track.id,
    frame_index: frameIndex,
    ego_from_object: box.ego_from_object,
    size_lwh_m: box.size_lwh_m,
    source: 'human',
    confirmed_by: context.author,
    score: null,
    attributes: {},
    ends_segment: false,
  };
}

function extendLife(tx: Transaction, track: Track, frameIndex: number): void {
  const first_frame = Math.min(track.first_frame, frameIndex);
  const last_frame = Math.max(track.last_frame, frameIndex);
  if (first_frame !== track.first_frame || last_frame !== track.last_frame) {
    tx.put('tracks', { ...track, first_frame, last_frame });
  }
}

/** Another category: what an import answered for the old one falls. */
export function putCategory(store: LabelStore, tx: Transaction, track: Track, category: Category): void {
  tx.put('tracks', { ...track, category: category.name, is_rigid: category.is_rigid });
  for (const key of store.keysOfTrack(track.id)) {
    const attributes = answersOfPeople(store, key);
    if (!isEqual(attributes, key.attributes)) {
      tx.put('cuboids', { ...key, attributes });
    }
  }
}

/** Store what is derived in a frame as a key; a key stays what it is. */
export function ensureKey(
  context: VerbContext,
  tx: Transaction,
  trackId: TrackId,
  frameIndex: number,
  patch: Partial<Pick<Cuboid, 'attributes' | 'confirmed_by' | 'ends_segment'>> = {},
): void {
  const resolved = context.store.resolveTrack(trackId, frameIndex);
  if (resolved) {
    const { cuboid, track, is_key } = resolved;
    const stored = is_key
      ? cuboid
      : { ...newKey(context, track, frameIndex, cuboid), ends_segment: cuboid.ends_segment };
    tx.put('cuboids', { ...stored, ...patch });
  }
}

/** Take the object out of one frame, with its 2D boxes there; before and after it, everything stays where it was. */
export function removeFromFrame(
  context: VerbContext,
  tx: Transaction,
  track: Track,
  frameIndex: number,
): void {
  const has = (frame: number) => context.store.resolveTrack(track.id, frame) !== undefined;
  const key = context.store.keysOfTrack(track.id).find((each) => each.frame_index === frameIndex);
  if (!hasElsewhere(context.store, track, frameIndex)) {
    removeTrack(context.store, tx, track.id);
    return;
  }
  if (has(frameIndex + 1)) {
    ensureKey(context, tx, track.id, frameIndex + 1);
  }
  if (has(frameIndex - 1)) {
    ensureKey(context, tx, track.id, frameIndex - 1, { ends_segment: true });
  }
  if (key) {
    tx.remove('cuboids', key.id);
  }
  removeImageBoxes(context.store, tx, track.id, (frame) => frame === frameIndex);
  shrinkLife(tx, track, frameIndex);
}

function hasElsewhere(store: LabelStore, track: Track, frameIndex: number): boolean {
  const keys = store.keysOfTrack(track.id);
  const isLonger = track.is_static && track.first_frame < track.last_frame;
  return isLonger || keys.some((key) => key.frame_index !== frameIndex);
}

function shrinkLife(tx: Transaction, track: Track, frameIndex: number): void {
  if (frameIndex === track.first_frame) {
    tx.put('tracks', { ...track, first_frame: frameIndex + 1 });
  } else if (frameIndex === track.last_frame) {
    tx.put('tracks', { ...track, last_frame: frameIndex - 1 });
  }
}

/** Remove a track with all that refers to it. */
export function removeTrack(store: LabelStore, tx: Transaction, trackId: TrackId): void {
  store.keysOfTrack(trackId).forEach((key) => tx.remove('cuboids', key.id));
  removeImageBoxes(store, tx, trackId, () => true);
  tx.remove('tracks', trackId);
}

/** An object's 2D boxes go where it goes. */
function removeImageBoxes(
  store: LabelStore,
  tx: Transaction,
  trackId: TrackId,
  isGone: (frameIndex: number) => boolean,
): void {
  for (const box of store.all('image_boxes')) {
    if (box.track_id === trackId && isGone(box.frame_index)) {
      tx.remove('image_boxes', box.id);
    }
  }
}

/** The attributes with one more answer, or without it. */
export function withAttribute(
  attributes: Track['attributes'],
  name: string,
  value: AttributeValue | null,
): Track['attributes'] {
  const others = Object.entries(attributes).filter(([key]) => key !== name);
  return Object.fromEntries(value === null ? others : [...others, [name, value]]);
}
