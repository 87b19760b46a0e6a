/** Saving: each gesture becomes one label change, journaled, sent until the server has it, merged with what others do. */
import { ApiError, messageOf } from '../api/errors';
import { backoffMs } from '../api/backoff';
import { type ChangeId, newChangeId } from '../model/ids';
import type { LabelChange, SceneLabels } from '../model/records';
import type { SyncState } from '../model/scene';
import {
  changeOfDiff,
  diffOfChange,
  diffOfSteps,
  EMPTY_DIFF,
  isEmpty,
  type RecordsDiff,
  squash,
  type Step,
  stepsOf,
} from './diff';
import { JournalWriter, type Left, type Lost } from './journal_writer';
import type { LabelStore } from './label_store';
import { Listeners } from './listeners';
import { Outbox } from './outbox';
import { type Choice, type Conflict, findConflicts, rejectedRecords } from './rebase';
import { type Extent, ServerLabels } from './server_labels';
import type { SyncOptions } from './sync_options';
import type { Transport } from './transport';

export type { Choice, Conflict } from './rebase';

export class Sync {
  /** Called when the state, the conflicts or the number of waiting changes may have changed. */
  readonly subscribe: (listener: () => void) => () => void;

  private readonly store: LabelStore;
  private readonly transport: Transport;
  private readonly options: SyncOptions;
  private readonly delayMs: (attempt: number) => number;
  private readonly journal: JournalWriter;
  private readonly outbox: Outbox;
  private readonly changed = new Listeners();
  private readonly server = new ServerLabels();
  private open: RecordsDiff = EMPTY_DIFF;
  private isStarted = false;
  /** Others changed something before the labels were here. */
  private hasMissed = false;
  private isSending = false;
  private isDisposed = false;
  private failures = 0;
  /** The change that was refused and is tried once more, with others' changes merged. */
  private secondTry: ChangeId | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private currentConflicts: readonly Conflict[] = [];
  private currentError: string | null = null;
  private currentVersion = 0;

  constructor(store: LabelStore, transport: Transport, options: SyncOptions) {
    this.store = store;
    this.transport = transport;
    this.options = options;
    this.delayMs = options.delayMs ?? backoffMs;
    this.subscribe = this.changed.add;
    const onError = (error: unknown) => {
      this.currentError = messageOf(error);
      this.touch();
    };
    const listener = { onError, onLeft: (left: Left) => this.adopt(left) };
    this.journal = new JournalWriter(options.journal, listener, options.pages);
    this.outbox = new Outbox(this.journal);
    store.onDiff((diff, origin) => {
      if (origin !== 'remote') {
        this.open = squash(this.open, diff);
      }
    });
  }

  /** Rises with every call of the subscribers; for `useSyncExternalStore`. */
  get version(): number {
    return this.currentVersion;
  }

  get state(): SyncState {
    if (this.currentConflicts.length > 0) {
      return 'conflict';
    }
    if (this.failures > 0) {
      return 'offline';
    }
    return this.pendingCount > 0 ? 'saving' : 'saved';
  }

  get conflicts(): readonly Conflict[] {
    return this.currentConflicts;
  }

  /** Changes that the server has not acknowledged. */
  get pendingCount(): number {
    return this.outbox.all.length;
  }

  /** Whether what is not sent yet would be lost with this page: the browser keeps nothing, or failed to. */
  get isOnlyHere(): boolean {
    return !this.journal.isKeeping;
  }

  /** Unsent changes that another version of Truebox left in this browser; they stay for it. */
  get unreadableCount(): number {
    return this.journal.unreadableCount;
  }

  /** What could not be kept of what closed pages left. */
  get lost(): Lost {
    return this.journal.lost;
  }

  /** Why the last attempt failed, in one line. */
  get lastError(): string | null {
    return this.currentError;
  }

