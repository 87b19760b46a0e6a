/** From key cuboids to the cuboid of any frame; twin of `labels/resolve.py`. */
import type { CuboidId } from '../model/ids';
import type { Attributes, Box, Cuboid, Se3, Track } from '../model/records';
import type { SceneFrame } from '../model/scene';
import type { Vec3 } from '../model/tuples';
import { compose, IDENTITY, interpolateSe3, inverse } from './se3';
import { lerp } from './vec3';

/** A cuboid of one frame, stored (a key) or derived. */
export interface ResolvedCuboid {
  /** The key itself, or a derived one with the id `<track id>@<frame index>`. */
  readonly cuboid: Cuboid;
  readonly track: Track;
  readonly is_key: boolean;
  /** Null for a key. */
  readonly interpolated_in: 'world' | 'ego' | null;
}

const NO_ATTRIBUTES: Attributes = {};

/** When each frame was and where ego stood, with what is asked again and again worked out once. */
export interface Timeline {
  readonly times_ns: readonly number[];
  /** Null where the scene has no poses. */
  readonly poses: readonly { readonly world_from_ego: Se3; readonly ego_from_world: Se3 }[] | null;
  readonly world_from_key: WeakMap<Cuboid, Se3>;
}

/** A scene has a world only where every frame has a pose. */
export function timelineOf(frames: readonly SceneFrame[]): Timeline {
  const poses = frames.flatMap(({ world_from_ego }) =>
    world_from_ego ? [{ world_from_ego, ego_from_world: inverse(world_from_ego) }] : [],
  );
  return {
    times_ns: frames.map((frame) => frame.time_offset_ns),
    poses: poses.length === frames.length ? poses : null,
    world_from_key: new WeakMap(),
  };
}

/** The track's cuboid in a frame, or null where it has none. `keys` are the track's own, by rising frame. */
export function resolveTrackInFrame(
  timeline: Timeline,
  track: Track,
  keys: readonly Cuboid[],
  frameIndex: number,
): ResolvedCuboid | null {
  const after = firstAfter(keys, frameIndex);
  const before_key = keys[after - 1];
  const after_key = keys[after];
  if (before_key?.frame_index === frameIndex) {
    return { cuboid: before_key, track, is_key: true, interpolated_in: null };
  }
  if (frameIndex < track.first_frame || frameIndex > track.last_frame || before_key?.ends_segment) {
    return null;
  }
  if (before_key && after_key) {
    return between(timeline, track, before_key, after_key, frameIndex);
  }
  const nearest = before_key ?? after_key;
  return track.is_static && nearest
    ? derived(
        timeline,
        track,
        nearest,
        carryBox(timeline, track, nearest, nearest.frame_index, frameIndex),
        frameIndex,
      )
    : null;
}

/** Whether derived cuboids of the track are made in `world`. */
export function isInWorld(timeline: Timeline, track: Pick<Track, 'interpolate_in'>): boolean {
  return timeline.poses !== null && track.interpolate_in === 'world';
}

/** A box of one frame where it stands in another: in `world` while ego moves, or in `ego` for a track that says so. */
export function carryBox(
  timeline: Timeline,
  track: Pick<Track, 'interpolate_in'>,
  box: Box,
  fromFrame: number,
  toFrame: number,
): Box {
  const base_from_object = compose(baseFromEgo(timeline, track, fromFrame), box.ego_from_object);
  return {
    ego_from_object: compose(egoFromBase(timeline, track, toFrame), base_from_object),
    size_lwh_m: box.size_lwh_m,
  };
}

/** Index of the first key that comes after the frame. */
function firstAfter(keys: readonly Cuboid[], frameIndex: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle]?.frame_index ?? 0) <= frameIndex) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function between(
  timeline: Timeline,
  track: Track,
  start: Cuboid,
  end: Cuboid,
  frameIndex: number,
): ResolvedCuboid {
  const startNs = timeNs(timeline, start.frame_index);
  const fraction = (timeNs(timeline, frameIndex) - startNs) / (timeNs(timeline, end.frame_index) - startNs);
  const base_from_start = baseFromKey(timeline, track, start);
  const base_from_end = baseFromKey(timeline, track, end);
  const base_from_object = interpolateSe3(base_from_start, base_from_end, fraction);
  const box: Box = {
    ego_from_object: compose(egoFromBase(timeline, track, frameIndex), base_from_object),
    size_lwh_m: sizeBetween(start.size_lwh_m, end.size_lwh_m, fraction),
  };
  return derived(timeline, track, start, box, frameIndex);
}

/** Rigid tracks share one tuple over all frames. */
function sizeBetween(start: Vec3, end: Vec3, fraction: number): Vec3 {
  const isSame = start[0] === end[0] && start[1] === end[1] && start[2] === end[2];
  return isSame ? start : lerp(start, end, fraction);
}

function derived(
  timeline: Timeline,
  track: Track,
  key: Cuboid,
  box: Box,
  frameIndex: number,
): ResolvedCuboid {
  const cuboid: Cuboid = {
    id: `${track.id}@${frameIndex}` as CuboidId,
    track_id: key.track_id,
    frame_index: frameIndex,
    ego_from_object: box.ego_from_object,
    size_lwh_m: box.size_lwh_m,
    source: 'propagated',
    confirmed_by: key.confirmed_by,
    score: null,
    attributes: NO_ATTRIBUTES,
    ends_segment: key.ends_segment,
  };
  return { cuboid, track, is_key: false, interpolated_in: isInWorld(timeline, track) ? 'world' : 'ego' };
}

function baseFromEgo(timeline: Timeline, track: Pick<Track, 'interpolate_in'>, frameIndex: number): Se3 {
  return (isInWorld(timeline, track) ? timeline.poses?.[frameIndex]?.world_from_ego : null) ?? IDENTITY;
}

/** Where a key is; in `world` it is worked out once, for all frames that are derived from it. */
function baseFromKey(timeline: Timeline, track: Pick<Track, 'interpolate_in'>, key: Cuboid): Se3 {
  if (!isInWorld(timeline, track)) {
    return key.ego_from_object;
  }
  const known = timeline.world_from_key.get(key);
  if (known) {
    return known;
  }
  const world_from_object = compose(baseFromEgo(timeline, track, key.frame_index), key.ego_from_object);
  timeline.world_from_key.set(key, world_from_object);
  return world_from_object;
}

function egoFromBase(timeline: Timeline, track: Pick<Track, 'interpolate_in'>, frameIndex: number): Se3 {
  return (isInWorld(timeline, track) ? timeline.poses?.[frameIndex]?.ego_from_world : null) ?? IDENTITY;
}

const timeNs = (timeline: Timeline, frameIndex: number): number => timeline.times_ns[frameIndex] ?? 0;
