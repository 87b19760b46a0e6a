import { expect, it } from 'vitest';

import { createI18n } from '../../i18n/i18n';
import { answerTitle, attributeTitle } from './attribute_texts';

it('says what KITTI numbers, in both languages', () => {
  const { t } = createI18n('en');
  expect([attributeTitle(t, 'occluded'), answerTitle(t, 'occluded', 2)]).toEqual(['Occluded', '2 · largely']);
  const korean = createI18n('ko').t;
  expect(answerTitle(korean, 'occluded', '0')).toBe('0 · 모두 보임');
});

it('leaves what it does not know', () => {
  const { t } = createI18n('en');
  expect(attributeTitle(t, 'door.open:left')).toBe('door.open:left');
  expect(answerTitle(t, 'occluded', 7)).toBe('7');
  expect(answerTitle(t, 'door', 'ajar')).toBe('ajar');
});
