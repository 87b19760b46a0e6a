/** Two tracks of one object become one; twin of `labels/merge_tracks.py`. */
import { distance } from '../../geometry/vec3';
import type { AttributeValue, Cuboid, ImageBox, Track } from '../../model/records';
import type { Vec3 } from '../../model/tuples';
import { isEqual } from '../../store/equal';
import type { LabelStore, Transaction } from '../../store/label_store';
import type { VerbContext } from '../verbs';
import { framesOf, lifeOf, personsKey, putAll } from './life';
import { resizedKey } from './size';

export type Side = 'into' | 'other';

export interface MergeChoices {
  /** Whose cuboid wins where both have one. */
  readonly keep?: Side;
  /** Whether cuboids are derived where neither has one between the two. */
  readonly bridge?: boolean;
  /** Whether all keys take over the size of the track that stays. */
  readonly oneSize?: boolean;
}

/** Something of which both tracks say their own; those of the whole track have no frame. */
export type MergeConflict =
  | { readonly kind: 'category'; readonly into: string; readonly other: string }
  | { readonly kind: 'static'; readonly into: boolean; readonly other: boolean }
  | {
      readonly kind: 'attribute';
      readonly name: string;
      readonly into: AttributeValue;
      readonly other: AttributeValue;
    }
  | { readonly kind: 'size'; readonly into: Vec3; readonly other: Vec3 }
  | { readonly kind: 'cuboid'; readonly frame_index: number; readonly apart_m: number }
  | { readonly kind: 'image_box'; readonly frame_index: number; readonly camera: string };

export interface MergeReport {
  readonly conflicts: readonly MergeConflict[];
  /** Frames between the two in which neither has a cuboid. */
  readonly gaps: readonly (readonly [first: number, last: number])[];
}

/** What a merge would have to decide, before it is done; frames rise. */
export function reportMerge(store: LabelStore, into: Track, other: Track): MergeReport {
  const placed = [...cuboidConflicts(store, into, other), ...imageBoxConflicts(store, into, other)];
  const conflicts = [
    ...trackConflicts(store, into, other),
    ...placed.sort((a, b) => a.frame_index - b.frame_index),
  ];
  const runs = runsOf(store, into, other, 'into');
  const gaps = runs.flatMap(({ frames }, index) => {
    const first = (frames.at(-1) ?? 0) + 1;
    const last = (runs[index + 1]?.frames[0] ?? first) - 1;
    return index + 1 < runs.length && last >= first ? [[first, last] as const] : [];
  });
  return { conflicts, gaps };
}

/** Put all of one track into another, which keeps its id, category and number; the other one goes. */
export function mergeTracks(
  context: VerbContext,
  tx: Transaction,
  into: Track,
  other: Track,
  { keep = 'into', bridge = false, oneSize = false }: MergeChoices = {},
): void {
  const { store } = context;
  const runs = runsOf(store, into, other, keep);
  const keys = runs.flatMap(({ owner, frames }, index) => {
    const next = runs[index + 1]?.frames[0];
    const own = keysOfRun(context, owner, frames, into);
    const isGap = next !== undefined && next > (frames.at(-1) ?? next) + 1;
    return own.map((key, place) =>
      next !== undefined && place === own.length - 1 ? { ...key, ends_segment: isGap && !bridge } : key,
    );
  });
  const size = oneSize ? sizeOf(store, into) : undefined;
  const stored = size === undefined ? keys : keys.map((key) => withSize(context, key, size));
  const kept = new Set(stored.map(({ id }) => id));
  const gone = [into, other].flatMap(({ id }) => store.keysOfTrack(id)).filter(({ id }) => !kept.has(id));
  tx.put('tracks', mergedTrack(store, into, other));
  tx.remove('tracks', other.id);
  gone.forEach(({ id }) => tx.remove('cuboids', id));
  putAll(tx, stored);
  moveImageBoxes(store, tx, into, other, keep);
}

const withSize = (context: VerbContext, key: Cuboid, size: Vec3): Cuboid =>
  isEqual(key.size_lwh_m, size) ? key : resizedKey(context, key, size);

const sizeOf = (store: LabelStore, track: Track): Vec3 | undefined =>
  store.keysOfTrack(track.id)[0]?.size_lwh_m;

function mergedTrack(store: LabelStore, into: Track, other: Track): Track {
  const [first, last] = lifeOf(store, into);
  const [otherFirst, otherLast] = lifeOf(store, other);
  return {
    ...into,
    first_frame: Math.min(first, otherFirst),
    last_frame: Math.max(last, otherLast),
    // What stands in one of them may move in the other; its cuboids are then kept as keys.
    is_static: false,
    attributes: { ...other.attributes, ...into.attributes },
  };
}

