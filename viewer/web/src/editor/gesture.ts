/** A drag or a held key: many small changes from one snapshot that become one undo step and one request. */
import { follow } from '../geometry/follow';
import type { TrackId } from '../model/ids';
import type { Box, Track } from '../model/records';
import { isEqual } from '../store/equal';
import type { History } from '../store/history';
import type { Transaction } from '../store/label_store';
import { putBoxes } from './put_boxes';
import { type Before, putBox, type VerbContext } from './verbs';

/** A held key's gesture ends by itself after this pause. */
const HOLD_PAUSE_MS = 600;

interface Gesture {
  readonly label: string;
  readonly track: Track;
  /** Those that it changes. */
  readonly frames: readonly number[];
  readonly before: Before;
  /** The first frame's box as it was. */
  readonly snapshot: Box;
  /** Whether it ends by itself after a pause, as a held key's does. */
  readonly isHeld: boolean;
}

/** Another object of the group that is moved, turned or resized. */
interface Companion {
  readonly track: Track;
  readonly before: Before;
  readonly snapshot: Box;
}

export class Gestures {
  private readonly context: VerbContext;
  private readonly history: History;
  private readonly commit: () => void;
  private current: Gesture | null = null;
  private companions: readonly Companion[] = [];
  /** Whether they have changed; until then they need no keys. */
  private haveCompanionsChanged = false;
  private readonly waiting: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(context: VerbContext, history: History, commit: () => void) {
    this.context = context;
    this.history = history;
    this.commit = commit;
  }

  get isOpen(): boolean {
    return this.current !== null;
  }

  /** Starts on the track's boxes in the frames; returns the first one, or null where there is none. */
  begin(
    label: string,
    trackId: TrackId | null,
    frames: readonly [number, ...number[]],
    isHeld = false,
  ): Box | null {
    this.end();
    const resolved = trackId === null ? undefined : this.context.store.resolveTrack(trackId, frames[0]);
    if (!resolved) {
      return null;
    }
    this.history.mark(label);
    const { track, cuboid } = resolved;
    const before = { keys: this.context.store.keysOfTrack(track.id), size_lwh_m: cuboid.size_lwh_m };
    const snapshot = { ego_from_object: cuboid.ego_from_object, size_lwh_m: cuboid.size_lwh_m };
    this.current = { label, track, frames, before, snapshot, isHeld };
    return snapshot;
  }

  /** Other tracks to which the same is done as to the gesture's own in its first frame. */
  takeAlong(trackIds: readonly TrackId[]): void {
    const [frame = -1] = this.current?.frames ?? [];
    if (this.companions.length > 0) {
      return;
    }
    const { store } = this.context;
    this.companions = trackIds.flatMap((id) => {
      const { track, cuboid: snapshot } = store.resolveTrack(id, frame) ?? {};
      return track && snapshot
        ? [{ track, snapshot, before: { keys: store.keysOfTrack(id), size_lwh_m: snapshot.size_lwh_m } }]
        : [];
    });
  }

  /** At once, or when the gesture that is under way has ended. */
  whenDone(): Promise<void> {
    return this.current === null ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Starts for a held key, unless the key is held already; ends by itself after a pause. */
  hold(label: string, trackId: TrackId, frames: readonly [number, ...number[]]): void {
    const { current } = this;
    const isSame = current?.isHeld === true && current.label === label && isEqual(current.frames, frames);
    if (!isSame) {
      this.begin(label, trackId, frames, true);
    }
    this.stopTimer();
    this.timer = setTimeout(this.end, HOLD_PAUSE_MS);
  }

  /** The gesture's boxes as they are now; one alone is the first frame's. */
  update(change: Box | ReadonlyMap<number, Box>): void {
    const { current } = this;
    const [first] = current?.frames ?? [];
    if (current && first !== undefined) {
      const boxes: ReadonlyMap<number, Box> =
        change instanceof Map ? change : new Map([[first, change as Box]]);
      this.context.store.transact((tx) => {
        const track = tx.get('tracks', current.track.id) ?? current.track;
        putBoxes(this.context, tx, track, boxes, current.before);
        this.changeCompanions(tx, first, boxes.get(first) ?? current.snapshot, current.snapshot);
      });
    }
  }

  private changeCompanions(tx: Transaction, frame: number, box: Box, snapshot: Box): void {
    this.haveCompanionsChanged ||= !isSameBox(box, snapshot);
    if (this.haveCompanionsChanged) {
      for (const { track, before, snapshot: own } of this.companions) {
        const { ego_from_object, size_lwh_m } = follow(own, snapshot, box);
        const present = tx.get('tracks', track.id) ?? track;
        putBox(this.context, tx, present, frame, { ego_from_object, size_lwh_m }, before);
      }
    }
  }

  readonly end = (): void => {
    if (this.current) {
      this.close();
      this.history.close();
      this.commit();
    }
  };

  endHold(): void {
    if (this.current?.isHeld) {
      this.end();
    }
  }

  cancel(): void {
    if (this.current) {
      this.close();
      this.history.bailToMark();
      this.commit();
    }
  }

  private close(): void {
    this.current = null;
    this.companions = [];
    this.haveCompanionsChanged = false;
    this.stopTimer();
    this.waiting.splice(0).forEach((go) => go());
  }

  private stopTimer(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}

const isSameBox = (a: Box, b: Box): boolean =>
  isEqual(a.ego_from_object, b.ego_from_object) && isEqual(a.size_lwh_m, b.size_lwh_m);
