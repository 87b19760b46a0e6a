/** Why a track is in its band, in words. */
import type { i18n, TFunction } from 'i18next';

import { tKey } from '../../i18n/dynamic';

/** A code that this page does not know yet is shown as it is, which is English enough. */
export function reasonText(i18n: Pick<i18n, 'exists'>, t: TFunction, code: string): string {
  const key = `autolabel.reasons.${code}`;
  return i18n.exists(key) ? tKey(t, key) : code.replaceAll('_', ' ');
}
