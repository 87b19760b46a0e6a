/** The keys that are in force, for the keyboard and everything that shows keys; kept in this browser. */
import { createStore, type StoreApi } from 'zustand/vanilla';

import { isRecord, readStored, writeStored } from '../store/stored';
import { type Action, actionById, ACTIONS } from './actions';
import { type Keys, PRESET_IDS, type PresetId, PRESETS } from './keymaps';
import { contextOf, effectiveKeys, type Keymap, keymapOf, type KeysById } from './keymaps/effective';
import { isAssignable, isStrokeName } from './strokes';

const STORAGE_KEY = 'truebox.keys';
const VERSION = 1;
const KIND = 'truebox-keys';
const MOST_KEYS = 6;

/** What a person chose. */
export interface KeyChoice {
  readonly preset: PresetId;
  /** The keys of the actions that were changed, by id; none at all for one that shall have no key. */
  readonly remapped: Keys;
}

export interface KeymapState extends KeyChoice {
  readonly keysById: KeysById;
  readonly keymap: Keymap;
  /** What was kept could not be read, so the preset of the house is in force. */
  readonly isBroken: boolean;
}

/** One line on what is wrong with a file of keys: an i18n key and what it names. */
export interface KeyFileProblem {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
}

const NO_CHOICE: KeyChoice = { preset: 'truebox', remapped: {} };

export class KeySettings {
  readonly store: StoreApi<KeymapState>;

  constructor() {
    const { choice, isBroken } = restore();
    this.store = createStore(() => ({ ...stateOf(choice), isBroken }));
  }

  get choice(): KeyChoice {
    const { preset, remapped } = this.store.getState();
    return { preset, remapped };
  }

  get keymap(): Keymap {
    return this.store.getState().keymap;
  }

  keysOf(actionId: string): readonly string[] {
    return this.store.getState().keysById.get(actionById(actionId).id) ?? [];
  }

  choosePreset(preset: PresetId): void {
    this.keep({ ...this.choice, preset });
  }

  /** Give an action a key besides those it has, and take it from whichever had it. */
  addKey(actionId: string, key: string): void {
    const { remapped } = this.choice;
    const others = this.takenFrom(actionId, key).filter(({ id }) => remapped[id] !== undefined);
    const freed = others.map(({ id }) => [id, (remapped[id] ?? []).filter((each) => each !== key)] as const);
    const keys = [...this.keysOf(actionId).filter((each) => each !== key), key].slice(-MOST_KEYS);
    this.keep({
      ...this.choice,
      remapped: { ...remapped, ...Object.fromEntries(freed), [actionId]: keys },
    });
  }

  removeKey(actionId: string, key: string): void {
    const keys = this.keysOf(actionId).filter((each) => each !== key);
    this.keep({ ...this.choice, remapped: { ...this.choice.remapped, [actionId]: keys } });
  }

  /** The keys of the preset again. */
  reset(actionId: string): void {
    const kept = Object.entries(this.choice.remapped).filter(([id]) => id !== actionId);
    this.keep({ ...this.choice, remapped: Object.fromEntries(kept) });
  }

  resetAll(): void {
    this.keep({ ...this.choice, remapped: {} });
  }

  /** Other actions that would lose this key. */
  takenFrom(actionId: string, key: string): readonly Action[] {
    const context = contextOf(actionById(actionId));
    return (this.keymap.get(key) ?? []).filter(
      (action) => action.id !== actionId && contextOf(action) === context,
    );
  }

  /** The choice as a file that `importText` reads. */
  exportText(): string {
    return `${JSON.stringify({ kind: KIND, version: VERSION, ...this.choice }, null, 2)}\n`;
  }

  /** Take over the choice of a file, or say what is wrong with it. */
  importText(text: string): KeyFileProblem | null {
    const read = readKeyFile(text);
    if ('problem' in read) {
      return read.problem;
    }
    this.keep(read.choice);
    return null;
  }

  private keep(choice: KeyChoice): void {
    this.store.setState({ ...stateOf(choice), isBroken: false });
    writeStored(STORAGE_KEY, { version: VERSION, ...choice });
  }
}

function stateOf(choice: KeyChoice): Omit<KeymapState, 'isBroken'> {
  const keysById = effectiveKeys(ACTIONS, PRESETS[choice.preset].keys, choice.remapped);
  return { ...choice, keysById, keymap: keymapOf(ACTIONS, keysById) };
}

/** What was kept; actions that no longer exist are left out without a word. */
function restore(): { readonly choice: KeyChoice; readonly isBroken: boolean } {
  const stored = readStored(STORAGE_KEY);
  if (stored.state === 'none') {
    return { choice: NO_CHOICE, isBroken: false };
  }
  const read = stored.state === 'found' ? choiceOf(stored.value) : null;
  return read !== null && 'choice' in read
    ? { choice: read.choice, isBroken: false }
    : { choice: NO_CHOICE, isBroken: true };
}

type Read = { readonly choice: KeyChoice } | { readonly problem: KeyFileProblem };

/** @param text of a file that somebody says holds keys. */
export function readKeyFile(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return problem('keys.badJson');
  }
  return isRecord(value) && value['kind'] === KIND ? choiceOf(value) : problem('keys.badKind');
}

function choiceOf(value: unknown): Read {
  if (!isRecord(value) || value['version'] !== VERSION) {
    return problem('keys.badVersion', {
      found: isRecord(value) ? text(value['version']) : '–',
      expected: String(VERSION),
    });
  }
  const preset = PRESET_IDS.find((each) => each === value['preset']);
  if (preset === undefined) {
    return problem('keys.badPreset', { found: text(value['preset']), expected: PRESET_IDS.join(', ') });
  }
  if (!isRecord(value['remapped'])) {
    return problem('keys.badRemapped');
  }
  const remapped: Record<string, readonly string[]> = {};
  for (const [id, keys] of Object.entries(value['remapped'])) {
    const bad = badKey(keys);
    if (bad !== null) {
      return problem('keys.badKey', { action: id, found: bad });
    }
    if (ACTIONS.some((action) => action.id === id)) {
      remapped[id] = keys as readonly string[];
    }
  }
  return { choice: { preset, remapped } };
}

/** The first that is no key, or null. */
function badKey(keys: unknown): string | null {
  if (!Array.isArray(keys) || keys.length > MOST_KEYS) {
    return text(keys);
  }
  const bad: unknown = keys.find((key) => typeof key !== 'string' || !isKey(key));
  return bad === undefined ? null : text(bad);
}

/** Escape is no key to give away, but the action that has it may be written down with it. */
const isKey = (name: string): boolean => isAssignable(name) || (isStrokeName(name) && name === 'Escape');

const problem = (key: string, values: Readonly<Record<string, string>> = {}): Read => ({
  problem: { key, values },
});

/** A value as one may show it in a line. */
function text(value: unknown): string {
  const written = (JSON.stringify(value) as string | undefined) ?? '–';
  return written.length > 40 ? `${written.slice(0, 40)}…` : written;
}

/** The keys of this browser. */
export const keySettings = new KeySettings();
