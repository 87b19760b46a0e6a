import { describe, expect, it } from 'vitest';

import { fetchOrder, GAP_PX, layoutOf } from './grid_layout';

describe('layoutOf', () => {
  it.each([200, 640, 1000, 1530])('fills %i px with whole cells', (widthPx) => {
    const { columns, cellPx, picturePx } = layoutOf(widthPx);
    const used = columns * (cellPx.width + GAP_PX) + GAP_PX;
    expect(used).toBeLessThanOrEqual(widthPx);
    expect(used).toBeGreaterThan(widthPx - columns - 1);
    expect(picturePx.height).toBeLessThan(cellPx.height);
  });

  it('has room for four cells on a small screen and six on a large one', () => {
    expect([layoutOf(1000).columns, layoutOf(1590).columns]).toEqual([4, 6]);
  });
});

describe('fetchOrder', () => {
  it('goes through the rows and ends with the last frame', () => {
    expect(fetchOrder([1, 2], 3, 10, 17)).toEqual([13, 14, 15, 16, 17]);
  });
});
