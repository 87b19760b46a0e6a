import { describe, expect, it } from 'vitest';

import type { Cloud } from '../../api/cloud';
import { PointsClient, type CloudSource } from '../../api/points';
import { moveInEgo, uprightBox } from '../../geometry/box';
import { sceneOf } from '../../store/testing';
import { encloses } from '../near_points';
import { countInside, cropCloud } from './crop';
import { Crops } from './crops';
import { cropRegion, paneAt, panesOf, scaleOf, shownRegion } from './panes';
import { splatAll } from './splat';

const SIZE = { width: 240, height: 144 };
const CAR = uprightBox([100, 20, -1], [4, 2, 1.5], 0.7);
const PANES = panesOf(SIZE);

function cloudOf(points: readonly (readonly [number, number, number])[]): Cloud {
  return {
    count: points.length,
    total_count: points.length,
    dropped_count: 0,
    merged: null,
    frame: 'ego',
    origin_m: [90, 10, 0],
    xyz: new Float32Array(points.flatMap(([x, y, z]) => [x - 90, y - 10, z])),
    intensity: null,
    ring: null,
    age_ms: null,
    rgb: null,
    ground_z_m: 0,
    intensity_range: [0, 255],
  };
}

const REGION = cropRegion(shownRegion(CAR, PANES, 1));

describe('the panes of a cell', () => {
  it('lie beside and above each other without overlap', () => {
    expect(paneAt(PANES, [10, 10])?.name).toBe('top');
    expect(paneAt(PANES, [200, 10])?.name).toBe('side');
    expect(paneAt(PANES, [200, 140])?.name).toBe('rear');
    expect(paneAt(PANES, [300, 10])).toBeNull();
  });

  it.each(PANES)('the $name view holds the box with room for its handles', (pane) => {
    const scale = scaleOf(pane, CAR, 1);
    const [across, upright] = { top: [2, 4], side: [4, 1.5], rear: [2, 1.5] }[pane.name];
    expect((across ?? 0) / scale).toBeLessThan(pane.width * 0.7);
    expect((upright ?? 0) / scale).toBeLessThan(pane.height * 0.7);
    expect(scaleOf(pane, CAR, 2)).toBeCloseTo(scale / 2, 9);
  });
});

describe('a crop', () => {
  it('holds what the cell shows, also after a small move, and nothing far away', () => {
    expect(encloses(REGION, shownRegion(CAR, PANES, 1))).toBe(true);
    expect(encloses(REGION, shownRegion(moveInEgo(CAR, [0.4, -0.3, 0.1]), PANES, 1))).toBe(true);
    expect(encloses(REGION, shownRegion(moveInEgo(CAR, [9, 0, 0]), PANES, 1))).toBe(false);
    const crop = cropCloud(
      cloudOf([
        [100, 20, -1],
        [101, 20.5, -1],
        [160, 20, 0],
      ]),
      REGION,
    );
    expect(crop.xyz.length).toBe(6);
    expect(countInside(crop, CAR)).toBe(2);
    expect(countInside(crop, moveInEgo(CAR, [1.91, 1.61, 0]))).toBe(1);
  });

  it('of a dense place is an even share that still counts right', () => {
    const dense = Array.from({ length: 900 }, (_, i) => [100 + (i % 30) * 0.01, 20, -1] as const);
    const crop = cropCloud(cloudOf(dense), REGION, 300);
    expect(crop.xyz.length).toBe(900);
    expect(countInside(crop, CAR)).toBe(900);
  });

  it('of nothing is nothing', () => {
    expect(countInside(cropCloud(cloudOf([]), REGION), CAR)).toBe(0);
  });
});

describe('splatAll', () => {
  const draw = (point: readonly [number, number, number]) => {
    const words = new Uint32Array(SIZE.width * SIZE.height);
    splatAll({ words, ...SIZE }, cropCloud(cloudOf([point]), REGION), CAR, PANES, 1, 1);
    const found = new Set<string>();
    words.forEach((word, i) => {
      if (word !== 0) {
        found.add(paneAt(PANES, [i % SIZE.width, Math.floor(i / SIZE.width)])?.name ?? 'none');
      }
    });
    return [...found].sort();
  };

  it('shows the middle in all three views', () => {
    expect(draw([100, 20, -1])).toEqual(['rear', 'side', 'top']);
  });

  it('leaves out what is too far before or behind', () => {
    // 2.2 m to the left: beyond the side view's depth.
    expect(draw([100 - Math.sin(0.7) * 2.2, 20 + Math.cos(0.7) * 2.2, -1])).not.toContain('side');
  });
});

describe('Crops', () => {
  class Source implements CloudSource {
    readonly asked: string[] = [];
    readonly answers = new Map<string, (cloud: Cloud | Error) => void>();

    load(url: string): Promise<Cloud> {
      this.asked.push(url);
      return new Promise((resolve, reject) =>
        this.answers.set(url, (cloud) => (cloud instanceof Error ? reject(cloud) : resolve(cloud))),
      );
    }

    dispose(): void {
      this.answers.clear();
    }
  }

  const frames = sceneOf({ frameCount: 9 }).frames.map((frame) => ({
    ...frame,
    points_url: frame.index === 8 ? null : `/p/${frame.index}`,
  }));
  const wish = (frameIndex: number) => ({ frameIndex, region: shownRegion(CAR, PANES, 1) });
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  it('fetches two at a time in the order wished for, and forgets what is not wished for any more', async () => {
    const source = new Source();
    const changed: number[] = [];
    const crops = new Crops(frames, (frame) => changed.push(frame), new PointsClient(source));
    crops.want([3, 4, 5].map(wish));
    expect(source.asked).toEqual(['/p/3', '/p/4']);
    crops.want([6, 4].map(wish));
    source.answers.get('/p/3')?.(cloudOf([[100, 20, -1]]));
    await settled();
    expect(source.asked).toEqual(['/p/3', '/p/4', '/p/6']);
    expect(changed).toEqual([3]);
    expect(crops.of(3)).toMatchObject({ state: 'ready' });
    expect(crops.of(4)).toEqual({ state: 'loading' });
    expect(crops.of(8)).toEqual({ state: 'empty' });
  });

  it('says what is wrong with a frame, and goes on with the others', async () => {
    const source = new Source();
    const crops = new Crops(frames, () => undefined, new PointsClient(source));
    crops.want([0, 1, 2].map(wish));
    source.answers.get('/p/0')?.(new Error('0.bin: cut off'));
    await settled();
    expect(crops.of(0)).toEqual({ state: 'failed', message: '0.bin: cut off' });
    expect(source.asked).toEqual(['/p/0', '/p/1', '/p/2']);
  });

  it('asks again only when the box has left its crop', async () => {
    const source = new Source();
    const crops = new Crops(frames, () => undefined, new PointsClient(source, 1));
    crops.want([wish(0)]);
    source.answers.get('/p/0')?.(cloudOf([]));
    await settled();
    crops.want([wish(0)]);
    expect(source.asked).toHaveLength(1);
    crops.want([{ frameIndex: 0, region: shownRegion(moveInEgo(CAR, [20, 0, 0]), PANES, 1) }]);
    await settled();
    expect(crops.of(0)).toMatchObject({ state: 'ready' });
  });
});
