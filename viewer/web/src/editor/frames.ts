/** Going from frame to frame and from key to key, playing, and what people say of whole frames. */
import { frameStateId } from '../model/ids';
import type { Cuboid, FrameStateName } from '../model/records';
import type { Editor } from './editor';
import { Playback } from './playback';

export class Frames {
  private readonly editor: Editor;
  private readonly playback: Playback;

  constructor(editor: Editor) {
    this.editor = editor;
    this.playback = new Playback(editor.session, {
      timesNs: editor.store.timeline.times_ns,
      canAdvance: () => editor.canAdvance(),
      goToFrame: (frameIndex) => editor.goToFrame(frameIndex),
    });
  }

  dispose(): void {
    this.playback.stop();
  }

  next(): void {
    this.editor.goToFrame(this.editor.frameIndex + 1);
  }

  previous(): void {
    this.editor.goToFrame(this.editor.frameIndex - 1);
  }

  /** To the selected track's next key. */
  nextKey(): void {
    const { frameIndex } = this.editor;
    this.goToKey(this.selectedKeys().find(({ frame_index }) => frame_index > frameIndex));
  }

  previousKey(): void {
    const { frameIndex } = this.editor;
    this.goToKey(this.selectedKeys().findLast(({ frame_index }) => frame_index < frameIndex));
  }

  togglePlay(): void {
    this.playback.toggle();
  }

  setState(state: FrameStateName | null, frameIndex = this.editor.frameIndex): void {
    const id = frameStateId(frameIndex);
    this.editor.perform('history.frame_state', (tx) => {
      if (state === null) {
        tx.remove('frame_states', id);
      } else {
        tx.put('frame_states', { id, frame_index: frameIndex, state });
      }
    });
  }

  private goToKey(key: Cuboid | undefined): void {
    if (key) {
      this.editor.goToFrame(key.frame_index);
    }
  }

  private selectedKeys(): readonly Cuboid[] {
    const { selectedTrackId, store } = this.editor;
    return selectedTrackId === null ? [] : store.keysOfTrack(selectedTrackId);
  }
}
