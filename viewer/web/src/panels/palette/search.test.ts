import { describe, expect, it } from 'vitest';

import { frameAsked, score, search } from './search';

const entry = (id: string, ...names: string[]) => ({ id, names });
const ENTRIES = [
  entry('next', 'Next frame', '다음 프레임'),
  entry('next_key', 'Next key of the object', '객체의 다음 키'),
  entry('flip', 'Flip heading', '방향 뒤집기'),
  entry('flip_all', 'Flip heading in all keys', '모든 키의 방향 뒤집기'),
  entry('zoom', 'Zoom to the object', '객체로 확대'),
  entry('track', '#7', 'Car 7'),
  entry('track2', '#17', 'Car 17'),
];
const ids = (typed: string, recent: readonly string[] = []) =>
  search(typed, ENTRIES, recent).map(({ id }) => id);

describe('search', () => {
  it.each([
    ['next fr', 'next'],
    ['frame next', 'next'],
    ['FLIP', 'flip'],
    ['flip all', 'flip_all'],
    ['다음 프', 'next'],
    ['확대', 'zoom'],
    ['#7', 'track'],
    ['car 17', 'track2'],
    ['zmtobj', 'zoom'],
  ])('finds by “%s” first %s', (typed, id) => {
    expect(ids(typed)[0]).toBe(id);
  });

  it('puts what can be run now before what fits as well and cannot', () => {
    const entries = [
      { ...entry('close', 'Close the grid'), whyNot: 'it is not open' },
      entry('open', 'All frames at once', 'Batch grid All frames at once'),
      entry('piece', 'Hybridgrids'),
    ];
    expect(search('grid', entries, []).map(({ id }) => id)).toEqual(['open', 'close', 'piece']);
  });

  it('finds nothing for what is nowhere', () => {
    expect(ids('quux')).toEqual([]);
    expect(ids('flip quux')).toEqual([]);
    expect(score('x y', { names: [] })).toBeNull();
  });

  it('shows all, those used lately first, where nothing is typed', () => {
    expect(ids('', ['zoom', 'flip'])).toEqual([
      'zoom',
      'flip',
      'next',
      'next_key',
      'flip_all',
      'track',
      'track2',
    ]);
  });

  it('prefers what was used among equals but not before what fits better', () => {
    expect(ids('flip heading', ['flip_all'])[0]).toBe('flip');
    expect(ids('next', ['next_key'])[0]).toBe('next_key');
  });
});

describe('frameAsked', () => {
  it.each([
    ['frame 12', 12],
    ['12', 12],
    [' f7 ', 7],
    ['프레임 3', 3],
    ['frame 0', 0],
    ['frame 20', null],
    ['frame', null],
    ['#12', null],
    ['frame 1.5', null],
  ])('%s is %s of 20', (typed, frame) => {
    expect(frameAsked(typed, 20)).toBe(frame);
  });
});
