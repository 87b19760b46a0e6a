/** The rows of the object list: named, measured, filtered, nearest first. */
import type { ResolvedCuboid } from '../../geometry/interpolate';
import type { TrackId } from '../../model/ids';
import { categoryOf, categoryTitle, trackName } from '../../model/names';
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
}

export function objectRows(
  cuboids: readonly ResolvedCuboid[],
  taxonomy: Taxonomy,
  filter: string,
): readonly ObjectRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return cuboids
    .map((resolved) => rowOf(resolved, taxonomy))
    .filter((row) => words.every((word) => row.name.toLowerCase().includes(categoryTitle(word))))
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
    isUnconfirmed: isUnconfirmed(cuboid.source, cuboid.confirmed_by),
    isStatic: track.is_static,
  };
}

/** What a person made needs no second opinion to count; what a machine made does. */
export function isUnconfirmed(source: string, confirmedBy: string | null): boolean {
  return source !== 'human' && confirmedBy === null;
}
