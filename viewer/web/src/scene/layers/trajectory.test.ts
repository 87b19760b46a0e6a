import { describe, expect, it } from 'vitest';

import { uprightBox } from '../../geometry/box';
import type { ResolvedCuboid } from '../../geometry/interpolate';
import { distance } from '../../geometry/vec3';
import type { SceneFrame } from '../../model/scene';
import { trackStops } from './trajectory';

describe('trackStops', () => {
  it('carries a standing track through a moving ego to one place', () => {
    const frames = [0, 1, 2].map((index): SceneFrame => ({
      index,
      time_offset_ns: index,
      world_from_ego: { quat_wxyz: [1, 0, 0, 0], translation_m: [index * 3, 0, 0] },
      points_url: null,
      cameras: [],
      image_urls: {},
      cam_from_ego: {},
    }));
    const resolve = (frame: number) =>
      ({ cuboid: uprightBox([10 - 3 * frame, 0, 1], [4, 2, 2], 0), is_key: frame === 0 }) as ResolvedCuboid;
    const stops = trackStops(frames, 1, [0, 2], resolve);
    expect(stops).toHaveLength(3);
    for (const stop of stops) {
      expect(distance(stop.point, [7, 0, 0])).toBeCloseTo(0);
    }
    expect(stops.map((stop) => stop.is_key)).toEqual([true, false, false]);
    expect(trackStops([{ ...frames[0], world_from_ego: null } as SceneFrame], 0, [0, 0], resolve)).toEqual(
      [],
    );
  });
});
