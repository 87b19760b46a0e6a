/** The browser makes of the server's bytes what the server meant; written by `tests/golden/make_golden.py`. */
import { describe, expect, it } from 'vitest';

import golden from '../../../../tests/data/golden/wire.json';
import type { Cloud } from './cloud';
import { GrowingCloud } from './growing_cloud';
import { SliceReader } from './slice_reader';

interface Case {
  readonly name: string;
  readonly bytes_base64: string;
  readonly slice_count: number;
  readonly total_count: number;
  readonly dropped_count: number;
  readonly positions_m: readonly (readonly number[])[];
  readonly intensity: readonly number[] | null;
  readonly ring: readonly number[] | null;
  readonly age_ms: readonly number[] | null;
  readonly rgb: readonly (readonly number[])[] | null;
}

const cases = golden.cases as unknown as readonly Case[];

/** Every number of a point in a line, so that points can be compared in any order. */
function linesOf(cloud: Cloud): string[] {
  return Array.from({ length: cloud.count }, (_, i) => {
    const place = cloud.origin_m.map((origin, axis) =>
      (origin + (cloud.xyz[3 * i + axis] ?? NaN)).toFixed(3),
    );
    const rgb = cloud.rgb && [...cloud.rgb.subarray(3 * i, 3 * i + 3)];
    return line(place, cloud.intensity?.[i], cloud.ring?.[i], cloud.age_ms?.[i], rgb);
  });
}

function wantedLines({ positions_m, intensity, ring, age_ms, rgb }: Case): string[] {
  return positions_m.map((place, i) =>
    line(
      place.map((value) => value.toFixed(3)),
      intensity?.[i],
      ring?.[i],
      age_ms?.[i],
      rgb?.[i],
    ),
  );
}

function line(
  place: readonly string[],
  ...rest: readonly (number | readonly number[] | null | undefined)[]
): string {
  return [
    place.map((value) => value.replace(/^-0\.000$/, '0.000')).join(' '),
    ...rest.map((value) => JSON.stringify(value ?? null)),
  ].join(' | ');
}

describe.each(cases)('a cloud from the server: $name', (wanted) => {
  const bytes = Uint8Array.from(atob(wanted.bytes_base64), (letter) => letter.charCodeAt(0));
  const growing = new GrowingCloud();
  const reader = new SliceReader();
  const parts = reader.push(bytes).map((slice) => growing.add(slice));
  const whole = parts.at(-1);

  it('comes in its slices, as a whole', () => {
    reader.finish();
    expect(parts).toHaveLength(wanted.slice_count);
    expect(whole?.count).toBe(wanted.total_count);
    expect(whole?.dropped_count).toBe(wanted.dropped_count);
  });

  it('has every point with all that belongs to it, slice by slice', () => {
    const lines = wantedLines(wanted);
    let from = 0;
    for (const part of parts) {
      expect(linesOf(part).slice(from).toSorted()).toEqual(lines.slice(from, part.count).toSorted());
      from = part.count;
    }
  });
});
