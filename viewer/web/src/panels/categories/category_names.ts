/** What becomes of categories, as the choices of a list. */
import type { CategoryNames, CategoryUse } from '../../api/types';

/** `keep`, `drop`, or `to:` and the new name. */
export function choiceOf(names: CategoryNames, category: string): string {
  const target = names[category];
  if (target === undefined) {
    return 'keep';
  }
  return target === null ? 'drop' : `to:${target}`;
}

export function withChoice(names: CategoryNames, category: string, choice: string): CategoryNames {
  const others = Object.fromEntries(Object.entries(names).filter(([name]) => name !== category));
  if (choice === 'keep') {
    return others;
  }
  return { ...others, [category]: choice === 'drop' ? null : choice.slice('to:'.length) };
}

/** The nearest names of those who get the labels, for the categories that they lack. */
export function suggestedNames(categories: readonly CategoryUse[]): CategoryNames {
  const found = categories.filter(({ is_known, suggestion }) => !is_known && suggestion !== null);
  return Object.fromEntries(found.map(({ name, suggestion }) => [name, suggestion]));
}

/** Null where every category keeps its name. */
export function namesToSend(names: CategoryNames): CategoryNames | null {
  return Object.keys(names).length === 0 ? null : names;
}
