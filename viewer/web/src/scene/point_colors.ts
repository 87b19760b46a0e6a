/** The colour of each point for every way of looking at a cloud; pure, one pass over the points. */
import { ageSpan, intensityRange } from '../api/cloud';
import type { Cloud } from '../api/points';
import type { ColorMode } from '../store/session';
import type { ColorTable } from './colormap';
import {
  AGE_COLORS,
  HEIGHT_COLORS,
  INTENSITY_COLORS,
  NEUTRAL_COLORS,
  RING_COLORS,
  rgbOf,
  wordOf,
} from './colormap';
import { GroundGrid } from './ground_grid';
import type { BoxTest } from './near_points';
import { forEachInside } from './near_points';

export type { ColorMode } from '../store/session';

/** A box whose points take its colour. */
export interface TintedBox {
  readonly test: BoxTest;
  /** `#rrggbb`. */
  readonly color: string;
}

/** Heights shown by the gradient, metres above the ground. */
const LOWEST_M = -0.6;
const HIGHEST_M = 4.2;
/** Up to this height above the ground under it a point counts as ground, metres. */
const GROUND_M = 0.25;
/** How the server marks a point that no camera saw (`fusion/color.py`). */
const UNSEEN = wordOf(96, 96, 96);
/** Most points reflect little: a root spreads them over the gradient. */
const INTENSITY_EXPONENT = 0.85;

export interface ColorOptions {
  readonly mode: ColorMode;
  readonly showGround: boolean;
  /** Matters for the mode `category` alone. */
  readonly tinted: readonly TintedBox[];
  /** Between which percentiles intensities spread over the gradient; those of the cloud where not given. */
  readonly intensityPercentiles?: readonly [low: number, high: number];
}

/** Some points of a cloud. */
type Part = Cloud & { readonly first: number };

/**
 * One RGBA word per point; alpha 0 hides a point.
 * @param first those before it have their colours already.
 * @param colors where to write them, with room for the whole frame.
 */
export function colorPoints(
  cloud: Cloud,
  options: ColorOptions,
  first = 0,
  colors: Uint32Array<ArrayBuffer> = new Uint32Array(cloud.count),
): Uint32Array<ArrayBuffer> {
  const part: Part = { ...cloud, first };
  fill(colors, part, options);
  if (!options.showGround) {
    hideGround(colors, part);
  }
  return colors;
}

function fill(colors: Uint32Array, cloud: Part, { mode, tinted, intensityPercentiles }: ColorOptions): void {
  const byDefault = mode === 'category' || mode === 'image' ? NEUTRAL_COLORS : HEIGHT_COLORS;
  if (mode === 'intensity' && cloud.intensity !== null) {
    byIntensity(colors, cloud, cloud.intensity, intensityPercentiles);
  } else if (mode === 'ring' && cloud.ring !== null) {
    byTable(colors, cloud, cloud.ring, RING_COLORS);
  } else if (mode === 'age' && cloud.age_ms !== null) {
    byAge(colors, cloud, cloud.age_ms);
  } else {
    byHeight(colors, cloud, byDefault);
  }
  if (mode === 'image' && cloud.rgb !== null) {
    byImage(colors, cloud, cloud.rgb);
  } else if (mode === 'category') {
    tint(colors, cloud, tinted);
  }
}

function byHeight(
  colors: Uint32Array,
  { first, count, xyz, origin_m, ground_z_m }: Part,
  table: ColorTable,
): void {
  const step = 255 / (HIGHEST_M - LOWEST_M);
  const shift = (origin_m[2] - ground_z_m - LOWEST_M) * step;
  for (let i = first, at = 3 * first + 2; i < count; i += 1, at += 3) {
    const index = (xyz[at] ?? 0) * step + shift;
    colors[i] = table[index < 0 ? 0 : index > 255 ? 255 : index | 0] ?? 0;
  }
}

function byTable(
  colors: Uint32Array,
  { first, count }: Part,
  values: Uint8Array,
  table: ArrayLike<number>,
): void {
  for (let i = first; i < count; i += 1) {
    colors[i] = table[values[i] ?? 0] ?? 0;
  }
}

function byIntensity(
  colors: Uint32Array,
  cloud: Part,
  intensity: Uint8Array,
  percentiles: readonly [number, number] | undefined,
): void {
  const [low, high] =
    percentiles === undefined ? cloud.intensity_range : intensityRange(intensity, percentiles);
  const stretched = Uint32Array.from({ length: 256 }, (_, value) => {
    const share = Math.min(1, Math.max(0, (value - low) / Math.max(1, high - low)));
    return INTENSITY_COLORS[Math.round(255 * share ** INTENSITY_EXPONENT)] ?? 0;
  });
  byTable(colors, cloud, intensity, stretched);
}

function byAge(colors: Uint32Array, { first, count }: Part, age_ms: Int16Array): void {
  const span_ms = Math.max(1, 1000 * (ageSpan(age_ms) ?? 0));
  const step = 127.5 / span_ms;
  for (let i = first; i < count; i += 1) {
    const index = 127.5 + (age_ms[i] ?? 0) * step;
    colors[i] = AGE_COLORS[index < 0 ? 0 : index > 255 ? 255 : index | 0] ?? 0;
  }
}

function byImage(colors: Uint32Array, { first, count }: Part, rgb: Uint8Array): void {
  for (let i = first, at = 3 * first; i < count; i += 1, at += 3) {
    const word = wordOf(rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0);
    // What no camera saw stands back.
    if (word !== UNSEEN) {
      colors[i] = word;
    }
  }
}

function tint(colors: Uint32Array, cloud: Part, tinted: readonly TintedBox[]): void {
  for (const { test, color } of tinted) {
    const word = wordOf(...rgbOf(color));
    forEachInside(
      cloud,
      test,
      (i) => {
        colors[i] = word;
      },
      cloud.first,
    );
  }
}

function hideGround(colors: Uint32Array, cloud: Part): void {
  const { xyz, origin_m, first, count } = cloud;
  const ground = new GroundGrid(cloud);
  for (let i = first, at = 3 * first; i < count; i += 1, at += 3) {
    const x = (xyz[at] ?? 0) + origin_m[0];
    const y = (xyz[at + 1] ?? 0) + origin_m[1];
    if ((xyz[at + 2] ?? 0) + origin_m[2] < ground.heightAt(x, y) + GROUND_M) {
      colors[i] = 0;
    }
  }
}
