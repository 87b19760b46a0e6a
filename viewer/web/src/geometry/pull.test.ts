import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import projectionGolden from '../../../../tests/data/golden/projection.json';
import type { Box } from '../model/records';
import type { CameraInfo } from '../model/scene';
import type { Vec2 } from '../model/tuples';
import { corners, EDGES, MIN_SIZE_M, uprightBox } from './box';
import { imageFromRay, isVisible } from './camera_model';
import { distanceToSegment } from './hit_test';
import { projectBox } from './project';
import { faceOfEdge, gripAt, headingHandle, pixelOf, pull, slide } from './pull';
import { apply, inverse } from './se3';
import { add, lerp, norm, scale, subtract } from './vec3';

const cameras = projectionGolden.cameras as unknown as readonly CameraInfo[];

function firstWith(name: string): CameraInfo {
  const found = cameras.find((camera) => camera.name === name);
  if (found === undefined) {
    throw new Error(`there is no camera ${name}`);
  }
  return found;
}
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** A box that the camera sees, by its place in the camera's own frame. */
function boxSeenBy(camera: CameraInfo, ahead: number, across: number, yaw: number): Box {
  const center = apply(inverse(camera.cam_from_ego), [across * ahead, 0.8, ahead]);
  return uprightBox(center, [4.2, 1.8, 1.6], yaw);
}

/** How far a pixel is from the picture of an edge, lengthened on both sides. */
function awayFromEdge(camera: CameraInfo, box: Box, edge: number, uv: Vec2): number {
  const [from, to] = EDGES[edge] ?? [0, 1];
  const all = corners(box);
  const [start, end] = [all[from] ?? [0, 0, 0], all[to] ?? [0, 0, 0]].map((point) =>
    apply(camera.cam_from_ego, point as [number, number, number]),
  ) as [[number, number, number], [number, number, number]];
  let nearest = Infinity;
  let before: Vec2 | null = null;
  for (let share = -2; share <= 3; share += 0.002) {
    const place = lerp(start, end, share);
    const pixel = isVisible(camera, place) ? imageFromRay(camera, place) : null;
    if (pixel !== null && before !== null) {
      nearest = Math.min(nearest, distanceToSegment(uv, before, pixel));
    }
    before = pixel;
  }
  return nearest;
}

describe.each(cameras.map((camera) => ({ name: camera.name, camera })))('pulling in $name', ({ camera }) => {
  it('brings an edge under the pointer by moving one face', () => {
    let pulled = 0;
    fc.assert(
      fc.property(
        number(6, 25),
        number(-0.25, 0.25),
        number(-3.1, 3.1),
        fc.integer({ min: 0, max: 11 }),
        number(0.2, 0.8),
        number(-25, 25),
        (ahead, across, yaw, edge, share, by) => {
          const box = boxSeenBy(camera, ahead, across, yaw);
          const all = corners(box);
          const [from, to] = EDGES[edge] ?? [0, 1];
          const at = (place: number) =>
            pixelOf(camera, lerp(all[from] ?? [0, 0, 0], all[to] ?? [0, 0, 0], place));
          const [grabbed, beside] = [at(share), at(share + 0.01)];
          const face = grabbed === null ? null : faceOfEdge(camera, box, edge, grabbed);
          if (!grabbed || !beside || face === null) {
            return;
          }
          const [du, dv] = [beside[0] - grabbed[0], beside[1] - grabbed[1]];
          const length = Math.hypot(du, dv);
          if (length < 0.02) {
            return;
          }
          // Across the edge: along it a pointer leaves it at its end.
          const pointer: Vec2 = [grabbed[0] + (by * dv) / length, grabbed[1] - (by * du) / length];
          const after = pull(camera, box, { kind: 'edge', edge, face }, pointer);
          if (after === null || Math.min(...after.size_lwh_m) <= MIN_SIZE_M * 1.01) {
            return;
          }
          const changed = after.size_lwh_m.filter(
            (size, axis) => Math.abs(size - (box.size_lwh_m[axis] ?? 0)) > 1e-9,
          );
          expect(changed.length).toBeLessThanOrEqual(1);
          expect(after.ego_from_object.quat_wxyz).toEqual(box.ego_from_object.quat_wxyz);
          // Half a pixel where the edge still is in view there.
          if (awayFromEdge(camera, box, edge, grabbed) < 0.5) {
            expect(awayFromEdge(camera, after, edge, pointer)).toBeLessThan(0.5);
            pulled += 1;
          }
        },
      ),
      { seed: 7, numRuns: 60 },
    );
    expect(pulled).toBeGreaterThan(15);
  });

  it('brings a corner under the pointer by moving two faces', () => {
    let pulled = 0;
    fc.assert(
      fc.property(
        number(6, 25),
        number(-0.25, 0.25),
        number(-3.1, 3.1),
        fc.integer({ min: 0, max: 7 }),
        number(-15, 15),
        number(-15, 15),
        (ahead, across, yaw, corner, du, dv) => {
          const box = boxSeenBy(camera, ahead, across, yaw);
          const place = pixelOf(camera, corners(box)[corner] ?? [0, 0, 0]);
          const seen = projectBox(camera, box);
          const grip = place && seen && gripAt(camera, box, seen, place, 2);
          if (!place || grip?.kind !== 'corner') {
            return;
          }
          const pointer: Vec2 = [place[0] + du, place[1] + dv];
          const after = pull(camera, box, grip, pointer);
          if (after === null || Math.min(...after.size_lwh_m) <= MIN_SIZE_M * 1.01) {
            return;
          }
          const [u, v] = pixelOf(camera, corners(after)[grip.corner] ?? [0, 0, 0]) ?? [NaN, NaN];
          const [u0, v0] = pixelOf(camera, corners(box)[grip.corner] ?? [0, 0, 0]) ?? [NaN, NaN];
          // Corners at one place are told apart by a tolerance; the grabbed one goes all the way.
          expect(Math.hypot(u - pointer[0], v - pointer[1])).toBeLessThan(0.5);
          expect(Math.hypot(u0 - place[0], v0 - place[1])).toBeLessThan(2.01);
          pulled += 1;
        },
      ),
      { seed: 8, numRuns: 100 },
    );
    expect(pulled).toBeGreaterThan(20);
  });
});

