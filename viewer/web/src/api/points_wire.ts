/** The points' wire form, version 1: a header, a table of channels, and byte planes (see docs/conventions.md). */
import type { Cloud, CloudStatistics } from './cloud';
import { groundHeight, intensityRange } from './cloud';

const MAGIC = 'TBPC';
const VERSION = 1;
export const FIXED_HEADER_BYTES = 64;
const CHANNEL_BYTES = 32;
const MOST_POINTS = 60_000_000;
/** A slice's points are laid out in so many samples, so that any number of points from the start is even, too. */
const SAMPLES_OF_SLICE = 16;
const NS_PER_MS = 1e6;
const MOST_MS = 32_767;
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
 * How many bytes a slice's header and table of channels have.
 * @param start at least the fixed header.
 * @throws PointsFormatError when it is none.
 */
export function headerBytes(start: Uint8Array<ArrayBuffer>): number {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  checkFixedHeader(view);
  return view.getUint16(6, true);
}

/** How many bytes a slice has, or null where its header is not here as a whole. */
export function sliceBytes(start: Uint8Array<ArrayBuffer>): number | null {
  const end = headerBytes(start);
  if (start.length < end) {
    return null;
  }
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  let planes = 0;
  for (let at = FIXED_HEADER_BYTES; at < end; at += CHANNEL_BYTES) {
    planes += view.getUint8(at + 16);
  }
  return end + planes * view.getUint32(8, true);
}

/**
 * Decode one slice of a frame's points.
 * @param statistics those of the first slice, which hold for the whole frame; else they are worked out.
 * @throws PointsFormatError when the bytes are anything but a complete slice.
 */
export function decodePoints(bytes: ArrayBuffer, statistics: CloudStatistics | null = null): Cloud {
  const view = new DataView(bytes);
  const end = checkHeader(view);
  const count = view.getUint32(8, true);
  const origin_m = [view.getFloat64(24, true), view.getFloat64(32, true), view.getFloat64(40, true)] as const;
  const channels = readChannels(view, end, count);
  const xyz = new Float32Array(3 * count);
  for (const [axis, name] of ['x', 'y', 'z'].entries()) {
    writeCoordinate(required(channels, name), xyz, axis);
  }
  const intensity = channels.get('intensity') === undefined ? null : asBytes(required(channels, 'intensity'));
  const cloud = {
    count,
    total_count: view.getUint32(12, true),
    // In the first channel's row, which `required` has seen.
    dropped_count: view.getUint32(FIXED_HEADER_BYTES + 20, true),
    merged: null,
    frame: readText(view, 48, 16),
    origin_m,
    xyz,
    intensity,
    ring: readRing(channels),
    age_ms: readAges(channels),
    rgb: readRgb(channels, count),
    ground_z_m: statistics?.ground_z_m ?? groundHeight(xyz, origin_m),
    intensity_range: statistics?.intensity_range ?? intensityRange(intensity),
  };
  return cloud.total_count > count ? spread(cloud) : cloud;
}

/** The same points in an order in which any number of them from the start is an even sample. */
function spread(cloud: Cloud): Cloud {
  const { count } = cloud;
  const places = new Uint32Array(count);
  const length = Math.ceil(count / SAMPLES_OF_SLICE);
  // The last points fill up only some of the samples.
  const full = count - (length - 1) * SAMPLES_OF_SLICE;
  for (let i = 0; i < count; i += 1) {
    const row = Math.floor(i / SAMPLES_OF_SLICE);
    const isLast = row === length - 1;
    // Each row is turned by its own amount, so that no pattern of the lasers comes through.
    const turn = isLast ? 0 : Math.imul(row + 1, 0x9e3779b1) >>> 28;
    const sample = (i - row * SAMPLES_OF_SLICE + turn) % SAMPLES_OF_SLICE;
    places[i] = sample * (length - 1) + Math.min(sample, full) + row;
  }
  return {
    ...cloud,
    xyz: movedTriples(cloud.xyz, places, new Float32Array(3 * count)),
    intensity: cloud.intensity && moved(cloud.intensity, places, new Uint8Array(count)),
    ring: cloud.ring && moved(cloud.ring, places, new Uint8Array(count)),
    age_ms: cloud.age_ms && moved(cloud.age_ms, places, new Int16Array(count)),
    rgb: cloud.rgb && movedTriples(cloud.rgb, places, new Uint8Array(3 * count)),
  };
}

type Column = Uint8Array<ArrayBuffer> | Int16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

function moved<T extends Column>(from: T, places: Uint32Array, to: T): T {
  for (let i = 0; i < from.length; i += 1) {
    to[places[i] ?? 0] = from[i] ?? 0;
  }
  return to;
}

function movedTriples<T extends Column>(from: T, places: Uint32Array, to: T): T {
  for (let i = 0, at = 0; at < from.length; i += 1, at += 3) {
    const place = 3 * (places[i] ?? 0);
    to[place] = from[at] ?? 0;
    to[place + 1] = from[at + 1] ?? 0;
    to[place + 2] = from[at + 2] ?? 0;
  }
  return to;
}

/** @returns the bytes of the header and its table. */
function checkHeader(view: DataView): number {
  const end = checkFixedHeader(view);
  if (end > view.byteLength) {
    throw new PointsFormatError(`points: expected a header of ${end} bytes, found ${view.byteLength}`);
  }
  return end;
}

function checkFixedHeader(view: DataView): number {
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
  if (view.getUint32(12, true) > MOST_POINTS) {
    throw new PointsFormatError(
      `points: expected at most ${MOST_POINTS} points, found ${view.getUint32(12, true)}`,
    );
  }
  const found = view.getUint16(6, true);
  const expected = FIXED_HEADER_BYTES + CHANNEL_BYTES * view.getUint8(21);
  if (found !== expected) {
    throw new PointsFormatError(`points: expected a header of ${expected} bytes, found ${found}`);
  }
  return found;
}

function readChannels(view: DataView<ArrayBuffer>, tableEnd: number, count: number): Map<string, Channel> {
  const channels = new Map<string, Channel>();
  let start = tableEnd;
  for (let at = FIXED_HEADER_BYTES; at < tableEnd; at += CHANNEL_BYTES) {
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

function readRing(channels: ReadonlyMap<string, Channel>): Uint8Array<ArrayBuffer> | null {
  const channel = channels.get('ring');
  if (channel === undefined) {
    return null;
  }
  const isByte = channel.planeCount === 1 && channel.coding === RAW;
  return isByte ? asBytes(channel) : new Uint8Array(quanta(channel));
}

/** How old each point is: as its sweeps' ages say, else by its time within its one sweep. */
function readAges(channels: ReadonlyMap<string, Channel>): Int16Array<ArrayBuffer> | null {
  const ages = channels.get('age_s');
  const offsets = channels.get('time_offset_ns');
  if (ages === undefined) {
    return offsets === undefined ? null : milliseconds(offsets, -1 / NS_PER_MS);
  }
  return milliseconds(ages, 1000 * ages.scale);
}

function milliseconds(channel: Channel, scale: number): Int16Array<ArrayBuffer> {
  const numbers = quanta(channel);
  const ages = new Int16Array(numbers.length);
  for (let i = 0; i < numbers.length; i += 1) {
    ages[i] = Math.max(-MOST_MS, Math.min(MOST_MS, Math.round((numbers[i] ?? 0) * scale)));
  }
  return ages;
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
