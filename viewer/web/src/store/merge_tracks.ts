/** Two people who change different fields of one track do not contradict each other: both changes stay. */
import type { LabelChange, Track } from '../model/records';
import { diffOfChange, isEmpty, type Step, stepsOf } from './diff';
import { isEqual } from './equal';
import { isTrackStep, mapSteps } from './rebase';
import type { Tables } from './tables';

type Fields = Partial<Track>;

/** The waiting changes upon the server's tracks; the same array where there is nothing to merge. */
export function mergeTracks(queue: readonly LabelChange[], server: Tables): readonly LabelChange[] {
  const [head] = queue;
  const first = head ? stepsOf(diffOfChange(head)).filter(isTrackStep) : [];
  const theirs = first.flatMap((step) => mergeable(step, queue, server.tracks.get(step.id)) ?? []);
  if (theirs.length === 0) {
    return queue;
  }
  return theirs.reduce(upon, queue).filter((change) => !isEmpty(diffOfChange(change)));
}

/** Their version of the track, where it goes together with all that waits here. */
function mergeable(
  { id, before }: Step<'tracks'>,
  queue: readonly LabelChange[],
  theirs: Track | undefined,
): Track | null {
  const own = stepsOfTrack(queue, id);
  const last = own.at(-1)?.after;
  if (
    !before ||
    !theirs ||
    !last ||
    isEqual(theirs, before) ||
    own.some(({ after }) => isEqual(after, theirs))
  ) {
    return null;
  }
  const ownFields = own.reduce<Fields>((fields, step) => ({ ...fields, ...changedFields(step) }), {});
  const theirFields = fieldsBetween(before, theirs);
  const isContradicted = keysOf(theirFields).some(
    (key) => key in ownFields && !isEqual(last[key], theirs[key]),
  );
  const merged = { ...theirs, ...ownFields };
  return isContradicted || merged.first_frame > merged.last_frame ? null : theirs;
}

/** The steps of a track one after the other, from their version on. */
function upon(queue: readonly LabelChange[], theirs: Track): readonly LabelChange[] {
  let base = theirs;
  return mapSteps(queue, (steps) =>
    steps.map((step) => {
      if (!isTrackStep(step) || step.id !== theirs.id) {
        return step;
      }
      const before = base;
      base = { ...base, ...changedFields(step) };
      return { ...step, before, after: base };
    }),
  );
}

const stepsOfTrack = (queue: readonly LabelChange[], id: string): readonly Step<'tracks'>[] =>
  queue
    .flatMap((change) => stepsOf(diffOfChange(change)).filter(isTrackStep))
    .filter((step) => step.id === id);

const changedFields = ({ before, after }: Step<'tracks'>): Fields =>
  before && after ? fieldsBetween(before, after) : {};

function fieldsBetween(before: Track, after: Track): Fields {
  const changed = keysOf(after).filter((key) => !isEqual(before[key], after[key]));
  return Object.fromEntries(changed.map((key) => [key, after[key]]));
}

const keysOf = (fields: Fields): readonly (keyof Track)[] => Object.keys(fields) as (keyof Track)[];
