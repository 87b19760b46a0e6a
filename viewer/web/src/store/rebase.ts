/** Own changes that wait, over labels that others changed meanwhile: what contradicts, and what a choice makes of it. */
import type { AnyRecord, Cuboid, LabelChange, RecordKind, Track } from '../model/records';
import { changeOfDiff, diffOfChange, diffOfSteps, isEmpty, type Step, stepsOf } from './diff';
import { isEqual } from './equal';
import { readRecord, type Tables } from './tables';

export type ConflictReason =
  | 'changed' // someone else changed or removed the record
  | 'key_exists' // someone else made a key of the same track in the same frame
  | 'track_removed' // someone else removed the track of a cuboid
  | 'track_used' // someone else made keys of a track that is to be removed
  | 'number_taken' // someone else gave the number to another track
  | 'rejected'; // the server refuses the change; its message is in `Sync.lastError`

/** Two people changed the same thing: null stands for removed. */
export interface Conflict {
  readonly kind: RecordKind;
  readonly id: string;
  readonly reason: ConflictReason;
  /** As it looks here, with all that waits to be saved. */
  readonly mine: AnyRecord | null;
  readonly theirs: AnyRecord | null;
}

export type Choice = 'mine' | 'theirs';

/** What of the first waiting change contradicts the server's labels. */
export function findConflicts(queue: readonly LabelChange[], server: Tables): readonly Conflict[] {
  const head = queue[0];
  if (!head) {
    return [];
  }
  const steps = stepsOf(diffOfChange(head));
  const own = queue.flatMap((change) => stepsOf(diffOfChange(change)));
  return steps.flatMap((step) => conflictOf(step, steps, own, server) ?? []);
}

/** All that a change touches, where the server refuses it. */
export function rejectedRecords(change: LabelChange, server: Tables): readonly Conflict[] {
  return stepsOf(diffOfChange(change)).map(({ kind, id, after }) => ({
    kind,
    id,
    reason: 'rejected',
    mine: after,
    theirs: readRecord(server, kind, id),
  }));
}

function conflictOf(
  step: Step,
  steps: readonly Step[],
  own: readonly Step[],
  server: Tables,
): Conflict | null {
  const theirs = readRecord(server, step.kind, step.id);
  const conflict = (reason: ConflictReason, other: AnyRecord | null = theirs): Conflict => ({
    kind: step.kind,
    id: step.id,
    reason,
    mine: lastOf(own, step),
    theirs: other,
  });
  if (!isEqual(theirs, step.before)) {
    return isOwnState(own, step, theirs) ? null : conflict('changed');
  }
  if (isCuboidStep(step) && step.after) {
    const other = otherKey(server, steps, step.after);
    if (other) {
      return conflict('key_exists', other);
    }
    return hasTrack(server, steps, step.after.track_id) ? null : conflict('track_removed', null);
  }
  if (isImageBoxStep(step)) {
    const trackId = step.after?.track_id ?? null;
    return trackId === null || hasTrack(server, steps, trackId) ? null : conflict('track_removed', null);
  }
  return isTrackStep(step) ? trackConflict(step, steps, server, conflict) : null;
}

function trackConflict(
  step: Step<'tracks'>,
  steps: readonly Step[],
  server: Tables,
  conflict: (reason: ConflictReason, other: AnyRecord | null) => Conflict,
): Conflict | null {
  if (step.after === null) {
    return leftBehind(server, steps, step.id).length > 0 ? conflict('track_used', step.before) : null;
  }
  const other = sameNumber(server, steps, step.after);
  return other ? conflict('number_taken', other) : null;
}

/** What the waiting changes make of the record in the end: what its author sees. */
const lastOf = (own: readonly Step[], { kind, id }: Step): AnyRecord | null =>
  own.findLast((step) => step.kind === kind && step.id === id)?.after ?? null;

/** A change whose answer was lost is stored already: the server then shows one of the states this browser made. */
const isOwnState = (own: readonly Step[], { kind, id }: Step, theirs: AnyRecord | null): boolean =>
  own.some((step) => step.kind === kind && step.id === id && isEqual(step.after, theirs));

