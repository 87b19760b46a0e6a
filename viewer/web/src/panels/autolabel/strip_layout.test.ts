import { describe, expect, it } from 'vitest';

import { INFO_PX, STRIP_GAP_PX, stripLayout, VERBS_PX } from './strip_layout';

describe('stripLayout', () => {
  it.each([300, 640, 1008, 1600])('fills %i px with whole pictures', (widthPx) => {
    const { count, cellPx } = stripLayout(widthPx, false);
    const used = count * (cellPx.width + STRIP_GAP_PX) - STRIP_GAP_PX;
    expect(count).toBeGreaterThanOrEqual(1);
    expect(cellPx.width).toBeGreaterThanOrEqual(142);
    if (widthPx > 500) {
      expect(used).toBeLessThanOrEqual(widthPx - INFO_PX - VERBS_PX);
    }
  });

  it('has room for five pictures on a small screen and eight on a large one', () => {
    expect([stripLayout(1008, false).count, stripLayout(1600, false).count]).toEqual([5, 8]);
    expect([stripLayout(1008, true).count, stripLayout(1600, true).count]).toEqual([4, 8]);
  });
});
