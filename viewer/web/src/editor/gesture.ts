/** A drag or a held key: many small changes from one snapshot that become one undo step and one request. */
import type { TrackId } from '../model/ids';
import type { Box, Track } from '../model/records';
import type { History } from '../store/history';
import { type Before, putBox, type VerbContext } from './verbs';

/** A held key's gesture ends by itself after this pause. */
const HOLD_PAUSE_MS = 600;

interface Gesture {
  readonly label: string;
  readonly track: Track;
  readonly frameIndex: number;
  readonly before: Before;
  /** Whether it ends by itself after a pause, as a held key's does. */
  readonly isHeld: boolean;
}

export class Gestures {
  private readonly context: VerbContext;
  private readonly history: History;
  private readonly commit: () => void;
  private current: Gesture | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(context: VerbContext, history: History, commit: () => void) {
    this.context = context;
    this.history = history;
    this.commit = commit;
  }

  get isOpen(): boolean {
    return this.current !== null;
  }

  /** Starts on the track's box in the frame; returns that box, or null where there is none. */
  begin(label: string, trackId: TrackId | null, frameIndex: number, isHeld = false): Box | null {
    this.end();
    const resolved = trackId === null ? undefined : this.context.store.resolveTrack(trackId, frameIndex);
    if (!resolved) {
      return null;
    }
    this.history.mark(label);
    const { track, cuboid } = resolved;
    const before = { keys: this.context.store.keysOfTrack(track.id), size_lwh_m: cuboid.size_lwh_m };
    this.current = { label, track, frameIndex, before, isHeld };
    return { ego_from_object: cuboid.ego_from_object, size_lwh_m: cuboid.size_lwh_m };
  }

  /** Starts for a held key, unless the key is held already; ends by itself after a pause. */
  hold(label: string, trackId: TrackId, frameIndex: number): void {
    const isSame = this.current?.isHeld === true && this.current.label === label;
    if (!isSame) {
      this.begin(label, trackId, frameIndex, true);
    }
    this.stopTimer();
    this.timer = setTimeout(this.end, HOLD_PAUSE_MS);
  }

  update(box: Box): void {
    const { current } = this;
    if (current) {
      this.context.store.transact((tx) => {
        const track = tx.get('tracks', current.track.id) ?? current.track;
        putBox(this.context, tx, track, current.frameIndex, box, current.before);
      });
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
    this.stopTimer();
  }

  private stopTimer(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}
