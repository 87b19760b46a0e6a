/** Fitting again, copies, groups, tilt. */
import type { FitWhat } from '../../model/proposals';
import type { Editor } from '../editor';
import { type Action, action, hasTrack } from './action';

/** Always enabled: where nothing can be fitted, it says in one line what is missing. */
const fit = (id: string, keys: readonly string[], what: FitWhat): Action =>
  action('fit', id, keys, (editor) => void editor.fitting.fitAgain(what));

export const FIT: readonly Action[] = [
  fit('fit_all', ['R'], 'all'),
  fit('fit_heading', ['Shift+R'], 'heading'),
  fit('fit_to_ground', ['Alt+R'], 'to_ground'),
  fit('fit_position', [], 'position'),
  fit('fit_size', [], 'size'),
  fit('fit_front', [], 'front'),
  fit('fit_back', [], 'back'),
  fit('fit_left', [], 'left'),
  fit('fit_right', [], 'right'),
  fit('fit_top', [], 'top'),
  fit('fit_bottom', [], 'bottom'),
  action('fit', 'copy', ['Ctrl+C'], (editor) => editor.clipboard.copy(), { isEnabled: hasTrack }),
  action('fit', 'paste', ['Ctrl+V'], (editor) => editor.clipboard.paste()),
  action('fit', 'paste_as_new', ['Ctrl+Shift+V'], (editor) => editor.clipboard.pasteAsNew()),
  action('fit', 'select_all', ['Ctrl+A'], (editor) => editor.group.addAll()),
  action('fit', 'select_also_next', ['Ctrl+ArrowDown'], (editor) => editor.group.addNext(), {
    repeats: true,
  }),
  action('fit', 'toggle_tilt', ['Alt+T'], toggleTilt),
];

function toggleTilt(editor: Editor): void {
  editor.session.setState(({ isTiltOpen }) => ({ isTiltOpen: !isTiltOpen }));
}
