import { beforeEach, describe, expect, it, vi } from 'vitest';

import { EMPTY_DIFF } from './diff';
import { LabelStore } from './label_store';
import { keyOf, sceneOf, trackOf } from './testing';

describe('LabelStore', () => {
  let store: LabelStore;
  beforeEach(() => {
    store = new LabelStore(sceneOf());
    store.transact((tx) => {
      tx.put('tracks', trackOf('a'));
      tx.put('cuboids', keyOf('a', 0, 10));
      tx.put('cuboids', keyOf('a', 10, 10));
    });
  });

  it('makes one diff of a transaction and tells it once', () => {
    const listener = vi.fn();
    store.onDiff(listener);
    const diff = store.transact((tx) => {
      tx.put('cuboids', keyOf('a', 0, 11));
      tx.put('cuboids', keyOf('a', 0, 12));
      tx.put('cuboids', keyOf('a', 5, 1));
      tx.remove('cuboids', 'a-5');
    });
    expect([...diff.cuboids.updated.values()]).toEqual([[keyOf('a', 0, 10), keyOf('a', 0, 12)]]);
    expect(diff.cuboids.added.size).toBe(0);
    expect(listener).toHaveBeenCalledExactlyOnceWith(diff, 'user');
  });

  it('says nothing of a transaction that changes nothing', () => {
    const listener = vi.fn();
    store.subscribe(listener);
    const { version } = store;
    store.transact((tx) => tx.put('cuboids', keyOf('a', 0, 10)));
    expect(listener).not.toHaveBeenCalled();
    expect(store.version).toBe(version);
  });

  it('rolls a failed transaction back', () => {
    const fail = () =>
      store.transact((tx) => {
        tx.remove('cuboids', 'a-0');
        tx.put('cuboids', keyOf('a', 3));
        throw new Error('no');
      });
    expect(fail).toThrow('no');
    expect(store.keysOfTrack('a').map((key) => key.frame_index)).toEqual([0, 10]);
    expect(store.get('cuboids', 'a-3')).toBeUndefined();
    expect(store.get('cuboids', 'a-0')).toEqual(keyOf('a', 0, 10));
  });

  it('refuses a transaction inside another', () => {
    expect(() => store.transact(() => store.transact(() => undefined))).toThrow('open already');
  });

  it('derives between keys in world', () => {
    // Ego drives 1 m a frame and the box stays 10 m ahead, so halfway it is 10 m ahead too.
    const found = store.resolveTrack('a', 5);
    expect(found).toMatchObject({ is_key: false, interpolated_in: 'world' });
    expect(found?.cuboid.ego_from_object.translation_m[0]).toBeCloseTo(10, 9);
    expect(found?.cuboid.id).toBe('a@5');
    expect(store.resolveTrack('a', 11)).toBeUndefined();
  });

  it('keeps what did not change the same object', () => {
    store.transact((tx) => {
      tx.put('tracks', trackOf('b'));
      tx.put('cuboids', keyOf('b', 5, 20));
    });
    const before = store.resolveFrame(5);
    expect(store.resolveFrame(5)).toBe(before);
    store.transact((tx) => tx.put('cuboids', keyOf('b', 5, 21)));
    const after = store.resolveFrame(5);
    expect(after[0]).toBe(before[0]);
    expect(after[1]?.cuboid.ego_from_object.translation_m[0]).toBe(21);
  });

  it('follows a key that moves to another track', () => {
    store.transact((tx) => {
      tx.put('tracks', trackOf('b'));
      tx.put('cuboids', keyOf('a', 10, 10, { track_id: trackOf('b').id }));
    });
    expect(store.keysOfTrack('a')).toHaveLength(1);
    expect(store.keysOfTrack('b')).toHaveLength(1);
  });

  it('ignores an empty diff', () => {
    const { version } = store;
    store.applyDiff(EMPTY_DIFF, 'remote');
    expect(store.version).toBe(version);
  });

  it('resolves 200 tracks over 200 frames and remembers each of them', () => {
    const big = new LabelStore(sceneOf({ frameCount: 200 }));
    big.transact((tx) => {
      for (let track = 0; track < 200; track += 1) {
        tx.put('tracks', trackOf(`t${track}`, { last_frame: 199 }));
        [0, 66, 133, 199].forEach((frame) => tx.put('cuboids', keyOf(`t${track}`, frame, track)));
      }
    });
    const frames = Array.from({ length: 200 }, (_, frame) => big.resolveFrame(frame));
    expect(frames.every((cuboids) => cuboids.length === 200)).toBe(true);
    const again = Array.from({ length: 200 }, (_, frame) => big.resolveFrame(frame));
    expect(again.every((cuboids, frame) => cuboids === frames[frame])).toBe(true);
  });

  it('keeps a bounded number of derived cuboids, however many frames one goes through', () => {
    const long = new LabelStore(sceneOf({ frameCount: 3000 }));
    long.transact((tx) => {
      for (let index = 0; index < 100; index += 1) {
        tx.put('tracks', trackOf(`t${index}`, { last_frame: 2999 }));
        tx.put('cuboids', keyOf(`t${index}`, 0));
        tx.put('cuboids', keyOf(`t${index}`, 2999));
      }
    });
    const counts = Array.from({ length: 3000 }, (_, frame) => {
      expect(long.resolveFrame(frame)).toHaveLength(100);
      return long.keptCount;
    });
    expect(Math.max(...counts)).toBeLessThan(101_000);
    expect(long.resolveFrame(2999)).toBe(long.resolveFrame(2999));
  });
});
