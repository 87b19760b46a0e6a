/** The digits are the server's, written by `tests/golden/make_golden.py`. */
import { describe, expect, it } from 'vitest';

import golden from '../../../../tests/data/golden/fingerprint.json';
import type { Box } from '../model/records';
import { moveInEgo } from '../geometry/box';
import { cuboidFingerprint } from './fingerprint';

describe('cuboidFingerprint', () => {
  it.each(golden.cases.map((each, index) => ({ index, each })))('case $index', ({ each }) => {
    const box = each.box as unknown as Box;
    expect(cuboidFingerprint(box, each.category)).toBe(each.fingerprint);
    expect(cuboidFingerprint(moveInEgo(box, [0, 0, 1e-4]), each.category)).not.toBe(each.fingerprint);
    expect(cuboidFingerprint(box, `${each.category}.`)).not.toBe(each.fingerprint);
  });
});
