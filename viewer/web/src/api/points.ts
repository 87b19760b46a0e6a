/** Clouds by URL: decoded in a worker, cached, prefetched, and cancelled when nobody waits for them any more. */
import { ByteLru } from './byte_lru';
import type { Cloud } from './cloud';
import { cloudBytes } from './cloud';
import { GrowingCloud } from './growing_cloud';
import type { PointsReply, PointsRequest } from './points.worker';

export type { Cloud } from './cloud';

const CACHE_BYTES = 256 * 1024 * 1024;

/** A cloud could not be had; the message is the server's own line, fit to show. */
export class PointsError extends Error {
  override readonly name = 'PointsError';
}

/** Hears of a cloud as far as it is here, over the same memory each time; the last one is the whole cloud. */
export type OnPart = (cloud: Cloud) => void;

/** Where clouds come from; `load` never settles after its signal is aborted. */
export interface CloudSource {
  load(url: string, signal: AbortSignal, onPart: OnPart): Promise<Cloud>;
  /** Something will be loaded soon. */
  prepare?(): void;
  dispose(): void;
}

export type ColorChannel = 'none' | 'image';

/** The URL of the same points with or without colours from the images. */
export function withColor(url: string, color: ColorChannel): string {
  return color === 'none' ? url : withQuery(url, `color=${color}`);
}

/** The points with so many sweeps of each lidar before and after the frame's own. */
export function withSweeps(url: string, sweeps: number): string {
  return sweeps === 0 ? url : withQuery(url, `sweeps=${sweeps}`);
}

/** Where the sweeps of many times are one cloud: all of them, or around a place in ego. */
export interface Around {
  readonly center_m: readonly [number, number, number];
  readonly radius_m: number;
}

/** The URL of the cloud merged for the frame whose points have this URL. */
export function mergedUrl(pointsUrl: string, around: Around | null, color: ColorChannel): string {
  const url = withColor(pointsUrl.replace(/\/points(\?.*)?$/, '/merged'), color);
  const place = around && [...around.center_m, around.radius_m].map((value) => value.toFixed(1)).join();
  return place === null ? url : withQuery(url, `around=${place}`);
}

const withQuery = (url: string, query: string): string => `${url}${url.includes('?') ? '&' : '?'}${query}`;

interface Running {
  readonly cloud: Promise<Cloud>;
  readonly controller: AbortController;
  readonly parts: Parts;
}

/** What has come of a cloud, and who wants to know. */
interface Parts {
  latest: Cloud | null;
  listener: OnPart | null;
}

export interface WantOptions {
  readonly onPart?: OnPart;
  /** Whether the cloud is kept for another time; one that fills the memory alone should not be. */
  readonly isKept?: boolean;
}

export class PointsClient {
  readonly #source: CloudSource;
  readonly #cache: ByteLru<Cloud>;
  readonly #running = new Map<string, Running>();
  #ahead: readonly string[] = [];

  constructor(source: CloudSource = new WorkerCloudSource(), cacheBytes = CACHE_BYTES) {
    this.#source = source;
    this.#cache = new ByteLru(cacheBytes);
  }

  /** A cloud will be wanted soon. */
  prepare(): void {
    this.#source.prepare?.();
  }

  /** How much memory the kept clouds take. */
  get keptBytes(): number {
    return this.#cache.bytes;
  }

  /** The cloud if it is here already. */
  peek(url: string): Cloud | undefined {
    return this.#cache.get(url);
  }

  /**
   * Get a cloud; everything else under way is cancelled, unless it is `keep`: its promise never settles.
   * @param options `onPart` hears of it as it fills up.
   * @throws PointsError with the server's line.
   */
  want(url: string, keep: readonly string[] = [], options: WantOptions = {}): Promise<Cloud> {
    this.#ahead = [];
    this.#cancelAllBut(new Set([url, ...keep]));
    const cloud = this.#cache.get(url);
    return cloud === undefined ? this.#start(url, options) : Promise.resolve(cloud);
  }

  /** Get clouds that will be wanted soon, one by one in their order, until something else is wanted. */
  prefetch(urls: readonly string[]): void {
    this.#ahead = urls;
    this.#prefetchNext();
  }

