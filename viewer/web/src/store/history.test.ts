import { beforeEach, describe, expect, it } from 'vitest';

import { diffOfSteps } from './diff';
import { History } from './history';
import { LabelStore } from './label_store';
import { keyOf, sceneOf, trackOf } from './testing';

describe('History', () => {
  let store: LabelStore;
  let history: History;
  const move = (x: number) => store.transact((tx) => tx.put('cuboids', keyOf('a', 0, x)));
  const placeOf = (id: string) => store.get('cuboids', id)?.ego_from_object.translation_m[0];
  const remote = (before: ReturnType<typeof keyOf> | null, after: ReturnType<typeof keyOf> | null) =>
    store.applyDiff(
      diffOfSteps([{ kind: 'cuboids', id: (after ?? before)?.id ?? '', before, after }]),
      'remote',
    );

  beforeEach(() => {
    store = new LabelStore(sceneOf());
    history = new History(store);
    history.mark('create');
    store.transact((tx) => {
      tx.put('tracks', trackOf('a'));
      tx.put('cuboids', keyOf('a', 0, 0));
    });
  });

  it('undoes and redoes step by step', () => {
    history.mark('move');
    move(1);
    history.mark('move');
    move(2);
    expect(history.undo()).toEqual({ label: 'move', skipped: 0, frames: [0] });
    expect(placeOf('a-0')).toBe(1);
    history.undo();
    history.undo();
    expect(store.all('tracks')).toEqual([]);
    expect(history.undo()).toBeNull();
    history.redo();
    history.redo();
    history.redo();
    expect(placeOf('a-0')).toBe(2);
    expect(history.redo()).toBeNull();
  });

  it('makes one step of all between two marks', () => {
    history.mark('drag');
    Array.from({ length: 50 }, (_, index) => move(index));
    history.undo();
    expect(placeOf('a-0')).toBe(0);
    history.redo();
    expect(placeOf('a-0')).toBe(49);
  });

  it('throws a half-done step away without a trace', () => {
    history.mark('drag');
    move(5);
    history.bailToMark();
    expect(placeOf('a-0')).toBe(0);
    expect(history.undoLabel).toBe('create');
    expect(history.canRedo).toBe(false);
  });

  it('forgets what was undone once something new is done', () => {
    history.mark('move');
    move(1);
    history.undo();
    history.mark('move');
    move(7);
    expect(history.canRedo).toBe(false);
  });

  it('leaves a record alone that someone else changed since', () => {
    history.mark('move');
    store.transact((tx) => {
      tx.put('cuboids', keyOf('a', 0, 1));
      tx.put('cuboids', keyOf('a', 3, 1));
    });
    remote(keyOf('a', 0, 1), keyOf('a', 0, 99));
    expect(history.undo()).toMatchObject({ skipped: 1 });
    expect(placeOf('a-0')).toBe(99);
    expect(store.get('cuboids', 'a-3')).toBeUndefined();
    history.redo();
    expect(placeOf('a-0')).toBe(99);
    expect(placeOf('a-3')).toBe(1);
  });

  it('does not take a track away from under a key that someone else made', () => {
    remote(null, keyOf('a', 7));
    expect(history.undo()).toMatchObject({ skipped: 1 });
    expect(store.get('tracks', 'a')).toBeDefined();
    expect(store.get('cuboids', 'a-7')).toBeDefined();
  });

  it('does not bring a key back whose track or place someone else took', () => {
    history.mark('delete');
    store.transact((tx) => tx.remove('cuboids', 'a-0'));
    remote(null, { ...keyOf('a', 7), frame_index: 0 });
    expect(history.undo()).toMatchObject({ skipped: 1 });
    expect(store.keysOfTrack('a')).toHaveLength(1);
  });
});
