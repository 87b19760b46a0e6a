/** Tracks by the server's help: carried on frame by frame, labelled once, thinned; the editor makes the change. */
import { newCuboidId, type TrackId } from '../model/ids';
import type { ExtendAnswer, ProposedCuboid, TrackRequest } from '../model/proposals';
import type { Cuboid, Track } from '../model/records';
import { isEqual } from '../store/equal';
import type { Transaction } from '../store/label_store';
import type { TrackStop } from '../store/session';
import type { Editor } from './editor';
import { lifeOf } from './track_edits/life';
import { makeStatic } from './track_edits/static';
import { seenLife } from './track_edits/seen';

export type Direction = 'forward' | 'back';

interface Way {
  readonly direction: Direction;
  readonly answer: ExtendAnswer;
}

/** How far a track is carried on at once; more on another press. */
const MOST_FRAMES = 100;

export class Propagation {
  private readonly editor: Editor;
  private asked: AbortController | null = null;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  /** Take back what is being asked; false where nothing is. */
  cancel(): boolean {
    const { asked } = this;
    asked?.abort();
    this.asked = null;
    if (asked) {
      this.editor.session.setState({ asking: null });
    }
    return asked !== null;
  }

  /** Carry the track on beyond its last key (or first one) while points vouch for it: one undo step. */
  async extend(directions: readonly Direction[], trackId = this.editor.selectedTrackId): Promise<void> {
    const track = this.editor.store.get('tracks', trackId ?? '');
    if (!track) {
      return;
    }
    if (track.is_static) {
      await this.labelOnce(track.id);
      return;
    }
    const asked = { track, keys: this.editor.store.keysOfTrack(track.id) };
    const revise = this.isJustFitted(track);
    const answers = await this.ask('sequences.extending', track.id, (signal) =>
      this.askWays(asked, directions, revise, signal),
    );
    if (answers) {
      await this.editor.whenIdle();
      const isBettered = revise && this.isJustFitted(track);
      this.editor.onTrack('sequences.stepExtend', track.id, (tx, now) =>
        putProposed(
          this.editor,
          tx,
          now,
          answers.flatMap(({ answer }) => answer.cuboids),
          isBettered ? answers.flatMap(({ answer }) => answer.revised_keys) : [],
        ),
      );
      this.tellStops(track.id, answers);
    }
  }

  /** One way after the other, the second with what the first one found. */
  private async askWays(
    { track, keys }: TrackRequest,
    directions: readonly Direction[],
    revise: boolean,
    signal: AbortSignal,
  ): Promise<readonly Way[]> {
    const ways: Way[] = [];
    let known = keys;
    for (const direction of directions) {
      const request = {
        track,
        keys: known,
        direction,
        most_frames: MOST_FRAMES,
        revise: revise && ways.length === 0,
      };
      const answer = await this.editor.proposer.extend(request, signal);
      ways.push({ direction, answer });
      known = withProposed(track.id, known, [...answer.cuboids, ...answer.revised_keys]);
    }
    return ways;
  }

  /**
   * The object stands still: what it is in this frame holds wherever the points show it, before and after. What stands
   * already moves again.
   */
  async labelOnce(trackId = this.editor.selectedTrackId): Promise<void> {
    const { editor } = this;
    const { store } = editor;
    const track = store.get('tracks', trackId ?? '');
    const resolved = track && this.nearest(track.id);
    if (!track || !resolved) {
      return;
    }
    if (store.timeline.poses === null) {
      editor.notify('sequences.noPoses');
      return;
    }
    const { cuboid } = resolved;
    const last = store.timeline.times_ns.length - 1;
    const everywhere: Track = {
      ...track,
      first_frame: 0,
      last_frame: last,
      is_static: true,
      interpolate_in: 'world',
    };
    const request = { track: everywhere, keys: [{ ...cuboid, ends_segment: false }] };
    const asked = await this.ask('sequences.looking', track.id, (signal) =>
      // Without the server, it is labelled once all the same: for as long as it is known to be there.
      editor.proposer.pointsPerFrame(request, signal).then(
        ({ frames }) => ({ frames }),
        () => ({ frames: null }),
      ),
    );
    if (!asked) {
      return;
    }
    await editor.whenIdle();
    const own = lifeOf(store, track);
    const seen = asked.frames === null ? own : seenLife(asked.frames, cuboid.frame_index);
    const life = [Math.min(own[0], seen[0]), Math.max(own[1], seen[1])] as const;
    editor.onTrack('history.static', track.id, (tx, now) =>
      makeStatic(editor.context, tx, now, cuboid.frame_index, { life }),
    );
    const values = { first: life[0], last: life[1] };
    editor.notify(asked.frames === null ? 'sequences.labelledUnseen' : 'sequences.labelledOnce', values);
  }

