/** Which keys the actions have in the end: what a person chose, before the preset, before our own; pure. */
import type { Action, ActionGroup } from '../actions/action';
import type { Keys } from './preset';

/** The actions of each key, at most one of each context. */
export type Keymap = ReadonlyMap<string, readonly Action[]>;
export type KeysById = ReadonlyMap<string, readonly string[]>;

/** Where a key means something: actions of different contexts may share one. */
export type KeyContext = 'editor' | 'grid' | 'review';

/** What an action gets that a preset left without any key: its own first one behind one of these. */
const SPARE = ['Alt+', 'Ctrl+Alt+', 'Alt+Shift+'] as const;

export const contextOf = ({ group }: { readonly group: ActionGroup }): KeyContext =>
  group === 'grid' || group === 'review' ? group : 'editor';

/** @param remapped keys that a person chose, by action; they are taken from whatever else had them. */
export function effectiveKeys(actions: readonly Action[], preset: Keys, remapped: Keys): KeysById {
  const taken = new Set<string>();
  const found = new Map<string, readonly string[]>();
  const claim = (action: Action, keys: readonly string[]) => {
    const free = keys.filter((key) => !taken.has(placeOf(action, key)));
    free.forEach((key) => taken.add(placeOf(action, key)));
    found.set(action.id, free);
  };
  for (const layer of [remapped, preset]) {
    for (const action of actions) {
      const keys = layer[action.id];
      if (keys !== undefined && !found.has(action.id)) {
        claim(action, keys);
      }
    }
  }
  const own = actions.filter(({ id }) => !found.has(id));
  own.forEach((action) => claim(action, action.keys));
  own.forEach((action) => {
    const lost = action.keys[0];
    // A key that a person took is gone because they wanted it so; a preset should not leave anything out of reach.
    if (found.get(action.id)?.length === 0 && lost !== undefined && isInPreset(lost, preset)) {
      claim(
        action,
        spareKeys(lost)
          .filter((key) => !taken.has(placeOf(action, key)))
          .slice(0, 1),
      );
    }
  });
  return found;
}

/** The actions by their keys. */
export function keymapOf(actions: readonly Action[], keysById: KeysById): Keymap {
  const keymap = new Map<string, readonly Action[]>();
  for (const action of actions) {
    for (const key of keysById.get(action.id) ?? []) {
      keymap.set(key, [...(keymap.get(key) ?? []), action]);
    }
  }
  return keymap;
}

const placeOf = (action: Action, key: string): string => `${contextOf(action)} ${key}`;

const isInPreset = (key: string, preset: Keys): boolean =>
  Object.values(preset).some((keys) => keys.includes(key));

/** `Alt+H` for `H`, `Ctrl+Alt+H` where that is taken; what has a modifier already gets one more. */
function spareKeys(key: string): readonly string[] {
  return SPARE.flatMap((prefix) => {
    const held = ['Ctrl', 'Alt', 'Shift'].filter((name) => prefix.includes(name) || key.includes(`${name}+`));
    const bare = key.replace(/^(?:(?:Ctrl|Alt|Shift)\+)*(?=.)/, '');
    const spare = [...held, bare].join('+');
    return spare === key ? [] : [spare];
  });
}
