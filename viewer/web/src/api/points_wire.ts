/** The points' wire form, version 1: a header, a table of channels, and byte planes (see docs/conventions.md). */
import type { Cloud } from './cloud';
import { groundHeight, intensityRange } from './cloud';

const MAGIC = 'TBPC';
const VERSION = 1;
const FIXED_HEADER_BYTES = 64;
const CHANNEL_BYTES = 32;
const RAW = 0;
const ZIGZAG_DELTA = 1;

/** The bytes are not a cloud in the wire form; the message says what was expected and what was found. */
export class PointsFormatError extends Error {
  override readonly name = 'PointsFormatError';
}

/** One column of numbers: value = offset + scale · q. */
interface Channel {
  readonly name: string;
  readonly planeCount: number;
  readonly coding: number;
  readonly scale: number;
  readonly offset: number;
  /** (planeCount · point_count) bytes, least significant plane first. */
  readonly planes: Uint8Array<ArrayBuffer>;
}

/**
 * Decode one slice of a frame's points.
 * @throws PointsFormatError when the bytes are anything but a complete slice.
 */
export function decodePoints(bytes: ArrayBuffer): Cloud {
  const view = new DataView(bytes);
  const headerBytes = checkHeader(view);
  const count = view.getUint32(8, true);
  const origin_m = [view.getFloat64(24, true), view.getFloat64(32, true), view.getFloat64(40, true)] as const;
  const channels = readChannels(view, headerBytes, count);
  const xyz = new Float32Array(3 * count);
  for (const [axis, name] of ['x', 'y', 'z'].entries()) {
    writeCoordinate(required(channels, name), xyz, axis);
  }
  const intensity = channels.get('intensity') === undefined ? null : asBytes(required(channels, 'intensity'));
  return {
    count,
    total_count: view.getUint32(12, true),
    frame: readText(view, 48, 16),
    origin_m,
    xyz,
    intensity,
    rgb: readRgb(channels, count),
    ground_z_m: groundHeight(xyz, origin_m),
    intensity_range: intensityRange(intensity),
  };
}

function checkHeader(view: DataView): number {
  if (view.byteLength < FIXED_HEADER_BYTES) {
    throw new PointsFormatError(
      `points: expected a header of ${FIXED_HEADER_BYTES} bytes, found ${view.byteLength} bytes`,
    );
  }
  const magic = readText(view, 0, 4);
  if (magic !== MAGIC) {
    throw new PointsFormatError(`points: expected the magic "${MAGIC}", found ${JSON.stringify(magic)}`);
  }
  const version = view.getUint16(4, true);
  if (version !== VERSION) {
    throw new PointsFormatError(`points: expected version ${VERSION}, found ${version}`);
  }
  const headerBytes = view.getUint16(6, true);
  const expected = FIXED_HEADER_BYTES + CHANNEL_BYTES * view.getUint8(21);
  if (headerBytes !== expected || headerBytes > view.byteLength) {
    throw new PointsFormatError(`points: expected a header of ${expected} bytes, found ${headerBytes}`);
  }
  return headerBytes;
}

function readChannels(view: DataView<ArrayBuffer>, headerBytes: number, count: number): Map<string, Channel> {
  const channels = new Map<string, Channel>();
  let start = headerBytes;
  for (let at = FIXED_HEADER_BYTES; at < headerBytes; at += CHANNEL_BYTES) {
    const channel = readChannel(view, at, start, count);
    channels.set(channel.name, channel);
    start += channel.planeCount * count;
  }
  if (start !== view.byteLength) {
    throw new PointsFormatError(
      `points: expected ${start} bytes for ${count} points, found ${view.byteLength}`,
    );
  }
  return channels;
}

