/** Records by kind and id. */
import type { RecordKind, RecordOf } from '../model/records';
import { type RecordsDiff, type Step, stepsOf } from './diff';

export type Tables = { readonly [K in RecordKind]: Map<string, RecordOf<K>> };

export function emptyTables(): Tables {
  return { tracks: new Map(), cuboids: new Map(), image_boxes: new Map(), frame_states: new Map() };
}

export function writeRecord<K extends RecordKind>(
  tables: Tables,
  step: Pick<Step<K>, 'kind' | 'id' | 'after'>,
): void {
  const table: Map<string, RecordOf<K>> = tables[step.kind];
  if (step.after === null) {
    table.delete(step.id);
  } else {
    table.set(step.id, step.after);
  }
}

export function readRecord<K extends RecordKind>(tables: Tables, kind: K, id: string): RecordOf<K> | null {
  const table: Map<string, RecordOf<K>> = tables[kind];
  return table.get(id) ?? null;
}

/** Write what the diff leads to, whatever stood there before. */
export function writeDiff(tables: Tables, diff: RecordsDiff): void {
  stepsOf(diff).forEach((step) => writeRecord(tables, step));
}
