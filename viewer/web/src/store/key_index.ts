/** The key cuboids of each track, by rising frame. */
import type { Cuboid } from '../model/records';
import { type RecordsDiff, stepsOfKind } from './diff';

const NO_KEYS: readonly Cuboid[] = [];

export class KeyIndex {
  private readonly byTrack = new Map<string, Map<string, Cuboid>>();
  private readonly sorted = new Map<string, readonly Cuboid[]>();

  keysOf(trackId: string): readonly Cuboid[] {
    const known = this.sorted.get(trackId);
    if (known) {
      return known;
    }
    const cuboids = this.byTrack.get(trackId);
    if (!cuboids) {
      return NO_KEYS;
    }
    const keys = [...cuboids.values()].sort((a, b) => a.frame_index - b.frame_index);
    this.sorted.set(trackId, keys);
    return keys;
  }

  /** Follow a diff that was applied; returns the tracks whose keys it touched. */
  follow(diff: RecordsDiff): Set<string> {
    const touched = new Set<string>();
    for (const { before, after } of stepsOfKind(diff, 'cuboids')) {
      if (before) {
        this.byTrack.get(before.track_id)?.delete(before.id);
        touched.add(before.track_id);
      }
      if (after) {
        this.cuboidsOf(after.track_id).set(after.id, after);
        touched.add(after.track_id);
      }
    }
    touched.forEach((trackId) => this.sorted.delete(trackId));
    return touched;
  }

  private cuboidsOf(trackId: string): Map<string, Cuboid> {
    const known = this.byTrack.get(trackId);
    if (known) {
      return known;
    }
    const cuboids = new Map<string, Cuboid>();
    this.byTrack.set(trackId, cuboids);
    return cuboids;
  }
}
