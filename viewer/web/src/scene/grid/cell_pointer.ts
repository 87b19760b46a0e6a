/** The mouse in a cell: chooses frames, and drags the box of the cell's own frame. */
import type { Editor } from '../../editor/editor';
import {
  cursorOf,
  dragBox,
  type Handle,
  hitHandle,
  type SideView as SideViewName,
} from '../../editor/tools/box_drag';
import type { Box } from '../../model/records';
import type { Vec2 } from '../../model/tuples';
import type { GridCell, LitHandle } from './cell';
import { rotateOffset } from './draw_box';
import { type Pane, paneAt, scaleOf } from './panes';

const TOLERANCE_PX = 6;

/** The undo step that dragging a handle makes. */
const LABELS: Readonly<Partial<Record<Handle, string>>> = { move: 'history.move', rotate: 'history.rotate' };
const RESIZE_LABEL = 'history.resize';

interface Drag {
  readonly pane: Pane;
  readonly handle: Handle;
  readonly start: Vec2;
  readonly snapshot: Box;
  readonly scale: number;
}

export interface CellPointerContext {
  readonly editor: Editor;
  readonly zoom: () => number;
  readonly zoomBy: (wheelDelta: number) => void;
  /** Keep all pictures still while a box is dragged; draw the cell again. */
  readonly hold: (isHeld: boolean) => void;
  readonly redraw: (cell: GridCell) => void;
}

export class CellPointer {
  readonly #cell: GridCell;
  readonly #context: CellPointerContext;
  readonly #listening = new AbortController();
  #drag: Drag | null = null;

  constructor(cell: GridCell, context: CellPointerContext) {
    this.#cell = cell;
    this.#context = context;
    const { canvas } = cell;
    const options = { signal: this.#listening.signal };
    canvas.addEventListener('pointerdown', (event) => this.#onDown(event), options);
    canvas.addEventListener('pointermove', (event) => this.#onMove(event), options);
    canvas.addEventListener('pointerup', (event) => this.#onUp(event), options);
    canvas.addEventListener('pointercancel', () => this.#cancel(), options);
    canvas.addEventListener('pointerleave', () => this.#light(null), options);
    canvas.addEventListener('dblclick', () => context.editor.grid.jump(cell.frameIndex), options);
    canvas.addEventListener('wheel', (event) => this.#onWheel(event), { ...options, passive: false });
    window.addEventListener('keydown', (event) => this.#onKey(event), { ...options, capture: true });
  }

  dispose(): void {
    // A cell that is scrolled out of sight has done its drag.
    if (this.#drag !== null) {
      this.#context.editor.endGesture();
      this.#release();
    }
    this.#listening.abort();
  }

  #onDown(event: PointerEvent): void {
    const { editor } = this.#context;
    const { frameIndex, canvas } = this.#cell;
    if (event.button !== 0) {
      return;
    }
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      event.preventDefault();
      editor.grid.choose(frameIndex, event.shiftKey ? 'range' : 'toggle');
      return;
    }
    editor.grid.choose(frameIndex);
    const place = this.#placeOf(event);
    const hit = this.#hit(place);
    const pane = paneAt(this.#cell.panes, place);
    if (hit === null || pane === null) {
      return;
    }
    const snapshot = editor.beginGesture(LABELS[hit.handle] ?? RESIZE_LABEL, undefined, frameIndex);
    if (snapshot !== null) {
      canvas.setPointerCapture(event.pointerId);
      const scale = scaleOf(pane, snapshot, this.#context.zoom());
      this.#drag = { pane, handle: hit.handle, start: place, snapshot, scale };
      this.#context.hold(true);
      this.#light(hit);
    }
  }

  #onMove(event: PointerEvent): void {
    const place = this.#placeOf(event);
    if (this.#drag === null) {
      const hit = this.#hit(place);
      this.#light(hit);
      this.#cell.canvas.style.cursor = hit === null ? 'default' : cursorOf(hit.handle);
    } else {
      this.#dragTo(place, event.altKey, this.#drag);
    }
  }

  #onUp(event: PointerEvent): void {
    if (this.#drag !== null && event.button === 0) {
      this.#dragTo(this.#placeOf(event), event.altKey, this.#drag);
      this.#context.editor.endGesture();
      this.#release();
    }
  }

  #onWheel(event: WheelEvent): void {
    if (event.ctrlKey) {
      event.preventDefault();
      this.#context.zoomBy(event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY);
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.#drag !== null) {
      event.stopPropagation();
      this.#cancel();
    }
  }

  #cancel(): void {
    if (this.#drag !== null) {
      this.#context.editor.cancelGesture();
      this.#release();
    }
  }

  #release(): void {
    this.#drag = null;
    this.#light(null);
    this.#context.hold(false);
  }

  #dragTo(place: Vec2, symmetric: boolean, { pane, handle, start, snapshot, scale }: Drag): void {
    const { editor } = this.#context;
    if (!editor.isGesturing) {
      // Something else has ended it.
      this.#release();
      return;
    }
    const delta: Vec2 = [(place[0] - start[0]) * scale, (start[1] - place[1]) * scale];
    if (delta[0] !== 0 || delta[1] !== 0) {
      const options = { rotateOffsetM: rotateOffset(scale), symmetric };
      editor.updateGesture(dragBox(pane.name, handle, delta, snapshot, options));
    }
  }

  #light(lit: LitHandle | null): void {
    const { lit: before } = this.#cell;
    if (before?.view !== lit?.view || before?.handle !== lit?.handle) {
      this.#cell.lit = lit;
      this.#context.redraw(this.#cell);
    }
  }

  #hit(place: Vec2): LitHandle | null {
    const { glued, panes, frameIndex } = this.#cell;
    const pane = paneAt(panes, place);
    if (pane === null || glued === null || this.#context.editor.grid.resolved(frameIndex) === undefined) {
      return null;
    }
    const scale = scaleOf(pane, glued, this.#context.zoom());
    const metres: Vec2 = [
      (place[0] - pane.left - pane.width / 2) * scale,
      (pane.top + pane.height / 2 - place[1]) * scale,
    ];
    const handle = hitHandle(pane.name, glued, metres, TOLERANCE_PX * scale, rotateOffset(scale));
    return handle === null || isTurnElsewhere(handle, pane.name) ? null : { view: pane.name, handle };
  }

  #placeOf(event: PointerEvent): Vec2 {
    const { left, top } = this.#cell.canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }
}

/** Boxes are turned from above alone. */
const isTurnElsewhere = (handle: Handle, view: SideViewName): boolean =>
  handle === 'rotate' && view !== 'top';
