/** What the 3D views show. */
import type { Editor } from '../editor';
import { type Action, action, onSelected } from './action';

const LEAST_PX = 1;
const MOST_PX = 8;

export const VIEW: readonly Action[] = [
  onSelected('view', 'zoom_to_object', ['T'], (editor) => editor.viewCommand('zoom-to-object')),
  action('view', 'view_top', ['V'], (editor) => editor.viewCommand('view-top')),
  action('view', 'view_behind', ['Shift+V'], (editor) => editor.viewCommand('view-behind')),
  action('view', 'view_side', ['Alt+V'], (editor) => editor.viewCommand('view-side')),
  action('view', 'view_free', ['Ctrl+Alt+V'], (editor) => editor.viewCommand('view-free')),
  action('view', 'ruler', ['U'], toggleRuler),
  action('view', 'hide_others', ['H'], (editor) =>
    editor.session.setState(({ othersHidden }) => ({ othersHidden: !othersHidden })),
  ),
  action('view', 'hide_filtered', ['Alt+H'], (editor) =>
    editor.session.setState(({ filterHides }) => ({ filterHides: !filterHides })),
  ),
  points('points_larger', ['+', '='], 0.5),
  points('points_smaller', ['-'], -0.5),
];

function points(id: string, keys: readonly string[], byPx: number): Action {
  const sizeAfter = (pointSize: number) => Math.min(MOST_PX, Math.max(LEAST_PX, pointSize + byPx));
  return action(
    'view',
    id,
    keys,
    (editor) => editor.session.setState(({ pointSize }) => ({ pointSize: sizeAfter(pointSize) })),
    { repeats: true },
  );
}

function toggleRuler(editor: Editor): void {
  editor.setTool(editor.session.getState().tool === 'ruler' ? 'select' : 'ruler');
}
