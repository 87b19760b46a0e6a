/** Which cuboid a 2D box that came with an import was given for; twin of `formats/given.py`. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

import type { Box } from '../model/records';
import { rotationMatrix } from '../geometry/se3';

const PER_UNIT = 1e6;
const HEX_DIGITS = 16;

/** 16 hex digits of category, place and size; equal only while none of them changes by a micrometre. */
export function cuboidFingerprint({ ego_from_object, size_lwh_m }: Box, category: string): string {
  const numbers = [...rotationMatrix(ego_from_object), ...ego_from_object.translation_m, ...size_lwh_m];
  const whole = new DataView(new ArrayBuffer(8 * numbers.length));
  numbers.forEach((value, index) =>
    whole.setBigInt64(8 * index, BigInt(roundHalfEven(value * PER_UNIT)), true),
  );
  const text = concatBytes(utf8ToBytes(category), new Uint8Array(1), new Uint8Array(whole.buffer));
  return bytesToHex(sha256(text)).slice(0, HEX_DIGITS);
}

/** As numpy rounds. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const isHalf = value - below === 0.5;
  return isHalf ? below + Math.abs(below % 2) : Math.round(value);
}
