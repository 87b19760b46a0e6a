/** The mouse in a side view: drags the faces, corners, centre and rotation handle of the selected box. */
import type { Editor } from '../editor/editor';
import { cursorOf, dragBox, facesOf, hitHandle, type Handle } from '../editor/tools/box_drag';
import type { Box } from '../model/records';
import type { Vec2 } from '../model/tuples';
import type { Content } from './content';
import type { Handles } from './handles';
import type { SideView } from './side_view';

const TOLERANCE_PX = 8;

/** The undo step that dragging a handle makes. */
const LABELS: Readonly<Partial<Record<Handle, string>>> = { move: 'history.move', rotate: 'history.rotate' };
const RESIZE_LABEL = 'history.resize';

interface Drag {
  readonly handle: Handle;
  readonly start: Vec2;
  readonly snapshot: Box;
  readonly rotateOffsetM: number;
}

export interface SidePointerContext {
  readonly editor: Editor;
  readonly content: Content;
  readonly requestFrame: () => void;
  /** Keep all side views still while one of them is dragged in. */
  readonly holdViews: (isHeld: boolean) => void;
}

export class SidePointer {
  readonly #view: SideView;
  readonly #handles: Handles;
  readonly #context: SidePointerContext;
  readonly #listening = new AbortController();
  #drag: Drag | null = null;
  #move: PointerEvent | null = null;

  constructor(view: SideView, handles: Handles, context: SidePointerContext) {
    this.#view = view;
    this.#handles = handles;
    this.#context = context;
    const { element } = view;
    const options = { signal: this.#listening.signal };
    element.addEventListener('pointerdown', (event) => this.#onDown(event), options);
    element.addEventListener('pointermove', (event) => this.#onMove(event), options);
    element.addEventListener('pointerup', (event) => this.#onUp(event), options);
    element.addEventListener('pointercancel', () => this.#cancel(), options);
    element.addEventListener('pointerleave', () => this.#onLeave(), options);
    element.addEventListener('dblclick', (event) => this.#onDoubleClick(event), options);
    element.addEventListener('wheel', (event) => this.#onWheel(event), { ...options, passive: false });
    window.addEventListener('keydown', (event) => this.#onKey(event), { ...options, capture: true });
  }

  /** Handle the newest move; called once before each drawing. */
  flush(): void {
    const event = this.#move;
    this.#move = null;
    if (event === null) {
      return;
    }
    if (this.#drag === null) {
      this.#hover(event);
    } else {
      this.#dragTo(this.#metresAt(event), event, this.#drag);
    }
  }

  dispose(): void {
    this.#cancel();
    this.#listening.abort();
  }

  #onDown(event: PointerEvent): void {
    const handle = event.button === 0 ? this.#handleAt(event) : null;
    if (handle === null) {
      return;
    }
    const snapshot = this.#context.editor.beginGesture(LABELS[handle] ?? RESIZE_LABEL);
    if (snapshot === null) {
      return;
    }
    this.#context.holdViews(true);
    this.#view.element.setPointerCapture(event.pointerId);
    const { rotateOffsetM } = this.#handles;
    this.#drag = { handle, start: this.#metresAt(event), snapshot, rotateOffsetM };
    this.#handles.light(handle);
  }

  #onMove(event: PointerEvent): void {
    this.#move = event;
    this.#context.requestFrame();
  }

  #onUp(event: PointerEvent): void {
    if (this.#drag === null || event.button !== 0) {
      return;
    }
    this.#move = event;
    this.flush();
    this.#context.editor.endGesture();
    this.#release();
  }

  #onLeave(): void {
    if (this.#drag === null) {
      this.#move = null;
      this.#handles.light(null);
    }
  }

  /** Fits what the handle moves: a face, the two of a corner, the heading, everything. */
  #onDoubleClick(event: MouseEvent): void {
    const handle = this.#handleAt(event);
    if (handle === null) {
      return;
    }
    const { fitting } = this.#context.editor;
    if (handle === 'move') {
      void fitting.fitAgain('all');
    } else if (handle !== 'rotate') {
      void fitting.fitAgain(...facesOf(this.#view.name, handle));
    } else if (this.#view.name === 'top') {
      void fitting.fitAgain('heading');
    }
  }

  #onWheel(event: WheelEvent): void {
    event.preventDefault();
    this.#view.zoomBy(event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY);
    this.#context.requestFrame();
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
    this.#handles.light(null);
    this.#context.holdViews(false);
    this.#context.requestFrame();
  }

  #dragTo(metres: Vec2, event: PointerEvent, { handle, start, snapshot, rotateOffsetM }: Drag): void {
    const { editor } = this.#context;
    if (!editor.isGesturing) {
      // Something else, such as a change of frame, has ended it.
      this.#release();
      return;
    }
    const delta: Vec2 = [metres[0] - start[0], metres[1] - start[1]];
    const options = { rotateOffsetM, symmetric: event.altKey || event.shiftKey };
    editor.updateGesture(dragBox(this.#view.name, handle, delta, snapshot, options));
  }

  #hover(event: PointerEvent): void {
    const handle = this.#handleAt(event);
    this.#handles.light(handle);
    this.#view.element.style.cursor = handle === null ? 'default' : cursorOf(handle);
  }

  #handleAt(event: MouseEvent): Handle | null {
    const box = this.#context.content.selected?.cuboid;
    if (box === undefined || !this.#view.isShown) {
      return null;
    }
    const tolerance = TOLERANCE_PX * this.#view.metresPerPixel;
    const handle = hitHandle(
      this.#view.name,
      box,
      this.#metresAt(event),
      tolerance,
      this.#handles.rotateOffsetM,
    );
    return handle === 'rotate' && !this.#handles.canRotate ? null : handle;
  }

  #metresAt(event: MouseEvent): Vec2 {
    const rect = this.#view.element.getBoundingClientRect();
    return this.#view.metresAt([event.clientX - rect.left, event.clientY - rect.top]);
  }
}
