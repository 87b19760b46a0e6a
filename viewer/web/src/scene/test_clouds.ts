/** Small clouds for tests. */
import type { Cloud } from '../api/points';
import type { Vec3 } from '../model/tuples';

export function cloudOf(points: readonly Vec3[], extra: Partial<Cloud> = {}): Cloud {
  return {
    count: points.length,
    total_count: points.length,
    dropped_count: 0,
    merged: null,
    frame: 'ego',
    origin_m: [0, 0, 0],
    xyz: Float32Array.from(points.flat()),
    intensity: null,
    ring: null,
    age_ms: null,
    rgb: null,
    ground_z_m: 0,
    intensity_range: [0, 255],
    ...extra,
  };
}

/** A grid of ground points at the height, 0.25 m apart, over x and y from 0 to 20 m. */
export function groundGrid(z: number): Vec3[] {
  return Array.from({ length: 81 * 81 }, (_, i): Vec3 => [(i % 81) / 4, Math.floor(i / 81) / 4, z]);
}
