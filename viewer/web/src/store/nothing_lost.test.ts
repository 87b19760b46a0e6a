import 'fake-indexeddb/auto';

import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ImageBoxId, SceneId, TrackId } from '../model/ids';
import type { ImageBox, LabelChange, SceneLabels } from '../model/records';
import { diffOfSteps } from './diff';
import { History } from './history';
import { type Journal, MemoryJournal, openJournal } from './journal';
import { LabelStore } from './label_store';
import { Sync } from './sync';
import { FakeServer, keyOf, sceneOf, trackOf } from './testing';

interface Tab {
  readonly store: LabelStore;
  readonly sync: Sync;
}

let server: FakeServer;
const tabs: Tab[] = [];

function open(journal: Journal, revision = 0): Tab {
  const store = new LabelStore({ ...sceneOf(), revision });
  const sync = new Sync(store, server, {
    sceneId: 'scene' as SceneId,
    author: 'human:local',
    journal,
    delayMs: () => 1,
  });
  tabs.push({ store, sync });
  return { store, sync };
}

const put = ({ store, sync }: Tab, frame: number, x: number) => {
  store.transact((tx) => tx.put('cuboids', keyOf('a', frame, x)));
  sync.commit();
};
const xOf = ({ store }: Tab, id = 'a-0') => store.get('cuboids', id)?.ego_from_object.translation_m[0];
const onServer = (id = 'a-0') => server.tables.cuboids.get(id)?.ego_from_object.translation_m[0];
const reaches = (tab: Tab, state: string) => vi.waitFor(() => expect(tab.sync.state).toBe(state));
const goAway = () => server.failures.push(...Array.from({ length: 5000 }, () => 'offline' as const));
const comeBack = () => server.failures.splice(0);
const otherMoves = (from: number, to: number) =>
  server.changeByOther({ updated: { cuboids: [{ from: keyOf('a', 0, from), to: keyOf('a', 0, to) }] } });

beforeEach(() => {
  server = new FakeServer();
  server.changeByOther({ added: { tracks: [trackOf('a')], cuboids: [keyOf('a', 0, 1)] } });
});
afterEach(() => tabs.splice(0).forEach(({ sync }) => sync.dispose()));

describe('opening while others work', () => {
  /** The labels' answer, held back until it is let go. */
  function slowLabels(): () => void {
    const fetchLabels = server.fetchLabels.bind(server);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    vi.spyOn(server, 'fetchLabels').mockImplementation(async (since): Promise<SceneLabels> => {
      const answer = await fetchLabels(since);
      if (since === undefined) {
        await held;
      }
      return answer;
    });
    return release;
  }

  it('shows all labels although a change came first', async () => {
    const release = slowLabels();
    const tab = open(new MemoryJournal(), 1);
    const started = tab.sync.start();
    tab.sync.receive(2, server.changeByOther({ added: { cuboids: [keyOf('a', 4, 4)] } }));
    void tab.sync.pull();
    release();
    await started;
    await vi.waitFor(() => expect([xOf(tab), xOf(tab, 'a-4')]).toEqual([1, 4]));
    expect(tab.store.revision).toBe(2);
  });

  it('shows all labels although they are older than the scene', async () => {
    const release = slowLabels();
    const tab = open(new MemoryJournal(), 2);
    const started = tab.sync.start();
    otherMoves(1, 2);
    release();
    await started;
    await vi.waitFor(() => expect(xOf(tab)).toBe(2));
    expect(tab.store.get('tracks', 'a')).toBeDefined();
  });
});

describe('leaving the editor', () => {
  it('sends all that waits while the server answers', async () => {
    const tab = open(await openJournal('leaving'));
    await tab.sync.start();
    [2, 3, 4].forEach((frame) => put(tab, frame, frame));
    tab.sync.dispose();
    await vi.waitFor(() => expect(server.changes).toHaveLength(4));
    const kept = await openJournal('leaving');
    await vi.waitFor(async () => expect(await kept.load('scene')).toEqual([]));
  });

  it('leaves to the next page what could not be sent', async () => {
    const journal = await openJournal('left');
    const first = open(journal);
    await first.sync.start();
    goAway();
    put(first, 2, 2);
    put(first, 3, 3);
    first.sync.dispose();
    await first.sync.pull();
    comeBack();
    const second = open(journal);
    await second.sync.start();
    await vi.waitFor(() => expect(server.changes).toHaveLength(3));
    await reaches(second, 'saved');
    expect(new Set(server.changes.map(({ change_id }) => change_id)).size).toBe(3);
  });
});

