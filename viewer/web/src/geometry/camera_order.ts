/** Cameras in the order a driver would point at them. */
import type { CameraInfo, SceneDetail } from '../model/scene';
import { applyRotation, inverse } from './se3';

/** From the left behind the vehicle over its front to the right behind it. */
export function leftToRight(cameras: readonly CameraInfo[]): CameraInfo[] {
  return [...cameras].sort((a, b) => azimuthRad(b) - azimuthRad(a));
}

/** The cameras that a frame was taken with, left to right. */
export function camerasOfFrame(scene: SceneDetail, frameIndex: number): CameraInfo[] {
  const names = scene.frames[frameIndex]?.cameras ?? [];
  return leftToRight(scene.cameras.filter(({ name }) => names.includes(name)));
}

/** The most cameras that any frame was taken with. */
export function mostCamerasOfAFrame(scene: SceneDetail): number {
  return Math.max(0, ...scene.frames.map(({ cameras }) => cameras.length));
}

/** Where the camera looks in the ego's plane, counter-clockwise from straight ahead. */
function azimuthRad(camera: CameraInfo): number {
  const [x, y] = applyRotation(inverse(camera.cam_from_ego), [0, 0, 1]);
  return Math.atan2(y, x);
}
