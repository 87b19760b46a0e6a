/** Frames: go, play, mark. */
import type { Editor } from '../editor';
import { type Action, action } from './action';

const frame = (id: string, keys: readonly string[], run: (editor: Editor) => void): Action =>
  action('frame', id, keys, run, { repeats: true });

export const FRAME: readonly Action[] = [
  frame('next_frame', ['ArrowRight', 'PageDown'], (editor) => editor.nextFrame()),
  frame('previous_frame', ['ArrowLeft', 'PageUp'], (editor) => editor.previousFrame()),
  frame('first_frame', ['Home'], (editor) => editor.goToFrame(0)),
  frame('last_frame', ['End'], (editor) => editor.goToFrame(editor.scene.frames.length - 1)),
  frame('next_key', ['Ctrl+ArrowRight'], (editor) => editor.nextKey()),
  frame('previous_key', ['Ctrl+ArrowLeft'], (editor) => editor.previousKey()),
  action('frame', 'play', [' '], (editor) => editor.togglePlay()),
  action('frame', 'frame_done', ['N'], (editor) => toggleFrameState(editor, 'done')),
  action('frame', 'frame_empty', ['Shift+N'], (editor) => toggleFrameState(editor, 'empty')),
];

function toggleFrameState(editor: Editor, state: 'done' | 'empty'): void {
  const current = editor.store.get('frame_states', `${editor.frameIndex}`)?.state;
  editor.setFrameState(current === state ? null : state);
}
