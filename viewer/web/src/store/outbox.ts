/** The changes that the server has not acknowledged: in order, journaled, and which of them may have arrived. */
import type { ChangeId } from '../model/ids';
import type { LabelChange } from '../model/records';
import { changeOfDiff, diffOfChange, diffOfSteps, type Step, stepsOf } from './diff';
import { isEqual } from './equal';
import type { JournalWriter } from './journal_writer';
import { mergeTracks } from './merge_tracks';
import { type Choice, type Conflict, settle } from './rebase';
import type { ServerLabels } from './server_labels';
import { readRecord, type Tables } from './tables';

export class Outbox {
  private readonly journal: JournalWriter;
  private changes: readonly LabelChange[] = [];
  /**
   * Base revisions of changes that may have reached the server although no answer came back. They are sent again as
   * they were, without looking for conflicts: the server knows a `change_id`, or finds by the base what others did.
   */
  private readonly attempts = new Map<ChangeId, number>();

  constructor(journal: JournalWriter) {
    this.journal = journal;
  }

  get all(): readonly LabelChange[] {
    return this.changes;
  }

  get head(): LabelChange | undefined {
    return this.changes[0];
  }

  /** What all of them do, oldest first. */
  get steps(): readonly Step[] {
    return this.changes.flatMap((change) => stepsOf(diffOfChange(change)));
  }

  find(changeId: ChangeId): LabelChange | undefined {
    return this.changes.find(({ change_id }) => change_id === changeId);
  }

  append(change: LabelChange): void {
    this.changes = [...this.changes, change];
    this.journal.put(change);
  }

  /** What a page that is gone left; the journal has it already. Only the first may have been sent. */
  adopt(left: readonly LabelChange[]): void {
    const unknown = left.filter(({ change_id }) => !this.find(change_id));
    const [first] = unknown;
    if (first) {
      this.attempts.set(first.change_id, first.base_revision);
    }
    this.changes = [...this.changes, ...unknown];
  }

  isAttempted(change: LabelChange): boolean {
    return this.attempts.has(change.change_id);
  }

  /** The change as it is to be sent: as at the last attempt, or upon the revision that is known now. */
  attempt(change: LabelChange, revision: number): LabelChange {
    const base_revision = this.attempts.get(change.change_id) ?? revision;
    this.attempts.set(change.change_id, base_revision);
    return { ...change, base_revision };
  }

  /** The server said no, so it did not arrive. */
  refused(change: LabelChange): void {
    this.attempts.delete(change.change_id);
  }

  remove(change: LabelChange): void {
    this.changes = this.changes.filter((each) => each !== change);
    this.attempts.delete(change.change_id);
    this.journal.remove(change.change_id);
  }

  replace(changes: readonly LabelChange[]): void {
    const before = this.changes;
    this.changes = changes;
    this.journal.rewrite(before, changes);
  }

  /** Settle conflicts of the first change, one by one. */
  settle(conflicts: readonly Conflict[], choice: Choice, { tables, lostTrack }: ServerLabels): void {
    for (const conflict of conflicts) {
      this.replace(settle(this.changes, conflict, choice, tables, lostTrack));
    }
  }

  /** Take over what others changed of the same tracks without contradiction; false where there is no such thing. */
  merge(server: Tables): boolean {
    const merged = mergeTracks(this.changes, server);
    const isNew = merged !== this.changes;
    if (isNew) {
      this.replace(merged);
    }
    return isNew;
  }

  /** A record that already is on the server as the first change wants it is no part of that change any more. */
  dropWhatIsThere(server: Tables): void {
    const { head } = this;
    const steps = head ? stepsOf(diffOfChange(head)) : [];
    const left = steps.filter(({ kind, id, after }) => !isEqual(readRecord(server, kind, id), after));
    if (head && left.length < steps.length) {
      const rest = left.length > 0 ? [changeOfDiff(diffOfSteps(left), head)] : [];
      this.replace([...rest, ...this.changes.slice(1)]);
    }
  }
}
