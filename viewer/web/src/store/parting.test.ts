import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ChangeId, SceneId } from '../model/ids';
import type { LabelChange } from '../model/records';
import { type Journal, type JournalEntry, MemoryJournal } from './journal';
import { JournalWriter, type Left } from './journal_writer';
import type { Pages } from './pages';
import { MOST_CHARACTERS, partingPages, readParting } from './parting';
import { keyOf } from './testing';

/** The browser's storage, with room for so many characters. */
class Storage {
  readonly texts = new Map<string, string>();
  room = Infinity;

  get length(): number {
    return this.texts.size;
  }

  key = (index: number): string | null => [...this.texts.keys()][index] ?? null;
  getItem = (name: string): string | null => this.texts.get(name) ?? null;
  removeItem = (name: string): void => void this.texts.delete(name);

  setItem(name: string, text: string): void {
    if (text.length > this.room) {
      throw new DOMException('full', 'QuotaExceededError');
    }
    this.texts.set(name, text);
  }
}

/** Which pages of the browser live; `end` is what happens when one is closed. */
class Living {
  private readonly names = new Set<string>();
  private readonly waiting = new Map<string, (() => Promise<void>)[]>();

  /** The view of one page, and how that page ends. */
  page(): Pages & { readonly end: () => Promise<void> } {
    let name = '';
    const end = async () => {
      this.names.delete(name);
      for (const task of this.waiting.get(name) ?? []) {
        await task();
      }
    };
    return {
      areKnown: true,
      enter: (own) => {
        name = own;
        this.names.add(own);
        return Promise.resolve();
      },
      leave: () => void end(),
      ifGone: (other, task) => (this.names.has(other) ? Promise.resolve(undefined) : task()),
      onceGone: (other, task) => void this.waiting.set(other, [...(this.waiting.get(other) ?? []), task]),
      end,
    };
  }
}

/** One database for all pages; a page's own connection may hang, as it does when the page goes. */
class Disk {
  readonly memory = new MemoryJournal();

  connect(): Journal & { hangs: boolean } {
    const within = <T>(journal: { hangs: boolean }, task: () => Promise<T>): Promise<T> =>
      journal.hangs ? new Promise(() => undefined) : task();
    const journal = {
      isDurable: true,
      hangs: false,
      put: (entry: JournalEntry): Promise<void> => within(journal, () => this.memory.put(entry)),
      remove: (id: string): Promise<void> => within(journal, () => this.memory.remove(id)),
      load: (sceneId: string) => this.memory.load(sceneId),
    };
    return journal;
  }
}

interface Page {
  readonly writer: JournalWriter;
  readonly journal: Journal & { hangs: boolean };
  readonly end: () => Promise<void>;
  readonly left: Left[];
  readonly errors: unknown[];
}

let storage: Storage;
let living: Living;
let disk: Disk;

function open(journal: Page['journal'] = disk.connect()): Page {
  const pages = living.page();
  const left: Left[] = [];
  const errors: unknown[] = [];
  const listener = {
    onError: (error: unknown) => void errors.push(error),
    onLeft: (more: Left) => void left.push(more),
  };
  return { writer: new JournalWriter(journal, listener, pages), journal, end: pages.end, left, errors };
}

const changeOf = (id: string, x = 1): LabelChange => ({
  schema_version: 1,
  change_id: id as ChangeId,
  scene_id: 'scene' as SceneId,
  author: 'human:local',
  time: '2026-01-01T00:00:00Z',
  base_revision: 0,
  added: { cuboids: [keyOf('a', 0, x)] },
  updated: {},
  removed: {},
});
const idsOf = (lefts: readonly Left[]): readonly string[] => lefts.flat().map(({ change_id }) => change_id);

/** A page of which the journal has the first changes, and the storage the others. */
async function leave(journaled: readonly LabelChange[], late: readonly LabelChange[]): Promise<Page> {
  const page = open();
  await page.writer.load('scene');
  journaled.forEach((change) => page.writer.put(change));
  await page.writer.settled();
  page.journal.hangs = true;
  late.forEach((change) => page.writer.put(change));
  return page;
}

