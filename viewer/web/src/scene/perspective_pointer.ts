/** The mouse in the perspective view: tools first, the camera with what they leave. */
import type { Editor } from '../editor/editor';
import { CLICK_PX, type PointerInput, type Tool } from '../editor/tools/tool';
import { createTools } from '../editor/tools/tool_box';
import { groundAt, type Ray } from '../geometry/hit_test';
import { add, subtract } from '../geometry/vec3';
import type { TrackId } from '../model/ids';
import type { Vec2, Vec3 } from '../model/tuples';
import type { Content } from './content';
import type { Frames } from './frames';
import type { PerspectiveView } from './perspective_view';
import { pickBox, pickGround, pickPoint } from './picking';

/** A box counts as under the cursor from this many pixels around it. */
const BOX_PX = 4;
const POINT_PX = 6;
/** A mark of another frame on the selected object's way. */
const STOP_PX = 6;

export interface PointerContext {
  readonly editor: Editor;
  readonly content: Content;
  readonly frames: Frames;
  readonly requestFrame: () => void;
}

/** Since when and where the left button is down. */
interface Press {
  readonly place: Vec2;
  readonly isCaptured: boolean;
  /** Level of the ground at the press: moves stay on it, so that points under the cursor do not make them jump. */
  readonly level: number | null;
  /** From where the ray met that level to the ground that was picked. */
  readonly offset: Vec3;
  readonly farthestPx: number;
}

export class PerspectivePointer {
  readonly #context: PointerContext;
  readonly #view: PerspectiveView;
  readonly #tool: Tool;
  readonly #listening = new AbortController();
  /** The newest move that no drawing has handled yet. */
  #move: PointerEvent | null = null;
  #press: Press | null = null;
  /** The newest place of the pointer over the view. */
  #latest: MouseEvent | null = null;
  readonly #band = document.createElement('div');

  constructor(view: PerspectiveView, context: PointerContext) {
    this.#view = view;
    this.#context = context;
    this.#tool = createTools(context.editor);
    const { element } = view;
    this.#band.className = 'tb-scene-band';
    this.#band.hidden = true;
    element.append(this.#band);
    const options = { signal: this.#listening.signal };
    // In the capture phase, so that the camera learns whose drag it is before it starts one.
    element.addEventListener('pointerdown', (event) => this.#onDown(event), { ...options, capture: true });
    element.addEventListener('pointermove', (event) => this.#onMove(event), options);
    element.addEventListener('pointerup', (event) => this.#onUp(event), options);
    element.addEventListener('pointercancel', () => this.#cancel(), options);
    element.addEventListener('pointerleave', () => this.#onLeave(), options);
    element.addEventListener('dblclick', (event) => this.#onDoubleClick(event), options);
    element.addEventListener('contextmenu', (event) => event.preventDefault(), options);
    window.addEventListener('keydown', (event) => this.#onKey(event), { ...options, capture: true });
  }

  /** The ground under the pointer; null while it is elsewhere. */
  get ground(): Vec3 | null {
    return this.#latest === null ? null : this.#groundOf(this.#rayAt(this.#latest));
  }

  /** Handle the newest move; called once before each drawing. */
  flush(): void {
    const event = this.#move;
    this.#move = null;
    if (event === null || !this.#context.frames.isSettled) {
      return;
    }
    if (this.#press !== null) {
      const farthestPx = Math.max(this.#press.farthestPx, distance(this.#placeOf(event), this.#press.place));
      this.#press = { ...this.#press, farthestPx };
    }
    const isCameraMoving = event.buttons !== 0 && this.#press?.isCaptured !== true;
    if (!isCameraMoving) {
      this.#tool.onPointerMove(this.#inputOf(event));
      this.#showCursor(event);
      this.#showBand(event);
    }
  }

  dispose(): void {
    this.#cancel();
    this.#listening.abort();
    this.#band.remove();
  }

  #onDown(event: PointerEvent): void {
    const isOnView = event.target === this.#view.element;
    this.#view.setLeftDragOrbits(isOnView);
    if (!isOnView || event.button !== 0 || !this.#context.frames.isSettled) {
      return;
    }
    this.#move = null;
    const input = this.#inputOf(event);
    const isCaptured = this.#tool.onPointerDown(input);
    this.#press = {
      place: this.#placeOf(event),
      isCaptured,
      farthestPx: 0,
      ...this.#levelOf(event, input, isCaptured),
    };
    this.#view.setLeftDragOrbits(!isCaptured);
    if (isCaptured) {
      this.#view.element.setPointerCapture(event.pointerId);
    }
    this.#context.requestFrame();
  }

  #levelOf(event: PointerEvent, input: PointerInput, isCaptured: boolean): Pick<Press, 'level' | 'offset'> {
    const ground = isCaptured ? input.ground : null;
    const met = ground === null ? null : groundAt(this.#rayAt(event), ground[2]);
    const offset: Vec3 = ground === null || met === null ? [0, 0, 0] : subtract(ground, met);
    return { level: ground?.[2] ?? null, offset };
  }

  #onMove(event: PointerEvent): void {
    if (event.target === this.#view.element) {
      this.#move = event;
      this.#latest = event;
      this.#context.requestFrame();
    }
  }

  #onUp(event: PointerEvent): void {
    if (event.button !== 0 || this.#press === null) {
      return;
    }
    this.#move = event;
    this.flush();
    const stop = this.#stopUnder(event);
    if (stop !== null && !this.#press.isCaptured && this.#press.farthestPx < CLICK_PX) {
      this.#cancel();
      this.#context.editor.goToFrame(stop);
      return;
    }
    this.#tool.onPointerUp(this.#inputOf(event));
    this.#release();
  }

  #onDoubleClick(event: MouseEvent): void {
    if (event.target !== this.#view.element) {
      return;
    }
    const input = this.#inputOf(event);
    this.#tool.onDoubleClick(input);
    if (input.trackId === null && input.ground !== null) {
      this.#view.focus(input.ground, null);
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.#press?.isCaptured === true) {
      event.stopPropagation();
      this.#cancel();
    }
  }

  #cancel(): void {
    if (this.#press !== null) {
      this.#tool.onCancel();
      this.#release();
    }
  }

  #onLeave(): void {
    this.#move = null;
    this.#latest = null;
    if (this.#press === null) {
      this.#context.editor.hover(null);
    }
  }

  #release(): void {
    this.#press = null;
    this.#band.hidden = true;
    this.#view.setLeftDragOrbits(true);
    this.#context.requestFrame();
  }

  /** The frame of the mark under the pointer, while nothing but selecting is done. */
  #stopUnder(event: MouseEvent): number | null {
    const isSelecting = this.#context.editor.session.getState().tool === 'select';
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
    const project = (point: Vec3) => this.#view.project(point);
    return isSelecting && isPlain
      ? this.#context.content.frameOfStopAt(this.#placeOf(event), project, STOP_PX)
      : null;
  }

  #showCursor(event: MouseEvent): void {
    const { tool, hoveredTrackId } = this.#context.editor.session.getState();
    const isOnSomething = hoveredTrackId !== null || this.#stopUnder(event) !== null;
    this.#view.element.style.cursor = tool !== 'select' ? 'crosshair' : isOnSomething ? 'pointer' : 'default';
  }

