/** The pictures of the batch grid: what each cell shows, drawn a little at a time so that scrolling never waits. */
import type { Editor } from '../../editor/editor';
import type { Box } from '../../model/records';
import type { PointsClient } from '../../api/points';
import { GridCell } from './cell';
import { CellPointer } from './cell_pointer';
import { countInside } from './crop';
import { type CropState, Crops } from './crops';
import { MAX_ZOOM, MIN_ZOOM, panesOf, shownRegion, type Size } from './panes';

/** Drawing stops for the next display frame after so many milliseconds. */
const BUDGET_MS = 6;
const MAX_PIXEL_RATIO = 2;
const ZOOM_PER_WHEEL = 0.0014;

/** What is known of the points of a frame. */
export interface CellState {
  readonly state: CropState['state'];
  /** Inside the box; null while they are not known. */
  readonly pointCount: number | null;
  readonly message: string | null;
}

interface Attached {
  readonly cell: GridCell;
  readonly pointer: CellPointer;
}

const LOADING: CellState = { state: 'loading', pointCount: null, message: null };

export class GridPictures {
  readonly #editor: Editor;
  readonly #crops: Crops;
  readonly #cells = new Map<number, Attached>();
  readonly #states = new Map<number, CellState>();
  readonly #stale = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #order: readonly number[] = [];
  #size: Size = { width: 240, height: 150 };
  #zoom = 1;
  #isHeld = false;
  #areStatesNew = false;
  #handle: number | null = null;
  #version = 0;
  #trackId: string | null = null;

  constructor(editor: Editor, client?: PointsClient) {
    this.#editor = editor;
    this.#crops = new Crops(editor.scene.frames, (frame) => this.#invalidate([frame]), client);
  }

  /** Follow the editor until the returned function is called, which also forgets all points. */
  start(): () => void {
    const { store, session } = this.#editor;
    this.#trackId = this.#editor.selectedTrackId;
    const stops = [
      store.subscribe(() => this.#onLabels()),
      session.subscribe(({ selectedTrackId }) => {
        if (selectedTrackId !== this.#trackId) {
          this.#trackId = selectedTrackId;
          this.#states.clear();
          this.#onLabels();
        }
      }),
    ];
    return () => {
      stops.forEach((stop) => stop());
      this.#crops.dispose();
      if (this.#handle !== null) {
        cancelAnimationFrame(this.#handle);
        this.#handle = null;
      }
    };
  }

  get zoom(): number {
    return this.#zoom;
  }

  /** Draw a frame's pictures into a canvas, from now on. */
  attach(frameIndex: number, canvas: HTMLCanvasElement): () => void {
    const cell = new GridCell(frameIndex, canvas);
    cell.fit(this.#size, this.#ratio);
    const pointer = new CellPointer(cell, {
      editor: this.#editor,
      zoom: () => this.#zoom,
      zoomBy: (delta) => this.setZoom(this.#zoom * Math.exp(-delta * ZOOM_PER_WHEEL)),
      hold: (isHeld) => this.#hold(isHeld),
      redraw: ({ frameIndex: frame }) => this.#invalidate([frame]),
    });
    const attached = { cell, pointer };
    this.#cells.set(frameIndex, attached);
    this.#invalidate([frameIndex]);
    return () => {
      pointer.dispose();
      if (this.#cells.get(frameIndex) === attached) {
        this.#cells.delete(frameIndex);
      }
    };
  }

  /** Cells in sight, in the order in which their points are fetched. */
  setOrder(frames: readonly number[]): void {
    this.#order = frames;
    this.#wish();
  }

  setCellSize(size: Size): void {
    if (size.width !== this.#size.width || size.height !== this.#size.height) {
      this.#size = size;
      this.#cells.forEach(({ cell }) => cell.fit(size, this.#ratio));
      this.#wish();
      this.#invalidate(this.#cells.keys());
    }
  }

  setZoom(zoom: number): void {
    this.#zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));
    this.#wish();
    this.#invalidate(this.#cells.keys());
  }

  /** The same object until something changes. */
  stateOf(frameIndex: number): CellState {
    return this.#states.get(frameIndex) ?? LOADING;
  }

  /** The state of some cell changed; at most once for each drawing. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Rises whenever a state changes. */
  get version(): number {
    return this.#version;
  }

  /** Whether every cell in sight has its points, or cannot have any, and is drawn. */
  get isComplete(): boolean {
    const isHere = (frame: number) => this.#crops.of(frame).state !== 'loading';
    return this.#stale.size === 0 && this.#order.every((frame) => this.#cells.has(frame) && isHere(frame));
  }

  get #ratio(): number {
    return Math.min(MAX_PIXEL_RATIO, window.devicePixelRatio || 1);
  }

  /** Points in the pictures of the cells in sight. */
  get pointCount(): number {
    return this.#order.reduce((sum, frame) => {
      const found = this.#crops.of(frame);
      return sum + (found.state === 'ready' ? found.crop.xyz.length / 3 : 0);
    }, 0);
  }

  #onLabels(): void {
    if (!this.#isHeld) {
      this.#wish();
    }
    this.#invalidate(this.#cells.keys());
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (!isHeld) {
      this.#onLabels();
    }
  }

