/** Recorded differences between records: what undo, saving and merging all work on; twin of `labels/change.py`. */
import type { ChangeId, SceneId } from '../model/ids';
import {
  type LabelChange,
  type RecordKind,
  type RecordOf,
  RECORD_KINDS,
  SCHEMA_VERSION,
} from '../model/records';
import { isEqual } from './equal';

export interface KindDiff<R> {
  readonly added: ReadonlyMap<string, R>;
  readonly updated: ReadonlyMap<string, readonly [from: R, to: R]>;
  readonly removed: ReadonlyMap<string, R>;
}
export type RecordsDiff = { readonly [K in RecordKind]: KindDiff<RecordOf<K>> };

/** What happened to one record; null where it does not exist. */
export interface Step<K extends RecordKind = RecordKind> {
  readonly kind: K;
  readonly id: string;
  readonly before: RecordOf<K> | null;
  readonly after: RecordOf<K> | null;
}

/** Build a diff kind by kind. */
export function diffByKind(make: <K extends RecordKind>(kind: K) => KindDiff<RecordOf<K>>): RecordsDiff {
  return {
    tracks: make('tracks'),
    cuboids: make('cuboids'),
    image_boxes: make('image_boxes'),
    frame_states: make('frame_states'),
  };
}

export const EMPTY_DIFF: RecordsDiff = diffByKind(() => ({
  added: new Map(),
  updated: new Map(),
  removed: new Map(),
}));

export function isEmpty(diff: RecordsDiff): boolean {
  return RECORD_KINDS.every((kind) => sizeOf(diff[kind]) === 0);
}

const sizeOf = (diff: KindDiff<unknown>): number => diff.added.size + diff.updated.size + diff.removed.size;

/** The steps of a kind: first what goes, then what changes, then what comes. */
export function stepsOfKind<K extends RecordKind>(diff: RecordsDiff, kind: K): Step<K>[] {
  const { added, updated, removed }: KindDiff<RecordOf<K>> = diff[kind];
  return [
    ...Array.from(removed, ([id, before]) => ({ kind, id, before, after: null })),
    ...Array.from(updated, ([id, [before, after]]) => ({ kind, id, before, after })),
    ...Array.from(added, ([id, after]) => ({ kind, id, before: null, after })),
  ];
}

export function stepsOf(diff: RecordsDiff): Step[] {
  return RECORD_KINDS.flatMap((kind) => stepsOfKind(diff, kind) as Step[]);
}

/** The diff of many steps; several of one record count from the first `before` to the last `after`. */
export function diffOfSteps(steps: Iterable<Step>): RecordsDiff {
  const all = [...steps];
  return diffByKind((kind) =>
    kindDiffOfSteps(all.filter((step): step is Step<typeof kind> => step.kind === kind)),
  );
}

function kindDiffOfSteps<K extends RecordKind>(steps: readonly Step<K>[]): KindDiff<RecordOf<K>> {
  const merged = new Map<string, Step<K>>();
  for (const step of steps) {
    merged.set(step.id, { ...step, before: (merged.get(step.id) ?? step).before });
  }
  const added = new Map<string, RecordOf<K>>();
  const updated = new Map<string, readonly [RecordOf<K>, RecordOf<K>]>();
  const removed = new Map<string, RecordOf<K>>();
  for (const { id, before, after } of merged.values()) {
    if (before === null && after !== null) {
      added.set(id, after);
    } else if (before !== null && after === null) {
      removed.set(id, before);
    } else if (before !== null && after !== null && !isEqual(before, after)) {
      updated.set(id, [before, after]);
    }
  }
  return { added, updated, removed };
}

/** The diff that takes this one back. */
export function reverse(diff: RecordsDiff): RecordsDiff {
  return diffByKind(<K extends RecordKind>(kind: K) => {
    const { added, updated, removed }: KindDiff<RecordOf<K>> = diff[kind];
    const swapped = Array.from(updated, ([id, [from, to]]) => [id, [to, from]] as const);
    return { added: removed, updated: new Map(swapped), removed: added };
  });
}

/** One diff with the effect of several made in a row. */
export function squash(...diffs: readonly RecordsDiff[]): RecordsDiff {
  return diffOfSteps(diffs.flatMap(stepsOf));
}

/** Who made a change, when, and on what. */
export interface ChangeHeader {
  readonly change_id: ChangeId;
  readonly scene_id: SceneId;
  readonly author: string;
  readonly time: string;
  readonly base_revision: number;
}

/** A diff as it goes over the wire; kinds without records are left out. */
export function changeOfDiff(diff: RecordsDiff, header: ChangeHeader): LabelChange {
  return {
    schema_version: SCHEMA_VERSION,
    ...header,
    added: listsOf(diff, (kind) => [...kind.added.values()]),
    updated: listsOf(diff, (kind) => Array.from(kind.updated.values(), ([from, to]) => ({ from, to }))),
    removed: listsOf(diff, (kind) => [...kind.removed.values()]),
  };
}

type Lists = LabelChange['added'] & LabelChange['updated'];

function listsOf(diff: RecordsDiff, list: (kind: KindDiff<unknown>) => readonly unknown[]): Lists {
  const lists = RECORD_KINDS.map((kind) => [kind, list(diff[kind])] as const);
  return Object.fromEntries(lists.filter(([, records]) => records.length > 0));
}

export function diffOfChange(change: LabelChange): RecordsDiff {
  return diffByKind(<K extends RecordKind>(kind: K) => {
    const added: readonly RecordOf<K>[] = change.added[kind] ?? [];
    const updated: readonly { from: RecordOf<K>; to: RecordOf<K> }[] = change.updated[kind] ?? [];
    const removed: readonly RecordOf<K>[] = change.removed[kind] ?? [];
    return {
      added: new Map(added.map((record) => [record.id, record])),
      updated: new Map(updated.map(({ from, to }) => [to.id, [from, to]])),
      removed: new Map(removed.map((record) => [record.id, record])),
    };
  });
}
