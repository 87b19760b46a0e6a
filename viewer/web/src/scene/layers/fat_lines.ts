/** Straight lines wider than a pixel, which plain WebGL lines cannot be; all of one width in one draw. */
import type { InstancedInterleavedBuffer, InterleavedBufferAttribute } from 'three';
import { LineMaterial } from 'three/examples/jsm/lines/LineMaterial.js';
import { LineSegments2 } from 'three/examples/jsm/lines/LineSegments2.js';
import { LineSegmentsGeometry } from 'three/examples/jsm/lines/LineSegmentsGeometry.js';

import type { Vec3 } from '../../model/tuples';
import { rgbOf } from '../colormap';
import { PERSPECTIVE_ONLY } from './channels';

/** Collects line segments before they go to the GPU. */
export class SegmentList {
  readonly positions: number[] = [];
  readonly colors: number[] = [];

  /** @param color `#rrggbb` */
  add(from: Vec3, to: Vec3, color: string): void {
    const [red, green, blue] = rgbOf(color);
    this.positions.push(...from, ...to);
    for (let end = 0; end < 2; end += 1) {
      this.colors.push(red / 255, green / 255, blue / 255);
    }
  }
}

export class FatLines {
  readonly object: LineSegments2;
  readonly #material: LineMaterial;
  #capacity = 0;

  /** @param widthPx in CSS pixels. */
  constructor(widthPx: number, options: { readonly opacity?: number } = {}) {
    const opacity = options.opacity ?? 1;
    this.#material = new LineMaterial({
      linewidth: widthPx,
      vertexColors: true,
      transparent: opacity < 1,
      opacity,
      depthWrite: opacity === 1,
    });
    this.object = new LineSegments2(new LineSegmentsGeometry(), this.#material);
    this.object.frustumCulled = false;
    this.object.visible = false;
    this.object.layers.set(PERSPECTIVE_ONLY);
  }

  set({ positions, colors }: SegmentList): void {
    this.object.visible = positions.length > 0;
    if (positions.length === 0) {
      return;
    }
    if (positions.length > this.#capacity) {
      this.#allocate(positions.length);
    }
    write(this.object.geometry.getAttribute('instanceStart'), positions);
    write(this.object.geometry.getAttribute('instanceColorStart'), colors);
    this.object.geometry.instanceCount = positions.length / 6;
  }

  /** Room for half as many again, so that a drag, which changes the number of dashes, does not allocate each time. */
  #allocate(length: number): void {
    this.#capacity = 6 * Math.ceil(length / 4);
    this.object.geometry.dispose();
    this.object.geometry = new LineSegmentsGeometry();
    // `setPositions` would compute bounds that nothing here uses; zeros are bounds enough.
    this.object.geometry.setPositions(new Float32Array(this.#capacity));
    this.object.geometry.setColors(new Float32Array(this.#capacity));
  }

  dispose(): void {
    this.object.geometry.dispose();
    this.#material.dispose();
  }
}

type Attribute = ReturnType<LineSegmentsGeometry['getAttribute']>;

function write(attribute: Attribute | undefined, values: readonly number[]): void {
  const buffer: InstancedInterleavedBuffer | undefined = (attribute as InterleavedBufferAttribute | undefined)
    ?.data as InstancedInterleavedBuffer | undefined;
  if (buffer !== undefined) {
    (buffer.array as Float32Array).set(values);
    buffer.needsUpdate = true;
  }
}
