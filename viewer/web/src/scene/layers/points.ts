/** One cloud as round points, each with its own colour. */
import { BufferAttribute, BufferGeometry, Points, ShaderMaterial } from 'three';

import type { Vec3 } from '../../model/tuples';

const VERTEX_SHADER = `
attribute vec4 color;
uniform float nearScale;
uniform float baseSize;
uniform float maxSize;
uniform float brightness;
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
  if (color.a == 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
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

export class PointsLayer {
  readonly object: Points<BufferGeometry, ShaderMaterial>;
  readonly #attenuationM: number;
  #version = 0;

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
      },
    });
    this.#attenuationM = attenuationM;
    this.object = new Points(new BufferGeometry(), material);
    // The cloud surrounds the viewer: a bounding sphere would cost a pass over it and never exclude it.
    this.object.frustumCulled = false;
    this.object.matrixAutoUpdate = false;
    this.object.layers.set(channel);
  }

  /** Changes with everything that changes the picture. */
  get version(): number {
    return this.#version;
  }

  /**
   * Show other points.
   * @param xyz (3·N) metres, relative to `origin_m`.
   * @param colors (N) RGBA words.
   */
  setPoints(xyz: Float32Array<ArrayBuffer>, origin_m: Vec3, colors: Uint32Array<ArrayBuffer>): void {
    this.object.geometry.dispose();
    this.object.geometry = new BufferGeometry();
    this.object.geometry.setAttribute('position', new BufferAttribute(xyz, 3));
    this.setColors(colors);
    this.object.matrix.makeTranslation(...origin_m);
    this.object.matrixWorldNeedsUpdate = true;
    this.object.visible = xyz.length > 0;
  }

  setColors(colors: Uint32Array<ArrayBuffer>): void {
    this.#version += 1;
    const bytes = new Uint8Array(colors.buffer, colors.byteOffset, colors.byteLength);
    const current = this.object.geometry.getAttribute('color');
    if (current instanceof BufferAttribute && current.array.byteLength === bytes.byteLength) {
      current.array = bytes;
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

function setUniform(uniform: { value: unknown } | undefined, value: number): void {
  if (uniform !== undefined) {
    uniform.value = value;
  }
}