function readChannel(view: DataView<ArrayBuffer>, at: number, start: number, count: number): Channel {
  const name = readText(view, at, 16);
  const planeCount = view.getUint8(at + 16);
  const coding = view.getUint8(at + 17);
  if (planeCount < 1 || planeCount > 4) {
    throw new PointsFormatError(`points: expected 1 … 4 planes for channel ${name}, found ${planeCount}`);
  }
  if (coding !== RAW && coding !== ZIGZAG_DELTA) {
    throw new PointsFormatError(`points: expected coding 0 or 1 for channel ${name}, found ${coding}`);
  }
  const end = start + planeCount * count;
  if (end > view.byteLength) {
    throw new PointsFormatError(
      `points: expected ${end} bytes up to channel ${name}, found ${view.byteLength}`,
    );
  }
  return {
    name,
    planeCount,
    coding,
    scale: view.getFloat32(at + 24, true),
    offset: view.getFloat32(at + 28, true),
    planes: new Uint8Array(view.buffer, view.byteOffset + start, end - start),
  };
}

function required(channels: ReadonlyMap<string, Channel>, name: string): Channel {
  const channel = channels.get(name);
  if (channel === undefined) {
    throw new PointsFormatError(
      `points: expected a channel ${name}, found ${[...channels.keys()].join(', ')}`,
    );
  }
  return channel;
}

/** Fill every third number of `xyz` from `axis` on. */
function writeCoordinate(channel: Channel, xyz: Float32Array, axis: number): void {
  if (channel.planeCount === 3 && channel.coding === ZIGZAG_DELTA) {
    writeDelta24(channel, xyz, axis);
    return;
  }
  const { scale, offset } = channel;
  let at = axis;
  for (const q of quanta(channel)) {
    xyz[at] = offset + scale * q;
    at += 3;
  }
}

/** The usual form of a coordinate, unrolled: this loop is where a cloud's decoding time goes. */
function writeDelta24({ planes, scale, offset }: Channel, xyz: Float32Array, axis: number): void {
  const count = planes.length / 3;
  const low = planes.subarray(0, count);
  const middle = planes.subarray(count, 2 * count);
  const high = planes.subarray(2 * count);
  let q = 0;
  for (let i = 0, at = axis; i < count; i += 1, at += 3) {
    const z = (low[i] ?? 0) | ((middle[i] ?? 0) << 8) | ((high[i] ?? 0) << 16);
    q = (q + ((z >>> 1) ^ -(z & 1))) | 0;
    // Modulo 2^24, sign-extended.
    xyz[at] = offset + scale * ((q << 8) >> 8);
  }
}

/** The whole numbers of any channel, signed where they are deltas. */
function quanta({ planes, planeCount, coding }: Channel): Int32Array | Uint32Array {
  const count = planes.length / planeCount;
  const stored = new Uint32Array(count);
  for (let plane = 0; plane < planeCount; plane += 1) {
    for (let i = 0; i < count; i += 1) {
      stored[i] = (stored[i] ?? 0) | ((planes[plane * count + i] ?? 0) << (8 * plane));
    }
  }
  return coding === RAW ? stored : prefixSums(stored, 32 - 8 * planeCount);
}

function prefixSums(zigzag: Uint32Array, unusedBits: number): Int32Array {
  const values = new Int32Array(zigzag.length);
  let q = 0;
  for (const [i, z] of zigzag.entries()) {
    q = (q + ((z >>> 1) ^ -(z & 1))) | 0;
    values[i] = (q << unusedBits) >> unusedBits;
  }
  return values;
}

/** A channel as the bytes that are shown: its own bytes, whatever they mean physically. */
function asBytes(channel: Channel): Uint8Array<ArrayBuffer> {
  if (channel.planeCount !== 1 || channel.coding !== RAW) {
    throw new PointsFormatError(`points: expected one raw plane for channel ${channel.name}`);
  }
  return channel.planes.slice();
}

function readRgb(channels: ReadonlyMap<string, Channel>, count: number): Uint8Array<ArrayBuffer> | null {
  if (!channels.has('r')) {
    return null;
  }
  const rgb = new Uint8Array(3 * count);
  for (const [part, name] of ['r', 'g', 'b'].entries()) {
    for (const [i, value] of asBytes(required(channels, name)).entries()) {
      rgb[3 * i + part] = value;
    }
  }
  return rgb;
}

/** Zero-padded ASCII. */
function readText(view: DataView, at: number, length: number): string {
  let text = '';
  for (let i = 0; i < length; i += 1) {
    const code = view.getUint8(at + i);
    if (code === 0) {
      break;
    }
    text += String.fromCharCode(code);
  }
  return text;
}