  /** Fetch the labels, put the journal's changes on top of them, and send those. */
  async start(): Promise<void> {
    const known = this.store.revision;
    const labels = await this.transport.fetchLabels();
    this.store.setRevision(labels.revision);
    this.merge(labels, 'all');
    const left = await this.journal.load(this.options.sceneId);
    this.isStarted = true;
    left.forEach((changes) => this.outbox.adopt(changes));
    this.show(this.outbox.steps);
    this.touch();
    // The answer may be older than the scene's, and than what the socket told meanwhile.
    if (this.hasMissed || labels.revision < known) {
      void this.pull();
    }
    this.pump();
    if (typeof window !== 'undefined' && !this.isDisposed) {
      window.addEventListener('online', this.saveNow);
    }
  }

  /** The gesture is complete: what it changed is one change, on its way from now on. */
  readonly commit = (): void => {
    const diff = this.open;
    this.open = EMPTY_DIFF;
    if (isEmpty(diff)) {
      return;
    }
    const change = changeOfDiff(diff, {
      change_id: newChangeId(),
      scene_id: this.options.sceneId,
      author: this.options.author,
      time: new Date().toISOString(),
      base_revision: this.store.revision,
    });
    this.outbox.append(change);
    this.refreshConflicts();
    this.touch();
    this.pump();
  };

  /** Someone's change, in the order of the socket; the own ones among them count as acknowledgements. */
  readonly receive = (revision: number, change: LabelChange): void => {
    if (!this.isStarted) {
      this.hasMissed = true;
    } else if (revision > this.store.revision + 1) {
      void this.pull();
    } else if (revision > this.store.revision) {
      this.follow(revision, change);
    }
  };

  /** Fetch what others did since the last known revision; failures are left to the next attempt. */
  readonly pull = async (): Promise<void> => {
    if (!this.isStarted) {
      this.hasMissed = true;
      return;
    }
    try {
      this.merge(await this.transport.fetchLabels(this.store.revision), 'newer');
      this.failures = 0;
      (await this.journal.loadLater(this.options.sceneId)).forEach((left) => this.adopt(left));
    } catch (error) {
      this.fail(error);
    }
    this.pump();
  };

  /** Try at once instead of waiting. */
  readonly saveNow = (): void => {
    this.stopTimer();
    if (this.failures > 0 && this.pendingCount === 0) {
      void this.pull();
    } else {
      this.pump();
    }
  };

  /** Settle one conflict, or all of them. */
  readonly resolve = (choice: Choice, conflict?: Conflict): void => {
    const before = this.outbox.steps;
    const isRejected = this.currentConflicts.some(({ reason }) => reason === 'rejected');
    if (isRejected) {
      // The server takes a change as a whole or not at all.
      this.outbox.replace(choice === 'theirs' ? this.outbox.all.slice(1) : this.outbox.all);
    } else {
      this.outbox.settle(conflict ? [conflict] : this.currentConflicts, choice, this.server);
    }
    const isOver = isRejected || conflict === undefined;
    this.currentConflicts = isOver ? [] : this.currentConflicts.filter((each) => each !== conflict);
    this.show([...before, ...this.outbox.steps]);
    this.touch();
    this.pump();
  };

  /** The page may go at once: all that is not sent is kept for the next one; false where that cannot be. */
  part(): boolean {
    return this.journal.part(this.options.sceneId);
  }

  /** What waits is still sent as long as that goes well; the rest is the journal's, for the next page. */
  dispose(): void {
    this.isDisposed = true;
    this.stopTimer();
    this.part();
    if (typeof window !== 'undefined') {
      window.removeEventListener('online', this.saveNow);
    }
    this.pump();
  }

  private adopt(left: Left): void {
    this.outbox.adopt(left);
    this.show(this.outbox.steps);
    this.touch();
    this.pump();
  }

  private pump(): void {
    if (this.isSending) {
      return;
    }
    const head = this.mayBeSent;
    if (!head) {
      this.rest();
      return;
    }
    const isNew = !this.outbox.isAttempted(head);
    if (isNew && this.outbox.merge(this.server.tables)) {
      this.show(this.outbox.steps);
      this.pump();
      return;
    }
    const conflicts = isNew ? findConflicts(this.outbox.all, this.server.tables) : [];
    if (conflicts.length > 0) {
      this.raise(conflicts);
      return;
    }
    this.isSending = true;
    void this.send(head).finally(() => {
      this.isSending = false;
      this.pump();
    });
  }

