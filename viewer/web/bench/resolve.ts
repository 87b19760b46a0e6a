/** How long a store takes to derive every cuboid of many tracks, cold, and to follow one changed key; prints JSON. */
import { fromYaw } from '../src/geometry/se3';
import { LabelStore } from '../src/store/label_store';
import { keyOf, sceneOf, trackOf } from '../src/store/testing';

const [tracks = 200, frames = 200, every = 10, rounds = 9] = process.argv.slice(2).map(Number);

function storeOf(): LabelStore {
  const store = new LabelStore(sceneOf({ frameCount: frames }));
  store.transact((tx) => {
    for (let track = 0; track < tracks; track += 1) {
      const id = `track-${track}`;
      tx.put('tracks', trackOf(id, { last_frame: frames - 1 }));
      for (let frame = 0; frame < frames; frame += every) {
        const ego_from_object = fromYaw(0.01 * frame + track, [10 + 0.3 * frame, track, 0.1]);
        tx.put('cuboids', keyOf(id, frame, 0, { ego_from_object }));
      }
      tx.put('cuboids', keyOf(id, frames - 1, 30));
    }
  });
  return store;
}

function resolveAll(store: LabelStore): number {
  let count = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    count += store.resolveFrame(frame).length;
  }
  return count;
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

const cold: number[] = [];
const followed: number[] = [];
let cuboids = 0;
for (let round = 0; round < rounds; round += 1) {
  const store = storeOf();
  cold.push(
    timed(() => {
      cuboids = resolveAll(store);
    }),
  );
  const moved = keyOf('track-0', 0, 11);
  followed.push(
    timed(() => {
      store.transact((tx) => tx.put('cuboids', moved));
      resolveAll(store);
    }),
  );
}
process.stdout.write(
  JSON.stringify({
    cuboids,
    first_ms: cold[0],
    // The fastest round: what slows others down is the machine's other work.
    cold_ms: Math.min(...cold),
    cold_median_ms: median(cold),
    changed_key_ms: Math.min(...followed),
  }),
);