  /** Cancel everything under way; the cache stays. */
  cancel(): void {
    this.#ahead = [];
    this.#cancelAllBut(new Set());
  }

  dispose(): void {
    this.cancel();
    this.#cache.clear();
    this.#source.dispose();
  }

  #start(url: string, { onPart = () => undefined, isKept = true }: WantOptions = {}): Promise<Cloud> {
    const running = this.#running.get(url);
    if (running !== undefined) {
      running.parts.listener = onPart;
      if (running.parts.latest !== null) {
        onPart(running.parts.latest);
      }
      return running.cloud;
    }
    const controller = new AbortController();
    const parts: Parts = { latest: null, listener: onPart };
    const cloud = this.#load(url, controller, parts, isKept);
    this.#running.set(url, { cloud, controller, parts });
    return cloud;
  }

  async #load(url: string, controller: AbortController, parts: Parts, isKept: boolean): Promise<Cloud> {
    try {
      const cloud = await this.#source.load(url, controller.signal, (part) => {
        if (!controller.signal.aborted) {
          parts.latest = part;
          parts.listener?.(part);
        }
      });
      if (isKept) {
        this.#cache.set(url, cloud, cloudBytes(cloud));
      }
      return cloud;
    } finally {
      if (this.#running.get(url)?.controller === controller) {
        this.#running.delete(url);
        this.#prefetchNext();
      }
    }
  }

  #prefetchNext(): void {
    const next = this.#ahead.find((url) => !this.#cache.has(url));
    if (next === undefined || this.#running.size > 0) {
      return;
    }
    this.#ahead = this.#ahead.filter((url) => url !== next);
    const goOn = () => this.#prefetchNext();
    // A prefetch that fails is tried again, and its error shown, when the frame is wanted.
    this.#start(next).then(goOn, goOn);
  }

  #cancelAllBut(urls: ReadonlySet<string>): void {
    for (const [url, { controller }] of this.#running) {
      if (!urls.has(url)) {
        this.#running.delete(url);
        controller.abort();
      }
    }
  }
}

interface Waiting {
  readonly growing: GrowingCloud;
  readonly onPart: OnPart;
  cloud: Cloud | null;
  readonly resolve: (cloud: Cloud) => void;
  readonly reject: (error: PointsError) => void;
}

/** One worker that fetches and decodes. */
class WorkerCloudSource implements CloudSource {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #nextId = 0;

  prepare(): void {
    this.#started();
  }

  load(url: string, signal: AbortSignal, onPart: OnPart): Promise<Cloud> {
    const worker = this.#started();
    const id = this.#nextId++;
    signal.addEventListener('abort', () => {
      this.#waiting.delete(id);
      send(worker, { kind: 'cancel', id });
    });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { growing: new GrowingCloud(), onPart, cloud: null, resolve, reject });
      send(worker, { kind: 'load', id, url });
    });
  }

  dispose(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#waiting.clear();
  }

  #started(): Worker {
    this.#worker ??= this.#createWorker();
    return this.#worker;
  }

  #createWorker(): Worker {
    const worker = new Worker(new URL('./points.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', (event: MessageEvent<PointsReply>) => this.#settle(event.data));
    worker.addEventListener('error', (event) => {
      this.#fail(event.message || 'points: the decoder could not be started');
    });
    return worker;
  }

  #settle(reply: PointsReply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) {
      return;
    }
    if ('slice' in reply) {
      waiting.cloud = waiting.growing.add(reply.slice);
      waiting.onPart(waiting.cloud);
      return;
    }
    this.#waiting.delete(reply.id);
    if ('error' in reply) {
      waiting.reject(new PointsError(reply.error));
    } else if (waiting.cloud !== null) {
      waiting.resolve(waiting.cloud);
    }
  }

  #fail(message: string): void {
    const waiting = [...this.#waiting.values()];
    this.dispose();
    for (const { reject } of waiting) {
      reject(new PointsError(message));
    }
  }
}

function send(worker: Worker, request: PointsRequest): void {
  worker.postMessage(request);
}
