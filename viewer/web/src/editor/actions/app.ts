/** The page as a whole. */
import { type Action, action } from './action';

export const APP: readonly Action[] = [
  action('app', 'undo', ['Ctrl+Z'], (editor) => editor.undo(), {
    repeats: true,
    isEnabled: (editor) => editor.history.canUndo || editor.session.getState().placings.length > 0,
    whyNotKey: 'whyNot.undo',
  }),
  action('app', 'redo', ['Ctrl+Shift+Z', 'Ctrl+Y'], (editor) => editor.redo(), {
    repeats: true,
    isEnabled: (editor) => editor.history.canRedo,
    whyNotKey: 'whyNot.redo',
  }),
  action('app', 'save', ['Ctrl+S'], (editor) => editor.saveNow(), { everywhere: true }),
  action('app', 'findings', ['L'], (editor) =>
    editor.session.setState(({ findingsOpen }) => ({ findingsOpen: !findingsOpen })),
  ),
  action('app', 'help', ['?'], (editor) =>
    editor.session.setState(({ helpOpen }) => ({ helpOpen: !helpOpen })),
  ),
  action('app', 'palette', ['Ctrl+K'], (editor) => editor.session.setState({ palette: '' }), {
    everywhere: true,
  }),
  action('app', 'keys', ['Ctrl+,'], (editor) => editor.session.setState({ keysOpen: true })),
  action('app', 'export', ['Ctrl+E'], (editor) => editor.session.setState({ exportOpen: true })),
];
