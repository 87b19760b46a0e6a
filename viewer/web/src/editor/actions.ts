/** Everything that has a key, as one table: menus, tooltips, the help overlay and the keyboard all read it. */
import type { Face } from '../geometry/box';
import type { Editor, HoldOption, NudgeStep } from './editor';

const STEP_M = 0.05;
const COARSE_M = 0.5;
const TURN_RAD = Math.PI / 180;

export type ActionGroup = 'create' | 'move' | 'size' | 'object' | 'frame' | 'view' | 'app';

export interface Action {
  readonly id: string;
  /** i18n key of what it is called. */
  readonly titleKey: string;
  readonly group: ActionGroup;
  /** `Ctrl+Z`; the first is shown, all work. Names are those of `KeyboardEvent.key`, letters in upper case. */
  readonly keys: readonly string[];
  /** Whether holding the key down repeats it. */
  readonly repeats: boolean;
  /** Whether the key works while one writes into a field, too. */
  readonly everywhere: boolean;
  isEnabled(editor: Editor): boolean;
  run(editor: Editor, hold: HoldOption): void;
}

interface ActionExtras {
  readonly repeats?: boolean;
  readonly everywhere?: boolean;
  readonly isEnabled?: (editor: Editor) => boolean;
}

function action(
  group: ActionGroup,
  id: string,
  keys: readonly string[],
  run: (editor: Editor, hold: HoldOption) => void,
  { repeats = false, everywhere = false, isEnabled = () => true }: ActionExtras = {},
): Action {
  return { id, titleKey: `actions.${id}`, group, keys, repeats, everywhere, isEnabled, run };
}

const hasSelected = (editor: Editor): boolean => editor.selected !== null;
const hasTrack = (editor: Editor): boolean => editor.selectedTrackId !== null;

const onSelected = (
  group: ActionGroup,
  id: string,
  keys: readonly string[],
  run: (editor: Editor, hold: HoldOption) => void,
): Action => action(group, id, keys, run, { isEnabled: hasSelected });

const nudge = (id: string, key: string, step: NudgeStep): Action =>
  action('move', id, [key], (editor, hold) => editor.nudge(step, hold), {
    repeats: true,
    isEnabled: hasSelected,
  });

const grow = (id: string, key: string, face: Face, deltaM: number): Action =>
  action('size', id, [key], (editor, hold) => editor.resizeFace(face, deltaM, hold), {
    repeats: true,
    isEnabled: hasSelected,
  });

const frame = (id: string, keys: readonly string[], run: (editor: Editor) => void): Action =>
  action('frame', id, keys, run, { repeats: true });

const CREATE: readonly Action[] = [
  action('create', 'new_box', ['F', 'B'], newBox),
  action('create', 'cancel', ['Escape'], cancel),
  ...Array.from({ length: 9 }, (_, index) => `${index + 1}`).map((digit) =>
    action('create', `category_${digit}`, [digit], (editor) => pickByKey(editor, digit), {
      isEnabled: (editor) => categoryOfKey(editor, digit) !== undefined,
    }),
  ),
];

const MOVE: readonly Action[] = [
  nudge('move_forward', 'W', { dx: STEP_M }),
  nudge('move_back', 'S', { dx: -STEP_M }),
  nudge('move_left', 'A', { dy: STEP_M }),
  nudge('move_right', 'D', { dy: -STEP_M }),
  nudge('move_up', 'Q', { dz: STEP_M }),
  nudge('move_down', 'E', { dz: -STEP_M }),
  nudge('move_forward_far', 'Shift+W', { dx: COARSE_M }),
  nudge('move_back_far', 'Shift+S', { dx: -COARSE_M }),
  nudge('move_left_far', 'Shift+A', { dy: COARSE_M }),
  nudge('move_right_far', 'Shift+D', { dy: -COARSE_M }),
  nudge('turn_left', 'Z', { dyaw: TURN_RAD }),
  nudge('turn_right', 'X', { dyaw: -TURN_RAD }),
  onSelected('move', 'turn_left_90', ['Shift+Z'], (editor) => editor.rotate90(1)),
  onSelected('move', 'turn_right_90', ['Shift+X'], (editor) => editor.rotate90(-1)),
  onSelected('move', 'flip_heading', ['G'], (editor) => editor.flipHeading()),
  action('move', 'flip_track', ['Shift+G'], (editor) => editor.flipTrack(), { isEnabled: hasTrack }),
];

