/** The verbs on whole tracks do what Python does; the file is written by `tests/golden/make_golden.py`. */
import { describe, expect, it } from 'vitest';

import golden from '../../../../../tests/data/golden/track_edits.json';
import type { TrackId } from '../../model/ids';
import type { AnyRecord, Cuboid, ImageBox, Track } from '../../model/records';
import type { SceneDetail, SceneFrame } from '../../model/scene';
import type { Vec3 } from '../../model/tuples';
import { LabelStore, type Transaction } from '../../store/label_store';
import { sceneOf } from '../../store/testing';
import type { VerbContext } from '../verbs';
import { mergeTracks, reportMerge, type Side } from './merge';
import { setTrackSize } from './size';
import { splitTrack } from './split';
import { makeStatic } from './static';
import { trimLife } from './trim';

interface Labels {
  readonly tracks: readonly Track[];
  readonly cuboids: readonly Cuboid[];
  readonly image_boxes: readonly ImageBox[];
}

interface Case {
  readonly verb: string;
  readonly before: Labels;
  readonly after: Labels;
  readonly frame?: number;
  readonly life?: readonly [number, number];
  readonly size_lwh_m?: Vec3;
  readonly offsets_world?: readonly (readonly [number, Vec3])[];
  readonly keep?: Side;
  readonly bridge?: boolean;
  readonly conflicts?: readonly { readonly kind: string; readonly frame_index: number | null }[];
}

const cases = golden.cases as unknown as readonly Case[];

const frames = golden.times_ns.map((time_offset_ns, index): SceneFrame => ({
  index,
  time_offset_ns,
  world_from_ego: golden.world_from_ego[index] as unknown as SceneFrame['world_from_ego'],
  points_url: null,
  cameras: [],
  image_urls: {},
  cam_from_ego: {},
}));

function contextOf({ tracks, cuboids, image_boxes }: Labels): VerbContext {
  const store = new LabelStore({ ...sceneOf(), frames } satisfies SceneDetail);
  store.transact((tx) => {
    tracks.forEach((track) => tx.put('tracks', track));
    cuboids.forEach((cuboid) => tx.put('cuboids', cuboid));
    image_boxes.forEach((box) => tx.put('image_boxes', box));
  });
  return { store, author: golden.author, lidar_ego: golden.lidar_ego as unknown as Vec3 };
}

function run(context: VerbContext, tx: Transaction, each: Case): void {
  const { frame = 0, life = [0, 0], size_lwh_m = [1, 1, 1], offsets_world = [], keep, bridge } = each;
  const { store } = context;
  const track = store.get('tracks', 't');
  const other = store.get('tracks', 'o');
  if (!track) {
    throw new Error('the case has no track t');
  }
  if (each.verb === 'split') {
    splitTrack(context, tx, track, frame, 'u' as TrackId);
  } else if (each.verb === 'trim') {
    trimLife(context, tx, track, ...life);
  } else if (each.verb === 'size') {
    setTrackSize(context, tx, store.keysOfTrack(track.id), size_lwh_m);
  } else if (each.verb === 'static') {
    makeStatic(context, tx, track, frame, { offsets_world: new Map(offsets_world) });
  } else if (other && keep !== undefined && bridge !== undefined) {
    mergeTracks(context, tx, track, other, { keep, bridge });
  }
}

/** Records by what they are, for the ids of new ones are nobody's. */
function named(records: readonly AnyRecord[], known: ReadonlySet<string>): Record<string, object> {
  return Object.fromEntries(
    records.map((record) => {
      const isKnown = known.has(record.id) || !('track_id' in record && 'frame_index' in record);
      const name = isKnown ? record.id : `new ${record.track_id ?? ''}@${record.frame_index}`;
      return [name, { ...record, id: name }];
    }),
  );
}

function expectClose(found: unknown, expected: unknown, place: string): void {
  if (typeof expected === 'number') {
    expect(found, place).toBeCloseTo(expected, 9);
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(found as object).sort(), place).toEqual(Object.keys(expected).sort());
    Object.entries(expected).forEach(([key, value]) =>
      expectClose(Reflect.get(found as object, key), value, `${place}.${key}`),
    );
  } else {
    expect(found, place).toBe(expected);
  }
}

describe('edits of whole tracks', () => {
  it.each(cases.map((each, index) => ({ index, verb: each.verb, each })))('$index: $verb', ({ each }) => {
    const context = contextOf(each.before);
    const { store } = context;
    const before = store.all('cuboids');
    store.transact((tx) => run(context, tx, each));
    const known = new Set(each.before.cuboids.map(({ id }) => id));
    for (const kind of ['tracks', 'cuboids', 'image_boxes'] as const) {
      expectClose(named(store.all(kind), known), named(each.after[kind], known), kind);
    }
    expect(before).toHaveLength(each.before.cuboids.length);
  });

  it.each(cases.filter(({ verb, keep }) => verb === 'merge' && keep === 'into').map((each) => ({ each })))(
    'says what two tracks contradict each other in',
    ({ each }) => {
      const { store } = contextOf(each.before);
      const [into, other] = [store.get('tracks', 't'), store.get('tracks', 'o')];
      const conflicts = into && other ? reportMerge(store, into, other).conflicts : [];
      const ofPython = conflicts
        .filter(({ kind }) => kind !== 'static' && kind !== 'size')
        .map((conflict) => `${conflict.kind} ${'frame_index' in conflict ? conflict.frame_index : ''}`);
      const expected = each.conflicts?.map(({ kind, frame_index }) => `${kind} ${frame_index ?? ''}`);
      expect(ofPython.sort()).toEqual(expected?.toSorted());
    },
  );
});
