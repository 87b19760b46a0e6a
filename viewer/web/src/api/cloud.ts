/** One frame's points as the browser holds them, and the few numbers about them that colours and picking need. */

export interface CloudStatistics {
  /** Height of the ground around the vehicle in metres: the 5th percentile of z within 15 m. */
  readonly ground_z_m: number;
  /** Intensities between which nearly all points lie, 0 … 255. */
  readonly intensity_range: readonly [number, number];
}

/** Of what a cloud of many sweeps was made. */
export interface MergedFrom {
  /** How many sweeps are in it, of how many there are. */
  readonly sweeps: number;
  readonly of: number;
  /** Which share of the points of other sweeps than the frame's own was taken, 0 … 1. */
  readonly share: number;
}

export interface Cloud extends CloudStatistics {
  readonly count: number;
  /** Points in the whole frame; more than `count` where the server sent a slice. */
  readonly total_count: number;
  /** Points that were left out because they have no place. */
  readonly dropped_count: number;
  /** Null for one frame's own points. */
  readonly merged: MergedFrom | null;
  /** The frame of reference, such as `ego`. */
  readonly frame: string;
  /** Added to `xyz` to get coordinates in `frame`; kept apart so that float32 stays exact. */
  readonly origin_m: readonly [number, number, number];
  /** (3·count) metres, relative to `origin_m`. */
  readonly xyz: Float32Array<ArrayBuffer>;
  /** (count) 0 … 255, or null where the sensor gives none. */
  readonly intensity: Uint8Array<ArrayBuffer> | null;
  /** (count) the laser of each point, modulo 256, or null where it is not known. */
  readonly ring: Uint8Array<ArrayBuffer> | null;
  /** (count) milliseconds before the frame's time, or null where points have no times of their own. */
  readonly age_ms: Int16Array<ArrayBuffer> | null;
  /** (3·count) 0 … 255, or null where the points were not coloured from images. */
  readonly rgb: Uint8Array<ArrayBuffer> | null;
}

const GROUND_RADIUS_M = 15;
const GROUND_PERCENTILE = 5;
const HEIGHT_BIN_M = 0.01;
const HEIGHT_BINS = 4096;
const INTENSITY_PERCENTILES = [2, 98] as const;
/** So many points tell how intensities are spread: any number from the start is an even sample. */
const SAMPLE_POINTS = 250_000;

/** Bytes that a cloud keeps alive. */
export function cloudBytes(cloud: Cloud): number {
  return columnsOf(cloud).reduce((sum, column) => sum + column.buffer.byteLength, 0);
}

/** The arrays of a cloud that has them. */
export function columnsOf({ xyz, intensity, ring, age_ms, rgb }: Cloud) {
  return [xyz, intensity, ring, age_ms, rgb].filter((column) => column !== null);
}

/** The greatest distance in time of a point from the frame, seconds; null where points have no times. */
export function ageSpan(age_ms: Int16Array | null): number | null {
  if (age_ms === null || age_ms.length === 0) {
    return null;
  }
  let most = 0;
  for (const age of age_ms.subarray(0, SAMPLE_POINTS)) {
    most = Math.max(most, age, -age);
  }
  return most / 1000;
}

/**
 * The lowest bin up to which at least `percent` of the counted values lie; 0 for an empty histogram.
 * @param percent 0 … 100
 */
export function percentileBin(histogram: Uint32Array, percent: number): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const wanted = (total * percent) / 100;
  let seen = 0;
  for (const [bin, count] of histogram.entries()) {
    seen += count;
    if (count > 0 && seen >= wanted) {
      return bin;
    }
  }
  return 0;
}

/** Height of the ground near the vehicle, metres in the cloud's frame; 0 for an empty cloud. */
export function groundHeight(xyz: Float32Array, origin_m: readonly [number, number, number]): number {
  return heightPercentile(xyz, origin_m, GROUND_RADIUS_M) ?? heightPercentile(xyz, origin_m, Infinity) ?? 0;
}

function heightPercentile(
  xyz: Float32Array,
  [originX, originY, originZ]: readonly [number, number, number],
  radius_m: number,
): number | null {
  const histogram = new Uint32Array(HEIGHT_BINS);
  const lowest = (-HEIGHT_BINS / 2) * HEIGHT_BIN_M;
  const radius2 = radius_m * radius_m;
  let counted = 0;
  for (let i = 0; i + 2 < xyz.length; i += 3) {
    const x = (xyz[i] ?? 0) + originX;
    const y = (xyz[i + 1] ?? 0) + originY;
    const bin = Math.floor(((xyz[i + 2] ?? 0) + originZ - lowest) / HEIGHT_BIN_M);
    if (x * x + y * y <= radius2 && bin >= 0 && bin < HEIGHT_BINS) {
      histogram[bin] = (histogram[bin] ?? 0) + 1;
      counted += 1;
    }
  }
  return counted === 0 ? null : lowest + (percentileBin(histogram, GROUND_PERCENTILE) + 0.5) * HEIGHT_BIN_M;
}

/** Between which intensities nearly all points lie; the full range without intensity. */
export function intensityRange(
  intensity: Uint8Array | null,
  percentiles: readonly [low: number, high: number] = INTENSITY_PERCENTILES,
): readonly [number, number] {
  if (intensity === null || intensity.length === 0) {
    return [0, 255];
  }
  const histogram = new Uint32Array(256);
  for (const value of intensity.subarray(0, SAMPLE_POINTS)) {
    histogram[value] = (histogram[value] ?? 0) + 1;
  }
  const [low, high] = percentiles;
  return [percentileBin(histogram, low), percentileBin(histogram, high)];
}
