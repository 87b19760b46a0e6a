/** A view straight along one axis of the selected box: where its pixels are in metres, and its camera. */
import { Matrix4, OrthographicCamera, Vector3 } from 'three';

import { toView, VIEW_AXES, viewSize, type SideView as SideViewName } from '../editor/tools/box_drag';
import { apply, applyRotation, inverse } from '../geometry/se3';
import { cross, dot } from '../geometry/vec3';
import type { Box } from '../model/records';
import type { Vec2, Vec3 } from '../model/tuples';
import { SIDE_VIEW_ONLY } from './layers/channels';
import type { DrawnView } from './renderer';
import { metresPerPixel, zoomAfterWheel } from './side_view_scale';

export type { SideView as SideViewName } from '../editor/tools/box_drag';

const BACKGROUND = '#0b0f13';
/** How much before and behind the box is drawn, metres: enough to see what it stands on, not what stands beside it. */
const SLAB_M: Readonly<Record<SideViewName, number>> = { top: 1, side: 0.6, rear: 0.6 };
const EYE_M = 100;

export class SideView implements DrawnView {
  readonly name: SideViewName;
  readonly element: HTMLElement;
  readonly camera = new OrthographicCamera();
  readonly background = BACKGROUND;
  /** The box the view is glued to; during a drag the one it was when the drag began. */
  #glued: Box | null = null;
  #zoom = 1;
  #isHeld = false;

  constructor(name: SideViewName, element: HTMLElement) {
    this.name = name;
    this.element = element;
    this.camera.layers.enable(SIDE_VIEW_ONLY[name]);
  }

  get isShown(): boolean {
    return this.#glued !== null;
  }

  get glued(): Box | null {
    return this.#glued;
  }

  /** Follow a box, unless a drag holds the view still. */
  follow(box: Box | null): void {
    if (!this.#isHeld || box === null) {
      this.#glued = box;
    }
  }

  /** Keep still while a handle is dragged, so that the box does not run away under the cursor. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
  }

  zoomBy(wheelDelta: number): void {
    this.#zoom = zoomAfterWheel(this.#zoom, wheelDelta);
  }

  resetZoom(): void {
    this.#zoom = 1;
  }

  /** Metres of one CSS pixel; 0 while there is nothing to show. */
  get metresPerPixel(): number {
    return this.#glued === null
      ? 0
      : metresPerPixel(viewSize(this.name, this.#glued), this.#size(), this.#zoom);
  }

  /** Half of what the view shows, metres right, up and along the line of sight. */
  get halfWindowM(): Vec3 {
    const { metresPerPixel: scale } = this;
    const { width, height } = this.#size();
    return [
      (width / 2) * scale,
      (height / 2) * scale,
      this.#glued === null ? 0 : this.#halfDepth(this.#glued),
    ];
  }

  fit(width: number, height: number): void {
    const box = this.#glued;
    if (box === null) {
      return;
    }
    const scale = metresPerPixel(viewSize(this.name, box), { width, height }, this.#zoom);
    const { camera } = this;
    const half = this.#halfDepth(box);
    camera.right = (width / 2) * scale;
    camera.left = -camera.right;
    camera.top = (height / 2) * scale;
    camera.bottom = -camera.top;
    camera.near = EYE_M - half;
    camera.far = EYE_M + half;
    camera.updateProjectionMatrix();
    const { right, up } = VIEW_AXES[this.name];
    const back = applyRotation(box.ego_from_object, cross(right, up));
    camera.position
      .set(...apply(box.ego_from_object, [0, 0, 0]))
      .addScaledVector(new Vector3(...back), EYE_M);
    camera.quaternion.setFromRotationMatrix(
      new Matrix4().makeBasis(
        new Vector3(...applyRotation(box.ego_from_object, right)),
        new Vector3(...applyRotation(box.ego_from_object, up)),
        new Vector3(...back),
      ),
    );
    camera.updateMatrixWorld();
  }

  /** Metres right and up of the box's centre, of a place in CSS pixels from the upper left corner. */
  metresAt(place: Vec2): Vec2 {
    const { width, height } = this.#size();
    const scale = this.metresPerPixel;
    return [(place[0] - width / 2) * scale, (height / 2 - place[1]) * scale];
  }

  /** CSS pixels from the upper left corner, of a place in metres right and up of the glued box's centre. */
  placeOf(metres: Vec2): Vec2 {
    const { width, height } = this.#size();
    const scale = this.metresPerPixel;
    return [width / 2 + metres[0] / scale, height / 2 - metres[1] / scale];
  }

  /** The same of a point in ego; null while there is nothing to show. */
  project(point_ego: Vec3): Vec2 | null {
    return this.#glued === null ? null : this.placeOf(toView(this.name, this.#glued, point_ego));
  }

  /** How far a point lies before or behind the glued box's centre; infinite while there is nothing to show. */
  depthOf(point_ego: Vec3): number {
    if (this.#glued === null) {
      return Infinity;
    }
    const { right, up } = VIEW_AXES[this.name];
    const place = apply(inverse(this.#glued.ego_from_object), point_ego);
    return Math.abs(dot(cross(right, up), place));
  }

  #halfDepth(box: Box): number {
    const { right, up } = VIEW_AXES[this.name];
    const sight = cross(right, up);
    const depth = sight.reduce((sum, share, axis) => sum + Math.abs(share) * (box.size_lwh_m[axis] ?? 0), 0);
    return depth / 2 + SLAB_M[this.name];
  }

  #size(): { readonly width: number; readonly height: number } {
    return { width: Math.max(1, this.element.clientWidth), height: Math.max(1, this.element.clientHeight) };
  }
}
