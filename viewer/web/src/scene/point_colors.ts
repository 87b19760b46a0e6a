/** The colour of each point for every way of looking at a cloud; pure, one pass over the points. */
import type { Cloud } from '../api/points';
import type { ColorMode } from '../store/session';
import type { ColorTable } from './colormap';
import { HEIGHT_COLORS, INTENSITY_COLORS, NEUTRAL_COLORS, rgbOf, wordOf } from './colormap';
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
/** Up to this height above the estimated ground a point counts as ground, metres. */
const GROUND_M = 0.3;
/** How the server marks a point that no camera saw (`fusion/color.py`). */
const UNSEEN = wordOf(96, 96, 96);
/** Most points reflect little: a root spreads them over the gradient. */
const INTENSITY_EXPONENT = 0.85;

export interface ColorOptions {
  readonly mode: ColorMode;
  readonly showGround: boolean;
  /** Matters for the mode `category` alone. */
  readonly tinted: readonly TintedBox[];
}

/** One RGBA word per point; alpha 0 hides a point. */
export function colorPoints(cloud: Cloud, options: ColorOptions): Uint32Array<ArrayBuffer> {
  const colors = colorsOf(cloud, options);
  return options.showGround ? colors : hideGround(cloud, colors);
}

function colorsOf(cloud: Cloud, { mode, tinted }: ColorOptions): Uint32Array<ArrayBuffer> {
  switch (mode) {
    case 'height':
      return byHeight(cloud, HEIGHT_COLORS);
    case 'intensity':
      return cloud.intensity === null ? byHeight(cloud, HEIGHT_COLORS) : byIntensity(cloud, cloud.intensity);
    case 'image':
      return cloud.rgb === null ? byHeight(cloud, NEUTRAL_COLORS) : byImage(cloud, cloud.rgb);
    case 'category':
      return tint(cloud, byHeight(cloud, NEUTRAL_COLORS), tinted);
  }
}

function byHeight({ count, xyz, origin_m, ground_z_m }: Cloud, table: ColorTable): Uint32Array<ArrayBuffer> {
  const colors = new Uint32Array(count);
  const step = 255 / (HIGHEST_M - LOWEST_M);
  const shift = (origin_m[2] - ground_z_m - LOWEST_M) * step;
  for (let i = 0, at = 2; i < count; i += 1, at += 3) {
    const index = (xyz[at] ?? 0) * step + shift;
    colors[i] = table[index < 0 ? 0 : index > 255 ? 255 : index | 0] ?? 0;
  }
  return colors;
}

function byIntensity(cloud: Cloud, intensity: Uint8Array): Uint32Array<ArrayBuffer> {
  const [low, high] = cloud.intensity_range;
  const stretched = Uint32Array.from({ length: 256 }, (_, value) => {
    const share = Math.min(1, Math.max(0, (value - low) / Math.max(1, high - low)));
    return INTENSITY_COLORS[Math.round(255 * share ** INTENSITY_EXPONENT)] ?? 0;
  });
  const colors = new Uint32Array(cloud.count);
  for (let i = 0; i < cloud.count; i += 1) {
    colors[i] = stretched[intensity[i] ?? 0] ?? 0;
  }
  return colors;
}

function byImage(cloud: Cloud, rgb: Uint8Array): Uint32Array<ArrayBuffer> {
  // What no camera saw stands back.
  const colors = byHeight(cloud, NEUTRAL_COLORS);
  for (let i = 0, at = 0; i < colors.length; i += 1, at += 3) {
    const word = wordOf(rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0);
    if (word !== UNSEEN) {
      colors[i] = word;
    }
  }
  return colors;
}

function tint(
  cloud: Cloud,
  colors: Uint32Array<ArrayBuffer>,
  tinted: readonly TintedBox[],
): Uint32Array<ArrayBuffer> {
  for (const { test, color } of tinted) {
    const word = wordOf(...rgbOf(color));
    forEachInside(cloud, test, (i) => {
      colors[i] = word;
    });
  }
  return colors;
}

function hideGround(
  { xyz, origin_m, ground_z_m }: Cloud,
  colors: Uint32Array<ArrayBuffer>,
): Uint32Array<ArrayBuffer> {
  const highest = ground_z_m + GROUND_M - origin_m[2];
  for (let i = 0, at = 2; i < colors.length; i += 1, at += 3) {
    if ((xyz[at] ?? 0) < highest) {
      colors[i] = 0;
    }
  }
  return colors;
}