  #showBand(event: MouseEvent): void {
    const { band } = this.#tool;
    this.#band.hidden = band === null || this.#press === null;
    if (band !== null) {
      const [left, top, right, bottom] = rectangle(band, this.#placeOf(event));
      const style = { left, top, width: right - left, height: bottom - top };
      Object.entries(style).forEach(([name, px]) => this.#band.style.setProperty(name, `${px}px`));
    }
  }

  #inputOf(event: MouseEvent): PointerInput {
    const ray = this.#rayAt(event);
    // Each is a pass over the cloud: only for tools that ask, and once.
    let ground: Vec3 | null | undefined;
    let point: Vec3 | null | undefined;
    let trackId: TrackId | null | undefined;
    const pickPointOnce = () => (point = point === undefined ? this.#pointOf(ray) : point);
    const pickGroundOnce = () => (ground = ground === undefined ? this.#groundOf(ray) : ground);
    const pickTrackOnce = () => (trackId = trackId === undefined ? this.#trackOf(ray) : trackId);
    return {
      get ground() {
        return pickGroundOnce();
      },
      get point() {
        return pickPointOnce();
      },
      get trackId() {
        return pickTrackOnce();
      },
      place: this.#placeOf(event),
      trackIdsFrom: (start) => this.#trackIdsIn(rectangle(start, this.#placeOf(event))),
      modifiers: { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey, alt: event.altKey },
      viewYawRad: this.#view.yawRad,
      movedPx: this.#press?.farthestPx ?? 0,
    };
  }

  #groundOf(ray: Ray): Vec3 | null {
    const level = this.#press?.level ?? null;
    if (this.#press === null || level === null) {
      return pickGround(this.#context.frames.shown.cloud, ray);
    }
    const met = groundAt(ray, level);
    return met === null ? null : add(met, this.#press.offset);
  }

  #pointOf(ray: Ray): Vec3 | null {
    const { cloud } = this.#context.frames.shown;
    return cloud === null ? null : pickPoint(cloud, ray);
  }

  #trackIdsIn([left, top, right, bottom]: Rectangle): readonly TrackId[] {
    return this.#context.content.pickables
      .filter(({ box }) => {
        const [x, y] = this.#view.project(box.ego_from_object.translation_m) ?? [-1, -1];
        return left <= x && x <= right && top <= y && y <= bottom;
      })
      .map(({ id }) => id);
  }

  #trackOf(ray: Ray): TrackId | null {
    const { cloud } = this.#context.frames.shown;
    const point = cloud === null ? null : pickPoint(cloud, ray, POINT_PX * this.#view.pixelTangent);
    return pickBox(ray, this.#context.content.pickables, point, BOX_PX * this.#view.pixelTangent);
  }

  #rayAt(event: MouseEvent): Ray {
    return this.#view.rayAt(this.#placeOf(event));
  }

  /** CSS pixels from the view's upper left corner. */
  #placeOf(event: MouseEvent): Vec2 {
    const rect = this.#view.element.getBoundingClientRect();
    return [event.clientX - rect.left, event.clientY - rect.top];
  }
}

type Rectangle = readonly [left: number, top: number, right: number, bottom: number];

const rectangle = (a: Vec2, b: Vec2): Rectangle => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[0], b[0]),
  Math.max(a[1], b[1]),
];

const distance = (a: Vec2, b: Vec2): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
