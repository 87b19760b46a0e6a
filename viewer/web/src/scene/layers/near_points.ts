/** The points around the selected box that one side view shows: those inside the box stand out. */
import { Matrix4, Vector3 } from 'three';

import type { Cloud } from '../../api/points';
import { transformMatrix } from '../se3_matrix';
import { inverse } from '../../geometry/se3';
import type { Box } from '../../model/records';
import { encloses, pointsInside, type BoxTest } from '../near_points';
import { type Clip, PointsLayer } from './points';

/** Colours count more here than in the big view: points are few and large. */
const BRIGHTNESS = 1.35;
const OUTSIDE_SHARE = 0.55;
/** Points of the object are seen even where their colour is dark. */
const INSIDE_WHITE = 0.3;
/** How much further than needed points are gathered, so that the smallest moves need not gather again. */
const SPARE = 1.05;

export class NearPointsLayer {
  readonly #points: PointsLayer;
  #gathered: { readonly cloud: Cloud; readonly colors: Uint32Array; readonly region: BoxTest } | null = null;

  constructor(channel: number) {
    this.#points = new PointsLayer(channel, 0);
    const { material } = this.#points.object;
    material.defines['HIGHLIGHT'] = 1;
    material.uniforms['object_from_points'] = { value: new Matrix4() };
    material.uniforms['halfSize'] = { value: new Vector3() };
    material.uniforms['outsideShare'] = { value: OUTSIDE_SHARE };
    material.uniforms['insideWhite'] = { value: INSIDE_WHITE };
    this.#points.setBrightness(BRIGHTNESS);
  }

  get object() {
    return this.#points.object;
  }

  /** Show at least the points of `region`; those inside `box` bright. */
  show(cloud: Cloud, colors: Uint32Array, region: BoxTest, box: Box): void {
    if (!this.#has(cloud, colors, region)) {
      this.#gather(cloud, colors, region);
    }
    const { uniforms } = this.#points.object.material;
    const [length, width, height] = box.size_lwh_m;
    const object_from_ego = transformMatrix(inverse(box.ego_from_object));
    asMatrix(uniforms['object_from_points']?.value).copy(
      object_from_ego.multiply(new Matrix4().makeTranslation(...cloud.origin_m)),
    );
    asVector(uniforms['halfSize']?.value).set(length / 2, width / 2, height / 2);
  }

  setClip(clip: Clip): void {
    this.#points.setClip(clip);
  }

  clear(): void {
    this.#gathered = null;
    this.#points.clear();
  }

  setSize(sizePx: number, pixelRatio: number): void {
    this.#points.setSize(sizePx, pixelRatio);
  }

  #has(cloud: Cloud, colors: Uint32Array, region: BoxTest): boolean {
    const gathered = this.#gathered;
    return (
      gathered !== null &&
      gathered.cloud === cloud &&
      gathered.colors === colors &&
      encloses(gathered.region, region)
    );
  }

  #gather(cloud: Cloud, colors: Uint32Array, region: BoxTest): void {
    const wide: BoxTest = {
      ...region,
      half: [region.half[0] * SPARE, region.half[1] * SPARE, region.half[2] * SPARE],
    };
    const inside = pointsInside(cloud, colors, wide);
    this.#points.setPoints(inside.xyz, cloud.origin_m, inside.colors);
    this.#gathered = { cloud, colors, region: wide };
  }

  dispose(): void {
    this.#points.dispose();
  }
}

function asMatrix(value: unknown): Matrix4 {
  return value instanceof Matrix4 ? value : new Matrix4();
}

function asVector(value: unknown): Vector3 {
  return value instanceof Vector3 ? value : new Vector3();
}
