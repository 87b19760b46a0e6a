/** From a pixel back to what it saw: the inverse of the camera models; twin of `rays_from_image` in `calibration/`. */
import type { CameraInfo } from '../model/scene';
import type { Vec2, Vec3 } from '../model/tuples';
import { bendsLines, imageFromRay } from './camera_model';
import type { Ray } from './hit_test';
import { applyRotation, inverse } from './se3';
import { norm, scale } from './vec3';

/** A pixel is met when its ray comes back this near, in pixels. */
const TOLERANCE_PX = 1e-6;
const MAX_STEPS = 60;
/** Where the slopes of a lens are measured, on the plane at depth 1 and in radians. */
const DELTA = 1e-6;

/** The direction, of length 1, in which a camera sees a pixel; null beyond the cone in which its model holds. */
export function rayFromPixel(camera: CameraInfo, uv: Vec2): Vec3 | null {
  const plane: Vec2 = [(uv[0] - camera.cx_px) / camera.fx_px, (uv[1] - camera.cy_px) / camera.fy_px];
  const ray = camera.model === 'kannala_brandt' ? fisheyeRay(camera, plane) : planeRay(camera, plane, uv);
  const length = norm(ray);
  const angle = Math.atan2(Math.hypot(ray[0], ray[1]), ray[2]);
  if (!Number.isFinite(length) || angle > camera.max_angle_rad + 1e-9) {
    return null;
  }
  const [u, v] = imageFromRay(camera, ray);
  return Math.hypot(u - uv[0], v - uv[1]) <= 1e3 * TOLERANCE_PX ? scale(ray, 1 / length) : null;
}

/** The same in `ego`, from the camera's place. */
export function rayThroughPixel(camera: CameraInfo, uv: Vec2): Ray | null {
  const ray_cam = rayFromPixel(camera, uv);
  if (ray_cam === null) {
    return null;
  }
  const ego_from_cam = inverse(camera.cam_from_ego);
  return { origin: ego_from_cam.translation_m, direction: applyRotation(ego_from_cam, ray_cam) };
}

/** Newton's iteration on the plane at depth 1, with steps halved where they lead away. */
function planeRay(camera: CameraInfo, plane: Vec2, uv: Vec2): Vec3 {
  if (!bendsLines(camera)) {
    return [plane[0], plane[1], 1];
  }
  const missAt = ([x, y]: Vec2): Vec2 => {
    const [u, v] = imageFromRay(camera, [x, y, 1]);
    return [u - uv[0], v - uv[1]];
  };
  let at = plane;
  // Far from the centre a barrel's undistorted place lies much farther out, and a pincushion's nearer.
  for (const share of [1.6, 1.3, 0.7, 0.4]) {
    const tried: Vec2 = [plane[0] * share, plane[1] * share];
    at = Math.hypot(...missAt(tried)) < Math.hypot(...missAt(at)) ? tried : at;
  }
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const miss = missAt(at);
    const away = Math.hypot(...miss);
    if (away <= TOLERANCE_PX) {
      break;
    }
    const next = newtonStep(missAt, at, miss);
    if (next === null || Math.hypot(...missAt(next)) >= away) {
      break;
    }
    at = next;
  }
  return [at[0], at[1], 1];
}

function newtonStep(missAt: (at: Vec2) => Vec2, at: Vec2, miss: Vec2): Vec2 | null {
  const alongX = missAt([at[0] + DELTA, at[1]]);
  const alongY = missAt([at[0], at[1] + DELTA]);
  const [a, c] = [(alongX[0] - miss[0]) / DELTA, (alongX[1] - miss[1]) / DELTA];
  const [b, d] = [(alongY[0] - miss[0]) / DELTA, (alongY[1] - miss[1]) / DELTA];
  const determinant = a * d - b * c;
  if (determinant === 0) {
    return null;
  }
  const full: Vec2 = [(d * miss[0] - b * miss[1]) / determinant, (a * miss[1] - c * miss[0]) / determinant];
  for (let share = 1; share > 1e-4; share /= 2) {
    const next: Vec2 = [at[0] - share * full[0], at[1] - share * full[1]];
    if (Math.hypot(...missAt(next)) < Math.hypot(...miss)) {
      return next;
    }
  }
  return null;
}

/** The angle whose radius in the image it is; the radius rises up to the border of the cone, so halving finds it. */
function fisheyeRay(camera: CameraInfo, [x, y]: Vec2): Vec3 {
  const wanted = Math.hypot(x, y);
  if (wanted < 1e-12) {
    return [0, 0, 1];
  }
  const [k1 = 0, k2 = 0, k3 = 0, k4 = 0] = camera.distortion;
  const radius = (angle: number): number => {
    const s = angle * angle;
    return angle * (1 + s * (k1 + s * (k2 + s * (k3 + s * k4))));
  };
  let low = 0;
  let high = camera.max_angle_rad;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (radius(middle) < wanted) {
      low = middle;
    } else {
      high = middle;
    }
  }
  const angle = (low + high) / 2;
  const across = Math.sin(angle) / wanted;
  return [x * across, y * across, Math.cos(angle)];
}
