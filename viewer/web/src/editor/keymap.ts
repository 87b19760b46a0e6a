/** From key presses to actions. */
import { ACTIONS } from './actions';
import { coverOf } from './actions/covered';
import { answerByKey } from './attribute_chord';
import type { Editor } from './editor';
import { keySettings } from './keymap_store';
import { contextOf, effectiveKeys, type Keymap, keymapOf } from './keymaps/effective';
import { strokeName } from './strokes';

/** Our own keys. */
export const DEFAULT_KEYMAP: Keymap = keymapOf(ACTIONS, effectiveKeys(ACTIONS, {}, {}));

/** Whether keys belong to the element that has the focus: it is written into, or it lies in a dialog or menu. */
export function ownsKeys(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable=true], [role=dialog], [role=menu], [role=listbox]',
    ) !== null
  );
}

/** Whether a control that was reached by keyboard takes this key itself. */
function isForControl(event: KeyboardEvent): boolean {
  const isActivation = event.key === 'Enter' || event.key === ' ';
  return (
    isActivation &&
    event.target instanceof Element &&
    event.target.matches('button:focus-visible, a:focus-visible')
  );
}

/** Let keys drive the editor; returns what takes them off again. */
export function bindKeys(
  editor: Editor,
  target: Window | HTMLElement,
  keymap: () => Keymap = () => keySettings.keymap,
): () => void {
  let isInDialog = false;
  // On the way down: by the time the key comes up again, the dialog that it closed is gone.
  const onKeyComing = () => {
    isInDialog = document.querySelector('[role=dialog][aria-modal=true]') !== null;
  };
  const onKeyDown = (event: Event) => {
    if (event instanceof KeyboardEvent && typesAhead(editor, event)) {
      event.preventDefault();
    } else if (
      event instanceof KeyboardEvent &&
      !isInDialog &&
      !event.defaultPrevented &&
      !event.isComposing
    ) {
      handleKeyDown(editor, event, keymap());
    }
  };
  // The end of a held key is the end of its gesture, also when the window loses the focus meanwhile.
  const onRelease = () => editor.endHold();
  target.addEventListener('keydown', onKeyComing, { capture: true });
  target.addEventListener('keydown', onKeyDown);
  target.addEventListener('keyup', onRelease);
  target.addEventListener('blur', onRelease);
  return () => {
    target.removeEventListener('keydown', onKeyComing, { capture: true });
    target.removeEventListener('keydown', onKeyDown);
    target.removeEventListener('keyup', onRelease);
    target.removeEventListener('blur', onRelease);
  };
}

/** Whether the palette is open but not yet on the screen: what is typed is for it, and does nothing else. */
function typesAhead({ session }: Editor, { key, ctrlKey, altKey, metaKey, target }: KeyboardEvent): boolean {
  const { palette } = session.getState();
  if (palette === null || ownsKeys(target)) {
    return false;
  }
  if (key.length === 1 && !ctrlKey && !altKey && !metaKey) {
    session.setState({ palette: palette + key });
  } else if (key === 'Escape') {
    session.setState({ palette: null });
  }
  return true;
}

/** Whether the key copies text that somebody selected on the page. */
function copiesText({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): boolean {
  const isCopy = key.toLowerCase() === 'c' && (ctrlKey || metaKey) && !shiftKey && !altKey;
  return isCopy && (document.getSelection()?.toString() ?? '') !== '';
}

function handleKeyDown(editor: Editor, event: KeyboardEvent, keymap: Keymap): void {
  if (copiesText(event)) {
    return;
  }
  const isElsewhere = ownsKeys(event.target) || isForControl(event);
  if (!isElsewhere && answerByKey(editor, event)) {
    event.preventDefault();
    return;
  }
  const candidates = keymap.get(strokeName(event)) ?? [];
  // What is over the views comes first, as long as it has something to do.
  const action =
    candidates.find((each) => contextOf(each) !== 'editor' && each.isEnabled(editor)) ??
    candidates.find((each) => contextOf(each) === 'editor' && coverOf(each, editor) === null);
  if (!action || (isElsewhere && !action.everywhere)) {
    return;
  }
  event.preventDefault();
  if ((!event.repeat || action.repeats) && action.isEnabled(editor)) {
    action.run(editor, { hold: action.repeats });
  }
}

/** The keys of an action, for tooltips and the help overlay. */
export const keysOf = (actionId: string): readonly string[] => keySettings.keysOf(actionId);
