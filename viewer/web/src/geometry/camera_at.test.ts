import { describe, expect, it } from 'vitest';

import type { CameraInfo, SceneDetail } from '../model/scene';
import { bestCameraAt, cameraAt } from './camera_at';
import { compose, fromYaw, inverse } from './se3';

/** Looks along ego's x axis: right is -y, down is -z. */
const EGO_FROM_AHEAD = { quat_wxyz: [0.5, -0.5, 0.5, -0.5], translation_m: [0, 0, 1] } as const;

function camera(name: string, yaw_rad: number): CameraInfo {
  return {
    name,
    model: 'pinhole',
    width_px: 200,
    height_px: 100,
    fx_px: 100,
    fy_px: 100,
    cx_px: 99.5,
    cy_px: 49.5,
    distortion: [],
    max_angle_rad: Math.PI / 2,
    cam_from_ego: inverse(compose(fromYaw(yaw_rad, [0, 0, 0]), EGO_FROM_AHEAD)),
    images_are: 'rectified',
  };
}

const AHEAD = camera('ahead', 0);
const LEFT = camera('left', Math.PI / 2);

/** In frame 0 the vehicle turned left by 80° until the image of the camera ahead was taken. */
function scene(): SceneDetail {
  const moved = { ahead: camera('ahead', 1.4).cam_from_ego };
  const frames = [moved, {}].map((cam_from_ego, index) => ({ index, cam_from_ego }));
  return { cameras: [AHEAD, LEFT], frames } as unknown as SceneDetail;
}

describe('cameraAt', () => {
  it('is the camera itself where its image is of the time of the frame', () => {
    const made = scene();
    expect(cameraAt(made, 0, LEFT)).toBe(LEFT);
    expect(cameraAt(made, 1, AHEAD)).toBe(AHEAD);
    expect(cameraAt(made, 99, AHEAD)).toBe(AHEAD);
  });

  it('is elsewhere where the image is of another time, and the same object every time', () => {
    const made = scene();
    const moved = cameraAt(made, 0, AHEAD);
    expect(moved.cam_from_ego).toEqual(camera('ahead', 1.4).cam_from_ego);
    expect(moved.fx_px).toBe(AHEAD.fx_px);
    expect(cameraAt(made, 0, AHEAD)).toBe(moved);
  });
});

describe('bestCameraAt', () => {
  it('chooses by where the cameras were, and names one of those given', () => {
    const made = scene();
    const box = { ego_from_object: fromYaw(0, [0.5, 15, 1]), size_lwh_m: [4, 2, 1.5] } as const;
    expect(bestCameraAt(made, 0, [AHEAD], box)).toBe(AHEAD);
    expect(bestCameraAt(made, 1, [AHEAD], box)).toBeNull();
    expect(bestCameraAt(made, 1, made.cameras, box)).toBe(LEFT);
  });
});
