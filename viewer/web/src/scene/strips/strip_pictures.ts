/** The pictures of proposed tracks: a canvas for each track, drawn a little at a time so that scrolling never waits. */
import type { PointsClient } from '../../api/points';
import type { Editor } from '../../editor/editor';
import type { Cuboid } from '../../model/records';
import { wordOf } from '../colormap';
import { drawBox } from '../grid/draw_box';
import { shownRegion, type Size } from '../grid/panes';
import { splatAll } from '../grid/splat';
import { cellPanes, stripWidth } from './strip_panes';
import { StripCrops, type StripState, type StripWish } from './strip_crops';

/** Drawing stops for the next display frame after so many milliseconds. */
const BUDGET_MS = 6;
const MAX_PIXEL_RATIO = 2;
const BACKGROUND = wordOf(11, 15, 19);
const LINE = '#28333a';

interface Strip {
  readonly canvas: HTMLCanvasElement;
  readonly frames: readonly number[];
}

export class StripPictures {
  readonly #editor: Editor;
  readonly #crops: StripCrops;
  readonly #strips = new Map<string, Strip>();
  readonly #stale = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #order: readonly string[] = [];
  #cell: Size = { width: 150, height: 96 };
  #handle: number | null = null;
  #version = 0;

  constructor(editor: Editor, client?: PointsClient) {
    this.#editor = editor;
    this.#crops = new StripCrops(editor.scene.frames, (ids) => this.#loaded(ids), client);
  }

  /** Follow the labels until the returned function is called, which also forgets all points. */
  start(): () => void {
    const stop = this.#editor.store.subscribe(() => {
      this.#wish();
      this.#invalidate(this.#strips.keys());
    });
    return () => {
      stop();
      this.#crops.dispose();
      if (this.#handle !== null) {
        cancelAnimationFrame(this.#handle);
        this.#handle = null;
      }
    };
  }

  /** Draw a track in some frames into a canvas, from now on. */
  attach(trackId: string, frames: readonly number[], canvas: HTMLCanvasElement): () => void {
    const strip = { canvas, frames };
    this.#strips.set(trackId, strip);
    this.#wish();
    this.#invalidate([trackId]);
    return () => {
      if (this.#strips.get(trackId) === strip) {
        this.#strips.delete(trackId);
      }
    };
  }

  /** Tracks in sight, in the order in which their points are fetched. */
  setOrder(trackIds: readonly string[]): void {
    this.#order = trackIds;
    this.#wish();
  }

  setCellSize(cell: Size): void {
    if (cell.width !== this.#cell.width || cell.height !== this.#cell.height) {
      this.#cell = cell;
      this.#wish();
      this.#invalidate(this.#strips.keys());
    }
  }

  stateOf(trackId: string, frameIndex: number): StripState {
    return this.#crops.stateOf(trackId, frameIndex);
  }

  /** Points came, or could not be had. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Rises whenever a state changes. */
  get version(): number {
    return this.#version;
  }

  /** Whether every strip in sight has its points, or cannot have any, and is drawn. */
  get isComplete(): boolean {
    const isHere = (id: string) =>
      (this.#strips.get(id)?.frames ?? []).every((frame) => this.stateOf(id, frame) !== 'loading');
    return this.#stale.size === 0 && this.#order.every((id) => this.#strips.has(id) && isHere(id));
  }

  #loaded(trackIds: readonly string[]): void {
    this.#version += 1;
    this.#invalidate(trackIds);
    this.#listeners.forEach((listener) => listener());
  }

  #wish(): void {
    const panes = cellPanes(this.#cell, 0);
    this.#crops.want(
      this.#order.flatMap((trackId) =>
        (this.#strips.get(trackId)?.frames ?? []).flatMap((frameIndex): readonly StripWish[] => {
          const box = this.#boxOf(trackId, frameIndex);
          return box === null ? [] : [{ trackId, frameIndex, region: shownRegion(box, panes, 1) }];
        }),
      ),
    );
  }

  #boxOf(trackId: string, frameIndex: number): Cuboid | null {
    return this.#editor.store.resolveTrack(trackId, frameIndex)?.cuboid ?? null;
  }

  #invalidate(trackIds: Iterable<string>): void {
    for (const id of trackIds) {
      this.#stale.add(id);
    }
    this.#handle ??= requestAnimationFrame(() => this.#drawSome());
  }

  #drawSome(): void {
    this.#handle = null;
    const end = performance.now() + BUDGET_MS;
    for (const id of [...this.#stale]) {
      this.#draw(id);
      this.#stale.delete(id);
      if (performance.now() > end) {
        break;
      }
    }
    if (this.#stale.size > 0) {
      this.#handle ??= requestAnimationFrame(() => this.#drawSome());
    }
  }

  #draw(trackId: string): void {
    const strip = this.#strips.get(trackId);
    const context = strip?.canvas.getContext('2d') ?? null;
    const track = this.#editor.store.get('tracks', trackId);
    if (strip === undefined || context === null || track === undefined) {
      return;
    }
    const { canvas, frames } = strip;
    const ratio = Math.min(MAX_PIXEL_RATIO, window.devicePixelRatio || 1);
    const [width, height] = [stripWidth(this.#cell, frames.length), this.#cell.height];
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const { color } = this.#editor.category(track.category);
    this.#splat(context, trackId, frames, ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    frames.forEach((frame, index) => this.#outline(context, trackId, frame, index, color));
  }

  #splat(context: CanvasRenderingContext2D, trackId: string, frames: readonly number[], ratio: number): void {
    const { width, height } = context.canvas;
    const image = new ImageData(width, height);
    const words = new Uint32Array(image.data.buffer);
    frames.forEach((frame, index) => {
      const panes = cellPanes(this.#cell, index);
      const [first] = panes;
      const left = Math.round((first?.left ?? 0) * ratio);
      for (let row = 0; row < height; row += 1) {
        words.fill(BACKGROUND, row * width + left, row * width + left + Math.round(this.#cell.width * ratio));
      }
      const box = this.#boxOf(trackId, frame);
      const crop = this.#crops.crop(trackId, frame);
      if (box !== null && crop !== null) {
        splatAll({ words, width, height }, crop, box, panes, 1, ratio);
      }
    });
    context.putImageData(image, 0, 0);
  }

  #outline(
    context: CanvasRenderingContext2D,
    trackId: string,
    frame: number,
    index: number,
    color: string,
  ): void {
    const panes = cellPanes(this.#cell, index);
    const [top] = panes;
    const box = this.#boxOf(trackId, frame);
    if (top !== undefined) {
      context.fillStyle = LINE;
      context.fillRect(top.left + top.width, 0, 1, top.height);
    }
    if (box !== null) {
      const unsure = this.#editor.reviewing.unsureFacesOf(trackId).map(({ face }) => face);
      const looks = { color, isGhost: false, lit: null, hasHandles: false, unsure };
      panes.forEach((pane) => drawBox(context, pane, box, box, 1, looks));
    }
  }
}
