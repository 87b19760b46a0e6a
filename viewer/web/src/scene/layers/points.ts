/** One cloud as round points, each with its own colour. */
import { BufferAttribute, BufferGeometry, Points, ShaderMaterial, Sphere, Vector2, Vector3 } from 'three';

import type { Cloud } from '../../api/points';
import type { Vec3 } from '../../model/tuples';

const VERTEX_SHADER = `
attribute vec4 color;
uniform float nearScale;
uniform float baseSize;
uniform float maxSize;
uniform float brightness;
uniform vec2 heights;
uniform float farthest;
varying vec3 vColor;
#ifdef HIGHLIGHT
uniform mat4 object_from_points;
uniform vec3 halfSize;
uniform float outsideShare;
uniform float insideWhite;
#endif
void main() {
  vColor = color.rgb * brightness;
#ifdef HIGHLIGHT
  vec3 inBox = abs((object_from_points * vec4(position, 1.0)).xyz);
  vColor = any(greaterThan(inBox, halfSize)) ? vColor * outsideShare : mix(vColor, vec3(1.0), insideWhite);
#endif
  gl_Position = projectionMatrix * (modelViewMatrix * vec4(position, 1.0));
  vec3 place = (modelMatrix * vec4(position, 1.0)).xyz;
  bool isCut = place.z < heights.x || place.z > heights.y || length(place.xy) > farthest;
  if (color.a == 0.0 || isCut) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = min(baseSize + nearScale / gl_Position.w, maxSize);
}`;

const FRAGMENT_SHADER = `
varying vec3 vColor;
void main() {
  vec2 fromCentre = gl_PointCoord - 0.5;
  if (dot(fromCentre, fromCentre) > 0.25) discard;
  gl_FragColor = vec4(vColor, 1.0);
}`;

/** Points at this distance get half of their size more, metres. */
const ATTENUATION_M = 6;
const MAX_GROWTH = 3;
/** Farther than any point. */
const NOWHERE_M = 1e9;
const EVERYWHERE = new Sphere(new Vector3(), NOWHERE_M);

/** What of a cloud is cut away, metres in the cloud's frame. */
export interface Clip {
  readonly heights: readonly [low: number, high: number] | null;
  readonly distance: number | null;
}

export class PointsLayer {
  readonly object: Points<BufferGeometry, ShaderMaterial>;
  readonly #attenuationM: number;
  #version = 0;
  #count = 0;

  /** @param attenuationM at which distance a point looks 1.5 times its size; 0 for the same size everywhere. */
  constructor(channel: number, attenuationM = ATTENUATION_M) {
    const material = new ShaderMaterial({
      vertexShader: VERTEX_SHADER,
      fragmentShader: FRAGMENT_SHADER,
      uniforms: {
        baseSize: { value: 0 },
        nearScale: { value: 0 },
        maxSize: { value: 8 },
        brightness: { value: 1 },
        heights: { value: new Vector2(-NOWHERE_M, NOWHERE_M) },
        farthest: { value: NOWHERE_M },
      },
    });
    this.#attenuationM = attenuationM;
    this.object = new Points(new BufferGeometry(), material);
    // The cloud surrounds the viewer: a bounding sphere of its own would cost a pass over it and never exclude it.
    this.object.frustumCulled = false;
    this.object.matrixAutoUpdate = false;
    this.object.layers.set(channel);
  }

  /** Changes with everything that changes the picture, but for points that come to those that are there. */
  get version(): number {
    return this.#version;
  }

  /** Points that can be drawn. */
  get count(): number {
    return this.#count;
  }

  /** Draw these points alone. */
  setRange(start: number, count: number): void {
    this.object.geometry.setDrawRange(start, count);
  }

