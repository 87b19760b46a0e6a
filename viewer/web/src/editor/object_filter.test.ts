import { describe, expect, it } from 'vitest';

import type { ResolvedCuboid } from '../geometry/interpolate';
import { keyOf, trackOf } from '../store/testing';
import { hasTerm, matches, parseFilter, toggleTerm } from './object_filter';
import { shownCuboids } from './visibility';

interface Sketch {
  readonly number?: string;
  readonly category?: string;
  readonly source?: string;
  readonly score?: number | null;
  readonly confirmed?: boolean;
  readonly isStatic?: boolean;
  readonly isKey?: boolean;
}

function object(sketch: Sketch): ResolvedCuboid {
  const { number = '7', category = 'Car', source = 'model:net@2', score = 0.4 } = sketch;
  const track = trackOf(`t${number}`, { external_id: number, category, is_static: sketch.isStatic ?? false });
  const confirmed_by = sketch.confirmed === true ? 'human:local' : null;
  const cuboid = { ...keyOf(track.id, 0), source, score, confirmed_by };
  return { track, cuboid, is_key: sketch.isKey ?? true, interpolated_in: 'world' };
}

const isFound = (text: string, sketch: Sketch = {}) => matches(parseFilter(text), object(sketch));

describe('a filter', () => {
  it.each([
    ['', {}, true],
    ['car', {}, true],
    ['CAR 7', {}, true],
    ['tram', {}, false],
    ['cat:car', {}, true],
    ['category:Car', {}, true],
    ['cat:van cat:car', {}, true],
    ['cat:van', {}, false],
    ['cat:person_sitting', { category: 'Person_sitting' }, true],
    ['cat:"person sitting"', { category: 'Person_sitting' }, true],
    ['src:model', {}, true],
    ['src:model:net@2', {}, true],
    ['source:human', {}, false],
    ['src:human src:model', {}, true],
    ['id:7', {}, true],
    ['id:7', { number: '17' }, false],
    ['#7', {}, true],
    ['#7', { number: '70' }, false],
    ['conf<0.5', {}, true],
    ['conf<.4', {}, false],
    ['conf<=0.4', {}, true],
    ['conf>0.3 conf<0.5', {}, true],
    ['conf>0.3 conf<0.35', {}, false],
    ['score>=40%', {}, true],
    ['conf=0.4', {}, true],
    ['conf<0.5', { score: null }, false],
    ['is:unconfirmed', {}, true],
    ['is:unconfirmed', { confirmed: true }, false],
    ['is:confirmed', { source: 'human' }, true],
    ['is:static is:unconfirmed', { isStatic: true }, true],
    ['is:static', {}, false],
    ['is:moving', {}, true],
    ['is:key', { isKey: false }, false],
    ['is:derived', { isKey: false }, true],
    ['cat:car src:model conf<0.5 id:7 is:unconfirmed', {}, true],
    ['cat:car is:static', {}, false],
  ] as const)('“%s” of %o is %s', (text, sketch, expected) => {
    expect(isFound(text, sketch)).toBe(expected);
  });

  it.each([
    ['conf<abc', ['conf<abc']],
    ['is:happy', ['is:happy']],
    ['cat: car', ['cat:']],
    ['conf<1.2.3 #', ['conf<1.2.3', '#']],
    ['"', []],
    ['car:x', []],
  ])('says of “%s” that %o is unclear, and asks for the rest', (text, unclear) => {
    expect(parseFilter(text).unclear).toEqual(unclear);
  });

  it('is changed by chips', () => {
    expect(toggleTerm('car  is:key', 'is:static')).toBe('car is:key is:static');
    expect(toggleTerm('car IS:key', 'is:key')).toBe('car');
    expect([hasTerm('a cat:Car', 'cat:car'), hasTerm('cat:cart', 'cat:car')]).toEqual([true, false]);
  });
});

describe('what is shown', () => {
  const cuboids = [object({ number: '1' }), object({ number: '2', category: 'Tram' })];
  const none = { othersHidden: false, selectedTrackId: null, filterHides: false, objectFilter: 'cat:tram' };
  const names = (fields: Partial<Parameters<typeof shownCuboids>[1]>) =>
    shownCuboids(cuboids, { ...none, ...fields }).map(({ track }) => track.external_id);
  const first = cuboids[0]?.track.id ?? null;

  it('follows the filter where that is wished for, but for the selected one', () => {
    expect(names({})).toEqual(['1', '2']);
    expect(names({ filterHides: true })).toEqual(['2']);
    expect(names({ filterHides: true, selectedTrackId: first })).toEqual(['1', '2']);
    expect(names({ filterHides: true, objectFilter: ' ' })).toEqual(['1', '2']);
  });

  it('is the selected one alone where the others are hidden, and all where none is selected', () => {
    expect(names({ othersHidden: true, selectedTrackId: first })).toEqual(['1']);
    expect(names({ othersHidden: true })).toEqual(['1', '2']);
  });
});
