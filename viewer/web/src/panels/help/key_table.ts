/** The table of keys as the help page shows it. */
import type { Action, ActionGroup } from '../../editor/actions';
import type { Taxonomy } from '../../model/scene';
import { keyCaps } from '../../ui/keys';

/**
 * Groups in the order of the table; unless they are asked for, the nine category keys are left out, for the page shows
 * them with the categories' own names.
 */
export function actionsByGroup(
  actions: readonly Action[],
  withCategories = false,
): readonly (readonly [ActionGroup, readonly Action[]])[] {
  const groups = new Map<ActionGroup, Action[]>();
  for (const action of actions) {
    if (withCategories || !action.id.startsWith('category_')) {
      groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
    }
  }
  return [...groups];
}

export interface CategoryKey {
  readonly name: string;
  readonly color: string;
  readonly key: string;
}

/** Hot keys of the taxonomy, or 1–9 in its order where it names none. */
export function categoryKeys({ categories }: Taxonomy): readonly CategoryKey[] {
  const isNamed = categories.some((category) => category.hot_key !== null);
  return categories.flatMap(({ name, color, hot_key }, index) => {
    const key = isNamed ? hot_key : index < 9 ? String(index + 1) : null;
    return key === null ? [] : [{ name, color, key }];
  });
}

/** Whether every typed word is in one of the texts; keys are found by their printed names, too. */
export function matchesText(typed: string, texts: readonly string[]): boolean {
  const all = texts.flatMap((text) => [text, keyCaps(text).join('+')]).map((text) => text.toLowerCase());
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => all.some((text) => text.includes(word)));
}
