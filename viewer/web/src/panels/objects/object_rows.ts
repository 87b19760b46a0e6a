/** The rows of the object list: named, measured, filtered, nearest first. */
import { matches, parseFilter } from '../../editor/object_filter';
import { isUnconfirmed } from '../../editor/selection';
import type { ResolvedCuboid } from '../../geometry/interpolate';
import type { TrackId } from '../../model/ids';
import { categoryOf, trackName } from '../../model/names';
import type { Taxonomy } from '../../model/scene';

export interface ObjectRow {
  readonly trackId: TrackId;
  readonly name: string;
  readonly color: string;
  readonly distanceM: number;
  readonly isKey: boolean;
  /** Derived without world poses. */
  readonly isInEgo: boolean;
  readonly isUnconfirmed: boolean;
  readonly isStatic: boolean;
  /** Who made it, and how sure a model was. */
  readonly source: string;
  readonly score: number | null;
}

export function objectRows(
  cuboids: readonly ResolvedCuboid[],
  taxonomy: Taxonomy,
  filter: string,
): readonly ObjectRow[] {
  const wanted = parseFilter(filter);
  return cuboids
    .filter((resolved) => matches(wanted, resolved))
    .map((resolved) => rowOf(resolved, taxonomy))
    .sort((a, b) => a.distanceM - b.distanceM);
}

function rowOf({ cuboid, track, is_key, interpolated_in }: ResolvedCuboid, taxonomy: Taxonomy): ObjectRow {
  const [x, y] = cuboid.ego_from_object.translation_m;
  return {
    trackId: track.id,
    name: trackName(track),
    color: categoryOf(taxonomy, track.category).color,
    distanceM: Math.hypot(x, y),
    isKey: is_key,
    isInEgo: interpolated_in === 'ego',
    isUnconfirmed: isUnconfirmed(cuboid),
    source: cuboid.source,
    score: cuboid.score,
    isStatic: track.is_static,
  };
}
