/** The page as a whole. */
import { type Action, action } from './action';

export const APP: readonly Action[] = [
  action('app', 'undo', ['Ctrl+Z'], (editor) => editor.undo(), {
    repeats: true,
    isEnabled: (editor) => editor.history.canUndo,
  }),
  action('app', 'redo', ['Ctrl+Shift+Z', 'Ctrl+Y'], (editor) => editor.redo(), {
    repeats: true,
    isEnabled: (editor) => editor.history.canRedo,
  }),
  action('app', 'save', ['Ctrl+S'], (editor) => editor.saveNow(), { everywhere: true }),
  action('app', 'findings', ['L'], (editor) =>
    editor.session.setState(({ findingsOpen }) => ({ findingsOpen: !findingsOpen })),
  ),
  action('app', 'help', ['?'], (editor) =>
    editor.session.setState(({ helpOpen }) => ({ helpOpen: !helpOpen })),
  ),
];
