/** Key caps, for tooltips and the help page. */
import { createContext, useContext, useSyncExternalStore } from 'react';

const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  ' ': 'Space',
  Control: 'Ctrl',
  Mod: 'Ctrl',
};

/** Names a key by what it does: which one that is may change while it is on the screen. */
export const keyReference = (actionId: string): string => `${REFERENCE}${actionId}`;
const REFERENCE = 'key-of:';

/** Finds the key of an action, and tells when it became another one. */
export interface KeyLookup {
  readonly keyOf: (actionId: string) => string | undefined;
  readonly subscribe: (listener: () => void) => () => void;
}

const NO_KEYS: KeyLookup = { keyOf: () => undefined, subscribe: () => () => undefined };
const Lookup = createContext(NO_KEYS);

export const KeyLookupProvider = Lookup.Provider;

/** The key press that a combination or a reference stands for; undefined where the action has no key. */
export function useKey(keys: string | undefined): string | undefined {
  const { keyOf, subscribe } = useContext(Lookup);
  const find = () => (keys?.startsWith(REFERENCE) === true ? keyOf(keys.slice(REFERENCE.length)) : keys);
  return useSyncExternalStore(subscribe, find);
}

/** `Ctrl+Shift+ArrowLeft` as the caps printed on a keyboard; a plain letter is shown in upper case. */
export function keyCaps(combination: string): readonly string[] {
  const isPlus = combination === '+' || combination.endsWith('++');
  const parts = isPlus
    ? [...combination.slice(0, -1).split('+').filter(Boolean), '+']
    : combination.split('+');
  return parts.map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

/** The same in as little room as there is on a small button. */
export const shortKey = (combination: string): string =>
  keyCaps(combination)
    .map((cap) => SHORT[cap] ?? cap)
    .join('');
const SHORT: Readonly<Record<string, string>> = { Shift: '⇧', Ctrl: '^', Alt: '⌥' };

/** @param combination a key press such as `Ctrl+Z`, or a `keyReference`. */
export function KeyCaps({ combination }: { readonly combination: string }) {
  const keys = useKey(combination);
  return keys === undefined ? null : (
    <kbd className="tb-keys" style={{ fontFamily: 'inherit' }}>
      {keyCaps(keys).map((cap) => (
        <span key={cap} className="tb-key">
          {cap}
        </span>
      ))}
    </kbd>
  );
}
