import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { CameraInfo } from '../model/scene';
import type { LtrbPx } from '../model/tuples';
import { movePart, partAt, rectangleBetween, sidesOf, withSide } from './image_box';

const camera = { width_px: 1242, height_px: 375 } as CameraInfo;

describe('rectangles in an image', () => {
  it('are drawn from any corner, inside of the image; a twitch is none', () => {
    expect(rectangleBetween(camera, [100, 90], [40, 300])).toEqual([40, 90, 100, 300]);
    expect(rectangleBetween(camera, [-50, 90], [40, 900])).toEqual([0, 90, 40, 374]);
    expect(rectangleBetween(camera, [40, 90], [41, 200])).toBeNull();
  });

  it('stay whole and inside, whatever is pulled', () => {
    const parts = ['left', 'top', 'right', 'bottom', 'left-top', 'right-bottom', 'all'] as const;
    const delta = fc.double({ min: -3000, max: 3000, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...parts), delta, delta, (part, du, dv) => {
        const [left, top, right, bottom] = movePart(camera, [200, 100, 300, 180], part, [du, dv]);
        expect(left).toBeLessThan(right);
        expect(top).toBeLessThan(bottom);
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
        expect(right).toBeLessThanOrEqual(1241);
        expect(bottom).toBeLessThanOrEqual(374);
        if (part === 'all') {
          expect([right - left, bottom - top]).toEqual([expect.closeTo(100, 6), expect.closeTo(80, 6)]);
        }
      }),
      { seed: 5 },
    );
  });

  it('are grabbed by corners before edges, and edges before the inside', () => {
    const ltrb: LtrbPx = [200, 100, 300, 180];
    expect(partAt(ltrb, [201, 99], 4)).toBe('left-top');
    expect(partAt(ltrb, [303, 140], 4)).toBe('right');
    expect(partAt(ltrb, [250, 140], 4)).toBe('all');
    expect(partAt(ltrb, [400, 140], 4)).toBeNull();
    expect(sidesOf('right-top')).toEqual(['right', 'top']);
  });

  it('take a typed side', () => {
    expect(withSide(camera, [200, 100, 300, 180], 'right', 260.5)).toEqual([200, 100, 260.5, 180]);
    expect(withSide(camera, [200, 100, 300, 180], 'top', 500)).toEqual([200, 178, 300, 180]);
  });
});
