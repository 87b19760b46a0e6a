/** Frames: go, play, mark. */
import { PLAYBACK_SPEEDS } from '../../store/session';
import type { Editor } from '../editor';
import { type Action, action } from './action';

/** Frames that a skip goes over. */
const SKIP = 10;

const frame = (id: string, keys: readonly string[], run: (editor: Editor) => void): Action =>
  action('frame', id, keys, run, { repeats: true });

export const FRAME: readonly Action[] = [
  frame('next_frame', ['ArrowRight', 'PageDown'], (editor) => editor.frames.next()),
  frame('previous_frame', ['ArrowLeft', 'PageUp'], (editor) => editor.frames.previous()),
  frame('first_frame', ['Home'], (editor) => editor.goToFrame(0)),
  frame('last_frame', ['End'], (editor) => editor.goToFrame(editor.scene.frames.length - 1)),
  frame('next_key', ['Ctrl+ArrowRight'], (editor) => editor.frames.nextKey()),
  frame('previous_key', ['Ctrl+ArrowLeft'], (editor) => editor.frames.previousKey()),
  frame('skip_forward', ['Alt+PageDown'], (editor) => editor.goToFrame(editor.frameIndex + SKIP)),
  frame('skip_back', ['Alt+PageUp'], (editor) => editor.goToFrame(editor.frameIndex - SKIP)),
  action('frame', 'go_to_frame', ['Ctrl+G'], (editor) => editor.session.setState({ palette: 'frame ' })),
  action('frame', 'play', [' '], (editor) => editor.frames.togglePlay()),
  action('frame', 'play_faster', ['>'], (editor) => stepSpeed(editor, 1)),
  action('frame', 'play_slower', ['<'], (editor) => stepSpeed(editor, -1)),
  action('frame', 'frame_done', ['N'], (editor) => toggleFrameState(editor, 'done')),
  action('frame', 'frame_empty', ['Shift+N'], (editor) => toggleFrameState(editor, 'empty')),
];

function toggleFrameState(editor: Editor, state: 'done' | 'empty'): void {
  const current = editor.store.get('frame_states', `${editor.frameIndex}`)?.state;
  editor.frames.setState(current === state ? null : state);
}

function stepSpeed(editor: Editor, step: 1 | -1): void {
  const at = PLAYBACK_SPEEDS.indexOf(editor.session.getState().playbackSpeed) + step;
  const playbackSpeed = PLAYBACK_SPEEDS[Math.max(0, Math.min(PLAYBACK_SPEEDS.length - 1, at))] ?? 1;
  editor.session.setState({ playbackSpeed });
  editor.notify('habits.playbackSpeed', { speed: playbackSpeed });
}
