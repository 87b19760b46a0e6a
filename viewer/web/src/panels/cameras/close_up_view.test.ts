import { describe, expect, it } from 'vitest';

import { toElement } from './camera_boxes';
import { closeUpView } from './close_up_view';

const image = { widthPx: 1242, heightPx: 375 };
const size = { widthPx: 400, heightPx: 120 };

describe('closeUpView', () => {
  it('puts the object into the middle', () => {
    const view = closeUpView([400, 150, 440, 180], image, size, null);
    const [x, y] = toElement(view, [420, 165]);
    expect(x).toBeCloseTo(200, 9);
    expect(y).toBeCloseTo(60, 9);
  });

  it('stays while the object moves a little, and follows when it leaves', () => {
    const view = closeUpView([400, 150, 440, 180], image, size, null);
    expect(closeUpView([403, 152, 443, 182], image, size, view)).toBe(view);
    expect(closeUpView([600, 152, 640, 182], image, size, view)).not.toBe(view);
    expect(closeUpView([418, 160, 422, 163], image, size, view)).not.toBe(view);
  });

  it('does not blow a far object up without end', () => {
    expect(closeUpView([400, 150, 401, 151], image, size, null).scale).toBe(12);
  });

  it('shows nothing beside the image', () => {
    const view = closeUpView([1100, 300, 1241, 374], image, size, null);
    const [right, bottom] = toElement(view, [1241.5, 374.5]);
    expect(right).toBeCloseTo(400, 9);
    expect(bottom).toBeCloseTo(120, 9);
    expect(closeUpView([0, 0, 1241, 374], image, size, null)).toMatchObject({ left: 0 });
  });
});
