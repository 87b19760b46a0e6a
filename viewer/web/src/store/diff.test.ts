import { describe, expect, it } from 'vitest';

import type { ChangeId, SceneId } from '../model/ids';
import {
  changeOfDiff,
  diffOfChange,
  diffOfSteps,
  EMPTY_DIFF,
  isEmpty,
  reverse,
  squash,
  type Step,
} from './diff';
import { keyOf, trackOf } from './testing';

const a = keyOf('t', 0, 1);
const b = keyOf('t', 0, 2);
const c = keyOf('t', 0, 3);
const step = (before: typeof a | null, after: typeof a | null): Step => ({
  kind: 'cuboids',
  id: a.id,
  before,
  after,
});
const diff = (before: typeof a | null, after: typeof a | null) => diffOfSteps([step(before, after)]);

describe('squash', () => {
  it.each([
    ['an update of an addition is an addition', [diff(null, a), diff(a, b)], diff(null, b)],
    ['two updates are one', [diff(a, b), diff(b, c)], diff(a, c)],
    ['an addition and its removal are nothing', [diff(null, a), diff(a, null)], EMPTY_DIFF],
    ['a removal and the same again are nothing', [diff(a, null), diff(null, a)], EMPTY_DIFF],
    ['there and back is nothing', [diff(a, b), diff(b, a)], EMPTY_DIFF],
    ['an update and a removal are a removal of the first', [diff(a, b), diff(b, null)], diff(a, null)],
  ])('%s', (_, diffs, expected) => {
    expect(squash(...diffs)).toEqual(expected);
  });

  it('with its own reverse is empty', () => {
    const both = squash(
      diff(a, b),
      diffOfSteps([{ kind: 'tracks', id: 't', before: null, after: trackOf('t') }]),
    );
    expect(isEmpty(both)).toBe(false);
    expect(isEmpty(squash(both, reverse(both)))).toBe(true);
  });
});

describe('the wire', () => {
  const header = {
    change_id: 'c' as ChangeId,
    scene_id: 's' as SceneId,
    author: 'human:local',
    time: '2026-01-01T00:00:00Z',
    base_revision: 7,
  };

  it('leaves kinds without records out and comes back the same', () => {
    const change = changeOfDiff(diff(a, b), header);
    expect(change).toEqual({
      schema_version: 1,
      ...header,
      added: {},
      updated: { cuboids: [{ from: a, to: b }] },
      removed: {},
    });
    expect(diffOfChange(change)).toEqual(diff(a, b));
  });
});
