/** An object that stands still is labelled once; twin of `static_track` in `labels/track_edits.py`. */
import { compose } from '../../geometry/se3';
import { add, norm, scale } from '../../geometry/vec3';
import type { Box, Cuboid, Track } from '../../model/records';
import type { Vec3 } from '../../model/tuples';
import { isEqual } from '../../store/equal';
import type { Transaction } from '../../store/label_store';
import { answersOfPeople } from '../given_answers';
import type { VerbContext } from '../verbs';
import { lifeOf, personsKey, putAll } from './life';

/** Drifting poses carry a parked car off by this; what is farther is another object, or a wrong fit. */
export const MOST_SNAP_M = 0.3;

export interface StaticChoices {
  /** Where it is in that frame; as it is now by default. */
  readonly box?: Box;
  /** From when to when it is there; its life, with all keys, by default. */
  readonly life?: readonly [first: number, last: number];
  /** By frame, how far the points are off the one place, in `world`; no farther than `MOST_SNAP_M` counts. */
  readonly offsets_world?: ReadonlyMap<number, Vec3>;
}

/** Its cuboid of one frame holds for its whole life; nothing happens where it has none there, or without poses. */
export function makeStatic(
  context: VerbContext,
  tx: Transaction,
  track: Track,
  frameIndex: number,
  { box, life = lifeOf(context.store, track), offsets_world = new Map() }: StaticChoices = {},
): void {
  const { store } = context;
  const resolved = store.resolveTrack(track.id, frameIndex);
  if (!resolved || store.timeline.poses === null) {
    return;
  }
  const stored = resolved.is_key ? resolved.cuboid : personsKey(context, resolved.cuboid);
  const key = { ...(box ? movedKey(context, stored, box) : stored), ends_segment: false };
  const others = store.keysOfTrack(track.id).filter(({ id }) => id !== key.id);
  const snapped = [...offsets_world]
    .filter(([frame]) => frame !== frameIndex && frame >= life[0] && frame <= life[1])
    .map(([frame, offset]) => snappedKey(context, key, frame, offset));
  tx.put('tracks', {
    ...track,
    first_frame: Math.min(life[0], frameIndex),
    last_frame: Math.max(life[1], frameIndex),
    is_static: true,
    interpolate_in: 'world',
  });
  others.forEach(({ id }) => tx.remove('cuboids', id));
  putAll(tx, [key, ...snapped]);
}

/** A key with another box: somebody's own now, so the import's answers and a model's score fall. */
function movedKey(context: VerbContext, key: Cuboid, { ego_from_object, size_lwh_m }: Box): Cuboid {
  if (isEqual([ego_from_object, size_lwh_m], [key.ego_from_object, key.size_lwh_m])) {
    return key;
  }
  return {
    ...key,
    ego_from_object,
    size_lwh_m,
    attributes: answersOfPeople(context.store, key),
    source: 'human',
    confirmed_by: context.author,
    score: null,
  };
}

function snappedKey(context: VerbContext, key: Cuboid, frame: number, offset_world: Vec3): Cuboid {
  const { poses } = context.store.timeline;
  const from = poses?.[key.frame_index];
  const to = poses?.[frame];
  const length = norm(offset_world);
  const bounded = length > MOST_SNAP_M ? scale(offset_world, MOST_SNAP_M / length) : offset_world;
  if (!from || !to) {
    return key;
  }
  const world_from_object = compose(from.world_from_ego, key.ego_from_object);
  const moved = { ...world_from_object, translation_m: add(world_from_object.translation_m, bounded) };
  const ego_from_object = compose(to.ego_from_world, moved);
  return personsKey(context, { ...key, frame_index: frame, ego_from_object, attributes: {} });
}
