/** Where an object will be in another frame, as far as its own way tells. */
import { carryBox } from '../geometry/interpolate';
import { moveInEgo } from '../geometry/box';
import { scale, subtract } from '../geometry/vec3';
import type { Box } from '../model/records';
import type { LabelStore } from '../store/label_store';
import type { ResolvedCuboid } from '../geometry/interpolate';

/** The box carried to another frame: ego motion taken out, and the object's own last step repeated. */
export function predictBox(store: LabelStore, resolved: ResolvedCuboid, toFrame: number): Box {
  const { cuboid, track } = resolved;
  const from = cuboid.frame_index;
  const carried = carryBox(store.timeline, track, cuboid, from, toFrame);
  const backwards = from - Math.sign(toFrame - from);
  const previous = store.resolveTrack(track.id, backwards);
  if (track.is_static || !previous) {
    return carried;
  }
  const previousCarried = carryBox(store.timeline, track, previous.cuboid, backwards, toFrame);
  const step = subtract(carried.ego_from_object.translation_m, previousCarried.ego_from_object.translation_m);
  return moveInEgo(carried, scale(step, stepsBetween(store, backwards, from, toFrame)));
}

/** How many times the last step's duration fits between the two frames. */
function stepsBetween(store: LabelStore, before: number, from: number, to: number): number {
  const time = (frame: number) => store.timeline.times_ns[frame] ?? 0;
  const duration = time(from) - time(before);
  return duration === 0 ? 0 : (time(to) - time(from)) / duration;
}
