/** Accepting a whole band after a look at some of it: the sample, what was found, and what that says of the rest; pure. */
import type { TrackId } from '../../model/ids';
import type { Cuboid, Track } from '../../model/records';
import { isEqual } from '../../store/equal';
import type { LabelStore } from '../../store/label_store';
import type { Audit, SampledTrack } from '../../store/session';
import { mostWrongLeft } from './bound';
import { isProposed, reviewOf } from './queue';

export type Verdict = 'open' | 'right' | 'wrong';

type Labels = Pick<LabelStore, 'get' | 'keysOfTrack'>;

/** How many one may be asked to look at. */
const SIZES = [10, 20, 30, 50, 100, 200] as const;
/** Up to this share of wrong ones is left in at most, where all that is looked at by default is right. */
const USUAL_SHARE = 0.1;

/** What one can choose from, by rising number; the last one is to look at everything. */
export const sampleSizes = (population: number): readonly number[] => [
  ...SIZES.filter((size) => size < population),
  population,
];

export function usualSampleSize(population: number): number {
  const isEnough = (size: number) => mostWrongLeft(population, size, 0) <= USUAL_SHARE * population;
  return sampleSizes(population).find(isEnough) ?? population;
}

/** So many of them, each as likely as any other. */
export function drawn<T>(all: readonly T[], count: number, random: () => number): readonly T[] {
  const rest = [...all];
  return Array.from(
    { length: Math.min(count, all.length) },
    () => rest.splice(Math.floor(random() * rest.length), 1)[0],
  ).filter((each): each is T => each !== undefined);
}

export function beginAudit(
  store: Labels,
  population: readonly TrackId[],
  size: number,
  random: () => number,
): Audit {
  return lookAtMore(store, { population, sample: [], aside: [] }, size, random);
}

/** The same with so many more in its sample. */
export function lookAtMore(store: Labels, audit: Audit, count: number, random: () => number): Audit {
  const more = drawn(unseen(store, audit), count, random).flatMap((id): readonly SampledTrack[] => {
    const track = store.get('tracks', id);
    return track === undefined ? [] : [{ track, keys: store.keysOfTrack(id) }];
  });
  return { ...audit, sample: [...audit.sample, ...more] };
}

/** What nobody was asked to look at and still waits: it is accepted in the end. */
export function unseen(store: Labels, { population, sample }: Audit): readonly TrackId[] {
  const seen = new Set(sample.map(({ track }) => track.id));
  return population.filter((id) => !seen.has(id) && reviewOf(store, id) === 'open');
}

/** Agreed with as it was: right. Deleted, changed or put aside: wrong. */
export function verdictOf(store: Labels, { aside }: Audit, { track, keys }: SampledTrack): Verdict {
  const now = store.get('tracks', track.id);
  if (now === undefined || aside.includes(track.id) || !isSame(track, now)) {
    return 'wrong';
  }
  const keysNow = store.keysOfTrack(track.id);
  if (keysNow.length !== keys.length || keys.some((key, index) => !isSameBox(key, keysNow[index]))) {
    return 'wrong';
  }
  return keysNow.some(isProposed) ? 'open' : 'right';
}

const isSame = (before: Track, now: Track): boolean =>
  before.category === now.category &&
  before.first_frame === now.first_frame &&
  before.last_frame === now.last_frame;

const isSameBox = (before: Cuboid, now: Cuboid | undefined): boolean =>
  now?.frame_index === before.frame_index &&
  isEqual(before.ego_from_object, now.ego_from_object) &&
  isEqual(before.size_lwh_m, now.size_lwh_m);

export interface AuditResult {
  readonly sampled: number;
  readonly right: number;
  readonly wrong: number;
  /** Still to be looked at. */
  readonly open: number;
  /** Tracks that would be accepted unseen. */
  readonly unseen: number;
  /** At most so many of those are wrong, with the confidence of the bound. */
  readonly mostWrong: number;
}

export function resultOf(store: Labels, audit: Audit): AuditResult {
  const verdicts = audit.sample.map((each) => verdictOf(store, audit, each));
  const count = (verdict: Verdict) => verdicts.filter((each) => each === verdict).length;
  const left = unseen(store, audit).length;
  const [right, wrong] = [count('right'), count('wrong')];
  const bound = mostWrongLeft(audit.population.length, right + wrong, wrong);
  return {
    sampled: audit.sample.length,
    right,
    wrong,
    open: count('open'),
    unseen: left,
    mostWrong: Math.min(left, bound),
  };
}
