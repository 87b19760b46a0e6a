/** The key that a tooltip shows for an action. */
import { actionById } from '../editor/actions';
import { keySettings } from '../editor/keymap_store';
import { type KeyLookup, keyReference } from '../ui/keys';

/** For `Hint`, `IconButton` and `KeyCaps`, which look it up: keys can be changed while a tooltip stands. */
export const keyOf = (actionId: string): string => keyReference(actionById(actionId).id);

/** The same for the digit that picks a category; undefined where its hot key is none of the nine. */
export const keyOfCategory = (digit: string | null): string | undefined =>
  digit !== null && /^[1-9]$/.test(digit) ? keyOf(`category_${digit}`) : undefined;

/** Where those find it. */
export const KEY_LOOKUP: KeyLookup = {
  keyOf: (actionId) => keySettings.keysOf(actionId)[0],
  subscribe: keySettings.store.subscribe,
};
