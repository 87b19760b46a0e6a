/** The order in which Tab goes through the objects of a frame. */
import type { ResolvedCuboid } from '../geometry/interpolate';
import { norm } from '../geometry/vec3';
import type { TrackId } from '../model/ids';
import type { Cuboid } from '../model/records';
import type { SessionState } from '../store/session';

/** The frame's objects by distance from ego, or as the list shows them. */
export function inOrder(
  cuboids: readonly ResolvedCuboid[],
  order: SessionState['selectionOrder'],
): readonly ResolvedCuboid[] {
  return order === 'list' ? cuboids : [...cuboids].sort((a, b) => distanceOf(a) - distanceOf(b));
}

/** The object `steps` further on, round and round; from nothing the first or the last. */
export function neighbour(
  cuboids: readonly ResolvedCuboid[],
  selected: TrackId | null,
  steps: 1 | -1,
): ResolvedCuboid | null {
  const index = cuboids.findIndex(({ track }) => track.id === selected);
  const start = index === -1 && steps === -1 ? 0 : index;
  return cuboids.at((start + steps) % Math.max(1, cuboids.length)) ?? null;
}

/** What a person made needs no second opinion to count; what a machine made does. */
export const isUnconfirmed = ({ source, confirmed_by }: Pick<Cuboid, 'source' | 'confirmed_by'>): boolean =>
  source !== 'human' && confirmed_by === null;

/** The next object after the selected one whose key nobody has agreed with yet; what is derived follows its keys. */
export function nextUnconfirmed(
  cuboids: readonly ResolvedCuboid[],
  selected: TrackId | null,
): ResolvedCuboid | null {
  const index = cuboids.findIndex(({ track }) => track.id === selected);
  const onwards = [...cuboids.slice(index + 1), ...cuboids.slice(0, index + 1)];
  return onwards.find(({ cuboid, is_key }) => is_key && isUnconfirmed(cuboid)) ?? null;
}

const distanceOf = ({ cuboid }: ResolvedCuboid): number => norm(cuboid.ego_from_object.translation_m);
