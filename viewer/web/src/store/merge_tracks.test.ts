import { expect, it } from 'vitest';

import type { ChangeId, SceneId } from '../model/ids';
import type { LabelChange, Track } from '../model/records';
import { changeOfDiff, diffOfChange, diffOfSteps, stepsOf } from './diff';
import { mergeTracks } from './merge_tracks';
import { emptyTables } from './tables';
import { trackOf } from './testing';

const T = trackOf('a', { first_frame: 2, last_frame: 8 });

function change(before: Track, after: Track): LabelChange {
  return changeOfDiff(diffOfSteps([{ kind: 'tracks', id: 'a', before, after }]), {
    change_id: `${after.category} ${after.external_id}` as ChangeId,
    scene_id: 'scene' as SceneId,
    author: 'human:local',
    time: '',
    base_revision: 0,
  });
}

/** What of own versions of a track, one after the other, is left over theirs: null where they contradict. */
function merged(versions: readonly Partial<Track>[], theirs: Track | null): readonly Track[] | null {
  const all = versions.reduce<Track[]>((list, part) => [...list, { ...(list.at(-1) ?? T), ...part }], [T]);
  const queue = all.slice(1).map((after, index) => change(all[index] ?? T, after));
  const tables = emptyTables();
  if (theirs) {
    tables.tracks.set(T.id, theirs);
  }
  const result = mergeTracks(queue, tables);
  return result === queue
    ? null
    : result.flatMap((each) => stepsOf(diffOfChange(each)).map(({ after }) => after as Track));
}

it('keeps both where fields differ, through all that waits', () => {
  const theirs = { ...T, category: 'Van' };
  expect(merged([{ external_id: '7' }], theirs)).toEqual([{ ...theirs, external_id: '7' }]);
  expect(merged([{ external_id: '7' }, { is_static: true }, { external_id: '8' }], theirs)).toEqual([
    { ...theirs, external_id: '7' },
    { ...theirs, external_id: '7', is_static: true },
    { ...theirs, external_id: '8', is_static: true },
  ]);
});

it('starts from their version of the track', () => {
  const theirs = { ...T, category: 'Van' };
  const tables = emptyTables();
  tables.tracks.set(T.id, theirs);
  const [first] = mergeTracks([change(T, { ...T, external_id: '7' })], tables);
  expect(first?.updated.tracks?.[0]?.from).toEqual(theirs);
});

it('agrees where both came to the same', () => {
  const theirs = { ...T, category: 'Van', is_static: true };
  expect(merged([{ category: 'Van', external_id: '7' }], theirs)).toEqual([{ ...theirs, external_id: '7' }]);
  expect(merged([{ category: 'Van' }], theirs)).toEqual([]);
});

it('leaves a contradiction to a person', () => {
  expect(merged([{ category: 'Truck' }], { ...T, category: 'Van' })).toBeNull();
  expect(merged([{ external_id: '7' }, { category: 'Truck' }], { ...T, category: 'Van' })).toBeNull();
  // Each alone is well, but together nothing is left of the track.
  expect(merged([{ first_frame: 6 }], { ...T, last_frame: 4 })).toBeNull();
  expect(merged([{ external_id: '7' }], null)).toBeNull();
  expect(merged([{ external_id: '7' }], T)).toBeNull();
});