  /**
   * Show other points.
   * @param xyz (3·N) metres, relative to `origin_m`.
   * @param colors (N) RGBA words.
   */
  setPoints(xyz: Float32Array<ArrayBuffer>, origin_m: Vec3, colors: Uint32Array<ArrayBuffer>): void {
    this.object.geometry.dispose();
    this.object.geometry = new BufferGeometry();
    this.object.geometry.boundingSphere = EVERYWHERE;
    this.object.geometry.setAttribute('position', new BufferAttribute(xyz, 3));
    this.setColors(colors);
    this.object.matrix.makeTranslation(...origin_m);
    this.object.matrixWorldNeedsUpdate = true;
    this.#setCount(xyz.length / 3);
  }

  /**
   * Show a cloud, or as far as it is here: the graphics card gets room for all of it at once, and then what is new.
   * @param colors (total_count) RGBA words; those of points to come do not matter.
   */
  setCloud({ xyz, origin_m, count }: Cloud, colors: Uint32Array<ArrayBuffer>): void {
    const position = this.object.geometry.getAttribute('position');
    const color = this.object.geometry.getAttribute('color');
    if (
      position instanceof BufferAttribute &&
      color instanceof BufferAttribute &&
      position.array.buffer === xyz.buffer &&
      color.array.buffer === colors.buffer
    ) {
      grow(position, this.#count, count);
      grow(color, this.#count, count);
    } else {
      this.setPoints(new Float32Array(xyz.buffer), origin_m, colors);
    }
    this.#setCount(count);
  }

  #setCount(count: number): void {
    this.#count = count;
    this.setRange(0, count);
    this.object.visible = count > 0;
  }

  /** Cut away what is too high, too low or too far. */
  setClip({ heights, distance }: Clip): void {
    const { uniforms } = this.object.material;
    const [low, high] = heights ?? [-NOWHERE_M, NOWHERE_M];
    const shown: unknown = uniforms['heights']?.value;
    const farthest = distance ?? NOWHERE_M;
    if (shown instanceof Vector2 && !(shown.x === low && shown.y === high)) {
      shown.set(low, high);
      this.#version += 1;
    }
    if (uniforms['farthest']?.value !== farthest) {
      setUniform(uniforms['farthest'], farthest);
      this.#version += 1;
    }
  }

  setColors(colors: Uint32Array<ArrayBuffer>): void {
    this.#version += 1;
    const bytes = new Uint8Array(colors.buffer, colors.byteOffset, colors.byteLength);
    const current = this.object.geometry.getAttribute('color');
    if (current instanceof BufferAttribute && current.array.byteLength === bytes.byteLength) {
      current.array = bytes;
      current.clearUpdateRanges();
      current.needsUpdate = true;
      return;
    }
    this.object.geometry.setAttribute('color', new BufferAttribute(bytes, 4, true));
  }

  clear(): void {
    this.setPoints(new Float32Array(0), [0, 0, 0], new Uint32Array(0));
  }

  /** @param sizePx diameter of a far point in CSS pixels. */
  setSize(sizePx: number, pixelRatio: number): void {
    const { baseSize, nearScale, maxSize } = this.object.material.uniforms;
    const size = sizePx * pixelRatio;
    if (baseSize?.value === size) {
      return;
    }
    this.#version += 1;
    setUniform(baseSize, size);
    setUniform(nearScale, (size * this.#attenuationM) / 2);
    setUniform(maxSize, size * MAX_GROWTH);
  }

  setBrightness(brightness: number): void {
    setUniform(this.object.material.uniforms['brightness'], brightness);
  }

  dispose(): void {
    this.object.geometry.dispose();
    this.object.material.dispose();
  }
}

/** Upload what came since. */
function grow(attribute: BufferAttribute, from: number, to: number): void {
  if (to > from) {
    attribute.addUpdateRange(from * attribute.itemSize, (to - from) * attribute.itemSize);
    attribute.needsUpdate = true;
  }
}

function setUniform(uniform: { value: unknown } | undefined, value: number): void {
  if (uniform !== undefined) {
    uniform.value = value;
  }
}
