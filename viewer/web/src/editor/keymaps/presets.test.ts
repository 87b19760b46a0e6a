import { describe, expect, it } from 'vitest';

import { ACTIONS } from '../actions';
import { isStrokeName } from '../strokes';
import { PRESET_IDS, PRESETS } from '.';
import { contextOf, effectiveKeys, keymapOf } from './effective';

const ids = new Set(ACTIONS.map(({ id }) => id));
const actionOf = (id: string) => ACTIONS.find((action) => action.id === id);

describe.each(PRESET_IDS)('the preset %s', (id) => {
  const { keys } = PRESETS[id];
  const effective = effectiveKeys(ACTIONS, keys, {});

  it('names actions that exist and keys that can be pressed', () => {
    expect(Object.keys(keys).filter((each) => !ids.has(each))).toEqual([]);
    expect(
      Object.values(keys)
        .flat()
        .filter((key) => !isStrokeName(key)),
    ).toEqual([]);
  });

  it('gives each of its keys to one action of a context, and all that it names', () => {
    for (const [action, wanted] of Object.entries(keys)) {
      expect([action, effective.get(action)]).toEqual([action, wanted]);
    }
    for (const [key, actions] of keymapOf(ACTIONS, effective)) {
      const contexts = actions.map(contextOf);
      expect([key, contexts]).toEqual([key, [...new Set(contexts)]]);
    }
  });

  it('leaves nothing without a key that has one of our own', () => {
    const lost = ACTIONS.filter((action) => action.keys.length > 0 && effective.get(action.id)?.length === 0);
    expect(lost.map((action) => action.id)).toEqual([]);
  });

  it('cancels with Escape', () => {
    expect(effective.get('cancel')).toContain('Escape');
  });
});

describe('effectiveKeys', () => {
  it('are those of the table where nobody chose others', () => {
    const effective = effectiveKeys(ACTIONS, {}, {});
    expect(
      ACTIONS.filter(({ id, keys }) => effective.get(id)?.join() !== keys.join()).map(({ id }) => id),
    ).toEqual([]);
  });

  it('are a person’s before those of a preset, and those before ours', () => {
    const effective = effectiveKeys(ACTIONS, PRESETS.cvat.keys, { undo: ['F'], next_frame: ['M'] });
    expect(effective.get('undo')).toEqual(['F']);
    expect(effective.get('next_frame')).toEqual(['M']);
    expect(effective.get('previous_frame')).toEqual(['D', 'ArrowLeft']);
    // D is a frame here, so what it was for keeps its letter behind a modifier, unless that is named as well.
    expect(effective.get('move_right')).toEqual(['Ctrl+ArrowRight']);
  });

  it('give a key that a person took to nobody else, and no spare one for it', () => {
    const effective = effectiveKeys(ACTIONS, {}, { redo: ['H'], undo: ['H'] });
    expect([effective.get('undo'), effective.get('redo'), effective.get('hide_others')]).toEqual([
      ['H'],
      [],
      [],
    ]);
  });

  it('let another context have the same key', () => {
    const grid = {
      ...(actionOf('undo') ?? ACTIONS[0]),
      id: 'x',
      group: 'grid',
      keys: ['W'],
    } as (typeof ACTIONS)[number];
    const effective = effectiveKeys([...ACTIONS, grid], {}, {});
    expect([effective.get('x'), effective.get('move_forward')]).toEqual([['W'], ['W']]);
  });
});
