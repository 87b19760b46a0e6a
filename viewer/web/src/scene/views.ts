/** The four views of one layout: their cameras, pointers and overlays. */
import type { Box } from '../model/records';
import type { Vec3 } from '../model/tuples';
import type { Content } from './content';
import { Handles } from './handles';
import { Labels } from './labels';
import { tiltOf } from '../geometry/se3';
import { norm } from '../geometry/vec3';
import { PerspectivePointer, type PointerContext } from './perspective_pointer';
import { PerspectiveView } from './perspective_view';
import type { DrawnView } from './renderer';
import { RulerLine, SideRuler } from './ruler';
import { SidePointer } from './side_pointer';
import type { Window } from './side_region';
import { SideView, type SideViewName } from './side_view';
import type { ViewElements } from './viewport';

const SIDE_VIEWS = ['top', 'side', 'rear'] as const;

/** A box that is tilted already can be tilted back. */
const TILTED_RAD = 0.002;

/** What is looked at around a place, across. */
const PLACE_M = 6;

export interface ViewsContext extends PointerContext {
  readonly onResize: () => void;
}

interface SidePart {
  readonly view: SideView;
  readonly handles: Handles;
  readonly pointer: SidePointer;
  readonly line: RulerLine;
  readonly ruler: SideRuler;
}

export class Views {
  readonly perspective: PerspectiveView;
  readonly #context: ViewsContext;
  readonly #pointer: PerspectivePointer;
  readonly #labels: Labels;
  readonly #line: RulerLine;
  readonly #sides: Readonly<Record<SideViewName, SidePart>>;
  readonly #observer: ResizeObserver;
  readonly #sizes = new Map<Element, string>();
  #selected: Content['selected'] = null;

  /** @param before the views of the layout before, whose camera is kept. */
  constructor(elements: ViewElements, before: Views | null, context: ViewsContext) {
    this.#context = context;
    this.perspective = this.#createPerspective(elements.perspective, before?.perspective ?? null);
    this.#pointer = new PerspectivePointer(this.perspective, context);
    this.#labels = new Labels(elements.perspective);
    this.#line = new RulerLine(elements.perspective);
    const side = (name: SideViewName) => this.#createSide(name, elements[name]);
    this.#sides = { top: side('top'), side: side('side'), rear: side('rear') };
    this.#observer = new ResizeObserver((entries) => this.#onResize(entries));
    Object.values(elements).forEach((element) => this.watch(element));
  }

  get drawn(): readonly DrawnView[] {
    return [this.perspective, ...SIDE_VIEWS.map((name) => this.#sides[name].view)];
  }

  /** The box that the side views are glued to. */
  get glued(): Box | null {
    return this.#sides.top.view.glued;
  }

  get windows(): readonly Window[] {
    return SIDE_VIEWS.map((name) => ({ name, halfM: this.#sides[name].view.halfWindowM }));
  }

  /** The ground under the pointer in the perspective view; null while it is elsewhere. */
  get groundUnderPointer(): Vec3 | null {
    return this.#pointer.ground;
  }

  side(name: SideViewName): SideView {
    return this.#sides[name].view;
  }

  /** Draw again when this element changes its size. */
  watch(element: HTMLElement): void {
    this.#sizes.set(element, sizeOf(element));
    this.#observer.observe(element);
  }

  /** Stand on the ground of the first cloud. */
  settle(groundZ: number): void {
    this.perspective.lookFrom('behind', groundZ, false);
  }

  focus(box: Box): void {
    this.perspective.focus(box.ego_from_object.translation_m, norm(box.size_lwh_m));
    for (const name of SIDE_VIEWS) {
      this.#sides[name].view.resetZoom();
    }
    this.#context.requestFrame();
  }

  /** Turn around a place from now on, near enough to see what stands there. */
  lookAt(point_ego: Vec3): void {
    this.perspective.focus(point_ego, PLACE_M);
    this.#context.requestFrame();
  }

  flushPointers(): void {
    this.#pointer.flush();
    for (const name of SIDE_VIEWS) {
      this.#sides[name].pointer.flush();
      this.#sides[name].ruler.flush();
    }
  }

  /** Move the camera on; true while it is still moving. */
  update(seconds: number): boolean {
    return this.perspective.update(seconds);
  }

  followSelected(): void {
    this.#selected = this.#context.content.selected;
    for (const name of SIDE_VIEWS) {
      this.#sides[name].view.follow(this.#selected?.cuboid ?? null);
    }
  }

  /** Labels and handles, after the cameras are where they were drawn from. */
  showOverlays(): void {
    const { content, editor } = this.#context;
    const project = (point: readonly [number, number, number]) => this.perspective.project(point);
    this.#labels.show(content.labels, project);
    this.#labels.showRings(editor.session.getState().showGrid, content.groundZ, project);
    const box = this.#selected?.cuboid ?? null;
    const look = {
      color: this.#selected === null ? '' : content.colorOf(this.#selected),
      held: content.heldFaces,
      canTilt:
        editor.session.getState().isTiltOpen || (box !== null && tiltOf(box.ego_from_object) > TILTED_RAD),
    };
    for (const name of SIDE_VIEWS) {
      this.#sides[name].handles.show(box, look);
    }
    this.#showRuler();
  }

  /** A distance that was measured in another frame waits there. */
  #showRuler(): void {
    const { editor, frames } = this.#context;
    const { ruler } = editor.session.getState();
    const shown = ruler?.frameIndex === frames.shown.frameIndex ? ruler : null;
    this.#line.show(shown, (point) => this.perspective.project(point));
    for (const { line, view } of Object.values(this.#sides)) {
      line.show(shown, (point) => view.project(point));
    }
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#pointer.dispose();
    this.#labels.dispose();
    this.#line.dispose();
    this.perspective.dispose();
    for (const name of SIDE_VIEWS) {
      this.#sides[name].pointer.dispose();
      this.#sides[name].handles.dispose();
      this.#sides[name].line.dispose();
      this.#sides[name].ruler.dispose();
    }
  }

  /** An observer also reports once when it begins, and drawing everything twice would delay the first picture. */
  #onResize(entries: readonly ResizeObserverEntry[]): void {
    const changed = entries.filter(({ target }) => this.#sizes.get(target) !== sizeOf(target));
    changed.forEach(({ target }) => this.#sizes.set(target, sizeOf(target)));
    if (changed.length > 0) {
      this.#context.onResize();
    }
  }

  #createPerspective(element: HTMLElement, before: PerspectiveView | null): PerspectiveView {
    const { requestFrame, content } = this.#context;
    if (before !== null) {
      return before.cloneTo(element, requestFrame);
    }
    const view = new PerspectiveView(element, requestFrame);
    view.lookFrom('behind', content.groundZ, false);
    return view;
  }

  #createSide(name: SideViewName, element: HTMLElement): SidePart {
    const view = new SideView(name, element);
    const handles = new Handles(view);
    const { editor, content, frames, requestFrame } = this.#context;
    // Made before the pointer, so that it hears of a press first.
    const ruler = new SideRuler(view, editor, frames, requestFrame);
    const holdViews = (isHeld: boolean) => {
      for (const part of Object.values(this.#sides)) {
        part.view.hold(isHeld);
      }
    };
    return {
      view,
      handles,
      ruler,
      line: new RulerLine(element),
      pointer: new SidePointer(view, handles, { editor, content, requestFrame, holdViews }),
    };
  }
}

function sizeOf({ clientWidth, clientHeight }: Element): string {
  return `${clientWidth} ${clientHeight}`;
}