async function next(): Promise<Page & { readonly found: readonly Left[] }> {
  const page = open();
  return { ...page, found: await page.writer.load('scene') };
}

beforeEach(() => {
  storage = new Storage();
  living = new Living();
  disk = new Disk();
  vi.stubGlobal('localStorage', storage);
});
afterEach(() => vi.unstubAllGlobals());

describe('what the journal had no time for', () => {
  it('comes to the next page after what it had, in the order it was made', async () => {
    const first = await leave([changeOf('1'), changeOf('2')], [changeOf('3'), changeOf('4')]);
    expect(first.writer.part('scene')).toBe(true);
    await first.end();
    const second = await next();
    expect(idsOf(second.found)).toEqual(['1', '2', '3', '4']);
    expect(storage.texts.size).toBe(0);
    expect((await disk.memory.load('scene')).map(({ change }) => change.change_id)).toEqual([
      '1',
      '2',
      '3',
      '4',
    ]);
    await second.end();
    expect(idsOf((await next()).found)).toEqual(['1', '2', '3', '4']);
  });

  it('is there once where the journal has it too', async () => {
    const first = await leave([changeOf('1')], [changeOf('2')]);
    first.writer.part('scene');
    // The write went through after all, though nobody lived to hear it.
    const [name = ''] = partingPages('scene');
    await disk.memory.put({ change: changeOf('2'), order: 99, page: name });
    await first.end();
    expect(idsOf((await next()).found)).toEqual(['1', '2']);
  });

  it('is as it was at last, not as the journal has it', async () => {
    const first = await leave([changeOf('1', 1)], [changeOf('1', 5)]);
    first.writer.part('scene');
    await first.end();
    const { found } = await next();
    expect(found.flat()).toEqual([changeOf('1', 5)]);
  });

  it('does not bring back what was given up', async () => {
    const first = await leave([changeOf('1'), changeOf('2')], []);
    first.writer.remove('1' as ChangeId);
    first.writer.part('scene');
    await first.end();
    const second = await next();
    expect(idsOf(second.found)).toEqual(['2']);
    await second.writer.settled();
    expect((await disk.memory.load('scene')).map(({ change }) => change.change_id)).toEqual(['2']);
  });

  it('is not touched by another scene', async () => {
    const first = await leave([], [changeOf('1')]);
    first.writer.part('scene');
    await first.end();
    expect(await open().writer.load('scene-2')).toEqual([]);
    expect(partingPages('scene')).toHaveLength(1);
  });

  it('is no longer kept apart once the journal has it, if the page goes on after all', async () => {
    const page = open();
    await page.writer.load('scene');
    page.writer.put(changeOf('1'));
    expect(page.writer.part('scene')).toBe(true);
    expect(partingPages('scene')).toHaveLength(1);
    await page.writer.settled();
    expect(partingPages('scene')).toEqual([]);
    expect(page.writer.isKeeping).toBe(true);
  });
});

describe('several pages', () => {
  it('leave each other what a living one may still write', async () => {
    const first = await leave([], [changeOf('1')]);
    first.writer.part('scene');
    const second = await next();
    expect(second.found).toEqual([]);
    expect(partingPages('scene')).toHaveLength(1);
    await first.end();
    expect(idsOf(second.left)).toEqual(['1']);
    expect(partingPages('scene')).toEqual([]);
  });

  it('take over once what one of them took before it died', async () => {
    const first = await leave([], [changeOf('1')]);
    first.writer.part('scene');
    const [name = '', text = ''] = [...storage.texts].flat();
    await first.end();
    const second = await next();
    // As if the second had died between the journal and the storage.
    storage.texts.set(name, text);
    await second.end();
    const third = await next();
    expect(idsOf(third.found)).toEqual(['1']);
    expect(storage.texts.size).toBe(0);
  });

  it('do not take from the one that took it over and lives', async () => {
    const first = await leave([], [changeOf('1')]);
    first.writer.part('scene');
    const [name = '', text = ''] = [...storage.texts].flat();
    await first.end();
    await next();
    storage.texts.set(name, text);
    expect(idsOf((await next()).found)).toEqual([]);
  });
});

