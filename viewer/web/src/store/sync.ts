/** Saving: each gesture becomes one label change, journaled, sent until the server has it, merged with what others do. */
import { ApiError, messageOf } from '../api/errors';
import { backoffMs } from '../api/backoff';
import { type ChangeId, newChangeId, type SceneId } from '../model/ids';
import {
  type LabelChange,
  type RecordKind,
  RECORD_KINDS,
  type SceneLabels,
  type Track,
} from '../model/records';
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
import { isEqual } from './equal';
import type { Journal } from './journal';
import { JournalWriter } from './journal_writer';
import type { LabelStore } from './label_store';
import { Listeners } from './listeners';
import { type Choice, type Conflict, findConflicts, settle } from './rebase';
import { emptyTables, readRecord, type Tables, writeDiff, writeRecord } from './tables';
import type { Transport } from './transport';

export type { Choice, Conflict } from './rebase';

export interface SyncOptions {
  readonly sceneId: SceneId;
  readonly author: string;
  readonly journal: Journal;
  /** How long to wait before the next attempt; the tests shorten it. */
  readonly delayMs?: (attempt: number) => number;
}

export class Sync {
  /** Called when the state, the conflicts or the number of waiting changes may have changed. */
  readonly subscribe: (listener: () => void) => () => void;

