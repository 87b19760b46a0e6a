import { describe, expect, it } from 'vitest';

import { uprightBox } from '../geometry/box';
import { windowRegion } from './side_region';

const BOX = uprightBox([10, 5, 1], [4, 2, 1.5], 0);

describe('windowRegion', () => {
  it('needs points along the axes that the view shows', () => {
    expect(windowRegion(BOX, { name: 'top', halfM: [3, 4, 1] }).half).toEqual([4, 3, 1]);
    expect(windowRegion(BOX, { name: 'side', halfM: [3, 4, 1] }).half).toEqual([3, 1, 4]);
    expect(windowRegion(BOX, { name: 'rear', halfM: [3, 4, 1] }).half).toEqual([1, 3, 4]);
  });
});
