import { describe, expect, it } from 'vitest';

import { PointsClient, PointsError, type Cloud, type CloudSource } from '../api/points';
import type { SceneFrame } from '../model/scene';
import { Frames, type ShownFrame } from './frames';

const FRAMES: readonly SceneFrame[] = [0, 1, 2, 3, 4].map((index) => ({
  index,
  time_offset_ns: index,
  world_from_ego: null,
  points_url: index === 3 ? null : `/points/${index}?v=1`,
  cameras: [],
  image_urls: {},
  cam_from_ego: {},
}));

class ManualSource implements CloudSource {
  readonly started: string[] = [];
  readonly #settle = new Map<string, { resolve: (cloud: Cloud) => void; reject: (error: Error) => void }>();

  load(url: string): Promise<Cloud> {
    this.started.push(url);
    return new Promise((resolve, reject) => this.#settle.set(url, { resolve, reject }));
  }

  dispose(): void {
    this.#settle.clear();
  }

  async finish(url: string): Promise<Cloud> {
    const cloud: Cloud = {
      count: 0,
      total_count: 0,
      dropped_count: 0,
      merged: null,
      frame: 'ego',
      origin_m: [0, 0, 0],
      xyz: new Float32Array(0),
      intensity: null,
      ring: null,
      age_ms: null,
      rgb: null,
      ground_z_m: 0,
      intensity_range: [0, 255],
    };
    this.#settle.get(url)?.resolve(cloud);
    await settled();
    return cloud;
  }

  async fail(url: string): Promise<void> {
    this.#settle.get(url)?.reject(new PointsError('no such frame'));
    await settled();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

function start() {
  const source = new ManualSource();
  const seen: ShownFrame[] = [];
  const frames = new Frames(FRAMES, (shown) => seen.push(shown), new PointsClient(source));
  return { source, frames, seen };
}

describe('Frames', () => {
  it('keeps the cloud before until the new one is here', async () => {
    const { source, frames } = start();
    frames.show(0, 'height');
    const first = await source.finish('/points/0?v=1');
    frames.show(1, 'height');
    expect(frames.shown).toMatchObject({ frameIndex: 0, state: 'loading' });
    expect(frames.shown.cloud).toBe(first);
    expect(frames.isSettled).toBe(false);
    const second = await source.finish('/points/1?v=1');
    expect(frames.shown.frameIndex).toBe(1);
    expect(frames.shown.cloud).toBe(second);
    expect(frames.isSettled).toBe(true);
  });

  it('shows a cloud that is already here at once, and only once', async () => {
    const { source, frames, seen } = start();
    frames.show(0, 'height');
    await source.finish('/points/0?v=1');
    frames.prefetch('height');
    await source.finish('/points/1?v=1');
    expect(frames.isHere(1, 'height')).toBe(true);
    const before = seen.length;
    frames.show(1, 'height');
    expect(frames.isSettled).toBe(true);
    await settled();
    expect(seen.length).toBe(before + 1);
  });

  it('skips a frame that nobody waits for any more', async () => {
    const { source, frames, seen } = start();
    frames.show(0, 'height');
    frames.show(2, 'height');
    await source.finish('/points/0?v=1');
    await source.finish('/points/2?v=1');
    expect(seen.filter((shown) => shown.state === 'ready').map((shown) => shown.frameIndex)).toEqual([2]);
  });

  it('says so when a frame has no cloud, or none can be had', async () => {
    const { source, frames } = start();
    frames.show(3, 'height');
    expect(frames.shown).toMatchObject({ frameIndex: 3, state: 'empty', cloud: null });
    frames.show(4, 'height');
    await source.fail('/points/4?v=1');
    expect(frames.shown).toMatchObject({
      frameIndex: 4,
      state: 'failed',
      message: 'no such frame',
      cloud: null,
    });
    expect(frames.isSettled).toBe(true);
  });

  it('asks for coloured points when colours come from the images', () => {
    const { source, frames } = start();
    frames.show(0, 'image');
    expect(source.started).toEqual(['/points/0?v=1&color=image']);
  });

  it('asks for other sweeps, and fetches less ahead then', async () => {
    const { source, frames } = start();
    frames.show(0, 'height');
    await source.finish('/points/0?v=1');
    frames.show(0, 'image', 5);
    expect(frames.isHere(0, 'height')).toBe(true);
    expect(frames.isHere(0, 'image', 5)).toBe(false);
    expect(source.started.at(-1)).toBe('/points/0?v=1&color=image&sweeps=5');
    await source.finish('/points/0?v=1&color=image&sweeps=5');
    expect(frames.isHere(0, 'image', 5)).toBe(true);
    source.started.length = 0;
    frames.prefetch('image', 5);
    await settled();
    expect(source.started.every((url) => url === '/points/1?v=1&color=image&sweeps=5')).toBe(true);
  });
});
