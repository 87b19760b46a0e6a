/** Texts whose key is made while running: actions, undo steps, notices. A test checks that each exists. */
import type { TFunction } from 'i18next';

export function tKey(
  t: TFunction,
  key: string,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return (t as (key: string, values: object) => string)(key, values);
}
