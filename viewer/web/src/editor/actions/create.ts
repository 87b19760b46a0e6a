/** New cuboids, and what ends what was begun. */
import type { Editor } from '../editor';
import { type Action, action } from './action';

export const CREATE: readonly Action[] = [
  action('create', 'new_box', ['F', 'B'], newBox),
  action('create', 'new_boxes', ['Shift+F', 'Shift+B'], newBoxes),
  action('create', 'cancel', ['Escape'], cancel),
  ...Array.from({ length: 9 }, (_, index) => `${index + 1}`).map((digit) =>
    action('create', `category_${digit}`, [digit], (editor) => pickByKey(editor, digit), {
      isEnabled: (editor) => categoryOfKey(editor, digit) !== undefined,
    }),
  ),
];

/** The first press takes the tool in hand, the second one places the cuboid without the mouse. */
function newBox(editor: Editor): void {
  if (editor.session.getState().tool === 'create') {
    editor.fitting.placeNew();
  } else {
    editor.setTool('create');
  }
}

/** The tool stays in hand: every click places one, until Escape. */
function newBoxes(editor: Editor): void {
  editor.setTool('create');
  editor.session.setState({ isCreateSticky: true });
}

/** Escape leaves the innermost thing: a drag, the tool, the help, the selection. */
function cancel(editor: Editor): void {
  const { tool, helpOpen } = editor.session.getState();
  if (editor.isGesturing) {
    editor.cancelGesture();
  } else if (editor.propagation.cancel() || editor.tracks.cancelMerge()) {
    return;
  } else if (tool !== 'select') {
    editor.setTool('select');
  } else if (helpOpen) {
    editor.session.setState({ helpOpen: false });
  } else {
    editor.select(null);
  }
}

function pickByKey(editor: Editor, digit: string): void {
  const category = categoryOfKey(editor, digit);
  if (category) {
    editor.pickCategory(category.name);
  }
}

/** The category whose hot key it is; where the taxonomy names none, the categories count from 1. */
function categoryOfKey(editor: Editor, digit: string) {
  const { categories } = editor.scene.taxonomy;
  const isNamed = categories.some(({ hot_key }) => hot_key !== null);
  return isNamed ? categories.find(({ hot_key }) => hot_key === digit) : categories[Number(digit) - 1];
}
