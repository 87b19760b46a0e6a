/** Which proposed tracks wait for a person, in the order in which they should be looked at; pure. */
import type { Band, ProposedTrack } from '../../model/autolabel';
import type { TrackId } from '../../model/ids';
import type { Cuboid } from '../../model/records';
import { sourceKind } from '../../model/sources';
import type { LabelStore } from '../../store/label_store';
import type { ReviewFilter } from '../../store/session';
import { isUnconfirmed } from '../selection';

/** Whether a person still has to look at it; `gone` is one that somebody deleted. */
export type TrackReview = 'open' | 'done' | 'gone';

type Labels = Pick<LabelStore, 'get' | 'keysOfTrack'>;

/** A model made it, and nobody has agreed with it yet. */
export const isProposed = (key: Pick<Cuboid, 'source' | 'confirmed_by'>): boolean =>
  sourceKind(key.source) === 'model' && isUnconfirmed(key);

export function reviewOf(store: Labels, trackId: TrackId): TrackReview {
  if (store.get('tracks', trackId) === undefined) {
    return 'gone';
  }
  return store.keysOfTrack(trackId).some(isProposed) ? 'open' : 'done';
}

/** The models behind what is proposed of a track. */
export function sourcesOf(store: Labels, trackId: TrackId): readonly string[] {
  const sources = store.keysOfTrack(trackId).filter(isProposed);
  return [...new Set(sources.map(({ source }) => source))];
}

/** What waits and is asked for, in the order it was given in. */
export function queueOf(
  proposed: readonly ProposedTrack[],
  store: Labels,
  filter: ReviewFilter,
): readonly ProposedTrack[] {
  return proposed.filter(
    (each) => reviewOf(store, each.track_id) === 'open' && isAskedFor(each, store, filter),
  );
}

function isAskedFor(proposed: ProposedTrack, store: Labels, { band, category, source }: ReviewFilter) {
  return (
    (band === null || proposed.band === band) &&
    (category === null || store.get('tracks', proposed.track_id)?.category === category) &&
    (source === null || sourcesOf(store, proposed.track_id).includes(source))
  );
}

export interface ReviewCounts {
  /** Tracks that wait, by band. */
  readonly open: Readonly<Record<Band, number>>;
  readonly waiting: number;
  readonly done: number;
  readonly gone: number;
  /** How long those that wait are expected to take. */
  readonly seconds: number;
}

export function countsOf(proposed: readonly ProposedTrack[], store: Labels): ReviewCounts {
  const open = { accept: 0, check: 0, redo: 0 };
  const states = { open: 0, done: 0, gone: 0 };
  let seconds = 0;
  for (const { track_id, band, expected_seconds } of proposed) {
    const state = reviewOf(store, track_id);
    states[state] += 1;
    if (state === 'open') {
      open[band] += 1;
      seconds += expected_seconds;
    }
  }
  return { open, waiting: states.open, done: states.done, gone: states.gone, seconds };
}