interface Run {
  readonly owner: Track;
  readonly frames: readonly number[];
}

/** Stretches of frames in a row in which one of the two has its cuboid in the merged track. */
function runsOf(store: LabelStore, into: Track, other: Track, keep: Side): readonly Run[] {
  const [first, second] = keep === 'into' ? [into, other] : [other, into];
  const owners = new Map<number, Track>();
  framesOf(store, second).forEach((frame) => owners.set(frame, second));
  framesOf(store, first).forEach((frame) => owners.set(frame, first));
  const runs: { owner: Track; frames: number[] }[] = [];
  for (const [frame, owner] of [...owners].sort(([a], [b]) => a - b)) {
    const run = runs.at(-1);
    if (run?.owner === owner && run.frames.at(-1) === frame - 1) {
      run.frames.push(frame);
    } else {
      runs.push({ owner, frames: [frame] });
    }
  }
  return runs;
}

/** The keys of a stretch, and keys at its ends, so that all between stays where it is. */
function keysOfRun(
  context: VerbContext,
  owner: Track,
  frames: readonly number[],
  into: Track,
): readonly Cuboid[] {
  const derivesAlike = owner.interpolate_in === into.interpolate_in;
  return frames.flatMap((frame) => {
    const resolved = context.store.resolveTrack(owner.id, frame);
    const isEnd = frame === frames[0] || frame === frames.at(-1);
    if (!resolved || !(resolved.is_key || isEnd || !derivesAlike)) {
      return [];
    }
    const key = resolved.is_key ? resolved.cuboid : personsKey(context, resolved.cuboid);
    return [{ ...key, track_id: into.id }];
  });
}

function trackConflicts(store: LabelStore, into: Track, other: Track): readonly MergeConflict[] {
  const conflicts: MergeConflict[] = [];
  if (into.category !== other.category) {
    conflicts.push({ kind: 'category', into: into.category, other: other.category });
  }
  if (into.is_static !== other.is_static) {
    conflicts.push({ kind: 'static', into: into.is_static, other: other.is_static });
  }
  const [size, otherSize] = [sizeOf(store, into), sizeOf(store, other)];
  if (into.is_rigid && size && otherSize && !isEqual(size, otherSize)) {
    conflicts.push({ kind: 'size', into: size, other: otherSize });
  }
  for (const [name, mine] of Object.entries(into.attributes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const theirs = other.attributes[name];
    if (theirs !== undefined && theirs !== mine) {
      conflicts.push({ kind: 'attribute', name, into: mine, other: theirs });
    }
  }
  return conflicts;
}

function cuboidConflicts(store: LabelStore, into: Track, other: Track) {
  return framesOf(store, into).flatMap((frame_index) => {
    const mine = store.resolveTrack(into.id, frame_index)?.cuboid.ego_from_object;
    const theirs = store.resolveTrack(other.id, frame_index)?.cuboid.ego_from_object;
    const apart_m = mine && theirs ? distance(mine.translation_m, theirs.translation_m) : null;
    return apart_m === null ? [] : [{ kind: 'cuboid', frame_index, apart_m } as const];
  });
}

const sameImage = (a: ImageBox, b: ImageBox): boolean =>
  a.frame_index === b.frame_index && a.camera === b.camera && a.kind === b.kind;

const boxesOf = (store: LabelStore, { id }: Track): readonly ImageBox[] =>
  store.all('image_boxes').filter((box) => box.track_id === id);

function imageBoxConflicts(store: LabelStore, into: Track, other: Track) {
  const mine = boxesOf(store, into);
  return boxesOf(store, other)
    .filter((box) => mine.some((each) => sameImage(each, box)))
    .map(({ frame_index, camera }) => ({ kind: 'image_box', frame_index, camera }) as const);
}

/** 2D boxes go along; there is at most one of a kind in an image. */
function moveImageBoxes(store: LabelStore, tx: Transaction, into: Track, other: Track, keep: Side): void {
  const mine = boxesOf(store, into);
  for (const box of boxesOf(store, other)) {
    const twin = mine.find((each) => sameImage(each, box));
    if (twin && keep === 'into') {
      tx.remove('image_boxes', box.id);
    } else {
      tx.put('image_boxes', { ...box, track_id: into.id });
      if (twin) {
        tx.remove('image_boxes', twin.id);
      }
    }
  }
}
