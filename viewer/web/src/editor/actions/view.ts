/** What the 3D views show. */
import { type Action, action, onSelected } from './action';

export const VIEW: readonly Action[] = [
  onSelected('view', 'zoom_to_object', ['T'], (editor) => editor.viewCommand('zoom-to-object')),
  action('view', 'view_top', ['V'], (editor) => editor.viewCommand('view-top')),
  action('view', 'view_behind', ['Shift+V'], (editor) => editor.viewCommand('view-behind')),
  action('view', 'hide_others', ['H'], (editor) =>
    editor.session.setState(({ othersHidden }) => ({ othersHidden: !othersHidden })),
  ),
];
