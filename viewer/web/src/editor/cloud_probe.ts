/** What the editor asks of the points on the screen; the 3D views answer. */
import type { Ray } from '../geometry/hit_test';
import type { Box } from '../model/records';
import type { Vec3 } from '../model/tuples';

/** The points on the screen, as they are drawn; positions are relative to `origin_m`, in `ego`. */
export interface ShownPoints {
  readonly frameIndex: number;
  readonly count: number;
  readonly xyz: Float32Array;
  readonly origin_m: Vec3;
  /** RGBA words; alpha 0 for a hidden point. */
  readonly colors: Uint32Array;
}

/** Where a ray leads: to a point of the cloud near it, and to the ground. */
export interface RayHit {
  readonly point: Vec3 | null;
  readonly ground: Vec3 | null;
}

export interface CloudProbe {
  /** The ground under the pointer in the perspective view; null while it is elsewhere. */
  groundUnderPointer(): Vec3 | null;
  /** Height of the ground that a box of the shown frame stands on; null where no points tell. */
  groundBelow(box: Box): number | null;
  /** What a ray meets; `tangent`: how far beside it counts, per metre of distance. */
  along(ray: Ray, tangent: number): RayHit;
  /** The points of the shown frame; null while there are none. */
  points(): ShownPoints | null;
}

/** For editors without 3D views. */
export const noCloud: CloudProbe = {
  groundUnderPointer: () => null,
  groundBelow: () => null,
  along: () => ({ point: null, ground: null }),
  points: () => null,
};