  private readonly store: LabelStore;
  private readonly transport: Transport;
  private readonly options: SyncOptions;
  private readonly delayMs: (attempt: number) => number;
  private readonly journal: JournalWriter;
  private readonly changed = new Listeners();
  /** The labels as the server has them, as far as they are known. */
  private readonly server: Tables = emptyTables();
  private readonly lostTracks = new Map<string, Track>();
  private queue: readonly LabelChange[] = [];
  private open: RecordsDiff = EMPTY_DIFF;
  /**
   * The change that may have reached the server although no answer came back. It is sent again as it was, without
   * looking for conflicts: the server knows its `change_id`, or finds by its base what others did meanwhile.
   */
  private attempt: { readonly changeId: ChangeId; readonly baseRevision: number } | null = null;
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
    this.journal = new JournalWriter(options.journal, (error) => {
      this.currentError = messageOf(error);
      this.touch();
    });
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
    return this.queue.length > 0 ? 'saving' : 'saved';
  }

  get conflicts(): readonly Conflict[] {
    return this.currentConflicts;
  }

  /** Changes that the server has not acknowledged. */
  get pendingCount(): number {
    return this.queue.length;
  }

  /** Why the last attempt failed, in one line. */
  get lastError(): string | null {
    return this.currentError;
  }

  /** Fetch the labels, put the journal's changes on top of them, and send those. */
  async start(): Promise<void> {
    this.merge(await this.transport.fetchLabels(), 'all');
    const left = await this.journal.load(this.options.sceneId);
    this.queue = [...left, ...this.queue];
    const first = left[0];
    this.attempt = first ? { changeId: first.change_id, baseRevision: first.base_revision } : null;
    this.show(this.queue.flatMap((change) => stepsOf(diffOfChange(change))));
    this.touch();
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
    this.queue = [...this.queue, change];
    this.journal.put(change);
    this.touch();
    this.pump();
  };

  /** Someone's change, in the order of the socket; the own ones among them count as acknowledgements. */
  readonly receive = (revision: number, change: LabelChange): void => {
    if (revision <= this.store.revision) {
      return;
    }
    if (revision > this.store.revision + 1) {
      void this.pull();
    } else if (this.queue.some(({ change_id }) => change_id === change.change_id)) {
      this.acknowledge(change.change_id, revision);
    } else {
      this.takeOver(diffOfChange(change), revision);
      this.pump();
    }
  };

  /** Fetch what others did since the last known revision; failures are left to the next attempt. */
  readonly pull = async (): Promise<void> => {
    try {
      this.merge(await this.transport.fetchLabels(this.store.revision), 'newer');
      this.failures = 0;
    } catch (error) {
      this.fail(error);
    }
    this.pump();
  };

  /** Try at once instead of waiting. */
  readonly saveNow = (): void => {
    this.stopTimer();
    if (this.failures > 0 && this.queue.length === 0) {
      void this.pull();
    } else {
      this.pump();
    }
  };

  /** Settle one conflict, or all of them. */
  readonly resolve = (choice: Choice, conflict?: Conflict): void => {
    const before = this.queue;
    const isRejected = this.currentConflicts.some(({ reason }) => reason === 'rejected');
    if (isRejected) {
      // The server takes a change as a whole or not at all.
      this.queue = choice === 'theirs' ? this.queue.slice(1) : this.queue;
    } else {
      (conflict ? [conflict] : this.currentConflicts).forEach((each) => this.settle(each, choice));
    }
    const isOver = isRejected || conflict === undefined;
    this.currentConflicts = isOver ? [] : this.currentConflicts.filter((each) => each !== conflict);
    this.journal.rewrite(before, this.queue);
    this.show([...before, ...this.queue].flatMap((change) => stepsOf(diffOfChange(change))));
    this.touch();
    this.pump();
  };

  dispose(): void {
    this.isDisposed = true;
    this.stopTimer();
    if (typeof window !== 'undefined') {
      window.removeEventListener('online', this.saveNow);
    }
  }

  private settle(conflict: Conflict, choice: Choice): void {
    this.queue = settle(this.queue, conflict, choice, this.server, (id) => this.lostTracks.get(id) ?? null);
  }

  private pump(): void {
    if (this.isSending || this.isDisposed || this.timer !== null || this.currentConflicts.length > 0) {
      return;
    }
    const head = this.queue[0];
    if (!head) {
      this.touch();
      return;
    }
    const conflicts = this.attempt?.changeId === head.change_id ? [] : findConflicts(this.queue, this.server);
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

  private async send(head: LabelChange): Promise<void> {
    // Kept first, sent second: a crash between the two loses nothing.
    await this.journal.settled();
    if (this.attempt?.changeId !== head.change_id) {
      this.attempt = { changeId: head.change_id, baseRevision: this.store.revision };
    }
    try {
      const change = { ...head, base_revision: this.attempt.baseRevision };
      const { revision } = await this.transport.postChange(change);
      this.failures = 0;
      this.currentError = null;
      this.acknowledge(head.change_id, revision);
    } catch (error) {
      await this.handleFailure(head, error);
    }
  }

  private async handleFailure(head: LabelChange, error: unknown): Promise<void> {
    if (!isRefusal(error)) {
      this.fail(error);
      return;
    }
    this.attempt = null;
    this.failures = 0;
    this.currentError = messageOf(error);
    if (this.secondTry !== head.change_id) {
      this.secondTry = head.change_id;
      // Others may have been faster; with their changes merged it either fits or shows what contradicts.
      await this.pull();
      this.dropWhatIsThere(head);
      return;
    }
    this.raise(refusedRecords(head, this.server));
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
  }

  private acknowledge(changeId: ChangeId, revision: number): void {
    const change = this.queue.find(({ change_id }) => change_id === changeId);
    if (!change) {
      return;
    }
    this.queue = this.queue.filter((each) => each !== change);
    this.attempt = this.attempt?.changeId === changeId ? null : this.attempt;
    this.journal.remove(changeId);
    if (revision === this.store.revision + 1) {
      this.takeOver(diffOfChange(change), revision);
    } else if (revision > this.store.revision) {
      writeDiff(this.server, diffOfChange(change));
      void this.pull();
    } else {
      // It was stored long ago, and others may have gone on from it.
      this.show(stepsOf(diffOfChange(change)));
    }
    this.touch();
  }

  /** The server has these records now. */
  private takeOver(diff: RecordsDiff, revision: number): void {
    stepsOf(diff).forEach((step) => {
      this.remember(step);
      writeRecord(this.server, step);
    });
    this.store.setRevision(revision);
    this.show(stepsOf(diff));
  }

  private merge(labels: SceneLabels, extent: Extent): void {
    if (labels.revision < this.store.revision) {
      return;
    }
    const steps = RECORD_KINDS.flatMap((kind) => stepsOfAnswer(labels, kind, extent, this.server));
    this.takeOver(diffOfSteps(steps), labels.revision);
    this.touch();
  }

  private remember({ kind, id, after }: Step): void {
    const track = kind === 'tracks' && after === null ? this.server.tracks.get(id) : undefined;
    if (track) {
      this.lostTracks.set(id, track);
    }
  }

  /** Bring the visible records to: the server's, the waiting changes on top, the open gesture on top of those. */
  private show(touched: readonly Step[]): void {
    const own = [...this.queue.map(diffOfChange), this.open].flatMap(stepsOf);
    const mine = new Map(own.map((step) => [`${step.kind} ${step.id}`, step.after]));
    const steps = touched.map(({ kind, id }) => {
      const key = `${kind} ${id}`;
      const after = mine.has(key) ? (mine.get(key) ?? null) : readRecord(this.server, kind, id);
      return { kind, id, before: this.store.get(kind, id) ?? null, after };
    });
    this.store.applyDiff(diffOfSteps(steps), 'remote');
  }

  /** A record that already is on the server as the change wants it is no part of the change any more. */
  private dropWhatIsThere(head: LabelChange): void {
    const steps = stepsOf(diffOfChange(head));
    const left = steps.filter(({ kind, id, after }) => !isEqual(readRecord(this.server, kind, id), after));
    if (left.length === steps.length || this.queue[0] !== head) {
      return;
    }
    const before = this.queue;
    const rest = left.length > 0 ? [changeOfDiff(diffOfSteps(left), head)] : [];
    this.queue = [...rest, ...this.queue.slice(1)];
    this.journal.rewrite(before, this.queue);
    this.touch();
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

/** The server answered and said no; anything else is worth another attempt. */
function isRefusal(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    error.status >= 400 &&
    error.status < 500 &&
    ![408, 425, 429].includes(error.status)
  );
}

function refusedRecords(change: LabelChange, server: Tables): readonly Conflict[] {
  return stepsOf(diffOfChange(change)).map(({ kind, id, after }) => ({
    kind,
    id,
    reason: 'rejected',
    mine: after,
    theirs: readRecord(server, kind, id),
  }));
}

/** Whether an answer holds all records or those touched since a revision. */
type Extent = 'all' | 'newer';

/** Steps from the known labels to the server's answer. */
function stepsOfAnswer(
  labels: SceneLabels,
  kind: RecordKind,
  extent: Extent,
  server: Tables,
): readonly Step[] {
  const after = new Map<string, Step['after']>(labels[kind].map((record) => [record.id, record]));
  const gone = extent === 'all' ? [...server[kind].keys()] : (labels.removed?.[kind] ?? []);
  gone.filter((id) => !after.has(id)).forEach((id) => after.set(id, null));
  return Array.from(after, ([id, record]) => ({
    kind,
    id,
    before: readRecord(server, kind, id),
    after: record,
  }));
}
