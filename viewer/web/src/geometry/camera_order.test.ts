import { expect, it } from 'vitest';

import type { CameraInfo, SceneDetail } from '../model/scene';
import { camerasOfFrame, leftToRight, mostCamerasOfAFrame } from './camera_order';
import { multiplyQuat, quatFromAxisAngle, quatFromYaw } from './quaternion';
import { inverse } from './se3';

/** x right, y down, z forward, seen from x forward, y left, z up. */
const EGO_FROM_FORWARD_CAM = multiplyQuat(
  quatFromAxisAngle([0, 0, 1], -Math.PI / 2),
  quatFromAxisAngle([1, 0, 0], -Math.PI / 2),
);

function camera(name: string, yawDeg: number): CameraInfo {
  const quat_wxyz = multiplyQuat(quatFromYaw((yawDeg * Math.PI) / 180), EGO_FROM_FORWARD_CAM);
  const cam_from_ego = inverse({ quat_wxyz, translation_m: [1, 0, 1] });
  return { name, cam_from_ego } as CameraInfo;
}

it('goes from the left behind over the front to the right behind', () => {
  const cameras = [camera('front', 0), camera('right', -60), camera('left', 60), camera('back left', 120)];
  expect(leftToRight(cameras).map((item) => item.name)).toEqual(['back left', 'left', 'front', 'right']);
});

it('keeps the order of cameras that look the same way', () => {
  expect(leftToRight([camera('a', 0), camera('b', 0)]).map((item) => item.name)).toEqual(['a', 'b']);
});

it('leaves out the cameras of other frames', () => {
  const scene = {
    cameras: [camera('front', 0), camera('front of another day', 0), camera('left', 60)],
    frames: [{ cameras: ['front', 'left'] }, { cameras: ['front of another day'] }],
  } as unknown as SceneDetail;
  expect(camerasOfFrame(scene, 0).map((item) => item.name)).toEqual(['left', 'front']);
  expect(camerasOfFrame(scene, 1).map((item) => item.name)).toEqual(['front of another day']);
  expect(camerasOfFrame(scene, 2)).toEqual([]);
  expect(mostCamerasOfAFrame(scene)).toBe(2);
});
