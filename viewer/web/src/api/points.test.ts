import { describe, expect, it } from 'vitest';

import { ByteLru } from './byte_lru';
import type { Cloud } from './cloud';
import type { CloudSource } from './points';
import { mergedUrl, PointsClient, PointsError, withColor, withSweeps } from './points';

function cloudOf(count: number): Cloud {
  return {
    count,
    total_count: count,
    dropped_count: 0,
    merged: null,
    frame: 'ego',
    origin_m: [0, 0, 0],
    xyz: new Float32Array(3 * count),
    intensity: null,
    ring: null,
    age_ms: null,
    rgb: null,
    ground_z_m: 0,
    intensity_range: [0, 255],
  };
}

/** A source whose loads the test settles by hand. */
class ManualSource implements CloudSource {
  readonly started: string[] = [];
  readonly aborted: string[] = [];
  readonly #settle = new Map<string, { resolve: (cloud: Cloud) => void; reject: (error: Error) => void }>();

  load(url: string, signal: AbortSignal): Promise<Cloud> {
    this.started.push(url);
    signal.addEventListener('abort', () => this.aborted.push(url));
    return new Promise((resolve, reject) => this.#settle.set(url, { resolve, reject }));
  }

  dispose(): void {
    this.#settle.clear();
  }

  async finish(url: string, cloud = cloudOf(1)): Promise<void> {
    this.#settle.get(url)?.resolve(cloud);
    await settled();
  }

  async fail(url: string, message: string): Promise<void> {
    this.#settle.get(url)?.reject(new PointsError(message));
    await settled();
  }
}

/** Let everything that can settle settle. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

describe('PointsClient', () => {
  it('prefetches one by one, in order', async () => {
    const source = new ManualSource();
    const client = new PointsClient(source);
    const wanted = client.want('1');
    await source.finish('1');
    expect((await wanted).count).toBe(1);
    client.prefetch(['2', '3', '0']);
    await settled();
    expect(source.started).toEqual(['1', '2']);
    for (const url of ['2', '3', '0']) {
      await source.finish(url);
    }
    expect(source.started).toEqual(['1', '2', '3', '0']);
    expect(client.peek('3')).toBeDefined();
  });

  it('answers from the cache and joins what is under way', async () => {
    const source = new ManualSource();
    const client = new PointsClient(source);
    const first = client.want('1');
    const second = client.want('1');
    await source.finish('1');
    expect(await first).toBe(await second);
    expect(await client.want('1')).toBe(await first);
    expect(source.started).toEqual(['1']);
  });

  it('cancels what nobody waits for and keeps what was being prefetched', async () => {
    const source = new ManualSource();
    const client = new PointsClient(source);
    void client.want('1');
    void client.want('7', ['8']);
    expect(source.aborted).toEqual(['1']);
    await source.finish('7');
    client.prefetch(['8', '9']);
    void client.want('8', ['9']);
    await source.finish('8');
    expect(source.aborted).toEqual(['1']);
    expect(source.started).toEqual(['1', '7', '8']);
  });

  it('passes on the message of the server and tries again when asked again', async () => {
    const source = new ManualSource();
    const client = new PointsClient(source);
    const wanted = client.want('1');
    const check = expect(wanted).rejects.toThrow('frame 1 has no cloud');
    await source.fail('1', 'frame 1 has no cloud');
    await check;
    const again = client.want('1');
    await source.finish('1');
    expect((await again).count).toBe(1);
  });

  it('goes on prefetching after one prefetch failed', async () => {
    const source = new ManualSource();
    const client = new PointsClient(source);
    client.prefetch(['2', '3']);
    await source.fail('2', 'unreadable');
    expect(source.started).toEqual(['2', '3']);
  });
});

describe('ByteLru', () => {
  it('forgets what was used longest ago, within its bound', () => {
    const lru = new ByteLru<string>(10);
    lru.set('a', 'A', 4);
    lru.set('b', 'B', 4);
    expect(lru.get('a')).toBe('A');
    lru.set('c', 'C', 4);
    expect(lru.has('b')).toBe(false);
    expect(lru.has('a')).toBe(true);
    expect(lru.bytes).toBe(8);
  });

  it('counts a replaced value once and keeps the newest however large', () => {
    const lru = new ByteLru<string>(10);
    lru.set('a', 'A', 4);
    lru.set('a', 'A2', 6);
    expect(lru.bytes).toBe(6);
    lru.set('b', 'B', 50);
    expect(lru.has('a')).toBe(false);
    expect(lru.get('b')).toBe('B');
  });
});

describe('withColor', () => {
  it('adds to the query', () => {
    expect(withColor('/points?v=1', 'image')).toBe('/points?v=1&color=image');
    expect(withColor('/points', 'image')).toBe('/points?color=image');
    expect(withColor('/points?v=1', 'none')).toBe('/points?v=1');
  });
});

describe('withSweeps', () => {
  it('adds to the query', () => {
    expect(withSweeps('/points?v=1', 5)).toBe('/points?v=1&sweeps=5');
    expect(withSweeps('/points?v=1', 0)).toBe('/points?v=1');
  });
});

describe('mergedUrl', () => {
  it('stands beside the points, with the place and the colours', () => {
    expect(mergedUrl('/api/scenes/a/frames/3/points?v=1', null, 'none')).toBe(
      '/api/scenes/a/frames/3/merged',
    );
    const around = { center_m: [1, -2.25, 0], radius_m: 8 } as const;
    expect(mergedUrl('/frames/3/points?v=1', around, 'image')).toBe(
      '/frames/3/merged?color=image&around=1.0,-2.3,0.0,8.0',
    );
  });
});