  private get mayBeSent(): LabelChange | undefined {
    const isWaiting = this.timer !== null || (this.isDisposed && this.failures > 0);
    const isFree = this.isStarted && !isWaiting && this.currentConflicts.length === 0;
    return isFree ? this.outbox.head : undefined;
  }

  /** Nothing can be sent now. */
  private rest(): void {
    if (this.isDisposed) {
      this.journal.leave();
    } else if (this.pendingCount === 0) {
      this.touch();
    }
  }

  private async send(head: LabelChange): Promise<void> {
    // Kept first, sent second: a crash between the two loses nothing.
    await this.journal.settled();
    try {
      const { revision } = await this.transport.postChange(this.outbox.attempt(head, this.store.revision));
      this.failures = 0;
      this.currentError = null;
      this.acknowledge(head.change_id, revision);
    } catch (error) {
      await this.handleFailure(head, error);
    }
  }

  private async handleFailure(head: LabelChange, error: unknown): Promise<void> {
    if (!(error instanceof ApiError && error.isRefusal)) {
      this.fail(error);
      return;
    }
    this.outbox.refused(head);
    this.failures = 0;
    this.currentError = messageOf(error);
    if (this.secondTry !== head.change_id) {
      this.secondTry = head.change_id;
      // Others may have been faster; with their changes merged it either fits or shows what contradicts.
      await this.pull();
      if (this.outbox.head === head) {
        this.outbox.dropWhatIsThere(this.server.tables);
        this.touch();
      }
      return;
    }
    this.raise(rejectedRecords(head, this.server.tables));
  }

  private fail(error: unknown): void {
    this.currentError = messageOf(error);
    this.secondTry = null;
    this.failures += 1;
    this.stopTimer();
    if (!this.isDisposed) {
      this.timer = setTimeout(this.saveNow, this.delayMs(this.failures - 1));
    }
    this.touch();
  }

  private raise(conflicts: readonly Conflict[]): void {
    this.currentConflicts = conflicts;
    this.secondTry = null;
    this.touch();
    this.rest();
  }

  /** What is asked must be what is: others, or the person here, may have gone on. */
  private refreshConflicts(): void {
    const isAsked = this.currentConflicts.length > 0;
    if (isAsked && this.currentConflicts.every(({ reason }) => reason !== 'rejected')) {
      this.currentConflicts = findConflicts(this.outbox.all, this.server.tables);
    }
  }

  private follow(revision: number, change: LabelChange): void {
    if (this.outbox.find(change.change_id)) {
      this.acknowledge(change.change_id, revision);
    } else {
      this.takeOver(diffOfChange(change), revision);
      this.pump();
    }
  }

  private acknowledge(changeId: ChangeId, revision: number): void {
    const change = this.outbox.find(changeId);
    if (!change) {
      return;
    }
    this.outbox.remove(change);
    const diff = diffOfChange(change);
    if (revision === this.store.revision + 1) {
      this.takeOver(diff, revision);
    } else if (revision > this.store.revision) {
      this.server.write(diff);
      void this.pull();
    } else {
      // It was stored long ago, and others may have gone on from it.
      this.show(stepsOf(diff));
    }
    this.touch();
  }

  /** The server has these records now. */
  private takeOver(diff: RecordsDiff, revision: number): void {
    this.server.write(diff);
    this.store.setRevision(revision);
    this.show(stepsOf(diff));
    this.refreshConflicts();
  }

  private merge(labels: SceneLabels, extent: Extent): void {
    if (labels.revision >= this.store.revision) {
      this.takeOver(diffOfSteps(this.server.stepsTo(labels, extent)), labels.revision);
      this.touch();
    }
  }

  /** Bring the visible records to: the server's, the waiting changes on top, the open gesture on top of those. */
  private show(touched: readonly Step[]): void {
    const own = [...this.outbox.steps, ...stepsOf(this.open)];
    const steps = this.server.shownSteps(touched, own, (kind, id) => this.store.get(kind, id) ?? null);
    this.store.applyDiff(diffOfSteps(steps), 'remote');
  }

  private stopTimer(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }

  private touch(): void {
    this.currentVersion += 1;
    this.changed.call();
  }
}
