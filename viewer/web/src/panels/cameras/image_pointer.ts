/** The pointer over an enlarged image: the tools first, what they leave moves the picture, as other buttons always do. */
import type { Editor } from '../../editor/editor';
import type { ImagePointer, ImageTools } from '../../editor/tools/image_tools';
import { CLICK_PX } from '../../editor/tools/tool';
import { onceAFrame } from '../throttle';
import type { ImageView } from './camera_boxes';
import type { Overlay } from './overlay';

/** How near the pointer a point must be to tell its distance, CSS pixels. */
const READOUT_PX = 9;

interface Press {
  readonly x: number;
  readonly y: number;
  readonly view: ImageView;
  /** Whether the tools have it, so that the picture stays. */
  readonly isTaken: boolean;
  readonly isLeft: boolean;
  readonly farthestPx: number;
}

export interface PointerParts {
  readonly element: HTMLElement;
  readonly editor: Editor;
  readonly tools: ImageTools;
  readonly overlay: () => Overlay | null;
  readonly show: (view: ImageView) => void;
  /** Called with the distance of what is under the pointer. */
  readonly tell: (metres: number | null) => void;
}

export class ImagePointerEvents {
  private readonly parts: PointerParts;
  private readonly listening = new AbortController();
  /** Moves come faster than drawings. */
  private readonly frame = onceAFrame(() => this.flush());
  private held: Press | null = null;
  private latest: PointerEvent | null = null;

  constructor(parts: PointerParts) {
    this.parts = parts;
    const { element } = parts;
    const options = { signal: this.listening.signal };
    element.addEventListener('pointerdown', (event) => this.onDown(event), options);
    element.addEventListener('pointermove', (event) => this.onMove(event), options);
    element.addEventListener('pointerup', (event) => this.onUp(event), options);
    element.addEventListener('pointercancel', () => this.cancel(), options);
    element.addEventListener('pointerleave', () => this.onLeave(), options);
    element.addEventListener('contextmenu', (event) => event.preventDefault(), options);
  }

  dispose(): void {
    this.cancel();
    this.frame.stop();
    this.listening.abort();
    this.parts.element.style.cursor = '';
  }

  private onDown(event: PointerEvent): void {
    const { element, tools, overlay } = this.parts;
    const input = this.inputOf(event);
    const view = overlay()?.currentView();
    const isButton = event.target instanceof Element && event.target.closest('button') !== null;
    if (view === undefined || input === null || isButton || this.held !== null) {
      return;
    }
    element.setPointerCapture(event.pointerId);
    const isLeft = event.button === 0;
    const isTaken = isLeft && tools.onPointerDown(input);
    this.held = { x: event.clientX, y: event.clientY, view, isTaken, isLeft, farthestPx: 0 };
  }

  private onMove(event: PointerEvent): void {
    const { held } = this;
    if (held !== null) {
      const away = Math.hypot(event.clientX - held.x, event.clientY - held.y);
      this.held = { ...held, farthestPx: Math.max(held.farthestPx, away) };
    }
    this.latest = event;
    this.frame.ask();
  }

  private onUp(event: PointerEvent): void {
    const input = this.inputOf(event);
    this.frame.stop();
    if (this.held?.isLeft === true && input !== null) {
      this.parts.tools.onPointerUp(input);
    }
    this.held = null;
  }

  private cancel(): void {
    if (this.held !== null) {
      this.parts.tools.onCancel();
      this.held = null;
    }
  }

  private onLeave(): void {
    if (this.held === null) {
      this.frame.stop();
      this.parts.editor.hover(null);
      this.parts.tell(null);
    }
  }

  private flush(): void {
    const { latest: event, held } = this;
    const { tools, element, show, overlay, tell } = this.parts;
    const input = event === null ? null : this.inputOf(event);
    if (event === null || input === null) {
      return;
    }
    if (held === null || held.isTaken) {
      tools.onPointerMove(input);
    } else if (held.farthestPx >= CLICK_PX) {
      const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
      show({ ...held.view, left: held.view.left + dx, top: held.view.top + dy });
    }
    if (held === null) {
      element.style.cursor = tools.cursor(input);
      tell(overlay()?.rangeAt(input.uv, READOUT_PX / input.scale) ?? null);
    }
  }

  private inputOf(event: PointerEvent): ImagePointer | null {
    const overlay = this.parts.overlay();
    return (
      overlay && {
        ...overlay.pixelAt(event.clientX, event.clientY),
        modifiers: { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey, alt: event.altKey },
        movedPx: this.held?.farthestPx ?? 0,
        trackId: overlay.trackAt(event.clientX, event.clientY),
      }
    );
  }
}
