/**
 * Answers that came with an import hold for the cuboid as it came. Its image box keeps the file's own words, such as
 * `kitti.occluded` for the answer `occluded`; where both say the same, no person has answered.
 */
import type { TrackId } from '../model/ids';
import type { Attributes, Cuboid, ImageBox } from '../model/records';
import type { LabelStore, Transaction } from '../store/label_store';

/** A cuboid's answers without those that nobody but the import gave: they fall when place, size or category change. */
export function answersOfPeople(store: LabelStore, cuboid: Cuboid): Attributes {
  const given = givenBox(store, cuboid.track_id, cuboid.frame_index);
  if (!given) {
    return cuboid.attributes;
  }
  const kept = Object.entries(cuboid.attributes).filter(
    ([name, answer]) => !wordsFor(given, name).some((word) => given.attributes[word] === answer),
  );
  return Object.fromEntries(kept);
}

/** A person answers: what the import said no longer counts, so that even the same answer stays. */
export function claimAnswer(
  store: LabelStore,
  tx: Transaction,
  trackId: TrackId,
  frameIndex: number,
  name: string,
): void {
  const given = givenBox(store, trackId, frameIndex);
  const words = given ? wordsFor(given, name) : [];
  if (given && words.length > 0) {
    const attributes = Object.entries(given.attributes).filter(([key]) => !words.includes(key));
    tx.put('image_boxes', { ...given, attributes: Object.fromEntries(attributes) });
  }
}

function givenBox(store: LabelStore, trackId: TrackId, frameIndex: number): ImageBox | undefined {
  return store
    .all('image_boxes')
    .find((box) => box.kind === 'given' && box.track_id === trackId && box.frame_index === frameIndex);
}

const wordsFor = (given: ImageBox, name: string): readonly string[] =>
  Object.keys(given.attributes).filter((key) => key.endsWith(`.${name}`));
