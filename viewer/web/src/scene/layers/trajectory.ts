/** The way of the selected track through the scene, seen from the vehicle now; its keys are crosses, its other frames ticks. */
import { compose, apply, inverse } from '../../geometry/se3';
import type { ResolvedCuboid } from '../../geometry/interpolate';
import type { SceneFrame } from '../../model/scene';
import type { Vec2, Vec3 } from '../../model/tuples';
import { FatLines, SegmentList } from './fat_lines';

/** Half a tick, level and square to the way; none where the object stands. */
function across([x, y]: Vec3, [nextX, nextY]: Vec3): readonly [number, number] {
  const [dx, dy] = [nextX - x, nextY - y];
  const length = Math.hypot(dx, dy);
  return length < 2 * TICK_M ? [0, 0] : [(-dy / length) * TICK_M, (dx / length) * TICK_M];
}

/** One stop of a track, in ego of the shown frame. */
export interface TrackStop {
  readonly frame_index: number;
  readonly point: Vec3;
  readonly is_key: boolean;
}

const WIDTH_PX = 1.6;
const OPACITY = 0.75;
const KEY_MARK_M = 0.22;
const TICK_M = 0.08;

export class TrajectoryLayer {
  readonly #lines = new FatLines(WIDTH_PX, { opacity: OPACITY });

  get object() {
    return this.#lines.object;
  }

  /** @param color `#rrggbb` */
  set(stops: readonly TrackStop[], color: string): void {
    const list = new SegmentList();
    for (const [index, { point, is_key }] of stops.entries()) {
      const next = stops[index + 1];
      if (next !== undefined) {
        list.add(point, next.point, color);
      }
      const [x, y, z] = point;
      if (is_key) {
        list.add([x - KEY_MARK_M, y, z], [x + KEY_MARK_M, y, z], color);
        list.add([x, y - KEY_MARK_M, z], [x, y + KEY_MARK_M, z], color);
      } else if (next !== undefined) {
        const [dx, dy] = across(point, next.point);
        list.add([x - dx, y - dy, z], [x + dx, y + dy, z], color);
      }
    }
    this.#lines.set(list);
  }

  dispose(): void {
    this.#lines.dispose();
  }
}

/**
 * The bottom centres of a track's cuboids, carried into ego of one frame; empty where the scene has no poses.
 * @param resolve the track's cuboid of a frame.
 */
export function trackStops(
  frames: readonly SceneFrame[],
  shownFrame: number,
  life: readonly [first: number, last: number],
  resolve: (frameIndex: number) => ResolvedCuboid | undefined,
): TrackStop[] {
  const world_from_shown = frames[shownFrame]?.world_from_ego ?? null;
  if (world_from_shown === null) {
    return [];
  }
  const shown_from_world = inverse(world_from_shown);
  return frames.slice(life[0], life[1] + 1).flatMap(({ index, world_from_ego }) => {
    const resolved = resolve(index);
    if (resolved === undefined || world_from_ego === null) {
      return [];
    }
    const { ego_from_object, size_lwh_m } = resolved.cuboid;
    const shown_from_object = compose(compose(shown_from_world, world_from_ego), ego_from_object);
    const point = apply(shown_from_object, [0, 0, -size_lwh_m[2] / 2]);
    return [{ frame_index: index, point, is_key: resolved.is_key }];
  });
}

/** The stop of another frame that is drawn nearest to a place on the screen, where one is near enough. */
export function stopAt(
  stops: readonly TrackStop[],
  shownFrame: number,
  [x, y]: Vec2,
  project: (point: Vec3) => Vec2 | null,
  withinPx: number,
): TrackStop | null {
  let nearest: TrackStop | null = null;
  let nearestPx = withinPx;
  for (const stop of stops) {
    const drawn = stop.frame_index === shownFrame ? null : project(stop.point);
    const away = drawn === null ? Infinity : Math.hypot(drawn[0] - x, drawn[1] - y);
    if (away <= nearestPx) {
      [nearest, nearestPx] = [stop, away];
    }
  }
  return nearest;
}
