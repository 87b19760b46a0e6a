/** How a camera sees: from a direction in its own frame to a pixel; twin of the models in `calibration/`. */
import type { CameraInfo } from '../model/scene';
import type { Vec2, Vec3 } from '../model/tuples';

/** What lies nearer to the camera than this is not shown, so that no box comes out mirrored. */
export const NEAR_M = 0.05;

/** Whether straight lines come out as curves. */
export const bendsLines = (camera: CameraInfo): boolean =>
  camera.model === 'kannala_brandt' || camera.distortion.some((coefficient) => coefficient !== 0);

/** Whether the camera also sees what lies beside and behind it; nearness then counts in every direction. */
export const seesBehind = (camera: CameraInfo): boolean => camera.max_angle_rad > Math.PI / 2;

/** Whether a point in the camera's frame lies in the cone in which the model holds, and not too near. */
export function isVisible(camera: CameraInfo, [x, y, z]: Vec3): boolean {
  const across2 = x * x + y * y;
  const rim2 = (Math.tan(camera.max_angle_rad) * z) ** 2;
  if (seesBehind(camera)) {
    return across2 + z * z >= NEAR_M ** 2 && (z >= 0 || across2 >= rim2);
  }
  return z >= NEAR_M && (camera.max_angle_rad === Math.PI / 2 || across2 <= rim2);
}

/** The pixel of a direction, of any length, that is known to lie inside the cone. */
export function imageFromRay(camera: CameraInfo, ray_cam: Vec3): Vec2 {
  const [x, y] = onPlane(camera, ray_cam);
  return [camera.fx_px * x + camera.cx_px, camera.fy_px * y + camera.cy_px];
}

function onPlane(camera: CameraInfo, [x, y, z]: Vec3): Vec2 {
  switch (camera.model) {
    case 'pinhole':
      return [x / z, y / z];
    case 'brown_conrady':
      return brownConrady(camera.distortion, x / z, y / z);
    case 'kannala_brandt':
      return kannalaBrandt(camera.distortion, [x, y, z]);
  }
}

/** OpenCV's order: k1 k2 p1 p2 [k3 [k4 k5 k6 [s1 s2 s3 s4]]]. */
function brownConrady(coefficients: readonly number[], x: number, y: number): Vec2 {
  const [k1 = 0, k2 = 0, p1 = 0, p2 = 0, k3 = 0, k4 = 0, k5 = 0, k6 = 0] = coefficients;
  const [s1 = 0, s2 = 0, s3 = 0, s4 = 0] = coefficients.slice(8);
  const r2 = x * x + y * y;
  const above = 1 + r2 * (k1 + r2 * (k2 + r2 * k3));
  const below = 1 + r2 * (k4 + r2 * (k5 + r2 * k6));
  const gain = above / below + 2 * (p1 * y + p2 * x);
  return [x * gain + p2 * r2 + r2 * (s1 + r2 * s2), y * gain + p1 * r2 + r2 * (s3 + r2 * s4)];
}

/** Its radius in the image is a polynomial of the angle from the axis. */
function kannalaBrandt([k1 = 0, k2 = 0, k3 = 0, k4 = 0]: readonly number[], [x, y, z]: Vec3): Vec2 {
  const across = Math.hypot(x, y);
  const angle = Math.atan2(across, z);
  const s = angle * angle;
  const radius = angle * (1 + s * (k1 + s * (k2 + s * (k3 + s * k4))));
  const scale = radius / Math.max(across, 1e-300);
  return [x * scale, y * scale];
}
