/** Attributes and answers that formats bring along, in words; what is not known here is shown as it is written. */
import type { TFunction } from 'i18next';

import type { AttributeValue } from '../../model/records';

interface AttributeTexts {
  readonly title: 'attributes.occluded';
  /** By the value as text. */
  readonly answers: ReadonlyMap<string, `attributes.occluded_${0 | 1 | 2 | 3}`>;
}

const KNOWN: ReadonlyMap<string, AttributeTexts> = new Map([
  [
    'occluded',
    {
      title: 'attributes.occluded',
      answers: new Map([
        ['0', 'attributes.occluded_0'],
        ['1', 'attributes.occluded_1'],
        ['2', 'attributes.occluded_2'],
        ['3', 'attributes.occluded_3'],
      ]),
    },
  ],
]);

export function attributeTitle(t: TFunction, name: string): string {
  const texts = KNOWN.get(name);
  return texts === undefined ? name : t(texts.title);
}

/** The value stays in sight: it is what the file says. */
export function answerTitle(t: TFunction, name: string, value: AttributeValue): string {
  const key = KNOWN.get(name)?.answers.get(String(value));
  return key === undefined ? String(value) : `${value} · ${t(key)}`;
}
