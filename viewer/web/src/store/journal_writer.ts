/** Writes the waiting changes to the journal, in the order they were made, and takes over what gone pages left there. */
import { type ChangeId, newPageId } from '../model/ids';
import { type LabelChange, SCHEMA_VERSION } from '../model/records';
import type { Journal, JournalEntry } from './journal';
import { browserPages, type Pages } from './pages';
import { dropParting, type Parting, partingPages, readParting, writeParting } from './parting';

/** The changes of one page, oldest first. */
export type Left = readonly LabelChange[];

/** What gone pages could not keep: changes without room, and partings that are not as they were written. */
export interface Lost {
  readonly changes: number;
  readonly partings: number;
}

export interface JournalListener {
  /** The journal could not be read or written. */
  readonly onError: (error: unknown) => void;
  /** A page that still lived at the start is gone now, and left these. */
  readonly onLeft: (left: Left) => void;
}

export class JournalWriter {
  private readonly journal: Journal;
  private readonly listener: JournalListener;
  private readonly pages: Pages;
  /** What other pages know this one by. */
  private readonly page = newPageId();
  /** Changes that the journal has not confirmed: they are nowhere but in this page. */
  private readonly unkept = new Map<ChangeId, JournalEntry>();
  /** Changes that are over, but may still be in the journal. */
  private readonly unremoved = new Set<ChangeId>();
  /** The scene whose parting this page wrote, and keeps up to date if it does not go after all. */
  private partedFrom: string | null = null;
  /** Pages that live, and whose changes come here when they are gone. */
  private readonly awaited = new Set<string>();
  private writes: Promise<void> = Promise.resolve();
  private order = Date.now();
  private unreadable = 0;
  private lostSoFar: Lost = { changes: 0, partings: 0 };

  constructor(journal: Journal, listener: JournalListener, pages: Pages = browserPages()) {
    this.journal = journal;
    this.listener = listener;
    this.pages = pages;
  }

  /** Whether all that was put would outlive this page. */
  get isKeeping(): boolean {
    return this.journal.isDurable && this.unkept.size === 0;
  }

  /** Entries of another version of Truebox, which stay where they are. */
  get unreadableCount(): number {
    return this.unreadable;
  }

  /** What could not be kept of what gone pages left, as far as they were read. */
  get lost(): Lost {
    return this.lostSoFar;
  }

  /** What each gone page left, oldest first; what living ones hold comes to `onLeft` once they are gone. */
  async load(sceneId: string): Promise<readonly Left[]> {
    try {
      await this.pages.enter(this.page);
      return await this.collect(sceneId);
    } catch (error) {
      // Without a journal the labels on the server can still be worked on.
      this.listener.onError(error);
      return [];
    }
  }

  /** What pages left that came after this one and are gone. */
  async loadLater(sceneId: string): Promise<readonly Left[]> {
    try {
      return this.pages.areKnown ? await this.collect(sceneId) : [];
    } catch (error) {
      this.listener.onError(error);
      return [];
    }
  }

  private async collect(sceneId: string): Promise<readonly Left[]> {
    const entries = await this.journal.load(sceneId);
    this.order = Math.max(this.order, ...entries.map(({ order }) => order + 1));
    const readable = entries.filter(isReadable);
    const foreign = partingPages(sceneId).filter((page) => readParting(sceneId, page) === 'foreign');
    this.unreadable = entries.length - readable.length + foreign.length;
    const left: Left[] = [];
    for (const page of new Set([...readable.map(pageOf), ...partingPages(sceneId)])) {
      if (page === this.page || this.awaited.has(page)) {
        continue;
      }
      const taken = await this.pages.ifGone(page, () => this.take(sceneId, page));
      if (taken) {
        left.push(taken);
      } else {
        this.takeLater(sceneId, page);
      }
    }
    return left;
  }