/** The waiting changes after a choice; those that say nothing any more are left out. */
export function settle(
  queue: readonly LabelChange[],
  conflict: Conflict,
  choice: Choice,
  server: Tables,
  lostTrack: (id: string) => Track | null,
): readonly LabelChange[] {
  const settled =
    choice === 'theirs' ? dropped(queue, conflict) : insisted(queue, conflict, server, lostTrack);
  return withoutOrphans(settled, conflict, server).filter((change) => !isEmpty(diffOfChange(change)));
}

function dropped(queue: readonly LabelChange[], conflict: Conflict): readonly LabelChange[] {
  if (conflict.reason === 'number_taken') {
    return withoutNumber(queue, conflict.id);
  }
  const isDropped = (step: Step) =>
    (step.kind === conflict.kind && step.id === conflict.id) ||
    // Who keeps the track keeps its keys and image boxes.
    (isRemovalOfTrack(conflict) && trackOf(step.before) === conflict.id);
  return mapSteps(queue, (steps) => steps.filter((step) => !isDropped(step)));
}

function insisted(
  queue: readonly LabelChange[],
  conflict: Conflict,
  server: Tables,
  lostTrack: (id: string) => Track | null,
): readonly LabelChange[] {
  switch (conflict.reason) {
    case 'changed':
      return withoutRest(
        withHome(rebased(queue, conflict, conflict.theirs), conflict, server, lostTrack),
        conflict,
        server,
      );
    case 'key_exists':
      return rebased(
        renamed(queue, conflict.id, conflict.theirs?.id ?? conflict.id),
        conflict,
        conflict.theirs,
      );
    case 'track_removed':
      return withHome(queue, conflict, server, lostTrack);
    case 'track_used':
      return withoutRest(queue, conflict, server);
    case 'number_taken':
      return withFirst(queue, [
        step('tracks', conflict.theirs as Track, { ...(conflict.theirs as Track), external_id: null }),
      ]);
    case 'rejected':
      return queue;
  }
}

/** The first change that touches the record now starts from what the server has. */
function rebased(
  queue: readonly LabelChange[],
  { kind, id }: Conflict,
  theirs: AnyRecord | null,
): readonly LabelChange[] {
  const recordId = theirs?.id ?? id;
  let isFirst = true;
  return mapSteps(queue, (steps) =>
    steps.map((each) => {
      if (each.kind !== kind || each.id !== recordId || !isFirst) {
        return each;
      }
      isFirst = false;
      return { ...each, before: theirs };
    }),
  );
}

function renamed(queue: readonly LabelChange[], from: string, to: string): readonly LabelChange[] {
  const rename = (record: AnyRecord | null) =>
    record === null ? null : ({ ...record, id: to } as AnyRecord);
  return mapSteps(queue, (steps) =>
    steps.map((each) =>
      each.kind === 'cuboids' && each.id === from
        ? { ...each, id: to, before: rename(each.before), after: rename(each.after) }
        : each,
    ),
  );
}

/** Bring the track back that a cuboid or image box to be kept belongs to, where someone else removed it. */
function withHome(
  queue: readonly LabelChange[],
  { kind, mine }: Conflict,
  server: Tables,
  lostTrack: (id: string) => Track | null,
): readonly LabelChange[] {
  const trackId = kind === 'cuboids' || kind === 'image_boxes' ? trackOf(mine) : null;
  const isHere = trackId === null || hasTrack(server, headSteps(queue), trackId);
  const track = isHere ? null : lostTrack(trackId);
  return track ? withFirst(queue, [step('tracks', null, track)]) : queue;
}

const isRemovalOfTrack = ({ kind, mine }: Conflict): boolean => kind === 'tracks' && mine === null;

/** With a track goes what others made of it meanwhile. */
const withoutRest = (
  queue: readonly LabelChange[],
  conflict: Conflict,
  server: Tables,
): readonly LabelChange[] =>
  isRemovalOfTrack(conflict) ? withFirst(queue, leftBehind(server, headSteps(queue), conflict.id)) : queue;

