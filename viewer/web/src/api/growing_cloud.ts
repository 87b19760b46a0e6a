/** A cloud that arrives in slices: its arrays are made once, for all points, and filled from the start. */
import type { Cloud } from './cloud';

type Columns = Pick<Cloud, 'xyz' | 'intensity' | 'ring' | 'age_ms' | 'rgb'>;

export class GrowingCloud {
  #first: Cloud | null = null;
  #columns: Columns | null = null;
  #count = 0;

  /** The cloud as far as it is here, over the same memory as the one before. A whole frame is passed through. */
  add(slice: Cloud): Cloud {
    this.#first ??= slice;
    if (slice.total_count <= slice.count && this.#columns === null) {
      return slice;
    }
    const columns = (this.#columns ??= emptyColumns(slice));
    const room = Math.min(slice.count, slice.total_count - this.#count);
    const at = this.#count;
    columns.xyz.set(slice.xyz.subarray(0, 3 * room), 3 * at);
    set(columns.intensity, slice.intensity, at, room);
    set(columns.ring, slice.ring, at, room);
    set(columns.age_ms, slice.age_ms, at, room);
    set(columns.rgb, slice.rgb, 3 * at, 3 * room);
    this.#count += room;
    return { ...this.#first, count: this.#count, ...upTo(columns, this.#count) };
  }
}

function emptyColumns({ total_count, intensity, ring, age_ms, rgb }: Cloud): Columns {
  return {
    xyz: new Float32Array(3 * total_count),
    intensity: intensity && new Uint8Array(total_count),
    ring: ring && new Uint8Array(total_count),
    age_ms: age_ms && new Int16Array(total_count),
    rgb: rgb && new Uint8Array(3 * total_count),
  };
}

function upTo({ xyz, intensity, ring, age_ms, rgb }: Columns, count: number): Columns {
  return {
    xyz: xyz.subarray(0, 3 * count),
    intensity: intensity?.subarray(0, count) ?? null,
    ring: ring?.subarray(0, count) ?? null,
    age_ms: age_ms?.subarray(0, count) ?? null,
    rgb: rgb?.subarray(0, 3 * count) ?? null,
  };
}

type Numbers = Uint8Array | Int16Array;

function set(column: Numbers | null, values: Numbers | null, at: number, count: number): void {
  if (column !== null && values !== null) {
    column.set(values.subarray(0, count), at);
  }
}