describe('two tabs of one person', () => {
  it('send each its own, once', async () => {
    const journal = await openJournal('tabs');
    const first = open(journal);
    await first.sync.start();
    goAway();
    put(first, 2, 2);
    await reaches(first, 'offline');
    const second = open(journal);
    await second.sync.start();
    put(second, 3, 3);
    await reaches(second, 'offline');
    expect(second.sync.pendingCount).toBe(1);
    comeBack();
    await reaches(first, 'saved');
    await reaches(second, 'saved');
    expect(server.changes).toHaveLength(3);
    expect(await journal.load('scene')).toEqual([]);
  });

  it('ask once about a conflict, and what one gave up the other does not send', async () => {
    const journal = await openJournal('asked');
    const first = open(journal);
    await first.sync.start();
    otherMoves(1, 50);
    put(first, 0, 2);
    await reaches(first, 'conflict');
    const second = open(journal);
    await second.sync.start();
    expect([second.sync.state, xOf(second)]).toEqual(['saved', 50]);
    first.sync.resolve('theirs');
    await reaches(first, 'saved');
    first.sync.dispose();
    await vi.waitFor(async () => expect(await journal.load('scene')).toEqual([]));
    expect([second.sync.state, onServer()]).toEqual(['saved', 50]);
  });

  it('take over what the other could not send when it goes', async () => {
    const journal = await openJournal('inherited');
    const first = open(journal);
    await first.sync.start();
    goAway();
    put(first, 2, 2);
    await reaches(first, 'offline');
    const second = open(journal);
    await second.sync.start();
    expect(second.sync.pendingCount).toBe(0);
    first.sync.dispose();
    await vi.waitFor(() => expect(xOf(second, 'a-2')).toBe(2));
    comeBack();
    await reaches(second, 'saved');
    expect(onServer('a-2')).toBe(2);
    expect(server.changes).toHaveLength(2);
  });
});

it('takes over what a later tab left that crashed', async () => {
  const journal = await openJournal('later');
  const first = open(journal);
  await first.sync.start();
  const second = open(journal);
  await second.sync.start();
  goAway();
  put(second, 2, 2);
  await reaches(second, 'offline');
  second.sync.dispose();
  comeBack();
  await vi.waitFor(async () => {
    await first.sync.pull();
    expect(onServer('a-2')).toBe(2);
  });
  await reaches(first, 'saved');
  expect(server.changes).toHaveLength(2);
});

describe('a browser that keeps nothing', () => {
  const broken = (fail: 'put' | 'load'): Journal =>
    Object.assign(new MemoryJournal(), {
      isDurable: true,
      [fail]: () => Promise.reject(new DOMException('the disk is full', 'QuotaExceededError')),
    });

  it('saves all the same, and says so', async () => {
    const tab = open(new MemoryJournal());
    await tab.sync.start();
    put(tab, 0, 2);
    await reaches(tab, 'saved');
    expect([tab.sync.isOnlyHere, onServer()]).toEqual([true, 2]);
  });

  it('is told when the disk is full, for as long as something is unsent', async () => {
    const tab = open(broken('put'));
    await tab.sync.start();
    expect(tab.sync.isOnlyHere).toBe(false);
    goAway();
    put(tab, 0, 2);
    await reaches(tab, 'offline');
    expect(tab.sync.isOnlyHere).toBe(true);
    comeBack();
    await reaches(tab, 'saved');
    await vi.waitFor(() => expect(tab.sync.isOnlyHere).toBe(false));
    expect(onServer()).toBe(2);
  });

  it('opens although the journal cannot be read', async () => {
    const tab = open(broken('load'));
    await tab.sync.start();
    put(tab, 0, 2);
    await reaches(tab, 'saved');
    expect(onServer()).toBe(2);
  });

  it('keeps a journal in memory where there is no database, or only a newer one', async () => {
    (await openDB('newer', 7)).close();
    expect((await openJournal('newer')).isDurable).toBe(false);
    const kept = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB');
    Object.defineProperty(globalThis, 'indexedDB', { value: null, configurable: true });
    try {
      expect((await openJournal('none')).isDurable).toBe(false);
    } finally {
      Object.defineProperty(globalThis, 'indexedDB', kept ?? {});
    }
  });

  it('lets a newer version have the database', async () => {
    const journal = await openJournal('upgraded');
    (await openDB('upgraded', 2)).close();
    await expect(journal.load('scene')).rejects.toThrow();
  });
});

it('leaves the changes of another version of Truebox where they are', async () => {
  const journal = await openJournal('versions');
  const change = { schema_version: 2, change_id: 'later', scene_id: 'scene' } as unknown as LabelChange;
  await journal.put({ change, order: 1 });
  const tab = open(journal);
  await tab.sync.start();
  put(tab, 0, 2);
  await reaches(tab, 'saved');
  expect(tab.sync.unreadableCount).toBe(1);
  expect((await journal.load('scene')).map((entry) => entry.change.change_id)).toEqual(['later']);
  expect(server.changes).toHaveLength(2);
});

