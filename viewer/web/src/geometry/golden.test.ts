/** The twins of the Python geometry give its numbers; the files are written by `tests/golden/make_golden.py`. */
import { describe, expect, it } from 'vitest';

import boxGolden from '../../../../tests/data/golden/box.json';
import interpolationGolden from '../../../../tests/data/golden/interpolation.json';
import projectionGolden from '../../../../tests/data/golden/projection.json';
import se3Golden from '../../../../tests/data/golden/se3.json';
import type { Box, Cuboid, Se3, Track } from '../model/records';
import type { CameraInfo, SceneFrame } from '../model/scene';
import type { LtrbPx, Vec2, Vec3 } from '../model/tuples';
import { contains, corners, yawOfBox } from './box';
import { type ResolvedCuboid, resolveTrackInFrame, timelineOf } from './interpolate';
import { bestCamera, projectBox } from './project';
import { apply, compose, interpolateSe3, inverse, rotationMatrix, tiltOf, yawOf } from './se3';

const DIGITS = 9;

/** Compare numbers to `DIGITS` places and all else exactly, wherever they are. */
function expectClose(found: unknown, expected: unknown, place = ''): void {
  if (typeof expected === 'number') {
    expect(found, place).toBeCloseTo(expected, DIGITS);
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(found as object).sort(), place).toEqual(Object.keys(expected).sort());
    Object.entries(expected).forEach(([key, value]) =>
      expectClose(Reflect.get(found as object, key), value, `${place}.${key}`),
    );
  } else {
    expect(found, place).toBe(expected);
  }
}

describe('SE3', () => {
  it.each(se3Golden.cases.map((each, index) => ({ index, each })))('case $index', ({ each }) => {
    const a = each.a as unknown as Se3;
    const b = each.b as unknown as Se3;
    expectClose(compose(a, b), each.a_b);
    expectClose(inverse(a), each.a_inverse);
    expectClose(apply(a, each.point as unknown as Vec3), each.a_point);
    expectClose(rotationMatrix(a), each.a_rotation);
    expectClose(interpolateSe3(a, b, each.fraction), each.a_to_b);
    expect(yawOf(a)).toBeCloseTo(each.a_yaw_rad, DIGITS);
  });
});

describe('Box', () => {
  it.each(boxGolden.cases.map((each, index) => ({ index, each })))('case $index', ({ each }) => {
    const box = each.box as unknown as Box;
    expectClose(corners(box), each.corners);
    expect(yawOfBox(box)).toBeCloseTo(each.yaw_rad, DIGITS);
    expect(tiltOf(box.ego_from_object)).toBeCloseTo(each.tilt_rad, DIGITS);
    const points = each.points as unknown as Vec3[];
    expect(points.map((point) => contains(box, point))).toEqual(each.inside);
    expect(points.map((point) => contains(box, point, 0.2))).toEqual(each.inside_with_margin);
  });
});

interface ProjectedJson {
  readonly edges: readonly Vec2[][];
  readonly edge_indices: readonly number[];
  readonly proj_ltrb_px: LtrbPx;
  readonly trunc_ltrb_px: LtrbPx | null;
  readonly truncation: number;
}

describe('projection', () => {
  const cameras = projectionGolden.cameras as unknown as readonly CameraInfo[];
  const cases = projectionGolden.cases.map((each, index) => ({ index, each }));

  it.each(cases)('case $index', ({ each }) => {
    const box = each.box as unknown as Box;
    const expected = each.projected as unknown as Readonly<Record<string, ProjectedJson | null>>;
    for (const camera of cameras) {
      const seen = projectBox(camera, box);
      const { edges, edge_indices, proj_ltrb_px, trunc_ltrb_px, truncation } = seen ?? {};
      const found = seen && { edges, edge_indices, proj_ltrb_px, trunc_ltrb_px, truncation };
      expectProjected(found, expected[camera.name] ?? null);
    }
    expect(bestCamera(cameras, box)?.name ?? null).toBe(each.best_camera);
  });

  /** Near the near plane pixels are millions, so they are compared by their share. */
  function expectProjected(found: unknown, expected: ProjectedJson | null): void {
    if (expected === null) {
      expect(found).toBeNull();
      return;
    }
    const largest = Math.max(1, ...expected.proj_ltrb_px.map(Math.abs));
    const scaled = (value: unknown): unknown => {
      if (typeof value === 'number') {
        return value / largest;
      }
      return Array.isArray(value) ? value.map(scaled) : value;
    };
    const comparable = (value: object) => ({ ...value, edges: scaled(Reflect.get(value, 'edges')) });
    expect(found).not.toBeNull();
    const { proj_ltrb_px, trunc_ltrb_px, ...rest } = comparable(found as object) as ProjectedJson;
    const { proj_ltrb_px: proj, trunc_ltrb_px: trunc, ...others } = comparable(expected) as ProjectedJson;
    expectClose(rest, others);
    expectClose([scaled(proj_ltrb_px), scaled(trunc_ltrb_px)], [scaled(proj), scaled(trunc)]);
  }

  it('has boxes that are half behind a camera, outside of it and all behind', () => {
    const all = projectionGolden.cases.flatMap((each) => Object.values(each.projected));
    expect(all.some((seen) => seen === null)).toBe(true);
    expect(all.some((seen) => seen !== null && seen.edge_indices.length < 12)).toBe(true);
    expect(all.some((seen) => seen?.trunc_ltrb_px === null)).toBe(true);
  });
});

describe('interpolation', () => {
  const tracks = interpolationGolden.tracks as unknown as readonly Track[];
  const cuboids = interpolationGolden.cuboids as unknown as readonly Cuboid[];

  function resolved(hasPoses: boolean): readonly (readonly ResolvedCuboid[])[] {
    const frames = interpolationGolden.times_ns.map(
      (time_offset_ns, index) =>
        ({
          index,
          time_offset_ns,
          world_from_ego: hasPoses ? interpolationGolden.world_from_ego[index] : null,
        }) as unknown as SceneFrame,
    );
    const timeline = timelineOf(frames);
    return frames.map((_, frameIndex) =>
      tracks.flatMap((track) => {
        const keys = cuboids.filter((cuboid) => cuboid.track_id === track.id);
        return resolveTrackInFrame(timeline, track, keys, frameIndex) ?? [];
      }),
    );
  }

  it.each([
    ['with poses', true, interpolationGolden.with_poses],
    ['without poses', false, interpolationGolden.without_poses],
  ] as const)('%s', (_, hasPoses, expected) => {
    const found = resolved(hasPoses).map((frame) =>
      frame.map(({ cuboid, is_key, interpolated_in }) => ({ cuboid, is_key, interpolated_in })),
    );
    expectClose(found, expected);
  });
});
