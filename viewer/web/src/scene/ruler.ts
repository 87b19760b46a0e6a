/** The ruler in a view: its line over everything else, and clicks in a side view. */
import type { Cloud } from '../api/points';
import type { Editor } from '../editor/editor';
import { VIEW_AXES } from '../editor/tools/box_drag';
import { clickRuler, measure, moveRuler } from '../editor/tools/ruler_tool';
import { CLICK_PX } from '../editor/tools/tool';
import { apply } from '../geometry/se3';
import { add, scale } from '../geometry/vec3';
import type { Vec2, Vec3 } from '../model/tuples';
import type { Ruler } from '../store/session';
import type { Frames } from './frames';
import type { SideView } from './side_view';
import { setPlace, svg } from './svg';

const SNAP_PX = 8;

/** The measured line with its length, drawn over one view. */
export class RulerLine {
  readonly #root = svg('svg', { class: 'tb-scene-overlay tb-scene-ruler', 'aria-hidden': 'true' });
  readonly #back = svg('line', { class: 'tb-scene-ruler-back' });
  readonly #line = svg('line');
  readonly #ends = [svg('circle', { r: 4 }), svg('circle', { r: 4 })] as const;
  readonly #text = svg('text', { 'text-anchor': 'middle', dy: -8 });

  constructor(parent: HTMLElement) {
    this.#root.append(this.#back, this.#line, ...this.#ends, this.#text);
    parent.append(this.#root);
    this.show(null, () => null);
  }

  show(ruler: Ruler | null, project: (point_ego: Vec3) => Vec2 | null): void {
    const start = ruler === null ? null : project(ruler.start_ego);
    const end = ruler === null ? null : project(ruler.end_ego);
    const isShown = ruler !== null && start !== null && end !== null;
    this.#root.style.display = isShown ? '' : 'none';
    if (!isShown) {
      return;
    }
    for (const line of [this.#back, this.#line]) {
      for (const [name, value] of Object.entries({ x1: start[0], y1: start[1], x2: end[0], y2: end[1] })) {
        line.setAttribute(name, value.toFixed(1));
      }
    }
    setPlace(this.#ends[0], start);
    setPlace(this.#ends[1], end);
    setPlace(this.#text, [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2]);
    this.#text.textContent = `${measure(ruler).distance_m.toFixed(2)} m`;
  }

  dispose(): void {
    this.#root.remove();
  }
}

/** Measures in a side view, while the ruler is in hand, instead of dragging handles. */
export class SideRuler {
  readonly #view: SideView;
  readonly #editor: Editor;
  readonly #frames: Frames;
  readonly #listening = new AbortController();
  #move: Vec2 | null = null;
  #pressed: Vec2 | null = null;

  constructor(view: SideView, editor: Editor, frames: Frames, requestFrame: () => void) {
    this.#view = view;
    this.#editor = editor;
    this.#frames = frames;
    const options = { signal: this.#listening.signal, capture: true };
    const listen = (name: 'pointerdown' | 'pointermove' | 'pointerup', handle: (place: Vec2) => void) =>
      view.element.addEventListener(
        name,
        (event) => {
          if (editor.session.getState().tool === 'ruler') {
            // Before the handles hear of it.
            event.stopImmediatePropagation();
            handle(this.#placeOf(event));
            requestFrame();
          }
        },
        options,
      );
    listen('pointerdown', (place) => (this.#pressed = place));
    listen('pointermove', (place) => (this.#move = place));
    listen('pointerup', (place) => this.#release(place));
  }

  /** Handle the newest move; called once before each drawing. */
  flush(): void {
    if (this.#move !== null) {
      moveRuler(this.#editor, this.#pointAt(this.#move));
      this.#move = null;
    }
  }

  dispose(): void {
    this.#listening.abort();
  }

  #release(place: Vec2): void {
    const start = this.#pressed;
    this.#pressed = null;
    this.#move = null;
    if (start !== null && Math.hypot(place[0] - start[0], place[1] - start[1]) < CLICK_PX) {
      clickRuler(this.#editor, this.#pointAt(place));
    }
  }

  /** The point of the cloud that is drawn there, else the place in the plane through the box's centre. */
  #pointAt(place: Vec2): Vec3 | null {
    const box = this.#view.glued;
    if (box === null) {
      return null;
    }
    const { right, up } = VIEW_AXES[this.#view.name];
    const [u, v] = this.#view.metresAt(place);
    const inPlane = apply(box.ego_from_object, add(scale(right, u), scale(up, v)));
    const { cloud } = this.#frames.shown;
    return (cloud === null ? null : this.#nearest(cloud, place, inPlane)) ?? inPlane;
  }

  #nearest(cloud: Cloud, place: Vec2, inPlane: Vec3): Vec3 | null {
    const reach = Math.hypot(...this.#view.halfWindowM);
    const sight = this.#view.halfWindowM[2];
    let best: Vec3 | null = null;
    let bestPx = SNAP_PX;
    for (let at = 0; at + 2 < cloud.xyz.length; at += 3) {
      const point: Vec3 = [
        (cloud.xyz[at] ?? 0) + cloud.origin_m[0],
        (cloud.xyz[at + 1] ?? 0) + cloud.origin_m[1],
        (cloud.xyz[at + 2] ?? 0) + cloud.origin_m[2],
      ];
      const near = Math.abs(point[0] - inPlane[0]) < reach && Math.abs(point[1] - inPlane[1]) < reach;
      const shown = near && this.#view.depthOf(point) <= sight ? this.#view.project(point) : null;
      const px = shown === null ? Infinity : Math.hypot(shown[0] - place[0], shown[1] - place[1]);
      if (px < bestPx) {
        best = point;
        bestPx = px;
      }
    }
    return best;
  }

  #placeOf(event: PointerEvent): Vec2 {
    const rect = this.#view.element.getBoundingClientRect();
    return [event.clientX - rect.left, event.clientY - rect.top];
  }
}
