/** How high the ground is around the vehicle: the lowest points, without what stands out of its surroundings. */
import type { Cloud } from '../api/points';

const CELL_M = 2;
/** The grid reaches so far from the vehicle on each side. */
const REACH_M = 200;
const CELLS = (2 * REACH_M) / CELL_M;
/** Ground is at most so much higher than the ground so many cells away: a step, and a slope. */
const STEP_M = 0.15;
const SLOPE = 0.15;
const NEIGHBOURS = 3;
/** So many points tell: any number from the start is an even sample. */
const SAMPLE_POINTS = 250_000;

export class GroundGrid {
  readonly #heights: Float32Array;
  readonly #elsewhere: number;

  constructor({ xyz, origin_m, ground_z_m }: Cloud) {
    this.#elsewhere = ground_z_m;
    this.#heights = smoothed(lowestOf(xyz, origin_m));
  }

  /** Metres in the cloud's frame; where nothing was measured, as near the vehicle. */
  heightAt(x: number, y: number): number {
    const cell = cellOf(x, y);
    const height = cell < 0 ? Infinity : (this.#heights[cell] ?? Infinity);
    return height === Infinity ? this.#elsewhere : height;
  }
}

function cellOf(x: number, y: number): number {
  const column = Math.floor((x + REACH_M) / CELL_M);
  const row = Math.floor((y + REACH_M) / CELL_M);
  return column < 0 || row < 0 || column >= CELLS || row >= CELLS ? -1 : row * CELLS + column;
}

/** The second lowest point of each cell: mirrors and wet roads give single points below the ground. */
function lowestOf(xyz: Float32Array, [originX, originY, originZ]: Cloud['origin_m']): Float32Array {
  const lowest = new Float32Array(CELLS * CELLS).fill(Infinity);
  const second = new Float32Array(CELLS * CELLS).fill(Infinity);
  const end = Math.min(xyz.length, 3 * SAMPLE_POINTS);
  for (let at = 0; at + 2 < end; at += 3) {
    const cell = cellOf((xyz[at] ?? 0) + originX, (xyz[at + 1] ?? 0) + originY);
    if (cell < 0) {
      continue;
    }
    const z = (xyz[at + 2] ?? 0) + originZ;
    if (z < (lowest[cell] ?? 0)) {
      second[cell] = lowest[cell] ?? 0;
      lowest[cell] = z;
    } else if (z < (second[cell] ?? 0)) {
      second[cell] = z;
    }
  }
  return second;
}

/** No cell stands out of its surroundings: a car's roof that fills a cell is no ground. */
function smoothed(lowest: Float32Array): Float32Array {
  const heights = new Float32Array(lowest);
  for (const step of [1, CELLS]) {
    const before = new Float32Array(heights);
    for (let cell = 0; cell < heights.length; cell += 1) {
      for (let away = 1; away <= NEIGHBOURS; away += 1) {
        const rise = STEP_M + SLOPE * CELL_M * away;
        const near = Math.min(before[cell - away * step] ?? Infinity, before[cell + away * step] ?? Infinity);
        heights[cell] = Math.min(heights[cell] ?? Infinity, near + rise);
      }
    }
  }
  return heights;
}
