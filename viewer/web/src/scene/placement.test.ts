import { describe, expect, it } from 'vitest';

import { placeInCanvas } from './placement';

describe('placement', () => {
  const canvas = { left: 100, top: 50, right: 1100, bottom: 650 };

  it('counts from the lower left corner', () => {
    const place = placeInCanvas(canvas, { left: 150, top: 60, right: 350, bottom: 160 });
    expect(place).toEqual({ x: 50, y: 490, width: 200, height: 100 });
  });

  it('has no place for a view without size or beside the canvas', () => {
    expect(placeInCanvas(canvas, { left: 0, top: 0, right: 0, bottom: 0 })).toBeNull();
    expect(placeInCanvas(canvas, { left: 1200, top: 60, right: 1300, bottom: 160 })).toBeNull();
  });
});
