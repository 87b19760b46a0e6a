/** Which cuboids the views and images draw: all, the selected one alone, or those that the filter lets through. */
import type { ResolvedCuboid } from '../geometry/interpolate';
import type { SessionState } from '../store/session';
import { matches, parseFilter } from './object_filter';

type Visibility = Pick<SessionState, 'othersHidden' | 'selectedTrackId' | 'filterHides' | 'objectFilter'>;

/** Parts of the session that decide what is drawn. */
export const VISIBILITY_FIELDS = [
  'othersHidden',
  'selectedTrackId',
  'filterHides',
  'objectFilter',
] as const satisfies readonly (keyof Visibility)[];

/** The selected object stays in sight whatever the filter says: it is being worked on. */
export function shownCuboids(
  cuboids: readonly ResolvedCuboid[],
  { othersHidden, selectedTrackId, filterHides, objectFilter }: Visibility,
): readonly ResolvedCuboid[] {
  if (othersHidden && selectedTrackId !== null) {
    return cuboids.filter(({ track }) => track.id === selectedTrackId);
  }
  if (!filterHides || objectFilter.trim() === '') {
    return cuboids;
  }
  const filter = parseFilter(objectFilter);
  return cuboids.filter((resolved) => resolved.track.id === selectedTrackId || matches(filter, resolved));
}
