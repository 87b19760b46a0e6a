/** Objects: select, confirm, delete, copy. */
import { type Action, action, hasTrack, onSelected } from './action';

export const OBJECT: readonly Action[] = [
  action('object', 'select_next', ['Tab'], (editor) => editor.selectNext(), { repeats: true }),
  action('object', 'select_previous', ['Shift+Tab'], (editor) => editor.selectPrevious(), { repeats: true }),
  onSelected('object', 'confirm', ['C', 'Enter'], (editor) => editor.group.confirm()),
  action('object', 'confirm_track', ['Shift+C'], (editor) => editor.confirming.confirmTrack(), {
    isEnabled: hasTrack,
  }),
  action('object', 'next_work', ['Ctrl+Shift+ArrowRight'], (editor) => editor.confirming.goToWork(1)),
  action('object', 'previous_work', ['Ctrl+Shift+ArrowLeft'], (editor) => editor.confirming.goToWork(-1)),
  action('object', 'toggle_key', ['K'], (editor) => editor.tracks.toggleKey(), { isEnabled: hasTrack }),
  onSelected('object', 'delete_cuboid', ['Delete', 'Backspace'], (editor) => editor.group.deleteCuboids()),
  action('object', 'delete_track', ['Shift+Delete'], (editor) => editor.tracks.deleteTrack(), {
    isEnabled: hasTrack,
  }),
  onSelected('object', 'copy_to_next', ['Alt+ArrowRight'], (editor) =>
    editor.tracks.copyToFrame(editor.selectedTrackId, editor.frameIndex + 1),
  ),
  onSelected('object', 'copy_to_previous', ['Alt+ArrowLeft'], (editor) =>
    editor.tracks.copyToFrame(editor.selectedTrackId, editor.frameIndex - 1),
  ),
];