  /** A static track follows its points where the poses drift, by no more than a bound. */
  async snap(trackId = this.editor.selectedTrackId): Promise<void> {
    const { editor } = this;
    const track = editor.store.get('tracks', trackId ?? '');
    const resolved = track && this.nearest(track.id);
    if (!track || !resolved) {
      return;
    }
    if (!track.is_static) {
      editor.notify('sequences.snapNeedsStatic');
      return;
    }
    const { frame_index } = resolved.cuboid;
    const answer = await this.ask('sequences.snapping', track.id, (signal) =>
      editor.proposer.snap({ ...this.requestOf(track), frame_index }, signal),
    );
    if (!answer) {
      return;
    }
    await editor.whenIdle();
    if (answer.keys.length > 1) {
      const wanted = new Map(answer.keys.map(({ frame_index: frame, box }) => [frame, box]));
      editor.onTrack('sequences.stepSnap', track.id, (tx, now) => {
        const keys = editor.store.keysOfTrack(now.id);
        keys.filter((key) => !wanted.has(key.frame_index)).forEach((key) => tx.remove('cuboids', key.id));
        for (const [frame, box] of wanted) {
          const old = keys.find((key) => key.frame_index === frame);
          if (frame !== frame_index || !old) {
            tx.put('cuboids', { ...machineKey(now.id, frame, box, null), ...(old && { id: old.id }) });
          }
        }
      });
    }
    const most_m = Math.max(0, ...answer.keys.map(({ offset_m }) => offset_m)).toFixed(2);
    const isSnapped = answer.keys.length > 1;
    editor.notify(isSnapped ? 'sequences.snapped' : 'sequences.noDrift', {
      count: answer.keys.length,
      most_m,
    });
  }

  /** The fewest keys from which all cuboids of today are derived. */
  async thin(trackId = this.editor.selectedTrackId): Promise<void> {
    const { editor } = this;
    const track = editor.store.get('tracks', trackId ?? '');
    const keys = track ? editor.store.keysOfTrack(track.id) : [];
    if (!track || keys.length < 2) {
      return;
    }
    const answer = await this.ask('sequences.thinning', track.id, (signal) =>
      editor.proposer.thin({ ...this.requestOf(track), keep_answers: true }, signal),
    );
    if (!answer) {
      return;
    }
    await editor.whenIdle();
    const spare = new Set(answer.remove);
    editor.onTrack('sequences.stepThin', track.id, (tx, now) => {
      const gone = editor.store.keysOfTrack(now.id).filter((key) => spare.has(key.frame_index));
      gone.forEach((key) => tx.remove('cuboids', key.id));
      if (answer.made_static) {
        tx.put('tracks', { ...now, is_static: true });
      }
    });
    editor.notify('sequences.thinned', { count: answer.keep.length, all: keys.length });
  }

  /** To the frame that shows the object best: most points, the nearest of those alike. */
  async goToBestFrame(trackId = this.editor.selectedTrackId): Promise<void> {
    const { editor } = this;
    const track = editor.store.get('tracks', trackId ?? '');
    if (!track) {
      return;
    }
    const answer = await this.ask('sequences.looking', track.id, (signal) =>
      editor.proposer.pointsPerFrame(this.requestOf(track), signal),
    );
    if (answer) {
      const best = answer.frames.find(({ frame_index }) => frame_index === answer.best_frame);
      editor.goToFrame(answer.best_frame ?? editor.frameIndex);
      editor.notify(best ? 'sequences.bestFrame' : 'sequences.nowhereSeen', {
        frame: best?.frame_index ?? 0,
        points: best?.point_count ?? 0,
      });
    }
  }

  private requestOf(track: Track): TrackRequest {
    return { track, keys: this.editor.store.keysOfTrack(track.id) };
  }

