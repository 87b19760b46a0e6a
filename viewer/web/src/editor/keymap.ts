/** From key presses to actions. */
import { type Action, actionById, ACTIONS } from './actions';
import type { Editor } from './editor';

/** The parts of a `KeyboardEvent` that name a key. */
export interface KeyStroke {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export type Keymap = ReadonlyMap<string, Action>;

export const DEFAULT_KEYMAP: Keymap = new Map(
  ACTIONS.flatMap((action) => action.keys.map((key) => [key, action])),
);

/** `Ctrl+Shift+Z` for a key press. Where the layout has no Latin letters, keys go by their place on the board. */
export function strokeName(stroke: KeyStroke): string {
  if (stroke.key === '?') {
    return '?';
  }
  const modifiers = [
    stroke.ctrlKey || stroke.metaKey ? 'Ctrl' : null,
    stroke.altKey ? 'Alt' : null,
    stroke.shiftKey ? 'Shift' : null,
  ];
  return [...modifiers, keyName(stroke)].filter((part) => part !== null).join('+');
}

function keyName({ key, code }: KeyStroke): string {
  const place = /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1];
  return /^[a-z]$/i.test(key) ? key.toUpperCase() : (place ?? key);
}

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
  keymap: Keymap = DEFAULT_KEYMAP,
): () => void {
  let isInDialog = false;
  // On the way down: by the time the key comes up again, the dialog that it closed is gone.
  const onKeyComing = () => {
    isInDialog = document.querySelector('[role=dialog][aria-modal=true]') !== null;
  };
  const onKeyDown = (event: Event) => {
    if (event instanceof KeyboardEvent && !isInDialog && !event.defaultPrevented && !event.isComposing) {
      handleKeyDown(editor, event, keymap);
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

function handleKeyDown(editor: Editor, event: KeyboardEvent, keymap: Keymap): void {
  const action = keymap.get(strokeName(event));
  const isFree = action?.everywhere === true || !(ownsKeys(event.target) || isForControl(event));
  if (!action || !isFree) {
    return;
  }
  event.preventDefault();
  if ((!event.repeat || action.repeats) && action.isEnabled(editor)) {
    action.run(editor, { hold: action.repeats });
  }
}

/** The keys of an action, for tooltips and the help overlay. */
export const keysOf = (actionId: string): readonly string[] => actionById(actionId).keys;
