/** The points around many boxes: each frame's cloud is fetched once and gives all that is wished for of it. */
import { ByteLru } from '../../api/byte_lru';
import { PointsClient } from '../../api/points';
import type { SceneFrame } from '../../model/scene';
import { type Crop, cropBytes, cropCloud } from '../grid/crop';
import { cropRegion } from '../grid/panes';
import { type BoxTest, encloses } from '../near_points';

const CROP_BYTES = 64 * 1024 * 1024;
/** One is on the wire while the other is decoded. */
const AT_ONCE = 2;
/** The pictures are half as large as those of the batch grid. */
const MOST_POINTS = 4_000;

export interface StripWish {
  readonly trackId: string;
  readonly frameIndex: number;
  readonly region: BoxTest;
}

export type StripState = 'loading' | 'ready' | 'empty' | 'failed';

const keyOf = (trackId: string, frameIndex: number): string => `${frameIndex} ${trackId}`;

export class StripCrops {
  readonly #frames: readonly SceneFrame[];
  readonly #onChange: (trackIds: readonly string[]) => void;
  readonly #client: PointsClient;
  readonly #kept = new ByteLru<Crop>(CROP_BYTES);
  readonly #failed = new Set<number>();
  readonly #running = new Map<number, string>();
  #wishes: readonly StripWish[] = [];

  constructor(
    frames: readonly SceneFrame[],
    onChange: (trackIds: readonly string[]) => void,
    client = new PointsClient(),
  ) {
    this.#frames = frames;
    this.#onChange = onChange;
    this.#client = client;
  }

  crop(trackId: string, frameIndex: number): Crop | null {
    return this.#kept.get(keyOf(trackId, frameIndex)) ?? null;
  }

  stateOf(trackId: string, frameIndex: number): StripState {
    if (this.#urlOf(frameIndex) === null) {
      return 'empty';
    }
    if (this.#failed.has(frameIndex)) {
      return 'failed';
    }
    return this.#kept.has(keyOf(trackId, frameIndex)) ? 'ready' : 'loading';
  }

  /** Fetch these, the first ones first, instead of what was wished before. */
  want(wishes: readonly StripWish[]): void {
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
      void this.#fetch(wish.frameIndex);
    }
  }

  #isMissing({ trackId, frameIndex, region }: StripWish): boolean {
    if (this.#running.has(frameIndex) || this.#failed.has(frameIndex) || this.#urlOf(frameIndex) === null) {
      return false;
    }
    const kept = this.#kept.get(keyOf(trackId, frameIndex));
    return kept === undefined || !encloses(kept.region, region);
  }

  async #fetch(frameIndex: number): Promise<void> {
    const url = this.#urlOf(frameIndex) ?? '';
    this.#running.set(frameIndex, url);
    const wished = () => this.#wishes.filter((wish) => wish.frameIndex === frameIndex);
    try {
      // The cloud itself is not kept: what is cut out of it is.
      const cloud = await this.#client.want(url, [...this.#running.values()], { isKept: false });
      for (const { trackId, region } of wished()) {
        const crop = cropCloud(cloud, cropRegion(region), MOST_POINTS);
        this.#kept.set(keyOf(trackId, frameIndex), crop, cropBytes(crop));
      }
    } catch {
      // The strip says that the frame's points could not be had; the views say why.
      this.#failed.add(frameIndex);
    }
    this.#running.delete(frameIndex);
    this.#onChange(wished().map(({ trackId }) => trackId));
    this.#goOn();
  }

  #urlOf(frameIndex: number): string | null {
    return this.#frames[frameIndex]?.points_url ?? null;
  }
}
