import 'fake-indexeddb/auto';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { SceneId } from '../model/ids';
import { History } from './history';
import { type Journal, MemoryJournal, openJournal } from './journal';
import { LabelStore } from './label_store';
import { Sync } from './sync';
import { FakeServer, keyOf, sceneOf, trackOf } from './testing';

interface Browser {
  readonly store: LabelStore;
  readonly history: History;
  readonly sync: Sync;
}

describe('Sync', () => {
  let server: FakeServer;
  let journal: Journal;
  const browsers: Browser[] = [];

  function open(kept: Journal = journal): Browser {
    const store = new LabelStore(sceneOf());
    const history = new History(store);
    const sync = new Sync(store, server, {
      sceneId: 'scene' as SceneId,
      author: 'human:local',
      journal: kept,
      delayMs: () => 1,
    });
    browsers.push({ store, history, sync });
    return { store, history, sync };
  }

  const put = ({ store, history, sync }: Browser, frame: number, x: number) => {
    history.mark('move');
    store.transact((tx) => tx.put('cuboids', keyOf('a', frame, x)));
    sync.commit();
  };
  const xOf = ({ store }: Browser, id = 'a-0') => store.get('cuboids', id)?.ego_from_object.translation_m[0];
  const shownKeys = ({ store }: Browser) => Array.from(store.all('cuboids'), ({ id }) => id).sort();
  const onServer = (id = 'a-0') => server.tables.cuboids.get(id)?.ego_from_object.translation_m[0];
  const reaches = (browser: Browser, state: string) =>
    vi.waitFor(() => expect(browser.sync.state).toBe(state));
  const goAway = () => server.failures.push(...Array.from({ length: 5000 }, () => 'offline' as const));
  const comeBack = () => server.failures.splice(0);
  const otherMoves = (from: number, to: number) =>
    server.changeByOther({ updated: { cuboids: [{ from: keyOf('a', 0, from), to: keyOf('a', 0, to) }] } });

  beforeEach(() => {
    server = new FakeServer();
    journal = new MemoryJournal();
    server.changeByOther({ added: { tracks: [trackOf('a')], cuboids: [keyOf('a', 0, 1)] } });
  });
  afterEach(() => browsers.splice(0).forEach(({ sync }) => sync.dispose()));

  it('loads the labels, saves one change a gesture and says so', async () => {
    const browser = open();
    await browser.sync.start();
    expect(xOf(browser)).toBe(1);
    browser.history.mark('drag');
    [2, 3, 4].forEach((x) => browser.store.transact((tx) => tx.put('cuboids', keyOf('a', 0, x))));
    browser.sync.commit();
    expect(browser.sync.state).toBe('saving');
    await reaches(browser, 'saved');
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      base_revision: 1,
      updated: { cuboids: [{ from: keyOf('a', 0, 1) }] },
    });
    expect(onServer()).toBe(4);
    expect(browser.store.revision).toBe(2);
  });

  it('sends nothing for a gesture that was taken back', async () => {
    const browser = open();
    await browser.sync.start();
    browser.history.mark('drag');
    browser.store.transact((tx) => tx.put('cuboids', keyOf('a', 0, 9)));
    browser.history.bailToMark();
    browser.sync.commit();
    expect(browser.sync.state).toBe('saved');
    expect(server.requests).toEqual([]);
  });

  it('goes offline, keeps every change in order, and drains on return with the same change ids', async () => {
    const browser = open();
    await browser.sync.start();
    goAway();
    put(browser, 0, 2);
    put(browser, 0, 3);
    put(browser, 1, 4);
    await reaches(browser, 'offline');
    expect(browser.sync.lastError).toBe('no network');
    expect(browser.sync.pendingCount).toBe(3);
    await vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(2));
    expect(new Set(server.requests.map(({ change_id }) => change_id)).size).toBe(1);
    comeBack();
    await reaches(browser, 'saved');
    expect(browser.sync.lastError).toBeNull();
    expect(server.changes).toHaveLength(4);
    expect([onServer(), onServer('a-1')]).toEqual([3, 4]);
  });

  it('stores a change once whose answer was lost', async () => {
    const browser = open();
    await browser.sync.start();
    server.failures.push('lost answer');
    put(browser, 0, 2);
    await vi.waitFor(() => expect(server.requests.length).toBe(2));
    await reaches(browser, 'saved');
    expect(server.changes).toHaveLength(2);
  });

  it('takes no conflict from a lost answer that others built upon', async () => {
    const browser = open();
    await browser.sync.start();
    server.failures.push('lost answer');
    goAway();
    put(browser, 0, 2);
    await reaches(browser, 'offline');
    browser.sync.receive(3, otherMoves(2, 7));
    comeBack();
    await reaches(browser, 'saved');
    expect(server.changes).toHaveLength(3);
    expect(xOf(browser)).toBe(7);
  });

  it('brings unsaved changes back after a reload, over fresh labels', async () => {
    const disk = await openJournal('reload');
    const first = open(disk);
    await first.sync.start();
    goAway();
    put(first, 0, 5);
    put(first, 2, 6);
    await reaches(first, 'offline');
    first.sync.dispose();
    server.changeByOther({ added: { cuboids: [keyOf('a', 8, 8)] } });
    comeBack();

    const second = open(await openJournal('reload'));
    await second.sync.start();
    expect([xOf(second), xOf(second, 'a-2'), xOf(second, 'a-8')]).toEqual([5, 6, 8]);
    await reaches(second, 'saved');
    expect([onServer(), onServer('a-2')]).toEqual([5, 6]);
    expect(await disk.load('scene')).toEqual([]);
  });

  it('does not store twice what was sent just before the page died', async () => {
    const disk = await openJournal('crash');
    const first = open(disk);
    await first.sync.start();
    server.failures.push('lost answer');
    goAway();
    put(first, 0, 5);
    await reaches(first, 'offline');
    first.sync.dispose();
    otherMoves(5, 6);
    comeBack();

    const second = open(disk);
    await second.sync.start();
    await reaches(second, 'saved');
    expect(server.changes).toHaveLength(3);
    expect([onServer(), xOf(second)]).toEqual([6, 6]);
  });

  it('merges what others do, and ignores what it knows', async () => {
    const browser = open();
    await browser.sync.start();
    const change = otherMoves(1, 2);
    browser.sync.receive(2, change);
    browser.sync.receive(2, change);
    expect(xOf(browser)).toBe(2);
    expect(browser.history.canUndo).toBe(false);
    expect(browser.store.revision).toBe(2);
  });

  it('fetches what it missed when a revision is skipped', async () => {
    const browser = open();
    await browser.sync.start();
    server.changeByOther({ added: { cuboids: [keyOf('a', 4, 4)] } });
    const change = server.changeByOther({ removed: { cuboids: [keyOf('a', 0, 1)] } });
    browser.sync.receive(3, change);
    await vi.waitFor(() => expect(browser.store.revision).toBe(3));
    expect([xOf(browser, 'a-4'), xOf(browser)]).toEqual([4, undefined]);
  });

  it('rebases silently over changes of other records', async () => {
    const browser = open();
    await browser.sync.start();
    server.changeByOther({ added: { cuboids: [keyOf('a', 4, 4)] } });
    put(browser, 0, 2);
    await reaches(browser, 'saved');
    await vi.waitFor(() => expect(browser.store.revision).toBe(3));
    expect([xOf(browser, 'a-4'), onServer()]).toEqual([4, 2]);
  });

  it('counts its own change on the socket as the acknowledgement', async () => {
    const browser = open();
    await browser.sync.start();
    server.failures.push('lost answer');
    goAway();
    put(browser, 0, 2);
    await vi.waitFor(() => expect(server.changes).toHaveLength(2));
    const [, own] = server.changes;
    if (own) {
      browser.sync.receive(2, own);
    }
    expect(browser.sync.pendingCount).toBe(0);
    expect(xOf(browser)).toBe(2);
  });

  describe('when two people change the same record', () => {
    async function contradict(): Promise<Browser> {
      const browser = open();
      await browser.sync.start();
      otherMoves(1, 50);
      put(browser, 0, 2);
      put(browser, 0, 3);
      await reaches(browser, 'conflict');
      return browser;
    }

    it('shows both', async () => {
      const browser = await contradict();
      expect(browser.sync.conflicts).toEqual([
        { kind: 'cuboids', id: 'a-0', reason: 'changed', mine: keyOf('a', 0, 3), theirs: keyOf('a', 0, 50) },
      ]);
      expect(xOf(browser)).toBe(3);
      expect(onServer()).toBe(50);
    });

    it('mine wins when chosen, with all that followed', async () => {
      const browser = await contradict();
      browser.sync.resolve('mine');
      await reaches(browser, 'saved');
      expect([onServer(), xOf(browser)]).toEqual([3, 3]);
    });

    it('theirs wins when chosen, and undo does not bring mine back', async () => {
      const browser = await contradict();
      browser.sync.resolve('theirs');
      await reaches(browser, 'saved');
      expect([onServer(), xOf(browser)]).toEqual([50, 50]);
      expect(browser.history.undo()).toMatchObject({ skipped: 1 });
      expect(xOf(browser)).toBe(50);
    });

    it('is remembered over a reload', async () => {
      const browser = await contradict();
      browser.sync.dispose();
      const second = open();
      await second.sync.start();
      await reaches(second, 'conflict');
      second.sync.resolve('mine');
      await reaches(second, 'saved');
      expect(onServer()).toBe(3);
    });
  });

  it('settles a key that someone else made in the same frame', async () => {
    const browser = open();
    await browser.sync.start();
    browser.sync.receive(
      2,
      server.changeByOther({ added: { cuboids: [{ ...keyOf('a', 5, 50), id: keyOf('b', 5).id }] } }),
    );
    // Both drew before they saw each other.
    browser.store.transact((tx) => tx.put('cuboids', keyOf('a', 5, 7)));
    browser.sync.commit();
    await reaches(browser, 'conflict');
    expect(browser.sync.conflicts[0]?.reason).toBe('key_exists');
    browser.sync.resolve('mine');
    await reaches(browser, 'saved');
    expect(browser.store.keysOfTrack('a').map(({ id }) => id)).toEqual(['a-0', 'b-5']);
    expect([onServer('b-5'), onServer('a-5')]).toEqual([7, undefined]);
  });

  it('goes on after a conflict in which both did the same', async () => {
    const browser = open();
    await browser.sync.start();
    server.changeByOther({ added: { cuboids: [{ ...keyOf('a', 5), id: keyOf('b', 5).id }] } });
    put(browser, 5, 10);
    server.failures.push('refuse');
    await reaches(browser, 'conflict');
    browser.sync.resolve('mine');
    await reaches(browser, 'saved');
    otherMoves(1, 50);
    put(browser, 0, 2);
    await reaches(browser, 'conflict');
    expect(browser.sync.conflicts.map(({ reason }) => reason)).toEqual(['changed']);
  });

  it.each([
    ['mine', 2],
    ['theirs', undefined],
  ] as const)('settles an edit of a track that someone else removed: %s', async (choice, expected) => {
    const browser = open();
    await browser.sync.start();
    server.changeByOther({ removed: { tracks: [trackOf('a')], cuboids: [keyOf('a', 0, 1)] } });
    put(browser, 0, 2);
    await reaches(browser, 'conflict');
    browser.sync.resolve(choice);
    await reaches(browser, 'saved');
    expect([onServer(), xOf(browser)]).toEqual([expected, expected]);
    expect(server.tables.tracks.has('a')).toBe(choice === 'mine');
  });

  it.each([
    ['mine', []],
    ['theirs', ['a-4']],
  ] as const)('settles the removal of a track that someone else went on with: %s', async (choice, left) => {
    const browser = open();
    await browser.sync.start();
    browser.sync.receive(2, server.changeByOther({ added: { cuboids: [keyOf('a', 4, 4)] } }));
    browser.store.transact((tx) => {
      tx.remove('cuboids', 'a-0');
      tx.remove('tracks', 'a');
    });
    browser.sync.commit();
    await reaches(browser, 'conflict');
    expect(browser.sync.conflicts.map(({ reason }) => reason)).toEqual(['track_used']);
    browser.sync.resolve(choice);
    await reaches(browser, 'saved');
    expect([...server.tables.cuboids.keys()].filter((id) => id !== 'a-0')).toEqual(left);
    expect([...server.tables.cuboids.keys()].sort()).toEqual(shownKeys(browser));
  });

  it.each([
    ['mine', []],
    ['theirs', ['a-0', 'a-4']],
  ] as const)('asks once about the removal of a track that someone made longer: %s', async (choice, left) => {
    const browser = open();
    await browser.sync.start();
    server.changeByOther({
      added: { cuboids: [keyOf('a', 4, 4)] },
      updated: { tracks: [{ from: trackOf('a'), to: trackOf('a', { last_frame: 4 }) }] },
    });
    browser.store.transact((tx) => {
      tx.remove('cuboids', 'a-0');
      tx.remove('tracks', 'a');
    });
    browser.sync.commit();
    await reaches(browser, 'conflict');
    browser.sync.resolve(choice);
    await reaches(browser, 'saved');
    expect([...server.tables.cuboids.keys()].sort()).toEqual(left);
    expect(shownKeys(browser)).toEqual(left);
  });

  it('keeps a number that someone else gave to another track', async () => {
    const browser = open();
    await browser.sync.start();
    browser.sync.receive(
      2,
      server.changeByOther({ added: { tracks: [trackOf('b', { external_id: '7' })] } }),
    );
    browser.store.transact((tx) => tx.put('tracks', trackOf('a', { external_id: '7' })));
    browser.sync.commit();
    await reaches(browser, 'conflict');
    browser.sync.resolve('theirs');
    await reaches(browser, 'saved');
    expect(browser.store.get('tracks', 'a')?.external_id).toBeNull();
  });

  it('asks what to do with a change that the server refuses', async () => {
    const browser = open();
    await browser.sync.start();
    server.failures.push('refuse', 'refuse');
    put(browser, 0, 2);
    await reaches(browser, 'conflict');
    expect(browser.sync.lastError).toBe('the server refuses it');
    expect(browser.sync.conflicts[0]).toMatchObject({ reason: 'rejected', theirs: keyOf('a', 0, 1) });
    browser.sync.resolve('theirs');
    await reaches(browser, 'saved');
    expect(xOf(browser)).toBe(1);
  });

  it('sends undo like any other change', async () => {
    const browser = open();
    await browser.sync.start();
    put(browser, 0, 2);
    browser.history.undo();
    browser.sync.commit();
    await vi.waitFor(() => expect(server.changes).toHaveLength(3));
    await reaches(browser, 'saved');
    expect(onServer()).toBe(1);
  });

  it('keeps an open drag while others change other things', async () => {
    const browser = open();
    await browser.sync.start();
    browser.store.transact((tx) => tx.put('cuboids', keyOf('a', 0, 30)));
    browser.sync.receive(2, server.changeByOther({ added: { cuboids: [keyOf('a', 4, 4)] } }));
    expect([xOf(browser), xOf(browser, 'a-4')]).toEqual([30, 4]);
  });
});
