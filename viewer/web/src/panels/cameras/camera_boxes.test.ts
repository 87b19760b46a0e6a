import { describe, expect, it } from 'vitest';

import { uprightBox } from '../../geometry/box';
import type { TrackId } from '../../model/ids';
import type { CameraInfo } from '../../model/scene';
import { boxAt, type CameraBox, fitView, toElement, toImage, zoomView } from './camera_boxes';

const camera = { name: 'image_02', width_px: 1242, height_px: 375 } as CameraInfo;

function box(id: string, left: number, depth: number): CameraBox {
  const [top, right, bottom] = [100, left + 100, 200];
  return {
    trackId: id as TrackId,
    color: '#ffffff',
    style: 'solid',
    category: 'Car',
    cuboid: uprightBox([depth, 0, 0], [4, 2, 1.5], 0),
    projected: {
      edges: [
        [
          [left, top],
          [right, top],
        ],
      ],
      edge_indices: [0],
      front: [],
      proj_ltrb_px: [left, top, right, bottom],
      trunc_ltrb_px: [left, top, right, bottom],
      truncation: 0,
      depth_m: depth,
    },
  };
}

describe('views of an image', () => {
  it('fit it into the middle', () => {
    expect(fitView(camera, 1242, 575)).toEqual({ scale: 1, left: 0, top: 100 });
    expect(fitView(camera, 621, 375).scale).toBe(0.5);
  });

  it('take pixels there and back; pixel (0, 0) is a centre', () => {
    const view = { scale: 2, left: 10, top: 20 };
    expect(toElement(view, [0, 0])).toEqual([11, 21]);
    expect(toImage(view, toElement(view, [33.25, -7]))).toEqual([33.25, -7]);
  });

  it('zoom about the pointer, within limits', () => {
    const view = fitView(camera, 1242, 375);
    const before = toImage(view, [300, 200]);
    const zoomed = zoomView(view, 3, [300, 200], 1, 24);
    expect(zoomed.scale).toBe(3);
    expect(toImage(zoomed, [300, 200])[0]).toBeCloseTo(before[0], 9);
    expect(toImage(zoomed, [300, 200])[1]).toBeCloseTo(before[1], 9);
    expect(zoomView(view, 0.1, [0, 0], 1, 24).scale).toBe(1);
    expect(zoomView(view, 100, [0, 0], 1, 24).scale).toBe(24);
  });
});

describe('boxAt', () => {
  const view = { scale: 1, left: 0, top: 0 };

  it('finds the nearer of two boxes under the pointer, and none beside them', () => {
    const boxes = [box('far', 120, 40), box('near', 100, 10)];
    expect(boxAt(view, boxes, [160, 150])).toBe('near');
    expect(boxAt(view, boxes, [600, 150])).toBeNull();
  });
});
