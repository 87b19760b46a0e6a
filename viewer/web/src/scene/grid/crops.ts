/** Crops by frame: fetched in the order in which they are seen, few at a time, and kept while there is room. */
import { ByteLru } from '../../api/byte_lru';
import { PointsClient } from '../../api/points';
import type { SceneFrame } from '../../model/scene';
import { encloses, type BoxTest } from '../near_points';
import { type Crop, cropBytes, cropCloud } from './crop';
import { cropRegion } from './panes';

const CROP_BYTES = 48 * 1024 * 1024;
/** One is on the wire while the other is decoded. */
const AT_ONCE = 2;

export interface Wish {
  readonly frameIndex: number;
  readonly region: BoxTest;
}

export type CropState =
  | { readonly state: 'loading' | 'empty' }
  | { readonly state: 'ready'; readonly crop: Crop }
  | { readonly state: 'failed'; readonly message: string };

const LOADING: CropState = { state: 'loading' };
const EMPTY: CropState = { state: 'empty' };

export class Crops {
  readonly #frames: readonly SceneFrame[];
  readonly #onChange: (frameIndex: number) => void;
  readonly #client: PointsClient;
  readonly #kept = new ByteLru<CropState & { readonly state: 'ready' }>(CROP_BYTES);
  readonly #failed = new Map<number, CropState>();
  readonly #running = new Map<number, string>();
  #wishes: readonly Wish[] = [];

  constructor(
    frames: readonly SceneFrame[],
    onChange: (frameIndex: number) => void,
    client = new PointsClient(),
  ) {
    this.#frames = frames;
    this.#onChange = onChange;
    this.#client = client;
  }

  /** What there is of a frame; a crop may be of a place nearby until the right one is here. */
  of(frameIndex: number): CropState {
    if (this.#urlOf(frameIndex) === null) {
      return EMPTY;
    }
    return this.#kept.get(String(frameIndex)) ?? this.#failed.get(frameIndex) ?? LOADING;
  }

  /** Fetch these, the first ones first, instead of what was wished before. */
  want(wishes: readonly Wish[]): void {
    this.#wishes = wishes;
    this.#goOn();
  }

  dispose(): void {
    this.#wishes = [];
    this.#client.dispose();
    this.#kept.clear();
  }

  #goOn(): void {
    while (this.#running.size < AT_ONCE) {
      const wish = this.#wishes.find((each) => this.#isMissing(each));
      if (wish === undefined) {
        return;
      }
      void this.#fetch(wish);
    }
  }

  #isMissing({ frameIndex, region }: Wish): boolean {
    if (this.#running.has(frameIndex) || this.#failed.has(frameIndex) || this.#urlOf(frameIndex) === null) {
      return false;
    }
    const kept = this.#kept.get(String(frameIndex));
    return kept === undefined || !encloses(kept.crop.region, region);
  }

  async #fetch(wish: Wish): Promise<void> {
    const { frameIndex } = wish;
    const url = this.#urlOf(frameIndex) ?? '';
    this.#running.set(frameIndex, url);
    try {
      // The cloud itself is not kept: what is cut out of it is.
      const cloud = await this.#client.want(url, [...this.#running.values()], { isKept: false });
      // The box may have moved meanwhile.
      const { region } = this.#wishes.find((each) => each.frameIndex === frameIndex) ?? wish;
      const crop = cropCloud(cloud, cropRegion(region));
      this.#kept.set(String(frameIndex), { state: 'ready', crop }, cropBytes(crop));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#failed.set(frameIndex, { state: 'failed', message });
    }
    this.#running.delete(frameIndex);
    this.#onChange(frameIndex);
    this.#goOn();
  }

  #urlOf(frameIndex: number): string | null {
    return this.#frames[frameIndex]?.points_url ?? null;
  }
}
