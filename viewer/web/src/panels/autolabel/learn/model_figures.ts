/** The figures of a model as people read them; pure. */
import type { i18n, TFunction } from 'i18next';

import { tKey } from '../../../i18n/dynamic';
import type { AutolabelModel } from '../../../model/autolabel';

export const framesOf = ({ learned_from }: Pick<AutolabelModel, 'learned_from'>): number =>
  learned_from.reduce((sum, { frames }) => sum + frames.length, 0);

export const boxesOf = ({ box_counts }: Pick<AutolabelModel, 'box_counts'>): number =>
  Object.values(box_counts).reduce((sum, count) => sum + count, 0);

/** What a score measures; one that this page does not know is named as the server names it. */
export function scoreName(i18n: Pick<i18n, 'exists'>, t: TFunction, name: string): string {
  const key = `autolabel.scores.${name}`;
  return i18n.exists(key) ? tKey(t, key) : name.replaceAll('_', ' ');
}

/** Shares as whole percents, all else with two decimals. */
export function scoreText(name: string, value: number | null): string {
  if (value === null) {
    return '–';
  }
  const isShare = /^(ap|recall|precision|f1|share)/.test(name) && value >= 0 && value <= 1;
  return isShare ? `${Math.round(value * 100)} %` : String(Math.round(value * 100) / 100);
}