  #wish(): void {
    const panes = panesOf(this.#size);
    this.#crops.want(
      this.#order.flatMap((frameIndex) => {
        const box = this.#editor.grid.boxAt(frameIndex);
        return box === null ? [] : [{ frameIndex, region: shownRegion(box, panes, this.#zoom) }];
      }),
    );
  }

  #invalidate(frames: Iterable<number>): void {
    for (const frame of frames) {
      this.#stale.add(frame);
    }
    this.#handle ??= requestAnimationFrame(() => this.#drawSome());
  }

  #drawSome(): void {
    this.#handle = null;
    const end = performance.now() + BUDGET_MS;
    for (const frame of this.#inOrder()) {
      this.#draw(frame);
      this.#stale.delete(frame);
      if (performance.now() > end) {
        break;
      }
    }
    if (this.#areStatesNew) {
      this.#areStatesNew = false;
      this.#version += 1;
      this.#listeners.forEach((listener) => listener());
    }
    if (this.#stale.size > 0) {
      this.#handle ??= requestAnimationFrame(() => this.#drawSome());
    }
  }

  /** The cell at hand first: it must follow the pointer. */
  #inOrder(): readonly number[] {
    const focus = this.#editor.grid.state?.focus ?? -1;
    return this.#stale.has(focus)
      ? [focus, ...[...this.#stale].filter((frame) => frame !== focus)]
      : [...this.#stale];
  }

  #draw(frameIndex: number): void {
    const attached = this.#cells.get(frameIndex);
    const { grid } = this.#editor;
    const { track } = grid;
    if (attached === undefined || track === undefined) {
      return;
    }
    const found = this.#crops.of(frameIndex);
    const crop = found.state === 'ready' ? found.crop : null;
    const resolved = grid.resolved(frameIndex);
    const box: Box | null = resolved?.cuboid ?? grid.boxAt(frameIndex);
    const { color } = this.#editor.category(track.category);
    attached.cell.draw({ crop, box, isGhost: resolved === undefined, color, zoom: this.#zoom }, this.#isHeld);
    this.#tell(frameIndex, {
      state: found.state,
      pointCount: crop !== null && resolved !== undefined ? countInside(crop, resolved.cuboid) : null,
      message: found.state === 'failed' ? found.message : null,
    });
  }

  #tell(frameIndex: number, state: CellState): void {
    const known = this.#states.get(frameIndex);
    if (
      known?.state !== state.state ||
      known.pointCount !== state.pointCount ||
      known.message !== state.message
    ) {
      this.#states.set(frameIndex, state);
      this.#areStatesNew = true;
    }
  }
}
