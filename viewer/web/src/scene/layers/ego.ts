/** The vehicle itself: a footprint with a nose, so that forward is never in doubt. */
import {
  BufferGeometry,
  DoubleSide,
  Float32BufferAttribute,
  Group,
  LineBasicMaterial,
  LineLoop,
  Mesh,
  MeshBasicMaterial,
  Shape,
  ShapeGeometry,
} from 'three';

import { PERSPECTIVE_ONLY } from './channels';

const REAR_M = -2;
const NOSE_M = 2.6;
const HALF_WIDTH_M = 0.9;
const COLOR = '#7fa4d6';
/** Just above the ground, so that its points do not flicker through. */
const LIFT_M = 0.05;

export class EgoLayer {
  readonly object = new Group();
  readonly #outline: LineLoop<BufferGeometry, LineBasicMaterial>;
  readonly #fill: Mesh<ShapeGeometry, MeshBasicMaterial>;

  constructor() {
    const rim = footprint();
    const outline = new BufferGeometry();
    outline.setAttribute(
      'position',
      new Float32BufferAttribute(
        rim.flatMap(([x, y]) => [x, y, 0]),
        3,
      ),
    );
    this.#outline = new LineLoop(
      outline,
      new LineBasicMaterial({ color: COLOR, transparent: true, opacity: 0.9 }),
    );
    const shape = new Shape();
    rim.forEach(([x, y], i) => (i === 0 ? shape.moveTo(x, y) : shape.lineTo(x, y)));
    this.#fill = new Mesh(
      new ShapeGeometry(shape),
      new MeshBasicMaterial({
        color: COLOR,
        transparent: true,
        opacity: 0.16,
        depthWrite: false,
        side: DoubleSide,
        forceSinglePass: true,
      }),
    );
    for (const part of [this.#outline, this.#fill]) {
      part.layers.set(PERSPECTIVE_ONLY);
      this.object.add(part);
    }
  }

  setHeight(groundZ: number): void {
    this.object.position.z = groundZ + LIFT_M;
  }

  dispose(): void {
    this.#outline.geometry.dispose();
    this.#outline.material.dispose();
    this.#fill.geometry.dispose();
    this.#fill.material.dispose();
  }
}

/** Seen from above: a box with a pointed nose. */
function footprint(): readonly (readonly [number, number])[] {
  const shoulder = NOSE_M - 0.9;
  return [
    [REAR_M, HALF_WIDTH_M],
    [shoulder, HALF_WIDTH_M],
    [NOSE_M, 0],
    [shoulder, -HALF_WIDTH_M],
    [REAR_M, -HALF_WIDTH_M],
  ];
}
