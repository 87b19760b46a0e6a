import { describe, expect, it } from 'vitest';

import { GrowingCloud } from './growing_cloud';
import { PointsFormatError } from './points_wire';
import { SliceReader } from './slice_reader';

const CHANNELS = ['x', 'y', 'z', 'ring', 'age_s'];

/** One slice whose every number is its point's own. */
function slice(index: number, sliceCount: number, total: number, values: readonly number[]): Uint8Array {
  const headerBytes = 64 + 32 * CHANNELS.length;
  const planes = 2;
  const bytes = new Uint8Array(headerBytes + CHANNELS.length * planes * values.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('TBPC'));
  view.setUint16(4, 1, true);
  view.setUint16(6, headerBytes, true);
  view.setUint32(8, values.length, true);
  view.setUint32(12, total, true);
  view.setUint16(16, index, true);
  view.setUint16(18, sliceCount, true);
  view.setUint8(21, CHANNELS.length);
  for (const [row, name] of CHANNELS.entries()) {
    const at = 64 + 32 * row;
    bytes.set(new TextEncoder().encode(name), at);
    view.setUint8(at + 16, planes);
    view.setFloat32(at + 24, name === 'age_s' ? 0.001 : 1, true);
    const start = headerBytes + row * planes * values.length;
    bytes.set(
      values.map((value) => value & 255),
      start,
    );
    bytes.set(
      values.map((value) => value >> 8),
      start + values.length,
    );
  }
  return bytes;
}

const range = (start: number, count: number) => Array.from({ length: count }, (_, i) => start + i);

/** Two slices of 40 and 33 points. */
function frame(): Uint8Array {
  const [first, second] = [slice(0, 2, 73, range(0, 40)), slice(1, 2, 73, range(40, 33))];
  return Uint8Array.from([...first, ...second]);
}

describe('SliceReader', () => {
  it.each([1, 7, 64, 500, 100_000])('gives the same slices in chunks of %i bytes', (size) => {
    const reader = new SliceReader();
    const bytes = frame();
    const slices = range(0, Math.ceil(bytes.length / size)).flatMap((i) =>
      reader.push(bytes.subarray(i * size, (i + 1) * size)),
    );
    reader.finish();
    expect(slices.map(({ count }) => count)).toEqual([40, 33]);
    const xs = slices.flatMap(({ xyz }) => [...xyz].filter((_, i) => i % 3 === 0));
    expect(xs.toSorted((a, b) => a - b)).toEqual(range(0, 73));
  });

  it('keeps what belongs to a point together, in an order whose every prefix is spread', () => {
    const values = range(0, 1600);
    const [first] = new SliceReader().push(slice(0, 2, 3200, values));
    const xs = values.map((i) => first?.xyz[3 * i] ?? -1);
    expect([...(first?.ring ?? [])]).toEqual(xs.map((value) => value & 255));
    expect([...(first?.age_ms ?? [])]).toEqual(xs);
    for (const prefix of [100, 400, 900]) {
      const quarters = [0, 0, 0, 0];
      for (const value of xs.slice(0, prefix)) {
        quarters[Math.floor(value / 400)] = (quarters[Math.floor(value / 400)] ?? 0) + 1;
      }
      for (const found of quarters.slice(0, prefix < 100 ? 1 : 4)) {
        expect(Math.abs(found - prefix / 4)).toBeLessThanOrEqual(prefix === 100 ? 25 : 0.1 * prefix);
      }
    }
  });

  it('says so where the bytes end too early or are something else', () => {
    const reader = new SliceReader();
    reader.push(frame().subarray(0, 700));
    expect(() => reader.finish()).toThrow(PointsFormatError);
    expect(() => new SliceReader().finish()).toThrow(/found 0 bytes/);
    expect(() => new SliceReader().push(new Uint8Array(500))).toThrow(/magic/);
  });
});

describe('GrowingCloud', () => {
  it('fills arrays that are made once', () => {
    const growing = new GrowingCloud();
    const [first, whole] = new SliceReader().push(frame()).map((part) => growing.add(part));
    expect(first?.count).toBe(40);
    expect(whole?.count).toBe(73);
    expect(whole?.xyz.buffer).toBe(first?.xyz.buffer);
    expect(first?.xyz).toHaveLength(120);
    expect(whole?.ring).toHaveLength(73);
    expect(new Set(whole?.age_ms)).toEqual(new Set(range(0, 73)));
    expect(whole?.ground_z_m).toBe(first?.ground_z_m);
  });
});
