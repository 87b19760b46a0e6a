/** The viewport where WebGL works: what happens between something changing and its being on the screen. */
import { noCloud } from '../editor/cloud_probe';
import type { Editor } from '../editor/editor';
import { groundBelow } from '../geometry/ground_below';
import { isEqual } from '../store/equal';
import type { SessionState } from '../store/session';
import type { Box } from '../model/records';
import type { Person } from '../model/scene';
import type { Vec2, Vec3 } from '../model/tuples';
import { Content } from './content';
import { FrameLoop } from './frame_loop';
import { Frames, type ShownFrame } from './frames';
import { boxTest, countInside } from './near_points';
import type { ViewPreset } from './perspective_view';
import { pickGround, pickPoint } from './picking';
import { Renderer } from './renderer';
import type { SideViewName } from './side_view';
import { isOtherPlace, mergedWish, progressOf } from './merged_wish';
import { SwitchClock } from './switch_clock';
import {
  runCommand,
  type PagePlace,
  type ViewElements,
  type Viewport,
  type ViewportStats,
  type ViewportStatus,
} from './viewport';
import { Views } from './views';
import './scene.css';

/** Parts of the session that the drawing depends on. */
const DRAWN: readonly (keyof SessionState)[] = [
  'selectedTrackId',
  'hoveredTrackId',
  'activeCategory',
  'activeCamera',
  'pointSize',
  'pointBudget',
  'heightClip',
  'distanceClip',
  'eyeDome',
  'showGrid',
  'showFrustums',
  'othersHidden',
  'draft',
  'alsoSelected',
  'placings',
  'pixelRay',
  'isTiltOpen',
  'ruler',
  'filterHides',
  'objectFilter',
];

/** Parts of the session that say which points are wanted, and which say how they are coloured. */
const WANTED = ['frameIndex', 'colorMode', 'sweeps', 'merged'] as const;
const COLORED = ['colorMode', 'showGround', 'intensityPercentiles'] as const;

/** How long the first drawing waits for points: drawing without them would hold them up. */
const EMPTY_AFTER_MS = 300;

export class WebGlViewport implements Viewport {
  readonly #editor: Editor;
  readonly #canvas: HTMLCanvasElement;
  readonly #renderer: Renderer;
  readonly #content: Content;
  readonly #frames: Frames;
  readonly #loop: FrameLoop;
  readonly #clock = new SwitchClock();
  readonly #listeners = new Set<() => void>();
  readonly #cleanups: (() => void)[] = [];
  #views: Views | null = null;
  #isContentStale = true;
  #hasNews = false;
  /** Whether points are left for another drawing. */
  #hasMore = false;
  #waitsForPoints = true;
  /** The same object until something changes: React compares by identity. */
  #status: ViewportStatus = { state: 'loading', frameIndex: 0, message: null };

  constructor(canvas: HTMLCanvasElement, editor: Editor, isSoftware: boolean) {
    this.#editor = editor;
    this.#canvas = canvas;
    canvas.classList.add('tb-scene-canvas');
    this.#renderer = new Renderer(canvas, isSoftware);
    this.#content = new Content(editor);
    this.#loop = new FrameLoop((seconds, isAsked) => this.#step(seconds, isAsked));
    this.#frames = new Frames(editor.scene.frames, (shown) => this.#onFrame(shown));
    this.#listen();
    editor.cloud = {
      groundUnderPointer: () => this.#views?.groundUnderPointer ?? null,
      groundBelow: (box) => {
        const { cloud } = this.#frames.shown;
        return cloud === null ? null : groundBelow(cloud, box);
      },
      along: (ray, tangent) => {
        const { cloud } = this.#frames.shown;
        const point = cloud === null ? null : pickPoint(cloud, ray, tangent);
        return { point, ground: pickGround(cloud, ray) };
      },
      points: () => this.#content.shownPoints,
    };
    this.#wantFrame(editor.session.getState());
    const timer = setTimeout(() => {
      if (this.#waitsForPoints) {
        this.#waitsForPoints = false;
        this.#loop.request();
      }
    }, EMPTY_AFTER_MS);
    this.#cleanups.push(() => clearTimeout(timer));
  }

