/**
 * The cloud as a picture with depth, so that a drag or a hover need not draw every point again. Where the processor
 * draws, points take nearly all of the time; while the camera moves nothing is kept and nothing is lost.
 */
import {
  AlwaysDepth,
  DepthTexture,
  Mesh,
  NearestFilter,
  NoBlending,
  type Object3D,
  type PerspectiveCamera,
  PlaneGeometry,
  Scene,
  ShaderMaterial,
  UnsignedIntType,
  type Vector2,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three';

import { POINTS } from './layers/channels';

const VERTEX_SHADER = `
varying vec2 vPlace;
void main() {
  vPlace = uv;
  gl_Position = vec4(position.xy, 0.0, 1.0);
}`;

const FRAGMENT_SHADER = `
uniform sampler2D picture;
uniform sampler2D depths;
varying vec2 vPlace;
void main() {
  gl_FragColor = texture2D(picture, vPlace);
  gl_FragDepth = texture2D(depths, vPlace).r;
}`;

export class RetainedPoints {
  readonly #gl: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #sheet: Mesh<PlaneGeometry, ShaderMaterial>;
  #target: WebGLRenderTarget | null = null;
  /** What the last drawing showed. */
  #lastKey = '';
  /** What the picture shows; empty while there is none. */
  #pictureKey = '';

  constructor(gl: WebGLRenderer) {
    this.#gl = gl;
    this.#sheet = new Mesh(
      new PlaneGeometry(2, 2),
      new ShaderMaterial({
        vertexShader: VERTEX_SHADER,
        fragmentShader: FRAGMENT_SHADER,
        uniforms: { picture: { value: null }, depths: { value: null } },
        depthFunc: AlwaysDepth,
        blending: NoBlending,
      }),
    );
    this.#sheet.frustumCulled = false;
    this.#scene.add(this.#sheet);
  }

  /**
   * Make sure that there is a picture of the points, if it pays: from the second drawing of the same points on.
   * Changes the render target, so call it before the view's own viewport is set.
   * @param version changes with the points and their looks.
   * @returns whether `paste` can stand in for drawing the points.
   */
  prepare(scene: Object3D, camera: PerspectiveCamera, size: Vector2, version: number): boolean {
    const key = keyOf(camera, size, version);
    const isSame = key === this.#lastKey;
    this.#lastKey = key;
    if (!isSame) {
      return false;
    }
    if (this.#pictureKey !== key) {
      this.#drawPicture(scene, camera, size);
      this.#pictureKey = key;
    }
    return true;
  }

  /** Draw the picture, and its depth, into the present viewport. */
  paste(camera: PerspectiveCamera): void {
    this.#gl.render(this.#scene, camera);
  }

  /** The context was lost, and the picture with it. */
  forget(): void {
    this.#lastKey = '';
    this.#pictureKey = '';
  }

  dispose(): void {
    this.#target?.dispose();
    this.#sheet.geometry.dispose();
    this.#sheet.material.dispose();
  }

  #drawPicture(scene: Object3D, camera: PerspectiveCamera, size: Vector2): void {
    const target = this.#targetOf(size);
    const { mask } = camera.layers;
    camera.layers.set(POINTS);
    this.#gl.setRenderTarget(target);
    this.#gl.clear();
    this.#gl.render(scene, camera);
    this.#gl.setRenderTarget(null);
    camera.layers.mask = mask;
  }

  #targetOf(size: Vector2): WebGLRenderTarget {
    if (this.#target?.width === size.x && this.#target.height === size.y) {
      return this.#target;
    }
    this.#target?.dispose();
    const depthTexture = new DepthTexture(size.x, size.y, UnsignedIntType);
    const filters = { minFilter: NearestFilter, magFilter: NearestFilter };
    const target = new WebGLRenderTarget(size.x, size.y, { ...filters, depthTexture });
    const { uniforms } = this.#sheet.material;
    uniforms['picture'] = { value: target.texture };
    uniforms['depths'] = { value: depthTexture };
    this.#target = target;
    return target;
  }
}

function keyOf(camera: PerspectiveCamera, size: Vector2, version: number): string {
  camera.updateMatrixWorld();
  return [
    version,
    size.x,
    size.y,
    ...camera.projectionMatrix.elements,
    ...camera.matrixWorld.elements,
  ].join();
}
