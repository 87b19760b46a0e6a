/** The table of keys as the help page shows it. */
import type { Action, ActionGroup } from '../../editor/actions';
import type { Taxonomy } from '../../model/scene';

/** Groups in the order of the table; the nine category keys are shown with the categories' own names instead. */
export function actionsByGroup(
  actions: readonly Action[],
): readonly (readonly [ActionGroup, readonly Action[]])[] {
  const groups = new Map<ActionGroup, Action[]>();
  for (const action of actions) {
    if (!action.id.startsWith('category_')) {
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
