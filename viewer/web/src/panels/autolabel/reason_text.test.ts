import { expect, it } from 'vitest';

import type { components } from '../../api/schema';
import { autolabel as en } from '../../i18n/en/autolabel';
import { autolabel as ko } from '../../i18n/ko/autolabel';
import document from '../../../openapi.json';

type Code = components['schemas']['ProposedTrack']['reasons'][number];

/** The type checker sees to it that none is missing, too. */
const TEXTS: readonly Readonly<Record<Code, string>>[] = [en.autolabel.reasons, ko.autolabel.reasons];

it('has a text in both languages for each reason that the server may give, and for no other', () => {
  const codes = document.components.schemas.ProposedTrack.properties.reasons.items.enum;
  expect(codes).toContain('few_points');
  for (const texts of TEXTS) {
    expect(Object.keys(texts).toSorted()).toEqual(codes.toSorted());
    expect(Object.values(texts).every((text) => text !== '')).toBe(true);
  }
});