function withoutNumber(queue: readonly LabelChange[], trackId: string): readonly LabelChange[] {
  return mapSteps(queue, (steps) =>
    steps.map((each) =>
      isTrackStep(each) && each.id === trackId && each.after
        ? { ...each, after: { ...each.after, external_id: each.before?.external_id ?? null } }
        : each,
    ),
  );
}

function step<K extends RecordKind>(kind: K, before: Step<K>['before'], after: Step<K>['after']): Step {
  return { kind, id: (after ?? before)?.id ?? '', before, after };
}

function withFirst(queue: readonly LabelChange[], steps: readonly Step[]): readonly LabelChange[] {
  return queue.map((change, index) =>
    index === 0 ? withSteps(change, [...steps, ...stepsOf(diffOfChange(change))]) : change,
  );
}

/** Without the cuboids and image boxes of a track that was given up and that neither the server has nor a waiting change brings. */
function withoutOrphans(
  queue: readonly LabelChange[],
  { kind, id }: Conflict,
  server: Tables,
): readonly LabelChange[] {
  const all = queue.flatMap((change) => stepsOf(diffOfChange(change)));
  if (kind !== 'tracks' || hasTrack(server, all, id)) {
    return queue;
  }
  return mapSteps(queue, (steps) => steps.filter((each) => trackOf(each.after) !== id));
}

/** The changes with other steps in them. */
export const mapSteps = (
  queue: readonly LabelChange[],
  map: (steps: readonly Step[]) => readonly Step[],
): readonly LabelChange[] => queue.map((change) => withSteps(change, map(stepsOf(diffOfChange(change)))));

const withSteps = (change: LabelChange, steps: readonly Step[]): LabelChange =>
  changeOfDiff(diffOfSteps(steps), change);

const headSteps = (queue: readonly LabelChange[]): readonly Step[] =>
  queue[0] ? stepsOf(diffOfChange(queue[0])) : [];

/** The track that a cuboid or an image box belongs to. */
const trackOf = (record: AnyRecord | null): string | null =>
  record !== null && 'track_id' in record ? record.track_id : null;

const isCuboidStep = (each: Step): each is Step<'cuboids'> => each.kind === 'cuboids';
const isImageBoxStep = (each: Step): each is Step<'image_boxes'> => each.kind === 'image_boxes';
export const isTrackStep = (each: Step): each is Step<'tracks'> => each.kind === 'tracks';

const touches = (steps: readonly Step[], kind: RecordKind, id: string): boolean =>
  steps.some((each) => each.kind === kind && each.id === id);

function otherKey(server: Tables, steps: readonly Step[], cuboid: Cuboid): Cuboid | null {
  for (const other of server.cuboids.values()) {
    const isSamePlace = other.track_id === cuboid.track_id && other.frame_index === cuboid.frame_index;
    if (isSamePlace && other.id !== cuboid.id && !touches(steps, 'cuboids', other.id)) {
      return other;
    }
  }
  return null;
}

/**
 * The removals that a track's removal still needs: of keys and image boxes that someone else made. What the change itself
 * touches goes, or goes to another track.
 */
function leftBehind(server: Tables, steps: readonly Step[], trackId: string): readonly Step[] {
  const cuboids = [...server.cuboids.values()].filter((cuboid) => cuboid.track_id === trackId);
  const boxes = [...server.image_boxes.values()].filter((box) => box.track_id === trackId);
  const removals = [
    ...cuboids.map((cuboid) => step('cuboids', cuboid, null)),
    ...boxes.map((box) => step('image_boxes', box, null)),
  ];
  return removals.filter(({ kind, id }) => !touches(steps, kind, id));
}

function hasTrack(server: Tables, steps: readonly Step[], trackId: string): boolean {
  return (
    server.tracks.has(trackId) ||
    steps.some((each) => each.kind === 'tracks' && each.id === trackId && each.after !== null)
  );
}

function sameNumber(server: Tables, steps: readonly Step[], track: Track): Track | null {
  if (track.external_id === null) {
    return null;
  }
  for (const other of server.tracks.values()) {
    const isOther = other.external_id === track.external_id && other.id !== track.id;
    if (isOther && !steps.some((each) => each.kind === 'tracks' && each.id === other.id)) {
      return other;
    }
  }
  return null;
}
