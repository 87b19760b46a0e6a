/** Cuts the bytes of a frame, as they arrive, into its slices; each byte is copied once. */
import type { Cloud } from './cloud';
import { decodePoints, FIXED_HEADER_BYTES, headerBytes, PointsFormatError, sliceBytes } from './points_wire';

export class SliceReader {
  /** As large as what is waited for: the fixed header, the whole header, then the whole slice. */
  #pending: Uint8Array<ArrayBuffer> = new Uint8Array(FIXED_HEADER_BYTES);
  #filled = 0;
  #first: Cloud | null = null;

  /**
   * Take the next bytes.
   * @returns the slices that are whole now.
   * @throws PointsFormatError where the bytes are no slices.
   */
  push(chunk: Uint8Array): Cloud[] {
    const slices: Cloud[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      const taken = rest.subarray(0, this.#pending.length - this.#filled);
      this.#pending.set(taken, this.#filled);
      this.#filled += taken.length;
      rest = rest.subarray(taken.length);
      this.#takeSlice(slices);
    }
    return slices;
  }

  /** @throws PointsFormatError where the bytes ended within a slice. */
  finish(): void {
    if (this.#filled > 0 || this.#first === null) {
      throw new PointsFormatError(
        `points: expected ${this.#pending.length} bytes, found ${this.#filled} bytes`,
      );
    }
  }

  #takeSlice(slices: Cloud[]): void {
    while (this.#filled === this.#pending.length) {
      const wanted = sliceBytes(this.#pending) ?? headerBytes(this.#pending);
      if (wanted > this.#filled) {
        const larger = new Uint8Array(wanted);
        larger.set(this.#pending);
        this.#pending = larger;
        return;
      }
      const slice = decodePoints(this.#pending.buffer, this.#first);
      this.#first ??= slice;
      slices.push(slice);
      this.#pending = new Uint8Array(FIXED_HEADER_BYTES);
      this.#filled = 0;
    }
  }
}