describe('a storage that is spoiled', () => {
  it.each([
    ['nonsense', () => 'x'],
    ['nothing', () => ''],
    ['JSON of something else', () => '{"entries": 3}'],
    ['a part', (text: string) => text.slice(0, -20)],
    ['an altered text', (text: string) => text.replace('human:local', 'human:other')],
  ])('with %s opens all the same, and says so once', async (_name, spoil) => {
    const first = await leave([changeOf('1')], [changeOf('2')]);
    first.writer.part('scene');
    const [name = '', text = ''] = [...storage.texts].flat();
    storage.texts.set(name, spoil(text));
    await first.end();
    const second = await next();
    expect(idsOf(second.found)).toEqual(['1']);
    expect(second.errors).toEqual([]);
    expect(second.writer.lost).toEqual({ changes: 0, partings: 1 });
    await second.end();
    expect((await next()).writer.lost.partings).toBe(0);
  });

  it('leaves what another version wrote where it is', async () => {
    const first = await leave([], [{ ...changeOf('1') }]);
    vi.resetModules();
    vi.doMock('../model/records', () => ({ SCHEMA_VERSION: 2 }));
    const other = await import('./parting');
    vi.doUnmock('../model/records');
    other.writeParting('scene', 'other', { entries: [], removed: ['9' as ChangeId] });
    await first.end();
    const second = await next();
    expect([second.found, second.writer.unreadableCount]).toEqual([[[]], 1]);
    expect(readParting('scene', 'other')).toBe('foreign');
  });
});

describe('a storage without room', () => {
  it('keeps the oldest changes that fit, and the next page says how many are lost', async () => {
    const late = ['1', '2', '3', '4', '5', '6', '7', '8'].map((id) => changeOf(id));
    const first = await leave([], late);
    storage.room = 3000;
    expect(first.writer.part('scene')).toBe(false);
    await first.end();
    const second = await next();
    const kept = idsOf(second.found);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'].slice(0, kept.length));
    expect(second.writer.lost).toEqual({ changes: 8 - kept.length, partings: 0 });
  });

  it('is never asked for more than its share', async () => {
    const big = Array.from({ length: 40 }, (_, i) => ({ ...changeOf(`${i}`), time: 'x'.repeat(50_000) }));
    const first = await leave([], big);
    expect(first.writer.part('scene')).toBe(false);
    expect(Math.max(...Array.from(storage.texts.values(), ({ length }) => length))).toBeLessThan(
      MOST_CHARACTERS + 100,
    );
  });

  it('that takes nothing at all breaks nothing, and the page knows', async () => {
    const first = await leave([changeOf('1')], [changeOf('2')]);
    storage.room = 0;
    expect(first.writer.part('scene')).toBe(false);
    await first.end();
    expect(idsOf((await next()).found)).toEqual(['1']);
  });

  it('or none that may be used breaks nothing either', async () => {
    vi.stubGlobal('localStorage', undefined);
    const first = await leave([changeOf('1')], [changeOf('2')]);
    expect(first.writer.part('scene')).toBe(false);
    await first.end();
    const second = await next();
    expect([idsOf(second.found), second.errors]).toEqual([['1'], []]);
  });
});

it('stands in for a journal that refuses to write', async () => {
  const first = await leave([], [changeOf('1')]);
  first.writer.part('scene');
  await first.end();
  const full = disk.connect();
  full.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
  const second = open(full);
  expect(idsOf(await second.writer.load('scene'))).toEqual(['1']);
  expect(second.errors).toHaveLength(1);
  expect(second.writer.isKeeping).toBe(false);
  await second.end();
  expect(idsOf((await next()).found)).toEqual(['1']);
});