describe('a conflict that is being asked about', () => {
  it('follows what the other does meanwhile', async () => {
    const tab = open(new MemoryJournal());
    await tab.sync.start();
    otherMoves(1, 50);
    put(tab, 0, 2);
    await reaches(tab, 'conflict');
    tab.sync.receive(3, otherMoves(50, 60));
    expect(tab.sync.conflicts[0]).toMatchObject({ theirs: keyOf('a', 0, 60) });
    tab.sync.resolve('mine');
    await reaches(tab, 'saved');
    expect(onServer()).toBe(2);
  });

  it('is over when the other comes to the same', async () => {
    const tab = open(new MemoryJournal());
    await tab.sync.start();
    otherMoves(1, 50);
    put(tab, 0, 2);
    await reaches(tab, 'conflict');
    tab.sync.receive(3, otherMoves(50, 1));
    await reaches(tab, 'saved');
    expect(onServer()).toBe(2);
  });
});

describe('image boxes', () => {
  const box = (id: string, track: string | null = 'a'): ImageBox => ({
    id: id as ImageBoxId,
    frame_index: 0,
    camera: 'front',
    track_id: track as TrackId | null,
    kind: 'tight',
    ltrb_px: [1, 2, 3, 4],
    attributes: {},
  });

  it.each([
    ['mine', ['b'], true],
    ['theirs', [], false],
  ] as const)('of a track that someone else removed are asked about: %s', async (choice, left, hasTrack) => {
    const tab = open(new MemoryJournal());
    await tab.sync.start();
    tab.sync.receive(
      2,
      server.changeByOther({ removed: { tracks: [trackOf('a')], cuboids: [keyOf('a', 0, 1)] } }),
    );
    tab.store.transact((tx) => tx.put('image_boxes', box('b')));
    tab.sync.commit();
    await reaches(tab, 'conflict');
    expect(tab.sync.conflicts[0]).toMatchObject({ kind: 'image_boxes', reason: 'track_removed' });
    tab.sync.resolve(choice);
    await reaches(tab, 'saved');
    expect([...server.tables.image_boxes.keys()]).toEqual(left);
    expect(server.tables.tracks.has('a')).toBe(hasTrack);
  });

  it('of someone else keep the track whose making is undone', () => {
    const store = new LabelStore(sceneOf());
    const history = new History(store);
    history.mark('create');
    store.transact((tx) => tx.put('tracks', trackOf('t')));
    store.applyDiff(
      diffOfSteps([{ kind: 'image_boxes', id: 'b', before: null, after: box('b', 't') }]),
      'remote',
    );
    expect(history.undo()).toMatchObject({ skipped: 1 });
    expect(store.get('tracks', 't')).toBeDefined();
  });

  it('come back by undo only with their track', () => {
    const store = new LabelStore(sceneOf());
    const history = new History(store);
    store.applyDiff(diffOfSteps([{ kind: 'tracks', id: 't', before: null, after: trackOf('t') }]), 'remote');
    history.mark('draw');
    store.transact((tx) => tx.put('image_boxes', box('b', 't')));
    history.undo();
    store.applyDiff(diffOfSteps([{ kind: 'tracks', id: 't', before: trackOf('t'), after: null }]), 'remote');
    expect(history.redo()).toMatchObject({ skipped: 1 });
    expect(store.all('image_boxes')).toEqual([]);
  });
});

describe('keys that move to another track', () => {
  /** What merging makes of two tracks: the keys go over, the other track goes. */
  const merged = (store: LabelStore) =>
    store.transact((tx) => {
      tx.put('cuboids', { ...keyOf('a', 0, 1), track_id: 'b' as TrackId });
      tx.remove('tracks', 'a');
    });

  it('are no keys left behind', async () => {
    const tab = open(new MemoryJournal());
    await tab.sync.start();
    tab.sync.receive(2, server.changeByOther({ added: { tracks: [trackOf('b')] } }));
    merged(tab.store);
    tab.sync.commit();
    await reaches(tab, 'saved');
    expect([...server.tables.tracks.keys()]).toEqual(['b']);
    expect(onServer()).toBe(1);
  });

  it('go back by undo, and over again by redo', () => {
    const store = new LabelStore(sceneOf());
    const history = new History(store);
    store.transact((tx) => {
      tx.put('tracks', trackOf('a'));
      tx.put('tracks', trackOf('b'));
      tx.put('cuboids', keyOf('a', 0, 1));
    });
    history.mark('merge');
    merged(store);
    expect(history.undo()).toMatchObject({ skipped: 0 });
    expect(store.keysOfTrack('a')).toHaveLength(1);
    expect(history.redo()).toMatchObject({ skipped: 0 });
    expect([store.keysOfTrack('b').length, store.all('tracks').length]).toEqual([1, 1]);
  });
});
