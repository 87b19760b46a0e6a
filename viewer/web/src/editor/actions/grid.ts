/** The batch grid: its keys mean something only while it is open. */
import type { Editor } from '../editor';
import type { Choice } from '../grid_frames';
import type { GridVerbs } from '../grid';
import { type Action, action, type ActionGroup, hasTrack } from './action';

const isOpen = (editor: Editor): boolean => editor.grid.isOpen;

const verb = (id: string, keys: readonly string[], run: (grid: GridVerbs) => void): Action =>
  action('grid', id, keys, ({ grid }) => run(grid), { isEnabled: isOpen, whyNotKey: 'grid.isClosed' });

const step = (
  id: string,
  keys: readonly string[],
  by: (grid: GridVerbs) => number,
  choice?: Choice,
): Action =>
  action('grid', id, keys, ({ grid }) => grid.move(by(grid), choice), {
    repeats: true,
    isEnabled: isOpen,
    whyNotKey: 'grid.isClosed',
  });

export const GRID: readonly Action[] = [
  action('view', 'open_grid', ['Shift+T'], (editor) => editor.grid.toggle(), { isEnabled: hasTrack }),
  verb('grid_close', ['Escape', 'Shift+T'], closeOrCancel),
  verb('grid_fit', ['R'], (grid) => void grid.fit('chosen')),
  verb('grid_fit_all', ['Shift+R'], (grid) => void grid.fit('all')),
  verb('grid_interpolate', ['I'], (grid) => grid.interpolate()),
  verb('grid_toggle_key', ['K'], (grid) => grid.toggleKeys()),
  verb('grid_copy', ['P'], (grid) => grid.copy()),
  verb('grid_confirm', ['C'], (grid) => grid.confirm()),
  verb('grid_delete', ['Delete', 'Backspace'], (grid) => grid.remove()),
  verb('grid_jump', ['Enter'], (grid) => grid.jump()),
  verb('grid_choose_all', ['Ctrl+A'], (grid) => grid.chooseAll()),
  step('grid_next', ['ArrowRight'], () => 1),
  step('grid_previous', ['ArrowLeft'], () => -1),
  step('grid_down', ['ArrowDown', 'PageDown'], (grid) => grid.columns),
  step('grid_up', ['ArrowUp', 'PageUp'], (grid) => -grid.columns),
  step('grid_first', ['Home'], () => -Infinity),
  step('grid_last', ['End'], () => Infinity),
  step('grid_choose_next', ['Ctrl+Shift+ArrowRight'], () => 1, 'range'),
  step('grid_choose_previous', ['Ctrl+Shift+ArrowLeft'], () => -1, 'range'),
];

/** Escape leaves the innermost thing. */
function closeOrCancel(grid: GridVerbs): void {
  if (grid.isFitting) {
    grid.cancelFit();
  } else {
    grid.close();
  }
}

const HIDDEN_GROUPS: ReadonlySet<ActionGroup> = new Set(['create', 'fit', 'frame', 'view']);
const HIDDEN: ReadonlySet<string> = new Set([
  'select_next',
  'select_previous',
  'confirm',
  'copy_to_next',
  'copy_to_previous',
]);

/** Whether an action works on what the open grid covers, so that its key has no meaning there. */
export const isBehindGrid = ({ id, group }: Action): boolean =>
  (HIDDEN_GROUPS.has(group) && !id.startsWith('category_')) || HIDDEN.has(id);
