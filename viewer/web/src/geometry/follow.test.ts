import { describe, expect, it } from 'vitest';

import { centerOf, corners, dragFace, moveInEgo, rotateYaw, uprightBox } from './box';
import { follow } from './follow';

const FROM = uprightBox([10, 5, 1], [4, 2, 1.5], 0.3);
const OWN = uprightBox([20, -5, 0.8], [3, 1.6, 1.4], 2.5);

function expectSame(a: typeof OWN, b: typeof OWN) {
  corners(a)
    .flat()
    .forEach((value, index) => expect(value).toBeCloseTo(corners(b).flat()[index] ?? NaN, 9));
}

describe('follow', () => {
  it('moves as far in ego, and keeps what has not changed as it is', () => {
    expect(centerOf(follow(OWN, FROM, moveInEgo(FROM, [1, 2, 0])))).toEqual([21, -3, 0.8]);
    expect(follow(OWN, FROM, FROM)).toBe(OWN);
  });

  it('turns about its own centre', () => {
    expectSame(follow(OWN, FROM, rotateYaw(FROM, 0.7)), rotateYaw(OWN, 0.7));
    expectSame(follow(OWN, FROM, rotateYaw(FROM, Math.PI)), rotateYaw(OWN, Math.PI));
  });

  it('drags the same face, down to the least size', () => {
    for (const face of ['front', 'right', 'top'] as const) {
      expectSame(follow(OWN, FROM, dragFace(FROM, face, 0.4)), dragFace(OWN, face, 0.4));
    }
    const [small, large] = [uprightBox([0, 0, 0], [0.3, 1, 1], 1), uprightBox([9, 0, 0], [4, 1, 1], 0)];
    expectSame(follow(small, large, dragFace(large, 'front', -2)), dragFace(small, 'front', -2));
  });
});
