import { expect, it } from 'vitest';

import { type FaceDoubt, WIRE_FACES } from '../../model/autolabel';
import { unsureFaces } from './unsure_faces';

const SURE: FaceDoubt = { sigma_m: 0.05, is_unsure: false };
const sure = Object.fromEntries(WIRE_FACES.map((name) => [name, SURE])) as Record<
  (typeof WIRE_FACES)[number],
  FaceDoubt
>;

it('names the faces that may be off too far, the worst first', () => {
  const faces = {
    ...sure,
    left: { sigma_m: 0.3, is_unsure: true },
    rear: { sigma_m: 0.6, is_unsure: true },
  };
  expect(unsureFaces({ faces })).toEqual([
    { face: 'back', sigmaM: 0.6 },
    { face: 'left', sigmaM: 0.3 },
  ]);
});

it('names none where all are sure, or where nothing is known', () => {
  expect(unsureFaces({ faces: sure })).toEqual([]);
  expect(unsureFaces({ faces: null })).toEqual([]);
});
