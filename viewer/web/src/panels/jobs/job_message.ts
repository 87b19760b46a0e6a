/** What the server says that a job is doing, in the language of the page; names and what is not known stay as they are. */
import type { TFunction } from 'i18next';

import { tKey } from '../../i18n/dynamic';

/** A sentence's groups are the values of its text, which is `jobs.doing.…`. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^frame (?<number>\d+) of (?<of>\d+)$/, 'frame'],
  [/^step (?<number>\d+) of (?<of>\d+), loss (?<loss>\S+)$/, 'step'],
  [/^packing (?<number>\d+) of (?<of>\d+) files$/, 'packing'],
  [/^looking through (?<name>.+)$/, 'lookingThrough'],
  [/^reading (?:the )?labelled frames$/, 'reading'],
  [/^judging itself by the frames held back$/, 'judgingItself'],
  [/^judging both by the frames held back$/, 'judgingBoth'],
  [/^joining what was seen to tracks$/, 'joining'],
  [/^carrying on what people began$/, 'carryingOn'],
  [/^learning$/, 'learning'],
  [/^learning further$/, 'learningFurther'],
  [/^beginning anew: (?<why>.+)$/, 'beginningAnew'],
  [/^(?<name>.+) \((?<number>\d+) of (?<of>\d+)\)$/, 'item'],
];
const BETWEEN = ': ';

export function jobMessage(t: TFunction, message: string): string {
  for (const [sentence, text] of SENTENCES) {
    const found = sentence.exec(message);
    if (found !== null) {
      return tKey(t, `jobs.doing.${text}`, { ...found.groups });
    }
  }
  const end = message.indexOf(BETWEEN);
  if (end < 0) {
    return message;
  }
  const parts = [message.slice(0, end), message.slice(end + BETWEEN.length)];
  return parts.map((part) => jobMessage(t, part)).join(BETWEEN);
}