const SIZE: readonly Action[] = [
  grow('longer', 'Shift+ArrowUp', 'front', STEP_M),
  grow('shorter', 'Shift+ArrowDown', 'front', -STEP_M),
  grow('wider', 'Shift+ArrowRight', 'right', STEP_M),
  grow('narrower', 'Shift+ArrowLeft', 'right', -STEP_M),
  grow('taller', 'Shift+PageUp', 'top', STEP_M),
  grow('lower', 'Shift+PageDown', 'top', -STEP_M),
];

const OBJECT: readonly Action[] = [
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

const FRAME: readonly Action[] = [
  frame('next_frame', ['ArrowRight', 'PageDown'], (editor) => editor.nextFrame()),
  frame('previous_frame', ['ArrowLeft', 'PageUp'], (editor) => editor.previousFrame()),
  frame('first_frame', ['Home'], (editor) => editor.goToFrame(0)),
  frame('last_frame', ['End'], (editor) => editor.goToFrame(editor.scene.frames.length - 1)),
  frame('next_key', ['Ctrl+ArrowRight'], (editor) => editor.nextKey()),
  frame('previous_key', ['Ctrl+ArrowLeft'], (editor) => editor.previousKey()),
  action('frame', 'play', [' '], (editor) => editor.togglePlay()),
  action('frame', 'frame_done', ['N'], (editor) => toggleFrameState(editor, 'done')),
  action('frame', 'frame_empty', ['Shift+N'], (editor) => toggleFrameState(editor, 'empty')),
];

const VIEW: readonly Action[] = [
  onSelected('view', 'zoom_to_object', ['T'], (editor) => editor.viewCommand('zoom-to-object')),
  action('view', 'view_top', ['V'], (editor) => editor.viewCommand('view-top')),
  action('view', 'view_behind', ['Shift+V'], (editor) => editor.viewCommand('view-behind')),
  action('view', 'hide_others', ['H'], (editor) =>
    editor.session.setState(({ othersHidden }) => ({ othersHidden: !othersHidden })),
  ),
];

const APP: readonly Action[] = [
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

export const ACTIONS: readonly Action[] = [...CREATE, ...MOVE, ...SIZE, ...OBJECT, ...FRAME, ...VIEW, ...APP];

const byId = new Map(ACTIONS.map((each) => [each.id, each]));

/** The action of that id; throws for one that does not exist. */
export function actionById(id: string): Action {
  const found = byId.get(id);
  if (!found) {
    throw new RangeError(`there is no action ${id}`);
  }
  return found;
}

/** The first press takes the tool in hand, the second one places the cuboid without the mouse. */
function newBox(editor: Editor): void {
  if (editor.session.getState().tool === 'create') {
    editor.placeNew();
  } else {
    editor.setTool('create');
  }
}

/** Escape leaves the innermost thing: a drag, the tool, the help, the selection. */
function cancel(editor: Editor): void {
  const { tool, helpOpen } = editor.session.getState();
  if (editor.isGesturing) {
    editor.cancelGesture();
  } else if (tool !== 'select') {
    editor.setTool('select');
  } else if (helpOpen) {
    editor.session.setState({ helpOpen: false });
  } else {
    editor.select(null);
  }
}

function toggleFrameState(editor: Editor, state: 'done' | 'empty'): void {
  const current = editor.store.get('frame_states', `${editor.frameIndex}`)?.state;
  editor.setFrameState(current === state ? null : state);
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