describe('a car straight ahead', () => {
  const camera = firstWith('front');
  const car = uprightBox([15, 1.6, 0], [4.2, 1.8, 1.6], 0);

  it.each([
    ['bottom', [2, 3], 'bottom'],
    ['top', [6, 7], 'top'],
    ['left', [3, 7], 'left'],
    ['right', [2, 6], 'right'],
  ] as const)('the %s edge of its back stands for that face: depth stays', (_, [from, to], face) => {
    const edge = EDGES.findIndex((ends) => ends.includes(from) && ends.includes(to));
    const all = corners(car);
    const middle = pixelOf(camera, lerp(all[from] ?? [0, 0, 0], all[to] ?? [0, 0, 0], 0.5));
    expect(faceOfEdge(camera, car, edge, middle ?? [0, 0])).toBe(face);
  });

  it('turns by the handle ahead of it', () => {
    const handle = pixelOf(camera, headingHandle(car)) ?? [0, 0];
    const seen = projectBox(camera, car);
    const grip = seen && gripAt(camera, car, seen, handle, 4);
    expect(grip).toEqual({ kind: 'heading' });
    const turned = pull(camera, car, { kind: 'heading' }, [handle[0] - 12, handle[1]]);
    const after = pixelOf(camera, headingHandle(turned ?? car)) ?? [0, 0];
    expect(after[0]).toBeLessThan(handle[0] - 5);
    expect(turned?.size_lwh_m).toEqual(car.size_lwh_m);
  });

  it('slides over the ground under the pointer', () => {
    const bottom = apply(car.ego_from_object, [0, 0, -0.8]);
    const from = pixelOf(camera, bottom) ?? [0, 0];
    const moved = slide(camera, car, from, [from[0] + 20, from[1] + 6]) ?? car;
    const after = pixelOf(camera, apply(moved.ego_from_object, [0, 0, -0.8])) ?? [0, 0];
    expect(after[0]).toBeCloseTo(from[0] + 20, 6);
    expect(after[1]).toBeCloseTo(from[1] + 6, 6);
    const way = subtract(moved.ego_from_object.translation_m, car.ego_from_object.translation_m);
    expect(way[2]).toBeCloseTo(0, 9);
    expect(norm(add(way, scale(way, 0)))).toBeGreaterThan(0.1);
  });

  it('is not pulled to above the horizon', () => {
    const bottom = pixelOf(camera, apply(car.ego_from_object, [0, 0, -0.8])) ?? [0, 0];
    expect(slide(camera, car, bottom, [bottom[0], 0])).toBeNull();
  });
});
