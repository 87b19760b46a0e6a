import { describe, expect, it } from 'vitest';

import type { ResolvedCuboid } from '../../geometry/interpolate';
import type { CuboidId, TrackId } from '../../model/ids';
import type { Taxonomy } from '../../model/scene';
import { initialsOf } from '../topbar/initials';
import { shortNames } from '../tools/short_names';
import { isUnconfirmed } from '../../editor/selection';
import { objectRows } from './object_rows';

const taxonomy: Taxonomy = { name: 'kitti', version: 1, categories: [], attributes: [] };

function object(number: string, category: string, x: number): ResolvedCuboid {
  const id = `track-${number}` as TrackId;
  return {
    cuboid: {
      id: `c${number}` as CuboidId,
      track_id: id,
      frame_index: 0,
      ego_from_object: { quat_wxyz: [1, 0, 0, 0], translation_m: [x, 0, -5] },
      size_lwh_m: [4, 2, 1.5],
      source: 'model:pointrcnn@1',
      confirmed_by: null,
      score: 0.8,
      attributes: {},
      ends_segment: false,
    },
    track: {
      id,
      external_id: number,
      category,
      is_rigid: true,
      is_static: false,
      first_frame: 0,
      last_frame: 0,
      interpolate_in: 'world',
      attributes: {},
    },
    is_key: false,
    interpolated_in: 'ego',
  };
}

describe('objectRows', () => {
  const objects = [object('12', 'Car', 30), object('2', 'Cyclist', -4), object('1', 'Car', 9)];

  it('puts the nearest first', () => {
    expect(objectRows(objects, taxonomy, '').map((row) => row.name)).toEqual([
      'Cyclist 2',
      'Car 1',
      'Car 12',
    ]);
    expect(objectRows(objects, taxonomy, '')[0]).toMatchObject({
      distanceM: 4,
      isInEgo: true,
      isUnconfirmed: true,
    });
  });

  it('filters by all words, in any case', () => {
    expect(objectRows(objects, taxonomy, ' CAR 2 ').map((row) => row.name)).toEqual(['Car 12']);
    expect(objectRows(objects, taxonomy, 'tram')).toEqual([]);
  });
});

describe('isUnconfirmed', () => {
  it('trusts people and what people confirmed', () => {
    expect(isUnconfirmed({ source: 'human', confirmed_by: null })).toBe(false);
    expect(isUnconfirmed({ source: 'model:a@1', confirmed_by: null })).toBe(true);
    expect(isUnconfirmed({ source: 'model:a@1', confirmed_by: 'human:local' })).toBe(false);
  });
});

describe('short texts', () => {
  it('keep category names apart', () => {
    expect(shortNames(['Car', 'Person_sitting', 'Pedestrian'])).toEqual(['Car', 'P. sitting', 'Pedestrian']);
    expect(new Set(shortNames(['Construction vehicle A', 'Construction vehicle B'])).size).toBe(2);
  });

  it('make initials of names in any script', () => {
    expect([initialsOf('Jane Doe'), initialsOf('local'), initialsOf('김 민수'), initialsOf('')]).toEqual([
      'JD',
      'L',
      '김민',
      '?',
    ]);
  });
});
