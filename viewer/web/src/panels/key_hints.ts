/** The key that a tooltip shows for an action. */
import { keysOf } from '../editor/keymap';

export const keyOf = (actionId: string): string | undefined => keysOf(actionId)[0];
