/** Cuts the bytes of a frame, as they arrive, into its slices. */
import type { Cloud } from './cloud';
import { decodePoints, PointsFormatError, sliceBytes } from './points_wire';

export class SliceReader {
  /** What has come of the slice under way. */
  #pending: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 16);
  #filled = 0;
  /** Bytes of the slice under way; null until its header is here. */
  #wanted: number | null = null;
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
      const room = (this.#wanted ?? this.#pending.length) - this.#filled;
      const taken = rest.subarray(0, room);
      this.#pending.set(taken, this.#filled);
      this.#filled += taken.length;
      rest = rest.subarray(taken.length);
      this.#takeSlices(slices);
    }
    return slices;
  }

  /** @throws PointsFormatError where the bytes ended within a slice. */
  finish(): void {
    if (this.#filled > 0 || this.#first === null) {
      throw new PointsFormatError(
        `points: expected ${this.#wanted ?? 'a header of 64'} bytes, found ${this.#filled} bytes`,
      );
    }
  }

  #takeSlices(slices: Cloud[]): void {
    for (;;) {
      this.#wanted ??= this.#readSize();
      if (this.#wanted === null || this.#filled < this.#wanted) {
        return;
      }
      const bytes = this.#pending.buffer.slice(0, this.#wanted);
      this.#pending.copyWithin(0, this.#wanted, this.#filled);
      this.#filled -= this.#wanted;
      this.#wanted = null;
      const slice = decodePoints(bytes, this.#first);
      this.#first ??= slice;
      slices.push(slice);
    }
  }

  #readSize(): number | null {
    const size = sliceBytes(this.#pending.subarray(0, this.#filled));
    if (size !== null && size > this.#pending.length) {
      const larger = new Uint8Array(size);
      larger.set(this.#pending.subarray(0, this.#filled));
      this.#pending = larger;
    }
    return size;
  }
}
