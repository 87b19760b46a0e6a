/** Where an object will be in another frame, as far as its own way tells. */
import { carryBox } from '../geometry/interpolate';
import { moveInEgo } from '../geometry/box';
import { apply } from '../geometry/se3';
import { distance, scale, subtract } from '../geometry/vec3';
import type { TrackId } from '../model/ids';
import type { Box, Cuboid, Track } from '../model/records';
import type { LabelStore } from '../store/label_store';
import type { ResolvedCuboid } from '../geometry/interpolate';

/** The box carried to another frame: ego motion taken out, and the object's own last step repeated. */
export function predictBox(store: LabelStore, resolved: ResolvedCuboid, toFrame: number): Box {
  const { cuboid, track } = resolved;
  const from = cuboid.frame_index;
  const carried = carryBox(store.timeline, track, cuboid, from, toFrame);
  const backwards = from - Math.sign(toFrame - from);
  const previous = store.resolveTrack(track.id, backwards);
  if (track.is_static || !previous) {
    return carried;
  }
  const previousCarried = carryBox(store.timeline, track, previous.cuboid, backwards, toFrame);
  const step = subtract(carried.ego_from_object.translation_m, previousCarried.ego_from_object.translation_m);
  return moveInEgo(carried, scale(step, stepsBetween(store, backwards, from, toFrame)));
}

/** What surely stands moves less than poses and labels may be off, in a time in which most that move would go farther. */
const STANDS_M = 0.5;
const LEAST_TIME_S = 1;

export interface Standing {
  readonly moved_m: number;
  readonly duration_s: number;
}

/** Whether all of a track's keys lie at one place in `world` for a while; null where not, or where nobody can tell. */
export function looksParked(store: LabelStore, track: Track): Standing | null {
  const keys = store.keysOfTrack(track.id);
  const { poses, times_ns } = store.timeline;
  const [first, last] = [keys[0], keys.at(-1)];
  if (poses === null || track.is_static || !first || !last) {
    return null;
  }
  const duration_s = ((times_ns[last.frame_index] ?? 0) - (times_ns[first.frame_index] ?? 0)) / 1e9;
  const placeOf = ({ frame_index, ego_from_object }: Cuboid) => {
    const pose = poses[frame_index];
    return pose ? apply(pose.world_from_ego, ego_from_object.translation_m) : ego_from_object.translation_m;
  };
  const start = placeOf(first);
  const offsets = keys.map((key) => subtract(placeOf(key), start));
  const moved_m = Math.max(...offsets.map(([x, y]) => Math.hypot(x, y)));
  return duration_s >= LEAST_TIME_S && moved_m <= STANDS_M ? { moved_m, duration_s } : null;
}

/** The track that is most likely the same object: the one nearest to where this one leads, in time and place. */
export function likelyPartner(store: LabelStore, trackId: TrackId): TrackId | null {
  const track = store.get('tracks', trackId);
  const others = track ? store.all('tracks').filter(({ id }) => id !== trackId) : [];
  const distances = others.map((other) => [apartOf(store, trackId, other.id), other.id] as const);
  return distances.sort(([a], [b]) => a - b)[0]?.[1] ?? null;
}

/** Metres between the nearest ends of two tracks, as if a frame between them were a metre. */
function apartOf(store: LabelStore, aId: TrackId, bId: TrackId): number {
  const [a, b] = [store.keysOfTrack(aId), store.keysOfTrack(bId)];
  const [first, last] = [a[0], a.at(-1)];
  const [otherFirst, otherLast] = [b[0], b.at(-1)];
  const ends = [
    [last, otherFirst],
    [first, otherLast],
  ] as const;
  return Math.min(
    ...ends.map(([from, to]) => {
      const resolved = from && store.resolveTrack(aId, from.frame_index);
      if (!resolved || !to) {
        return Infinity;
      }
      const there = predictBox(store, resolved, to.frame_index).ego_from_object.translation_m;
      const frames = Math.abs(to.frame_index - from.frame_index);
      return distance(there, to.ego_from_object.translation_m) + frames;
    }),
  );
}

/** How many times the last step's duration fits between the two frames. */
function stepsBetween(store: LabelStore, before: number, from: number, to: number): number {
  const time = (frame: number) => store.timeline.times_ns[frame] ?? 0;
  const duration = time(from) - time(before);
  return duration === 0 ? 0 : (time(to) - time(from)) / duration;
}
