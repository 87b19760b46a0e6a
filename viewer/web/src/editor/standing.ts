/** Whether an object stands still: judged by the machine where there is one, by its keys alone where not. */
import type { Cuboid, Track } from '../model/records';
import type { LabelStore } from '../store/label_store';
import type { Editor } from './editor';
import { looksParked, type Standing } from './motion';

export class StandingJudge {
  private readonly editor: Editor;
  /** By the keys of a track, which are another list as soon as one of them changes. */
  private readonly answers = new WeakMap<readonly Cuboid[], Promise<Standing | null>>();

  constructor(editor: Editor) {
    this.editor = editor;
  }

  /** By the browser's own rule, at once. */
  guess(track: Track): Standing | null {
    return looksParked(this.editor.store, track);
  }

  /** What the machine says, asked once for each version of the track; rejected where nobody can be asked. */
  ask(track: Track): Promise<Standing | null> {
    const { store } = this.editor;
    const keys = store.keysOfTrack(track.id);
    const known = this.answers.get(keys);
    if (track.is_static || known) {
      return known ?? Promise.resolve(null);
    }
    const answer = this.judge(track, keys);
    this.answers.set(keys, answer);
    // What could not be asked now is asked again.
    answer.catch(() => this.answers.delete(keys));
    return answer;
  }

  private async judge(track: Track, keys: readonly Cuboid[]): Promise<Standing | null> {
    const judged = await this.editor.proposer.motion({ track, keys });
    const own = judged.find(({ track_id }) => track_id === track.id);
    return own?.motion === 'parked'
      ? { moved_m: own.moved_m, duration_s: durationOf(this.editor.store, keys) }
      : null;
  }
}

function durationOf({ timeline: { times_ns } }: LabelStore, keys: readonly Cuboid[]): number {
  const timeOf = (key: Cuboid | undefined) => times_ns[key?.frame_index ?? 0] ?? 0;
  return (timeOf(keys.at(-1)) - timeOf(keys[0])) / 1e9;
}
