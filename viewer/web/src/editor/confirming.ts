/** Agreeing with what machines made: the cuboid, the track, and on to the next that nobody has agreed with. */
import type { TrackId } from '../model/ids';
import type { Cuboid } from '../model/records';
import type { Editor } from './editor';
import { inOrder, isUnconfirmed, nextUnconfirmed } from './selection';
import { ensureKey } from './verbs';

/** Below this a machine is not sure itself. */
const LOW_SCORE = 0.5;

export class Confirming {
  private readonly editor: Editor;
  private counted: { readonly version: number; readonly keys: readonly Cuboid[] } | null = null;

  constructor(editor: Editor) {
    this.editor = editor;
  }

  /** The keys that nobody has agreed with, by rising frame; what is derived follows them. */
  get open(): readonly Cuboid[] {
    const { store } = this.editor;
    if (this.counted?.version !== store.version) {
      const keys = store
        .all('cuboids')
        .filter(isUnconfirmed)
        .sort((a, b) => a.frame_index - b.frame_index);
      this.counted = { version: store.version, keys };
    }
    return this.counted.keys;
  }

  /** Agree with the cuboid as it is, and go to the next one that nobody has agreed with: here, then in later frames. */
  confirm(trackId = this.editor.selectedTrackId): void {
    const { context, frameIndex } = this.editor;
    this.editor.onTrack('history.confirm', trackId, (tx, { id }) =>
      ensureKey(context, tx, id, frameIndex, { confirmed_by: context.author }),
    );
    this.goToNext(trackId);
  }

  /** Agree with all keys of the track, so with all that is derived from them. */
  confirmTrack(trackId = this.editor.selectedTrackId): void {
    const { context, store } = this.editor;
    this.editor.onTrack('sequences.stepConfirmTrack', trackId, (tx, track) => {
      for (const key of store.keysOfTrack(track.id).filter(isUnconfirmed)) {
        tx.put('cuboids', { ...key, confirmed_by: context.author });
      }
    });
    this.goToNext(trackId);
  }

  /** To the next (or previous) frame in which the selected object, or any where none is selected, needs work. */
  goToWork(direction: 1 | -1): void {
    const { editor } = this;
    const { selectedTrackId, frameIndex } = editor;
    const isWanted = (key: Cuboid) =>
      (key.frame_index - frameIndex) * direction > 0 &&
      (selectedTrackId === null || key.track_id === selectedTrackId);
    const keys = this.needingWork().filter(isWanted);
    const found = direction === 1 ? keys[0] : keys.at(-1);
    if (found) {
      editor.goToFrame(found.frame_index);
      editor.select(found.track_id);
    } else {
      editor.notify('sequences.noWork');
    }
  }

  /** Keys that nobody has agreed with, and those that a machine was not sure of. */
  private needingWork(): readonly Cuboid[] {
    const { selectedTrackId, store } = this.editor;
    if (selectedTrackId === null) {
      return this.open;
    }
    const isUnsure = ({ score, source }: Cuboid) => score !== null && score < LOW_SCORE && source !== 'human';
    return store.keysOfTrack(selectedTrackId).filter((key) => isUnconfirmed(key) || isUnsure(key));
  }

  /** To the next cuboid that nobody has agreed with: in this frame, then in later ones, then from the start. */
  goToNext(trackId: TrackId | null): void {
    const { editor } = this;
    const { frameIndex, selectionOrder } = editor.session.getState();
    const next = nextUnconfirmed(inOrder(editor.store.resolveFrame(frameIndex), selectionOrder), trackId);
    if (next) {
      editor.select(next.track.id);
      return;
    }
    const { open } = this;
    const later = open.filter((key) => key.frame_index > frameIndex);
    const candidates = later.length > 0 ? later : open;
    const [first] = candidates;
    if (first) {
      const inFrame = candidates.filter((key) => key.frame_index === first.frame_index);
      const found = inFrame.find((key) => key.track_id === trackId) ?? first;
      editor.goToFrame(found.frame_index);
      editor.select(found.track_id);
    }
  }
}