  /** Whether its one key is as the server fitted it: what many frames tell of it is better, and no work of a person's. */
  private isJustFitted(track: Track): boolean {
    const { lastFit } = this.editor.session.getState();
    const [key, second] = this.editor.store.keysOfTrack(track.id);
    const box = lastFit?.trackId === track.id ? lastFit.fitted.box : null;
    const isAsFitted =
      isEqual(key?.ego_from_object, box?.ego_from_object) && isEqual(key?.size_lwh_m, box?.size_lwh_m);
    return box !== null && second === undefined && isAsFitted;
  }

  /** The track's cuboid in this frame, or its nearest key. */
  private nearest(trackId: TrackId) {
    const { store, frameIndex } = this.editor;
    const away = (key: Cuboid) => Math.abs(key.frame_index - frameIndex);
    const [key] = [...store.keysOfTrack(trackId)].sort((a, b) => away(a) - away(b));
    return store.resolveTrack(trackId, frameIndex) ?? (key && store.resolveTrack(trackId, key.frame_index));
  }

  /** One question at a time, shown while it lasts; null where it was taken back or refused, which is said. */
  private async ask<T>(
    textKey: string,
    trackId: TrackId,
    question: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    const { editor } = this;
    editor.endGesture();
    this.cancel();
    const asked = new AbortController();
    this.asked = asked;
    editor.session.setState({ asking: { textKey, trackId } });
    try {
      const answer = await question(asked.signal);
      return asked.signal.aborted ? null : answer;
    } catch (error) {
      if (!asked.signal.aborted) {
        editor.notify('sequences.refused', {
          message: error instanceof Error ? error.message : String(error),
        });
      }
      return null;
    } finally {
      if (this.asked === asked) {
        this.asked = null;
        editor.session.setState({ asking: null });
      }
    }
  }

  /** Why and where it stopped, in a line and as marks in the timeline. */
  private tellStops(trackId: TrackId, answers: readonly Way[]): void {
    const { editor } = this;
    const stops = answers.map(({ direction, answer }): TrackStop => ({
      direction,
      frameIndex: answer.stopped_at,
      count: answer.cuboids.length,
      reason: answer.reason,
    }));
    editor.session.setState({ extended: { trackId, stops } });
  }
}

/** New keys that nobody has agreed with, where none came meanwhile; revised ones take the place of what they revise. */
function putProposed(
  editor: Editor,
  tx: Transaction,
  track: Track,
  proposed: readonly ProposedCuboid[],
  revised: readonly ProposedCuboid[],
): void {
  const keys = editor.store.keysOfTrack(track.id);
  const taken = new Set(keys.map(({ frame_index }) => frame_index));
  const all = [...proposed.filter(({ frame_index }) => !taken.has(frame_index)), ...revised];
  const later = withProposed(track.id, keys, all);
  const frames = later.map(({ frame_index }) => frame_index);
  const lastBefore = keys.at(-1);
  for (const key of later) {
    // Where the track had ended, it goes on now.
    const goesOn = key.id === lastBefore?.id && key.frame_index < Math.max(...frames);
    tx.put('cuboids', goesOn ? { ...key, ends_segment: false } : key);
  }
  tx.put('tracks', {
    ...track,
    first_frame: Math.min(track.first_frame, ...frames),
    last_frame: Math.max(track.last_frame, ...frames),
  });
}

/** The keys with the proposed ones among them, by frame; one of a frame that has a key keeps that key's id and answers. */
function withProposed(
  trackId: TrackId,
  keys: readonly Cuboid[],
  proposed: readonly ProposedCuboid[],
): readonly Cuboid[] {
  const byFrame = new Map(keys.map((key) => [key.frame_index, key]));
  for (const { frame_index, box, confidence } of proposed) {
    const old = byFrame.get(frame_index);
    const made = machineKey(trackId, frame_index, box, confidence);
    byFrame.set(frame_index, old ? { ...made, id: old.id, attributes: old.attributes } : made);
  }
  return [...byFrame.values()].sort((a, b) => a.frame_index - b.frame_index);
}

function machineKey(
  trackId: TrackId,
  frame_index: number,
  { ego_from_object, size_lwh_m }: ProposedCuboid['box'],
  score: number | null,
): Cuboid {
  return {
    id: newCuboidId(),
    track_id: trackId,
    frame_index,
    ego_from_object,
    size_lwh_m,
    source: 'propagated',
    confirmed_by: null,
    score,
    attributes: {},
    ends_segment: false,
  };
}
