/** What a finding says in the language of the screen; a rule that this page does not know says it in English. */
import type { i18n as I18n, TFunction } from 'i18next';

import type { Finding, FindingRule } from '../../api/types';
import { tKey } from '../../i18n/dynamic';
import { formatNumber } from '../../ui/format';

export function ruleTitle(i18n: I18n, t: TFunction, rule: string, rules: readonly FindingRule[]): string {
  const key = `findings.rules.${rule}`;
  return i18n.exists(key) ? tKey(t, key) : (rules.find((each) => each.rule === rule)?.title ?? rule);
}

export function findingText(i18n: I18n, t: TFunction, { rule, sentence, details }: Finding): string {
  const { case: which, ...values } = details;
  const key = `findings.says.${rule}${which === undefined ? '' : `_${which}`}`;
  if (!i18n.exists(key)) {
    return sentence;
  }
  const shown = Object.entries(values).map(([name, value]) => [name, shownValue(i18n, t, name, value)]);
  return tKey(t, key, Object.fromEntries(shown) as Record<string, string>);
}

/** Shown in percent. */
const SHARES = ['visible_share', 'derived'];

function shownValue(i18n: I18n, t: TFunction, name: string, value: string | number): string {
  if (typeof value === 'string') {
    return name === 'side' && i18n.exists(`findings.sides.${value}`)
      ? tKey(t, `findings.sides.${value}`)
      : value;
  }
  if (SHARES.includes(name)) {
    return String(Math.round(100 * value));
  }
  // Differences are shown by size, angles with their sign.
  const number = name.startsWith('difference') ? Math.abs(value) : value;
  const digits = name.endsWith('_px') ? 1 : name.endsWith('_deg') || name === 'range_m' ? 0 : 2;
  return Number.isInteger(number) ? String(number) : formatNumber(number, digits);
}
