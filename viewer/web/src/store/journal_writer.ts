/** Writes the waiting changes to the journal, in the order they were made, and takes over what gone pages left there. */
import { newPageId } from '../model/ids';
import { type LabelChange, SCHEMA_VERSION } from '../model/records';
import type { Journal, JournalEntry } from './journal';
import { browserPages, type Pages } from './pages';

/** The changes of one page, oldest first. */
export type Left = readonly LabelChange[];

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
  /** Changes that are nowhere but in this page. */
  private readonly unkept = new Set<string>();
  /** Pages that live, and whose changes come here when they are gone. */
  private readonly awaited = new Set<string>();
  private writes: Promise<void> = Promise.resolve();
  private order = Date.now();
  private unreadable = 0;

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
    this.unreadable = entries.filter((entry) => !isReadable(entry)).length;
    const left: Left[] = [];
    for (const page of new Set(entries.filter(isReadable).map((entry) => entry.page ?? ''))) {
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
    const entry = { change, order: this.order, page: this.page };
    this.order += 1;
    this.unkept.add(change.change_id);
    this.write(async () => {
      await this.journal.put(entry);
      this.unkept.delete(change.change_id);
    });
  }

  remove(changeId: string): void {
    this.write(async () => {
      this.unkept.delete(changeId);
      await this.journal.remove(changeId);
    });
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
    const entries = await this.journal.load(sceneId);
    const left = entries.filter((entry) => isReadable(entry) && (entry.page ?? '') === page);
    for (const entry of left) {
      await this.journal.put({ ...entry, page: this.page });
    }
    return left.map(({ change }) => change);
  }

  private write(task: () => Promise<void>): void {
    // A full or broken disk must not stop saving to the server; the person is told.
    this.writes = this.writes.then(task).catch(this.listener.onError);
  }
}

const isReadable = ({ change }: JournalEntry): boolean => change.schema_version === SCHEMA_VERSION;