  get stats(): ViewportStats {
    const { cloud } = this.#frames.shown;
    return {
      points: this.#content.pointCount,
      totalPoints: cloud?.total_count ?? 0,
      drawnPoints: this.#renderer.drawnPoints,
      keptBytes: this.#frames.keptBytes,
      ...this.#clock.times,
    };
  }

  get status(): ViewportStatus {
    return this.#status;
  }

  get canAdvance(): boolean {
    const { frameIndex, colorMode, sweeps } = this.#editor.session.getState();
    // Many sweeps as one cloud are shown when playing stops.
    return this.#clock.isIdle && this.#frames.isHere(frameIndex + 1, colorMode, sweeps);
  }

  setElements(elements: ViewElements): void {
    const views = new Views(elements, this.#views, {
      editor: this.#editor,
      content: this.#content,
      frames: this.#frames,
      requestFrame: this.#loop.request,
      // Resizing clears the canvas, so it is drawn again before the page is shown.
      onResize: () => this.#step(0, true),
    });
    this.#views?.dispose();
    this.#views = views;
    views.watch(this.#canvas);
    this.#drawSoon();
  }

  focusSelected(): void {
    const selected = this.#content.selected;
    if (selected !== null) {
      this.#views?.focus(selected.cuboid);
    }
  }

  lookAtPixel(): void {
    const point = this.#editor.session.getState().pixelRay?.point ?? null;
    if (point !== null) {
      this.#views?.lookAt(point);
    }
  }

  viewFrom(preset: ViewPreset): void {
    this.#views?.perspective.lookFrom(preset, this.#content.groundZ, true);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  pointsInside(box: Box): number | null {
    const { cloud } = this.#frames.shown;
    return cloud === null ? null : countInside(cloud, boxTest(box));
  }

  projectToScreen(point_ego: Vec3): PagePlace | null {
    const view = this.#views?.perspective;
    return view === undefined ? null : onPage(view.element, view.project(point_ego));
  }

  sideViewRect(view: SideViewName): DOMRect | null {
    return this.#views?.side(view).element.getBoundingClientRect() ?? null;
  }

  worldToSideView(view: SideViewName, point_ego: Vec3): PagePlace | null {
    const side = this.#views?.side(view);
    return side === undefined ? null : onPage(side.element, side.project(point_ego));
  }

  dispose(): void {
    for (const cleanup of this.#cleanups) {
      cleanup();
    }
    this.#editor.cloud = noCloud;
    this.#loop.stop();
    this.#views?.dispose();
    this.#frames.dispose();
    this.#content.dispose();
    this.#renderer.dispose();
    this.#listeners.clear();
  }

