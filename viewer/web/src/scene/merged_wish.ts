/** Which sweeps of many times are wanted as one cloud, and how far they have come; pure. */
import type { Cloud } from '../api/points';
import { ageSpan } from '../api/cloud';
import type { Editor } from '../editor/editor';
import { norm } from '../geometry/vec3';
import type { CloudProgress, SessionState } from '../store/session';
import type { MergedWish } from './frames';

/** How much more than the object itself is shown around it, metres. */
const AROUND_M = 4;
const LEAST_RADIUS_M = 6;

/** Null for the frame's own points: while playing, and where there is no object to show more of. */
export function mergedWish(editor: Editor, state: SessionState): MergedWish {
  if (state.merged === 'off' || state.isPlaying) {
    return null;
  }
  if (state.merged === 'scene') {
    return { around: null };
  }
  const { selectedTrackId, frameIndex } = state;
  const selected = selectedTrackId && editor.store.resolveTrack(selectedTrackId, frameIndex);
  if (!selected) {
    return null;
  }
  const { ego_from_object, size_lwh_m } = selected.cuboid;
  const radius_m = Math.ceil(Math.max(LEAST_RADIUS_M, norm(size_lwh_m) / 2 + AROUND_M));
  return { around: { center_m: ego_from_object.translation_m, radius_m } };
}

/** Whether another place may be wanted as one cloud; edits of an object do not move it. */
export function isOtherPlace(state: SessionState, before: SessionState): boolean {
  const isOther = state.isPlaying !== before.isPlaying;
  return (
    state.merged !== 'off' &&
    (isOther || (state.merged === 'object' && state.selectedTrackId !== before.selectedTrackId))
  );
}

/** What the page tells of the shown points. */
export function progressOf(cloud: Cloud | null, isLoading: boolean, isMerged: boolean): CloudProgress | null {
  if (isLoading) {
    return { state: 'waiting', count: 0, total: 0, dropped: 0, isMerged, merged: null, ageSpan_s: null };
  }
  if (cloud === null) {
    return null;
  }
  const { count, total_count, dropped_count, merged, age_ms } = cloud;
  const state = count < total_count ? 'filling' : 'full';
  return {
    state,
    count,
    total: total_count,
    dropped: dropped_count,
    isMerged,
    merged,
    ageSpan_s: ageSpan(age_ms),
  };
}
