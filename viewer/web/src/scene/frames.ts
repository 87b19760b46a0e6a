/** Which frame's points are on the screen: the wanted one as soon as it is here, until then the one before. */
import { takePointsClient } from '../api/opening';
import { mergedUrl, withColor, withSweeps, type Around, type Cloud, type PointsClient } from '../api/points';
import type { SceneFrame } from '../model/scene';
import type { ColorMode } from './point_colors';

export type FrameState = 'loading' | 'ready' | 'empty' | 'failed';

/** The points on the screen and what became of the last wish. */
export interface ShownFrame {
  readonly frameIndex: number;
  readonly cloud: Cloud | null;
  readonly state: FrameState;
  /** The server's line when the points could not be had. */
  readonly message: string | null;
}

/** Sweeps of many times as one cloud: all of them, or around a place; null for the frame's own points. */
export type MergedWish = { readonly around: Around | null } | null;

/** How many frames after and before the shown one are fetched ahead; the next ones first. */
const AHEAD = [1, 2, -1, -2];
/** Where a frame is made of many sweeps: each costs the server as much as so many frames. */
const AHEAD_OF_SWEEPS = [1];

export class Frames {
  readonly #frames: readonly SceneFrame[];
  readonly #client: PointsClient;
  readonly #onChange: (shown: ShownFrame) => void;
  #shown: ShownFrame = { frameIndex: 0, cloud: null, state: 'loading', message: null };
  #wanted: { readonly frameIndex: number; readonly url: string | null } | null = null;

  constructor(
    frames: readonly SceneFrame[],
    onChange: (shown: ShownFrame) => void,
    client: PointsClient = takePointsClient(),
  ) {
    this.#frames = frames;
    this.#client = client;
    this.#onChange = onChange;
  }

  get shown(): ShownFrame {
    return this.#shown;
  }

  /** Memory of the clouds that are kept for another look. */
  get keptBytes(): number {
    return this.#client.keptBytes;
  }

  /** Whether the wanted frame is on the screen. */
  get isSettled(): boolean {
    return this.#shown.state !== 'loading' && this.#shown.frameIndex === this.#wanted?.frameIndex;
  }

  /** Whether the frame's points are here, or there are none to wait for. */
  isHere(frameIndex: number, colorMode: ColorMode, sweeps = 0): boolean {
    const url = this.#urlOf(frameIndex, colorMode, sweeps);
    return url === null || this.#client.peek(url) !== undefined;
  }

  /** Show a frame; the change is reported when its points are here, at once when they already are. */
  show(frameIndex: number, colorMode: ColorMode, sweeps = 0, merged: MergedWish = null): void {
    const url = this.#urlOf(frameIndex, colorMode, sweeps, merged);
    if (this.#wanted?.frameIndex === frameIndex && this.#wanted.url === url) {
      return;
    }
    this.#wanted = { frameIndex, url };
    if (url === null) {
      this.#client.cancel();
      this.#change({ frameIndex, cloud: null, state: 'empty', message: null });
      return;
    }
    const cloud = this.#client.peek(url);
    if (cloud === undefined) {
      this.#change({ ...this.#shown, state: 'loading', message: null });
    } else {
      this.#change({ frameIndex, cloud, state: 'ready', message: null });
    }
    const around = merged === null ? this.#around(frameIndex, colorMode, sweeps) : [];
    void this.#load(frameIndex, url, around, merged === null);
  }

  async #load(frameIndex: number, url: string, around: readonly string[], isKept: boolean): Promise<void> {
    const onPart = (cloud: Cloud) => {
      if (this.#wanted?.url === url) {
        this.#change({ frameIndex, cloud, state: 'ready', message: null });
      }
    };
    const outcome = await this.#client.want(url, around, { onPart, isKept }).then(
      (cloud) => ({ cloud, message: null }),
      (error: unknown) => ({ cloud: null, message: error instanceof Error ? error.message : String(error) }),
    );
    if (this.#wanted?.url !== url || (this.isSettled && outcome.cloud === this.#shown.cloud)) {
      return;
    }
    this.#change({ frameIndex, ...outcome, state: outcome.cloud === null ? 'failed' : 'ready' });
  }

  /** Fetch what comes next. Called when the shown frame is drawn, so that nothing competes with its drawing. */
  prefetch(colorMode: ColorMode, sweeps = 0): void {
    this.#client.prefetch(this.#around(this.#shown.frameIndex, colorMode, sweeps));
  }

  #around(frameIndex: number, colorMode: ColorMode, sweeps: number): string[] {
    const steps = sweeps === 0 ? AHEAD : AHEAD_OF_SWEEPS;
    return steps.flatMap((step) => this.#urlOf(frameIndex + step, colorMode, sweeps) ?? []);
  }

  #urlOf(frameIndex: number, colorMode: ColorMode, sweeps: number, merged: MergedWish = null): string | null {
    const url = this.#frames[frameIndex]?.points_url ?? null;
    if (url === null) {
      return null;
    }
    const color = colorMode === 'image' ? 'image' : 'none';
    return merged === null ? withSweeps(withColor(url, color), sweeps) : mergedUrl(url, merged.around, color);
  }

  #change(shown: ShownFrame): void {
    this.#shown = shown;
    this.#onChange(shown);
  }

  dispose(): void {
    this.#wanted = null;
    this.#client.dispose();
  }
}
