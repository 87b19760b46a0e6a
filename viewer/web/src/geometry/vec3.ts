/** Sums and products of vectors as readonly tuples. */
import type { Vec2, Vec3 } from '../model/tuples';

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a: Vec3, factor: number): Vec3 => [a[0] * factor, a[1] * factor, a[2] * factor];
export const multiply = (a: Vec3, b: Vec3): Vec3 => [a[0] * b[0], a[1] * b[1], a[2] * b[2]];
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const norm = (a: Vec3): number => Math.hypot(a[0], a[1], a[2]);
export const distance = (a: Vec3, b: Vec3): number => norm(subtract(a, b));
export const distance2d = (a: Vec2, b: Vec2): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** `start` at fraction 0, `end` at fraction 1. */
export function lerp(start: Vec3, end: Vec3, fraction: number): Vec3 {
  return add(scale(start, 1 - fraction), scale(end, fraction));
}

/** Wrap an angle to [-π, π). */
export function wrapAngle(angleRad: number): number {
  const turn = 2 * Math.PI;
  const wrapped = ((((angleRad + Math.PI) % turn) + turn) % turn) - Math.PI;
  return wrapped >= Math.PI ? -Math.PI : wrapped;
}
