/** One size for all keys of a track; twin of `set_size` in `labels/track_edits.py`. */
import { nearestCornerSigns, resizeAboutCorner } from '../../geometry/box';
import type { Cuboid } from '../../model/records';
import type { Vec3 } from '../../model/tuples';
import { isEqual } from '../../store/equal';
import type { Transaction } from '../../store/label_store';
import { answersOfPeople } from '../given_answers';
import type { VerbContext } from '../verbs';

/** A key with another size, about its corner nearest to the lidar, where the points are. */
export function resizedKey(context: VerbContext, key: Cuboid, size_lwh_m: Vec3): Cuboid {
  const { ego_from_object } = resizeAboutCorner(key, size_lwh_m, nearestCornerSigns(key, context.lidar_ego));
  return { ...key, ego_from_object, size_lwh_m, attributes: answersOfPeople(context.store, key) };
}

export function setTrackSize(
  context: VerbContext,
  tx: Transaction,
  keys: readonly Cuboid[],
  size_lwh_m: Vec3,
): void {
  for (const key of keys.filter((each) => !isEqual(each.size_lwh_m, size_lwh_m))) {
    tx.put('cuboids', resizedKey(context, key, size_lwh_m));
  }
}
