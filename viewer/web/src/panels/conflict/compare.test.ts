import { describe, expect, it } from 'vitest';

import type { CuboidId, FrameStateId, TrackId } from '../../model/ids';
import type { Cuboid, FrameState, Track } from '../../model/records';
import { byKind, differences } from './compare';

const cuboid: Cuboid = {
  id: 'c' as CuboidId,
  track_id: 't' as TrackId,
  frame_index: 3,
  ego_from_object: { quat_wxyz: [1, 0, 0, 0], translation_m: [5, 1, 0] },
  size_lwh_m: [4, 1.8, 1.5],
  source: 'human',
  confirmed_by: null,
  score: null,
  attributes: { occluded: 0 },
  ends_segment: false,
};

const track: Track = {
  id: 't' as TrackId,
  external_id: '7',
  category: 'Car',
  is_rigid: true,
  is_static: false,
  first_frame: 0,
  last_frame: 9,
  interpolate_in: 'world',
  attributes: {},
};

describe('differences', () => {
  it('names only what differs, as numbers side by side', () => {
    const moved = {
      ...cuboid,
      ego_from_object: { ...cuboid.ego_from_object, translation_m: [5.25, 1, 0] as const },
    };
    expect(differences(cuboid, moved)).toEqual([
      { field: 'position', mine: '5.00 · 1.00 · 0.00 m', theirs: '5.25 · 1.00 · 0.00 m' },
    ]);
  });

  it('compares tracks and frame states too', () => {
    const other = { ...track, category: 'Van', external_id: null };
    expect(differences(track, other)).toEqual([
      { field: 'category', mine: 'Car', theirs: 'Van' },
      { field: 'external_id', mine: '7', theirs: '–' },
    ]);
    const state = (name: FrameState['state']): FrameState => ({
      id: '3' as FrameStateId,
      frame_index: 3,
      state: name,
    });
    expect(differences(state('done'), state('empty'))).toEqual([
      { field: 'state', mine: 'done', theirs: 'empty' },
    ]);
  });

  it('says when one version is gone', () => {
    expect(differences(track, null)).toEqual([{ field: 'record', mine: 'Car, 7, 0–9', theirs: null }]);
    expect(differences(null, null)).toEqual([{ field: 'record', mine: null, theirs: null }]);
  });

  it('names the tracks that a cuboid was given to', () => {
    const moved = { ...cuboid, track_id: 'u' as TrackId };
    expect(differences(cuboid, moved, (id) => `Car ${id}`)).toEqual([
      { field: 'track', mine: 'Car t', theirs: 'Car u' },
    ]);
  });

  it('always leaves something to choose between', () => {
    expect(differences(cuboid, { ...cuboid, ends_segment: true })).toHaveLength(1);
    expect(differences(cuboid, { ...cuboid, source: 'propagated' })).toMatchObject([{ field: 'record' }]);
  });
});

describe('byKind', () => {
  it('puts tracks before cuboids', () => {
    const sorted = byKind([{ kind: 'cuboids' }, { kind: 'frame_states' }, { kind: 'tracks' }] as const);
    expect(sorted.map(({ kind }) => kind)).toEqual(['tracks', 'cuboids', 'frame_states']);
  });
});
