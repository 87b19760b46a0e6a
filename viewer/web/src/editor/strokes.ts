/** The names of key presses, as tables of keys write them: `Ctrl+Shift+Z`, `?`, `ArrowLeft`. */

/** The parts of a `KeyboardEvent` that name a key. */
export interface KeyStroke {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly getModifierState?: (name: string) => boolean;
}

const MODIFIERS = ['Ctrl', 'Alt', 'Shift'] as const;
/** Keys that are no press of their own, or none that has a name. */
const NAMELESS = new Set([
  'Ctrl',
  'Control',
  'Shift',
  'Alt',
  'AltGraph',
  'Meta',
  'OS',
  'CapsLock',
  'NumLock',
  'ScrollLock',
  'Fn',
  'Dead',
  'Process',
  'Unidentified',
  'Compose',
]);
/** What the page itself or every browser does with a key, whatever a page says. */
const RESERVED = new Set([
  'Escape',
  'F6',
  'Shift+F6',
  'F5',
  'F11',
  'F12',
  ...['N', 'T', 'W'].flatMap((letter) => [`Ctrl+${letter}`, `Ctrl+Shift+${letter}`]),
  'Ctrl+Tab',
  'Ctrl+Shift+Tab',
  'Ctrl+PageUp',
  'Ctrl+PageDown',
]);

/**
 * `Ctrl+Shift+Z` for a key press; ⌘ counts as Ctrl. Where the layout has no Latin letters, keys go by their place on
 * the board. A sign that takes Shift to type is that sign: `?`, not `Shift+?`.
 */
export function strokeName(stroke: KeyStroke): string {
  const name = keyName(stroke);
  // AltGr makes a sign, and some systems tell of it as of Ctrl and Alt.
  const isMadeByAltGr = isSign(name) && stroke.getModifierState?.('AltGraph') === true;
  const held = {
    Ctrl: (stroke.ctrlKey && !isMadeByAltGr) || stroke.metaKey,
    Alt: stroke.altKey && !isMadeByAltGr,
    Shift: stroke.shiftKey && !isSign(name),
  };
  return [...MODIFIERS.filter((modifier) => held[modifier]), name].join('+');
}

function keyName({ key, code }: KeyStroke): string {
  const place = /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1];
  return /^[a-z]$/i.test(key) ? key.toUpperCase() : (place ?? key);
}

const isSign = (name: string): boolean => name.length === 1 && !/[\p{L}\p{N} ]/u.test(name);

/** Whether the press has a name; a modifier alone has none. */
export const isNamed = ({ key }: Pick<KeyStroke, 'key'>): boolean => !NAMELESS.has(key);

/** Whether an action may have this key. */
export const isAssignable = (name: string): boolean => isStrokeName(name) && !RESERVED.has(name);

/** Whether a text names a key press, modifiers in their order: what a file or an old page may hold is checked by it. */
export function isStrokeName(text: string): boolean {
  const parts = strokeParts(text);
  const key = parts.at(-1) ?? '';
  const modifiers = parts.slice(0, -1);
  const isInOrder = MODIFIERS.filter((each) => modifiers.includes(each)).join() === modifiers.join();
  const isKey = /^[A-Z0-9 ]$/.test(key) || isSign(key) || /^(F\d{1,2}|[A-Z][a-z]+([A-Z][a-z]+)?)$/.test(key);
  return isInOrder && isKey && !NAMELESS.has(key) && !(isSign(key) && modifiers.includes('Shift'));
}

/** `Ctrl++` is Ctrl and the plus key. */
export function strokeParts(name: string): readonly string[] {
  const isPlus = name === '+' || name.endsWith('++');
  return isPlus ? [...name.slice(0, -1).split('+').filter(Boolean), '+'] : name.split('+');
}
