/** Objects: select, confirm, delete, copy. */
import { type Action, action, hasTrack, onSelected } from './action';

export const OBJECT: readonly Action[] = [
  action('object', 'select_next', ['Tab'], (editor) => editor.selectNext(), { repeats: true }),
  action('object', 'select_previous', ['Shift+Tab'], (editor) => editor.selectPrevious(), { repeats: true }),
  onSelected('object', 'confirm', ['C', 'Enter'], (editor) => editor.confirm()),
  action('object', 'toggle_key', ['K'], (editor) => editor.toggleKey(), { isEnabled: hasTrack }),
  onSelected('object', 'delete_cuboid', ['Delete', 'Backspace'], (editor) => editor.deleteCuboid()),
  action('object', 'delete_track', ['Shift+Delete'], (editor) => editor.deleteTrack(), {
    isEnabled: hasTrack,
  }),
  onSelected('object', 'copy_to_next', ['Alt+ArrowRight'], (editor) =>
    editor.copyToFrame(editor.selectedTrackId, editor.frameIndex + 1),
  ),
  onSelected('object', 'copy_to_previous', ['Alt+ArrowLeft'], (editor) =>
    editor.copyToFrame(editor.selectedTrackId, editor.frameIndex - 1),
  ),
];
