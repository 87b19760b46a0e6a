/** The big view: a camera that orbits, pans and zooms to the cursor. */
import CameraControls from 'camera-controls';
import {
  Box3,
  Matrix4,
  PerspectiveCamera,
  Quaternion,
  Raycaster,
  Sphere,
  Spherical,
  Vector2,
  Vector3,
  Vector4,
} from 'three';

import type { Ray } from '../geometry/hit_test';
import type { Vec2, Vec3 } from '../model/tuples';
import { PERSPECTIVE_ONLY, POINTS } from './layers/channels';
import type { DrawnView } from './renderer';

CameraControls.install({
  THREE: { Box3, Matrix4, Quaternion, Raycaster, Sphere, Spherical, Vector2, Vector3, Vector4 },
});

export type ViewPreset = 'top' | 'behind' | 'side' | 'free';

const FIELD_OF_VIEW_DEG = 55;
const NEAR_M = 0.2;
const FAR_M = 1500;
const MIN_DISTANCE_M = 1.5;
const MAX_DISTANCE_M = 400;
/** Seconds; short, so that the view feels attached to the hand. */
const SMOOTH_S = 0.09;
const DRAG_SMOOTH_S = 0.02;
/** Focused on a box, the eye is this many of its diagonals away. */
const FOCUS_DIAGONALS = 2.8;

/** Eye and target of each preset, metres in ego above the ground. */
const PRESETS: Readonly<Record<ViewPreset, readonly [eye: Vec3, target: Vec3]>> = {
  behind: [
    [-17, 0, 10.5],
    [13, 0, 0],
  ],
  // Not quite straight down: the camera's "up" must stay defined.
  top: [
    [11.99, 0, 66],
    [12, 0, 0],
  ],
  side: [
    [8, -34, 7],
    [8, 0, 1],
  ],
  free: [
    [-14, 17, 16],
    [9, -1, 0],
  ],
};

export class PerspectiveView implements DrawnView {
  readonly element: HTMLElement;
  readonly camera = new PerspectiveCamera(FIELD_OF_VIEW_DEG, 1, NEAR_M, FAR_M);
  readonly background = null;
  readonly isShown = true;
  readonly #controls: CameraControls;

  constructor(element: HTMLElement, onChange: () => void) {
    this.element = element;
    this.camera.up.set(0, 0, 1);
    this.camera.layers.enable(PERSPECTIVE_ONLY);
    this.camera.layers.enable(POINTS);
    this.#controls = new CameraControls(this.camera, element);
    this.#controls.smoothTime = SMOOTH_S;
    this.#controls.draggingSmoothTime = DRAG_SMOOTH_S;
    this.#controls.minDistance = MIN_DISTANCE_M;
    this.#controls.maxDistance = MAX_DISTANCE_M;
    this.#controls.maxPolarAngle = Math.PI * 0.495;
    this.#controls.dollyToCursor = true;
    this.#controls.infinityDolly = true;
    this.#controls.mouseButtons.right = CameraControls.ACTION.TRUCK;
    this.#controls.mouseButtons.middle = CameraControls.ACTION.TRUCK;
    for (const event of ['wake', 'control', 'transitionstart'] as const) {
      this.#controls.addEventListener(event, onChange);
    }
  }

  /** Move the camera on; true while it is still moving. */
  update(seconds: number): boolean {
    return this.#controls.update(seconds);
  }

  fit(width: number, height: number): void {
    const aspect = width / height;
    if (aspect !== this.camera.aspect) {
      this.camera.aspect = aspect;
      this.camera.updateProjectionMatrix();
    }
  }

  /** Whether a left drag turns the camera, or belongs to a tool. */
  setLeftDragOrbits(orbits: boolean): void {
    this.#controls.mouseButtons.left = orbits ? CameraControls.ACTION.ROTATE : CameraControls.ACTION.NONE;
  }

  /** Look from a standard place. */
  lookFrom(preset: ViewPreset, groundZ: number, isSmooth: boolean): void {
    const [eye, target] = PRESETS[preset];
    void this.#controls.setLookAt(
      eye[0],
      eye[1],
      eye[2] + groundZ,
      target[0],
      target[1],
      target[2] + groundZ,
      isSmooth,
    );
  }

  /** Turn around a point from now on; `diagonalM` also brings the eye to where a box of that size fills the view. */
  focus(point_ego: Vec3, diagonalM: number | null): void {
    void this.#controls.moveTo(...point_ego, true);
    if (diagonalM !== null) {
      void this.#controls.dollyTo(Math.max(6, diagonalM * FOCUS_DIAGONALS), true);
    }
  }

  /** The same view of another element, such as after a change of layout. */
  cloneTo(element: HTMLElement, onChange: () => void): PerspectiveView {
    const view = new PerspectiveView(element, onChange);
    const eye = this.#controls.getPosition(new Vector3());
    const target = this.#controls.getTarget(new Vector3());
    void view.#controls.setLookAt(...eye.toArray(), ...target.toArray(), false);
    return view;
  }

  /** The ray through a place in the view, CSS pixels from its upper left corner. */
  rayAt(place: Vec2): Ray {
    this.camera.updateMatrixWorld();
    const { width, height } = this.#size();
    const through = new Vector3((2 * place[0]) / width - 1, 1 - (2 * place[1]) / height, 0.5).unproject(
      this.camera,
    );
    const direction = through.sub(this.camera.position).normalize();
    return { origin: this.camera.position.toArray(), direction: direction.toArray() };
  }

  /** Where a point is in the view, CSS pixels from its upper left corner; null behind the eye. */
  project(point_ego: Vec3): Vec2 | null {
    const point = new Vector3(...point_ego).applyMatrix4(this.camera.matrixWorldInverse);
    if (point.z > -NEAR_M) {
      return null;
    }
    const { width, height } = this.#size();
    point.applyMatrix4(this.camera.projectionMatrix);
    return [((point.x + 1) / 2) * width, ((1 - point.y) / 2) * height];
  }

  /** Tangent of the angle that one CSS pixel covers. */
  get pixelTangent(): number {
    return (2 * Math.tan((FIELD_OF_VIEW_DEG * Math.PI) / 360)) / this.#size().height;
  }

  /** Heading on the ground, in ego, of what is up on the screen. */
  get yawRad(): number {
    const up = new Vector3(0, 1, 0).applyQuaternion(this.camera.quaternion);
    const forward = new Vector3(0, 0, -1).applyQuaternion(this.camera.quaternion);
    const sum = up.add(forward);
    return Math.atan2(sum.y, sum.x);
  }

  #size(): { readonly width: number; readonly height: number } {
    return { width: Math.max(1, this.element.clientWidth), height: Math.max(1, this.element.clientHeight) };
  }

  dispose(): void {
    this.#controls.dispose();
  }
}
