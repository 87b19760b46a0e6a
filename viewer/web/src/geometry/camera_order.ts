/** Cameras in the order a driver would point at them. */
import type { CameraInfo } from '../model/scene';
import { applyRotation, inverse } from './se3';

/** From the left behind the vehicle over its front to the right behind it. */
export function leftToRight(cameras: readonly CameraInfo[]): CameraInfo[] {
  return [...cameras].sort((a, b) => azimuthRad(b) - azimuthRad(a));
}

/** Where the camera looks in the ego's plane, counter-clockwise from straight ahead. */
function azimuthRad(camera: CameraInfo): number {
  const [x, y] = applyRotation(inverse(camera.cam_from_ego), [0, 0, 1]);
  return Math.atan2(y, x);
}
