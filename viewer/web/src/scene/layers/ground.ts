/** The ground around the vehicle: a calm grid with range rings, fading out with distance. */
import { BufferGeometry, Float32BufferAttribute, LineBasicMaterial, LineSegments } from 'three';

import { rgbOf } from '../colormap';
import { PERSPECTIVE_ONLY } from './channels';

const REACH_M = 100;
const GRID_STEP_M = 10;
const RING_STEP_M = 20;
const RING_PIECES = 128;
const GRID_COLOR = '#38424f';
const RING_COLOR = '#5b6a7d';
const GRID_OPACITY = 0.32;
const RING_OPACITY = 0.55;

export class GroundLayer {
  readonly object: LineSegments<BufferGeometry, LineBasicMaterial>;

  constructor() {
    const geometry = new BufferGeometry();
    const { positions, colors } = groundLines();
    geometry.setAttribute('position', new Float32BufferAttribute(positions, 3));
    geometry.setAttribute('color', new Float32BufferAttribute(colors, 4));
    const material = new LineBasicMaterial({ vertexColors: true, transparent: true, depthWrite: false });
    this.object = new LineSegments(geometry, material);
    this.object.layers.set(PERSPECTIVE_ONLY);
    this.object.renderOrder = -1;
  }

  setHeight(z: number): void {
    this.object.position.z = z;
  }

  dispose(): void {
    this.object.geometry.dispose();
    this.object.material.dispose();
  }
}

/** Grid and rings as line segments on z = 0, each vertex with its own opacity. */
export function groundLines(): { readonly positions: readonly number[]; readonly colors: readonly number[] } {
  const positions: number[] = [];
  const colors: number[] = [];
  const addVertex = (x: number, y: number, color: string, opacity: number) => {
    const [red, green, blue] = rgbOf(color);
    const fade = Math.max(0, 1 - Math.hypot(x, y) / REACH_M);
    positions.push(x, y, 0);
    colors.push(red / 255, green / 255, blue / 255, opacity * Math.sqrt(fade));
  };
  for (let line = -REACH_M; line <= REACH_M; line += GRID_STEP_M) {
    for (let start = -REACH_M; start < REACH_M; start += GRID_STEP_M) {
      addVertex(line, start, GRID_COLOR, GRID_OPACITY);
      addVertex(line, start + GRID_STEP_M, GRID_COLOR, GRID_OPACITY);
      addVertex(start, line, GRID_COLOR, GRID_OPACITY);
      addVertex(start + GRID_STEP_M, line, GRID_COLOR, GRID_OPACITY);
    }
  }
  for (let radius = RING_STEP_M; radius < REACH_M; radius += RING_STEP_M) {
    for (let piece = 0; piece < RING_PIECES; piece += 1) {
      for (const end of [piece, piece + 1]) {
        const angle = (2 * Math.PI * end) / RING_PIECES;
        addVertex(radius * Math.cos(angle), radius * Math.sin(angle), RING_COLOR, RING_OPACITY);
      }
    }
  }
  return { positions, colors };
}
