/** Writes the waiting changes to the journal, one after the other and in the order they were made. */
import type { LabelChange } from '../model/records';
import type { Journal } from './journal';

export class JournalWriter {
  private readonly journal: Journal;
  private readonly onError: (error: unknown) => void;
  private writes: Promise<void> = Promise.resolve();
  private order = Date.now();

  constructor(journal: Journal, onError: (error: unknown) => void) {
    this.journal = journal;
    this.onError = onError;
  }

  /** What an earlier page left, oldest first. */
  async load(sceneId: string): Promise<readonly LabelChange[]> {
    const entries = await this.journal.load(sceneId);
    this.order = Math.max(this.order, ...entries.map(({ order }) => order + 1));
    return entries.map(({ change }) => change);
  }

  put(change: LabelChange): void {
    const order = this.order;
    this.order += 1;
    this.write(() => this.journal.put({ change, order }));
  }

  remove(changeId: string): void {
    this.write(() => this.journal.remove(changeId));
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

  private write(task: () => Promise<void>): void {
    // A full or broken disk must not stop saving to the server; the person is told.
    this.writes = this.writes.then(task).catch(this.onError);
  }
}