  #listen(): void {
    const { session, store } = this.#editor;
    const markStale = () => {
      this.#isContentStale = true;
      this.#loop.request();
    };
    const restored = () => {
      this.#renderer.forget();
      this.#loop.request();
    };
    this.#canvas.addEventListener('webglcontextrestored', restored);
    this.#cleanups.push(
      session.subscribe((state, before) => this.#onSession(state, before, markStale)),
      store.subscribe(markStale),
      this.#editor.onCommand((command) => runCommand(this, command)),
      () => this.#canvas.removeEventListener('webglcontextrestored', restored),
    );
  }

  #onSession(state: SessionState, before: SessionState, markStale: () => void): void {
    if (DRAWN.some((key) => state[key] !== before[key]) || !isSameSelection(state.people, before.people)) {
      markStale();
    }
    if (WANTED.some((key) => state[key] !== before[key]) || isOtherPlace(state, before)) {
      this.#wantFrame(state);
    }
    if (COLORED.some((key) => state[key] !== before[key])) {
      this.#content.showFrame(this.#frames.shown);
      markStale();
    }
  }

  #wantFrame(state: SessionState): void {
    const { frameIndex, colorMode, sweeps } = state;
    this.#clock.start(frameIndex);
    this.#frames.show(frameIndex, colorMode, sweeps, mergedWish(this.#editor, state));
    this.#loop.request();
  }

  #tellProgress(): void {
    const { session } = this.#editor;
    const { cloud, state } = this.#frames.shown;
    const isMerged = mergedWish(this.#editor, session.getState()) !== null;
    const progress = progressOf(cloud, state === 'loading', isMerged);
    if (JSON.stringify(progress) !== JSON.stringify(session.getState().cloudProgress)) {
      session.setState({ cloudProgress: progress });
    }
  }

  #onFrame(shown: ShownFrame): void {
    if (shown.state === 'loading') {
      // What is on the screen stays there: drawing it again would only delay the new frame.
      this.#tell();
      return;
    }
    const isFirst = this.#content.pointCount === 0;
    this.#content.showFrame(shown);
    if (isFirst && shown.cloud !== null) {
      this.#views?.settle(this.#content.groundZ);
    }
    this.#hasNews = true;
    this.#isContentStale = true;
    this.#drawSoon();
  }

  /** New points are what a person waits for: other changes of the page come after them. */
  #drawSoon(): void {
    if (this.#views !== null && this.#frames.isSettled) {
      this.#loop.hurry();
    } else {
      this.#loop.request();
    }
  }

  /** One drawing, unless nothing has changed; true while the camera is still moving. */
  #step(seconds: number, isAsked: boolean): boolean {
    const views = this.#views;
    if (views === null || this.#renderer.isLost) {
      return false;
    }
    if (this.#waitsForPoints && this.#frames.shown.state === 'loading') {
      return false;
    }
    this.#waitsForPoints = false;
    views.flushPointers();
    const isMoving = views.update(seconds);
    if (!isAsked && !isMoving && !this.#hasMore) {
      return false;
    }
    if (this.#isContentStale) {
      this.#isContentStale = false;
      this.#content.update();
    }
    views.followSelected();
    this.#content.updateNear(views.windows, views.glued);
    this.#content.setPixelRatio(this.#renderer.pixelRatio);
    const { pointBudget, eyeDome } = this.#editor.session.getState();
    const { scene, drawnPoints: points } = this.#content;
    const style = { budget: pointBudget, eyeDome };
    this.#hasMore = this.#renderer.draw(scene, views.drawn, points, style);
    views.showOverlays();
    this.#tellNews();
    return isMoving || this.#hasMore;
  }

  #tellNews(): void {
    if (this.#frames.isSettled && this.#clock.stop(this.#frames.shown.frameIndex)) {
      this.#hasNews = true;
      this.#prefetchSoon();
    }
    if (this.#hasNews) {
      this.#hasNews = false;
      this.#tell();
    }
  }

  /** Called when what it tells is on the screen. */
  #tell(): void {
    // The page's own words about the cloud must not delay its drawing.
    this.#tellProgress();
    const { state, frameIndex, message } = this.#frames.shown;
    this.#status = { state, frameIndex, message };
    for (const listener of this.#listeners) {
      listener();
    }
  }

  /** Once the drawing is on the screen: two repaints later. */
  #prefetchSoon(): void {
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        if (this.#clock.isIdle) {
          const state = this.#editor.session.getState();
          if (mergedWish(this.#editor, state) === null) {
            this.#frames.prefetch(state.colorMode, state.sweeps);
          }
        }
      });
    });
  }
}

/** Whether people have the same objects selected: where else they look is not drawn here. */
function isSameSelection(people: readonly Person[], before: readonly Person[]): boolean {
  const drawn = (person: Person) => [person.selected_track_id, person.name, person.color];
  const isSelecting = (person: Person) => person.selected_track_id !== null;
  return (
    people === before || isEqual(people.filter(isSelecting).map(drawn), before.filter(isSelecting).map(drawn))
  );
}

function onPage(element: HTMLElement, place: Vec2 | null): PagePlace | null {
  const { left, top } = element.getBoundingClientRect();
  return place === null ? null : { x: left + place[0], y: top + place[1] };
}
