/** Our own keys: those of the table of actions. */
import type { Preset } from './preset';

export const TRUEBOX: Preset = { id: 'truebox', title: 'Truebox', keys: {} };
