/**
 * The cloud as a picture with depth. It is drawn bit by bit: more points than can be drawn at once while the camera moves
 * are added to the picture when it rests, and a drag or a hover need not draw every point again, which matters where the
 * processor draws. Shading by depth works on the picture.
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
  Vector2,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three';

import { EYE_DOME_RADIUS_PX, EYE_DOME_SHADER, EYE_DOME_STRENGTH } from './eye_dome';
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
#ifdef EYE_DOME
${EYE_DOME_SHADER}
#endif
void main() {
  gl_FragColor = texture2D(picture, vPlace);
#ifdef EYE_DOME
  if (gl_FragColor.a > 0.0) gl_FragColor.rgb *= eyeDome(vPlace);
#endif
  gl_FragDepth = texture2D(depths, vPlace).r;
}`;

/** The points to be drawn; `version` changes with them and their looks, but not when some come to those there are. */
export interface DrawnPoints {
  readonly version: number;
  readonly count: number;
  setRange(start: number, count: number): void;
}

export interface PointsStyle {
  /** How many points may be drawn at once. */
  readonly budget: number;
  /** Whether points are shaded by depth. */
  readonly eyeDome: boolean;
}

export class RetainedPoints {
  readonly #gl: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #sheet: Mesh<PlaneGeometry, ShaderMaterial>;
  #target: WebGLRenderTarget | null = null;
  /** What the last drawing showed. */
  #lastKey = '';
  /** What the picture shows; empty while there is none. */
  #pictureKey = '';
  /** How many points the picture has. */
  #drawn = 0;

  constructor(gl: WebGLRenderer) {
    this.#gl = gl;
    this.#sheet = new Mesh(
      new PlaneGeometry(2, 2),
      new ShaderMaterial({
        vertexShader: VERTEX_SHADER,
        fragmentShader: FRAGMENT_SHADER,
        uniforms: {
          picture: { value: null },
          depths: { value: null },
          pixel: { value: new Vector2() },
          nearFar: { value: new Vector2() },
          eyeDomeStrength: { value: EYE_DOME_STRENGTH },
        },
        depthFunc: AlwaysDepth,
        blending: NoBlending,
      }),
    );
    this.#sheet.frustumCulled = false;
    this.#scene.add(this.#sheet);
  }

  /** Points in the picture. */
  get drawn(): number {
    return this.#drawn;
  }

  /**
   * Make sure that there is a picture of the points, if it pays: where they are too many to be drawn at once or are
   * shaded, and, where `keeps`, from the second drawing of the same points on.
   * Changes the render target, so call it before the view's own viewport is set.
   * @returns whether `paste` can stand in for drawing the points.
   */
  prepare(
    scene: Object3D,
    camera: PerspectiveCamera,
    size: Vector2,
    points: DrawnPoints,
    style: PointsStyle,
    keeps: boolean,
  ): boolean {
    const key = keyOf(camera, size, points.version);
    const isSame = key === this.#lastKey;
    this.#lastKey = key;
    const isNeeded = style.eyeDome || points.count > style.budget;
    if (!isNeeded && !(keeps && isSame)) {
      return false;
    }
    if (this.#pictureKey !== key) {
      this.#pictureKey = key;
      this.#drawn = 0;
    }
    if (this.#drawn < points.count || points.count === 0) {
      this.#drawMore(scene, camera, size, points, style.budget);
    }
    this.#setEyeDome(style.eyeDome, camera, size);
    return true;
  }

  /** Draw the picture, and its depth, into the present viewport. */
  paste(camera: PerspectiveCamera): void {
    this.#gl.render(this.#scene, camera);
  }

  #setEyeDome(isOn: boolean, { near, far }: PerspectiveCamera, size: Vector2): void {
    const { material } = this.#sheet;
    if (isOn !== 'EYE_DOME' in material.defines) {
      material.defines = isOn ? { EYE_DOME: 1 } : {};
      material.needsUpdate = true;
    }
    asVector(material.uniforms['nearFar']?.value).set(near, far);
    asVector(material.uniforms['pixel']?.value).set(EYE_DOME_RADIUS_PX / size.x, EYE_DOME_RADIUS_PX / size.y);
  }

  /** The context was lost, and the picture with it. */
  forget(): void {
    this.#lastKey = '';
    this.#pictureKey = '';
    this.#drawn = 0;
  }

  dispose(): void {
    this.#target?.dispose();
    this.#sheet.geometry.dispose();
    this.#sheet.material.dispose();
  }

  /** Add the next points to the picture, which the first ones begin anew. */
  #drawMore(
    scene: Object3D,
    camera: PerspectiveCamera,
    size: Vector2,
    points: DrawnPoints,
    budget: number,
  ): void {
    const target = this.#targetOf(size);
    const { mask } = camera.layers;
    camera.layers.set(POINTS);
    this.#gl.setRenderTarget(target);
    if (this.#drawn === 0) {
      this.#gl.clear();
    }
    const end = Math.min(points.count, this.#drawn + budget);
    points.setRange(this.#drawn, end - this.#drawn);
    this.#gl.render(scene, camera);
    points.setRange(0, points.count);
    this.#drawn = end;
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
    this.#drawn = 0;
    const { uniforms } = this.#sheet.material;
    uniforms['picture'] = { value: target.texture };
    uniforms['depths'] = { value: depthTexture };
    this.#target = target;
    return target;
  }
}

function asVector(value: unknown): Vector2 {
  return value instanceof Vector2 ? value : new Vector2();
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
