/** The one WebGL context: draws every view into its part of the one canvas, and only when asked to. */
import {
  Color,
  ColorManagement,
  LinearSRGBColorSpace,
  type ColorRepresentation,
  type Object3D,
  type OrthographicCamera,
  PerspectiveCamera,
  Vector2,
  WebGLRenderer,
} from 'three';

import { POINTS } from './layers/channels';
import { cssSize, placeInCanvas, type Placement } from './placement';
import { contextAttributes } from './webgl';
import { RetainedPoints, type DrawnPoints, type PointsStyle } from './retained_points';

/** A part of the canvas with its own camera. */
export interface DrawnView {
  readonly element: HTMLElement;
  readonly camera: PerspectiveCamera | OrthographicCamera;
  /** Null keeps the canvas' own background. */
  readonly background: ColorRepresentation | null;
  /** Whether there is something to draw. */
  readonly isShown: boolean;
  /** Called before drawing with the view's size in CSS pixels. */
  fit(width: number, height: number): void;
}

const MAX_PIXEL_RATIO = 2;
/** Where the processor draws, more points at once would make the camera stick. */
const SOFTWARE_BUDGET = 250_000;
const CLEAR = new Color('#000000');

export class Renderer {
  readonly #gl: WebGLRenderer;
  readonly #canvas: HTMLCanvasElement;
  readonly #isSoftware: boolean;
  readonly #retained: RetainedPoints;
  #drawnPoints = 0;

  constructor(canvas: HTMLCanvasElement, isSoftware: boolean) {
    // Colours go to the screen as they were chosen; nothing here is lit.
    ColorManagement.enabled = false;
    this.#canvas = canvas;
    this.#isSoftware = isSoftware;
    this.#gl = new WebGLRenderer({ canvas, alpha: true, ...contextAttributes(isSoftware) });
    // Asking whether they are in order would wait for the graphics card.
    this.#gl.debug.checkShaderErrors = import.meta.env.DEV;
    this.#gl.outputColorSpace = LinearSRGBColorSpace;
    this.#gl.autoClear = false;
    this.#retained = new RetainedPoints(this.#gl);
  }

  get isLost(): boolean {
    return this.#gl.getContext().isContextLost();
  }

  get pixelRatio(): number {
    return this.#gl.getPixelRatio();
  }

  /** How many points of the cloud the last drawing of the big view showed. */
  get drawnPoints(): number {
    return this.#drawnPoints;
  }

  /** Everything on the GPU is gone; the next drawing uploads it again. */
  forget(): void {
    this.#retained.forget();
  }

  /**
   * Draw all views once.
   * @returns whether there are points left for another drawing.
   */
  draw(scene: Object3D, views: readonly DrawnView[], points: DrawnPoints, style: PointsStyle): boolean {
    const budget = this.#isSoftware ? Math.min(style.budget, SOFTWARE_BUDGET) : style.budget;
    this.#drawnPoints = points.count;
    this.#fitCanvas();
    this.#gl.setScissorTest(false);
    this.#gl.setClearColor(CLEAR, 0);
    this.#gl.clear();
    this.#gl.setScissorTest(true);
    const canvasRect = this.#canvas.getBoundingClientRect();
    for (const view of views) {
      const placement = placeInCanvas(canvasRect, view.element.getBoundingClientRect());
      if (view.isShown && placement !== null) {
        this.#drawView(scene, view, placement, points, { ...style, budget });
      }
    }
    // It is drawn while the page goes on with what else has changed.
    this.#gl.getContext().flush();
    return this.#drawnPoints < points.count;
  }

  #drawView(
    scene: Object3D,
    view: DrawnView,
    place: Placement,
    points: DrawnPoints,
    style: PointsStyle,
  ): void {
    const { camera, background } = view;
    view.fit(place.width, place.height);
    const isPasted =
      camera instanceof PerspectiveCamera && this.#prepare(scene, camera, place, points, style);
    this.#gl.setViewport(place.x, place.y, place.width, place.height);
    this.#gl.setScissor(place.x, place.y, place.width, place.height);
    if (background !== null) {
      this.#gl.setClearColor(background, 1);
      this.#gl.clear();
    }
    if (!isPasted) {
      this.#gl.render(scene, camera);
      return;
    }
    this.#drawnPoints = this.#retained.drawn;
    this.#retained.paste(camera);
    camera.layers.disable(POINTS);
    this.#gl.render(scene, camera);
    camera.layers.enable(POINTS);
  }

  #prepare(
    scene: Object3D,
    camera: PerspectiveCamera,
    place: Placement,
    points: DrawnPoints,
    style: PointsStyle,
  ): boolean {
    const ratio = this.#gl.getPixelRatio();
    const size = new Vector2(Math.floor(place.width * ratio), Math.floor(place.height * ratio));
    return this.#retained.prepare(scene, camera, size, points, style, this.#isSoftware);
  }

  #fitCanvas(): void {
    const { width, height } = cssSize(this.#canvas);
    const ratio = this.#isSoftware ? 1 : Math.min(MAX_PIXEL_RATIO, window.devicePixelRatio);
    const wanted = [Math.floor(width * ratio), Math.floor(height * ratio)];
    if (ratio !== this.#gl.getPixelRatio()) {
      this.#gl.setPixelRatio(ratio);
    }
    if (wanted[0] !== this.#canvas.width || wanted[1] !== this.#canvas.height) {
      this.#gl.setSize(width, height, false);
    }
  }

  dispose(): void {
    this.#retained.dispose();
    this.#gl.dispose();
    this.#gl.forceContextLoss();
  }
}
