/** Changes that the server has not acknowledged yet, kept in the browser so that a crash or a reload loses none. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

import type { LabelChange } from '../model/records';

/** A change on its way; its `base_revision` is set anew each time it is sent. */
export interface JournalEntry {
  readonly change: LabelChange;
  /** Rises within a browser: the order in which the changes were made. */
  readonly order: number;
  /** The page that sends it as long as it lives; entries of older versions name none. */
  readonly page?: string;
}

export interface Journal {
  /** Whether it outlives the page. */
  readonly isDurable: boolean;
  put(entry: JournalEntry): Promise<void>;
  remove(changeId: string): Promise<void>;
  /** The scene's entries in the order they were made. */
  load(sceneId: string): Promise<readonly JournalEntry[]>;
}

interface JournalSchema extends DBSchema {
  changes: { key: string; value: JournalEntry; indexes: { scene: string } };
}

/**
 * The journal in IndexedDB. Where the browser gives none (private windows, site data blocked, a newer version's
 * database) it is in memory: editing goes on, and the page says that unsent changes live in this tab alone.
 */
export async function openJournal(name = 'truebox-journal'): Promise<Journal> {
  try {
    return new IndexedDbJournal(await openDatabase(name));
  } catch {
    // Browsers refuse in many ways, with a DOMException or by having no `indexedDB` at all; `isDurable` tells.
    return new MemoryJournal();
  }
}

function openDatabase(name: string): Promise<IDBPDatabase<JournalSchema>> {
  return openDB<JournalSchema>(name, 1, {
    upgrade(database) {
      const changes = database.createObjectStore('changes', { keyPath: 'change.change_id' });
      changes.createIndex('scene', 'change.scene_id');
    },
    blocking(_from, _to, event) {
      // A page of a newer version must not wait for this one for ever.
      (event.target as IDBDatabase).close();
    },
  });
}

class IndexedDbJournal implements Journal {
  readonly isDurable = true;
  private readonly database: IDBPDatabase<JournalSchema>;

  constructor(database: IDBPDatabase<JournalSchema>) {
    this.database = database;
  }

  async put(entry: JournalEntry): Promise<void> {
    await this.database.put('changes', entry);
  }

  async remove(changeId: string): Promise<void> {
    await this.database.delete('changes', changeId);
  }

  async load(sceneId: string): Promise<readonly JournalEntry[]> {
    const entries = await this.database.getAllFromIndex('changes', 'scene', sceneId);
    return entries.sort((a, b) => a.order - b.order);
  }
}

/** Keeps the changes as long as the page lives. */
export class MemoryJournal implements Journal {
  readonly isDurable = false;
  private readonly entries = new Map<string, JournalEntry>();

  put(entry: JournalEntry): Promise<void> {
    this.entries.set(entry.change.change_id, entry);
    return Promise.resolve();
  }

  remove(changeId: string): Promise<void> {
    this.entries.delete(changeId);
    return Promise.resolve();
  }

  load(sceneId: string): Promise<readonly JournalEntry[]> {
    const entries = [...this.entries.values()].filter(({ change }) => change.scene_id === sceneId);
    return Promise.resolve(entries.sort((a, b) => a.order - b.order));
  }
}
