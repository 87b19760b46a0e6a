/** The shown cloud with its colours: only what is new is coloured and sent to the graphics card. */
import type { Cloud } from '../api/points';
import type { PointsLayer } from './layers/points';
import { colorPoints, type ColorOptions } from './point_colors';

export class ColoredCloud {
  readonly #layer: PointsLayer;
  #cloud: Cloud | null = null;
  #colors: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #key = '';

  constructor(layer: PointsLayer) {
    this.#layer = layer;
  }

  /** One RGBA word per point; another array when colours change, the same one while points come. */
  get colors(): Uint32Array<ArrayBuffer> {
    return this.#colors;
  }

  show(cloud: Cloud | null, options: ColorOptions): void {
    const key = JSON.stringify(options);
    const before = this.#cloud;
    if (cloud === before && key === this.#key) {
      return;
    }
    const isSameMemory = cloud !== null && before?.xyz.buffer === cloud.xyz.buffer;
    this.#cloud = cloud;
    if (cloud === null) {
      this.#colors = new Uint32Array(0);
      this.#layer.clear();
    } else if (isSameMemory && key === this.#key) {
      colorPoints(cloud, options, before.count, this.#colors);
      this.#layer.setCloud(cloud, this.#colors);
    } else {
      this.#colors = colorPoints(cloud, options, 0, new Uint32Array(cloud.total_count));
      if (isSameMemory) {
        this.#layer.setColors(this.#colors);
      }
      this.#layer.setCloud(cloud, this.#colors);
    }
    this.#key = key;
  }
}
