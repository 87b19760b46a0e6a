/** Undo and redo from recorded diffs: mark where a step starts, undo it, redo it, or throw a half-done one away. */
import type { Cuboid, Track } from '../model/records';
import {
  diffOfSteps,
  EMPTY_DIFF,
  isEmpty,
  type RecordsDiff,
  reverse,
  squash,
  type Step,
  stepsOf,
  stepsOfKind,
} from './diff';
import { isEqual } from './equal';
import type { LabelStore } from './label_store';
import { Listeners } from './listeners';

const MOST_STEPS = 500;

interface HistoryStep {
  readonly label: string;
  readonly diff: RecordsDiff;
}

/** What an undo or redo did. */
export interface UndoResult {
  readonly label: string;
  /** Records left alone because someone else changed them since. */
  readonly skipped: number;
  /** The frames whose key cuboids changed. */
  readonly frames: readonly number[];
}

export class History {
  /** Called when what can be undone or redone changes; for `useSyncExternalStore` together with `version`. */
  readonly subscribe: (listener: () => void) => () => void;

  private readonly store: LabelStore;
  private readonly changed = new Listeners();
  private undoSteps: HistoryStep[] = [];
  private redoSteps: HistoryStep[] = [];
  private pending: RecordsDiff = EMPTY_DIFF;
  private pendingLabel = '';
  private currentVersion = 0;

  constructor(store: LabelStore) {
    this.store = store;
    this.subscribe = this.changed.add;
    store.onDiff((diff, origin) => {
      if (origin === 'user') {
        this.record(diff);
      }
    });
  }

  get version(): number {
    return this.currentVersion;
  }

  get canUndo(): boolean {
    return this.undoLabel !== null;
  }

  get canRedo(): boolean {
    return this.redoSteps.length > 0;
  }

  get undoLabel(): string | null {
    return isEmpty(this.pending) ? (this.undoSteps.at(-1)?.label ?? null) : this.pendingLabel;
  }

  get redoLabel(): string | null {
    return this.redoSteps.at(-1)?.label ?? null;
  }

  /** A new step starts here; what was done before it is a step of its own. */
  mark(label: string): void {
    this.close();
    this.pendingLabel = label;
  }

  /** The step is complete. */
  close(): void {
    if (!isEmpty(this.pending)) {
      this.undoSteps = [...this.undoSteps, { label: this.pendingLabel, diff: this.pending }].slice(
        -MOST_STEPS,
      );
      this.pending = EMPTY_DIFF;
      this.touch();
    }
  }

  /** Take back all since the last mark, as if it had never been. */
  bailToMark(): void {
    const { diff } = revertible(this.store, reverse(this.pending));
    this.pending = EMPTY_DIFF;
    this.store.applyDiff(diff, 'history');
    this.touch();
  }

  /** Take the last step back, or null where there is none. */
  undo(): UndoResult | null {
    this.close();
    const step = this.undoSteps.at(-1);
    if (!step) {
      return null;
    }
    this.undoSteps = this.undoSteps.slice(0, -1);
    const { diff, skipped } = this.replay(reverse(step.diff));
    this.redoSteps = isEmpty(diff) ? this.redoSteps : [...this.redoSteps, { ...step, diff: reverse(diff) }];
    this.touch();
    return { label: step.label, skipped, frames: framesOf(diff) };
  }

  /** Do the last undone step again, or null where there is none. */
  redo(): UndoResult | null {
    this.close();
    const step = this.redoSteps.at(-1);
    if (!step) {
      return null;
    }
    this.redoSteps = this.redoSteps.slice(0, -1);
    const { diff, skipped } = this.replay(step.diff);
    this.undoSteps = isEmpty(diff) ? this.undoSteps : [...this.undoSteps, { ...step, diff }];
    this.touch();
    return { label: step.label, skipped, frames: framesOf(diff) };
  }

  private replay(diff: RecordsDiff): Revertible {
    const possible = revertible(this.store, diff);
    this.store.applyDiff(possible.diff, 'history');
    return possible;
  }

  private record(diff: RecordsDiff): void {
    this.pending = squash(this.pending, diff);
    this.redoSteps = [];
    this.touch();
  }

  private touch(): void {
    this.currentVersion += 1;
    this.changed.call();
  }
}

function framesOf(diff: RecordsDiff): readonly number[] {
  const frames = stepsOfKind(diff, 'cuboids').map(({ before, after }) => (after ?? before)?.frame_index ?? 0);
  return [...new Set(frames)].sort((a, b) => a - b);
}

interface Revertible {
  readonly diff: RecordsDiff;
  readonly skipped: number;
}

/** The part of a diff that still fits: no record that someone else changed since, and nothing that refers to nothing. */
function revertible(store: LabelStore, diff: RecordsDiff): Revertible {
  const all = stepsOf(diff);
  let steps = all.filter(({ kind, id, before }) => isEqual(store.get(kind, id) ?? null, before));
  for (let count = -1; count !== steps.length;) {
    count = steps.length;
    const kept: readonly Step[] = steps;
    steps = kept.filter((step) => isConnected(store, kept, step));
  }
  return { diff: diffOfSteps(steps), skipped: all.length - steps.length };
}

function isConnected(store: LabelStore, steps: readonly Step[], step: Step): boolean {
  switch (step.kind) {
    case 'tracks':
      return step.after === null
        ? !isStillUsed(store, steps, step.id)
        : !hasTakenNumber(store, steps, (step as Step<'tracks'>).after);
    case 'cuboids': {
      const { after } = step as Step<'cuboids'>;
      return after === null || (hasTrack(store, steps, after.track_id) && !isTaken(store, steps, after));
    }
    case 'image_boxes': {
      const track = (step as Step<'image_boxes'>).after?.track_id ?? null;
      return track === null || hasTrack(store, steps, track);
    }
    case 'frame_states':
      return true;
  }
}

const touches = (steps: readonly Step[], kind: Step['kind'], id: string): boolean =>
  steps.some((step) => step.kind === kind && step.id === id);

/** Whether the track would leave keys or image boxes behind that someone else made; what is touched goes elsewhere. */
function isStillUsed(store: LabelStore, steps: readonly Step[], trackId: string): boolean {
  const boxes = store.all('image_boxes').filter((box) => box.track_id === trackId);
  return (
    store.keysOfTrack(trackId).some(({ id }) => !touches(steps, 'cuboids', id)) ||
    boxes.some(({ id }) => !touches(steps, 'image_boxes', id))
  );
}

/** Whether someone else gave the track's number to another track, which keeps it. */
function hasTakenNumber(store: LabelStore, steps: readonly Step[], track: Track | null): boolean {
  const number = track?.external_id ?? null;
  const isOther = ({ id, external_id }: Track) => external_id === number && id !== track?.id;
  return (
    number !== null && store.all('tracks').some((each) => isOther(each) && !touches(steps, 'tracks', each.id))
  );
}

function hasTrack(store: LabelStore, steps: readonly Step[], trackId: string): boolean {
  const step = steps.find((each) => each.kind === 'tracks' && each.id === trackId);
  return step ? step.after !== null : store.get('tracks', trackId) !== undefined;
}

/** Whether the track has another key in the frame, which stays. */
function isTaken(store: LabelStore, steps: readonly Step[], cuboid: Cuboid): boolean {
  const { id, track_id, frame_index } = cuboid;
  const isThere = (key: Cuboid) => key.frame_index === frame_index && key.id !== id;
  return store.keysOfTrack(track_id).some((key) => isThere(key) && !touches(steps, 'cuboids', key.id));
}
