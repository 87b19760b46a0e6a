import { describe, expect, it } from 'vitest';

import { decodePoints, PointsFormatError } from './points_wire';

interface TestChannel {
  readonly name: string;
  readonly planes: number;
  readonly delta: boolean;
  readonly scale: number;
  readonly offset?: number;
  readonly q: readonly number[];
}

const ORIGIN = [100, -50, 2.5] as const;

/** The contract's header and planes, written the slow and obvious way. */
function encode(channels: readonly TestChannel[], count: number): ArrayBuffer {
  const headerBytes = 64 + 32 * channels.length;
  const planeBytes = channels.reduce((sum, channel) => sum + channel.planes * count, 0);
  const view = new DataView(new ArrayBuffer(headerBytes + planeBytes));
  writeText(view, 0, 'TBPC');
  view.setUint16(4, 1, true);
  view.setUint16(6, headerBytes, true);
  view.setUint32(8, count, true);
  view.setUint32(12, count, true);
  view.setUint16(18, 1, true);
  view.setUint8(21, channels.length);
  ORIGIN.forEach((value, axis) => view.setFloat64(24 + 8 * axis, value, true));
  writeText(view, 48, 'ego');
  let at = headerBytes;
  for (const [index, channel] of channels.entries()) {
    const entry = 64 + 32 * index;
    writeText(view, entry, channel.name);
    view.setUint8(entry + 16, channel.planes);
    view.setUint8(entry + 17, channel.delta ? 1 : 0);
    view.setFloat32(entry + 24, channel.scale, true);
    view.setFloat32(entry + 28, channel.offset ?? 0, true);
    const stored = channel.delta ? zigzagDeltas(channel.q, 8 * channel.planes) : channel.q.map(BigInt);
    for (let plane = 0; plane < channel.planes; plane += 1) {
      for (const value of stored) {
        view.setUint8(at, Number((value >> BigInt(8 * plane)) & 255n));
        at += 1;
      }
    }
  }
  return view.buffer;
}

function zigzagDeltas(q: readonly number[], bits: number): bigint[] {
  return q.map((value, i) => {
    const delta = BigInt.asIntN(bits, BigInt(value) - BigInt(q[i - 1] ?? 0));
    return delta < 0n ? -2n * delta - 1n : 2n * delta;
  });
}

function writeText(view: DataView, at: number, text: string): void {
  new TextEncoder().encode(text).forEach((code, i) => view.setUint8(at + i, code));
}

function coordinates(...q: readonly (readonly number[])[]): TestChannel[] {
  return ['x', 'y', 'z'].map((name, axis) => ({
    name,
    planes: 3,
    delta: true,
    scale: 0.005,
    q: q[axis] ?? [],
  }));
}

describe('decodePoints', () => {
  it('decodes coordinates, intensity and colours', () => {
    const channels = [
      ...coordinates([0, 200, -200], [1, 2, 3], [-400, 0, 8_000_000]),
      { name: 'intensity', planes: 1, delta: false, scale: 1 / 255, q: [0, 128, 255] },
      { name: 'r', planes: 1, delta: false, scale: 1, q: [1, 2, 3] },
      { name: 'g', planes: 1, delta: false, scale: 1, q: [4, 5, 6] },
      { name: 'b', planes: 1, delta: false, scale: 1, q: [7, 8, 9] },
    ];
    const cloud = decodePoints(encode(channels, 3));
    expect(cloud.count).toBe(3);
    expect(cloud.frame).toBe('ego');
    expect(cloud.origin_m).toEqual(ORIGIN);
    const expected = [0, 0.005, -2, 1, 0.01, 0, -1, 0.015, 40_000];
    expected.forEach((value, i) => expect(cloud.xyz[i]).toBeCloseTo(value, 2));
    expect([...(cloud.intensity ?? [])]).toEqual([0, 128, 255]);
    expect([...(cloud.rgb ?? [])]).toEqual([1, 4, 7, 2, 5, 8, 3, 6, 9]);
  });

  it('takes deltas modulo the width of the planes, so the extremes of 24 bits survive', () => {
    const extreme = [2 ** 23 - 1, -(2 ** 23), 0, 2 ** 23 - 1];
    const cloud = decodePoints(encode(coordinates(extreme, extreme, extreme), 4));
    extreme.forEach((q, i) => expect(cloud.xyz[3 * i]).toBeCloseTo(q * 0.005, 1));
  });

  it('decodes a coordinate of another width and coding the same way', () => {
    const q = [5, -7, 30_000];
    const narrow = coordinates(q, q, q).map((channel) => ({ ...channel, planes: 2 }));
    const wide = coordinates(q, q, q).map((channel) => ({ ...channel, planes: 4 }));
    const usual = decodePoints(encode(coordinates(q, q, q), 3));
    expect(decodePoints(encode(narrow, 3)).xyz).toEqual(usual.xyz);
    expect(decodePoints(encode(wide, 3)).xyz).toEqual(usual.xyz);
  });

  it('skips channels it does not show', () => {
    const time = { name: 'time_offset_ns', planes: 4, delta: true, scale: 1, q: [0, 50_000_000] };
    const cloud = decodePoints(encode([...coordinates([1, 2], [3, 4], [5, 6]), time], 2));
    expect(cloud.count).toBe(2);
    expect(cloud.intensity).toBeNull();
    expect(cloud.rgb).toBeNull();
  });

  it('decodes a cloud without points', () => {
    const cloud = decodePoints(encode(coordinates([], [], []), 0));
    expect(cloud.xyz).toHaveLength(0);
    expect(cloud.ground_z_m).toBe(0);
  });

  it('says what is wrong with other bytes', () => {
    const good = encode(coordinates([1], [2], [3]), 1);
    const bytes = new Uint8Array(good);
    const changed = (at: number, value: number) => Uint8Array.from(bytes, (b, i) => (i === at ? value : b));
    const cases: readonly [ArrayBuffer, RegExp][] = [
      [new ArrayBuffer(10), /header of 64 bytes, found 10 bytes/],
      [changed(0, 88).buffer, /magic "TBPC", found "XBPC"/],
      [changed(4, 2).buffer, /version 1, found 2/],
      [changed(6, 8).buffer, /header of 160 bytes, found 8/],
      [changed(64 + 16, 9).buffer, /planes for channel x, found 9/],
      [changed(64 + 17, 9).buffer, /coding 0 or 1 for channel x, found 9/],
      [changed(64, 113).buffer, /channel x, found q, y, z/],
      [good.slice(0, -1), /expected 169 bytes up to channel z, found 168/],
      [new Uint8Array([...bytes, 0]).buffer, /expected 169 bytes for 1 points, found 170/],
    ];
    for (const [wrong, message] of cases) {
      expect(() => decodePoints(wrong)).toThrow(PointsFormatError);
      expect(() => decodePoints(wrong)).toThrow(message);
    }
  });
});