  put(change: LabelChange): void {
    const { change_id } = change;
    const entry = { change, order: this.order, page: this.page };
    this.order += 1;
    this.unkept.set(change_id, entry);
    this.write(async () => {
      await this.journal.put(entry);
      if (this.journal.isDurable && this.unkept.get(change_id) === entry) {
        this.unkept.delete(change_id);
      }
    });
  }

  remove(changeId: ChangeId): void {
    this.unkept.delete(changeId);
    this.unremoved.add(changeId);
    this.write(async () => {
      await this.journal.remove(changeId);
      this.unremoved.delete(changeId);
    });
  }

  /** The page may go at once: write what the journal may not have where that takes no time. True where all outlives it. */
  part(sceneId: string): boolean {
    this.partedFrom = sceneId;
    return this.writeParting() && this.journal.isDurable;
  }

  /** Keep another queue than before. */
  rewrite(before: readonly LabelChange[], queue: readonly LabelChange[]): void {
    const kept = new Set(queue.map(({ change_id }) => change_id));
    const gone = before.filter(({ change_id }) => !kept.has(change_id));
    gone.forEach(({ change_id }) => this.remove(change_id));
    queue.forEach((change) => this.put(change));
  }

  /** Resolves when all is written that was asked for so far. */
  settled(): Promise<void> {
    return this.writes;
  }

  /** Leave what is not sent to the next page. */
  leave(): void {
    void this.settled().then(() => this.pages.leave());
  }

  private takeLater(sceneId: string, page: string): void {
    this.awaited.add(page);
    this.pages.onceGone(page, async () => {
      try {
        this.listener.onLeft(await this.take(sceneId, page));
      } catch (error) {
        this.listener.onError(error);
      }
    });
  }

  /** From now on these changes are this page's. */
  private async take(sceneId: string, page: string): Promise<Left> {
    const inJournal = await this.journal.load(sceneId);
    const found = readParting(sceneId, page);
    const parting = typeof found === 'object' ? found : NOTHING;
    const known = new Map(inJournal.map((entry) => [entry.change.change_id, pageOf(entry)]));
    // What another page has taken over in the meantime is no longer in the parting, whatever that says.
    const last = parting.entries.filter(
      ({ change: { change_id } }) => (known.get(change_id) ?? page) === page,
    );
    const over = new Set([...parting.removed, ...last.map(({ change }) => change.change_id)]);
    const left = inJournal.filter(
      (entry) => isReadable(entry) && pageOf(entry) === page && !over.has(entry.change.change_id),
    );
    const changes = [...left, ...last].sort((a, b) => a.order - b.order).map(({ change }) => change);
    parting.removed.filter((id) => known.get(id) === page).forEach((id) => this.remove(id));
    changes.forEach((change) => this.put(change));
    await this.settled();
    if (found !== 'foreign') {
      this.countLost(parting.lostCount, found === 'spoiled' ? 1 : 0);
      dropParting(sceneId, page);
    }
    if (this.unkept.size > 0) {
      this.part(sceneId);
    }
    return changes;
  }

  private countLost(changes: number, partings: number): void {
    this.lostSoFar = {
      changes: this.lostSoFar.changes + changes,
      partings: this.lostSoFar.partings + partings,
    };
  }

  private writeParting(): boolean {
    const entries = [...this.unkept.values()].sort((a, b) => a.order - b.order);
    const removed = [...this.unremoved];
    return this.partedFrom === null || writeParting(this.partedFrom, this.page, { entries, removed });
  }

  private write(task: () => Promise<void>): void {
    // A full or broken disk must not stop saving to the server; the person is told.
    this.writes = this.writes
      .then(task)
      .catch(this.listener.onError)
      .then(() => void this.writeParting());
  }
}

const NOTHING: Parting = { entries: [], removed: [], lostCount: 0 };
const isReadable = ({ change }: JournalEntry): boolean => change.schema_version === SCHEMA_VERSION;
const pageOf = (entry: JournalEntry): string => entry.page ?? '';
