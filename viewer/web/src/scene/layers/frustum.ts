/** Where cameras sit and what they see, as thin pyramids. */
import { BufferGeometry, Float32BufferAttribute, LineBasicMaterial, LineSegments } from 'three';

import { apply, inverse } from '../../geometry/se3';
import type { CameraInfo } from '../../model/scene';
import type { Vec3 } from '../../model/tuples';
import { PERSPECTIVE_ONLY } from './channels';

const DEPTH_M = 2.5;
const COLOR = '#c2a15a';

export class FrustumLayer {
  readonly object: LineSegments<BufferGeometry, LineBasicMaterial>;

  constructor() {
    const material = new LineBasicMaterial({ color: COLOR, transparent: true, opacity: 0.7 });
    this.object = new LineSegments(new BufferGeometry(), material);
    this.object.frustumCulled = false;
    this.object.layers.set(PERSPECTIVE_ONLY);
    this.object.visible = false;
  }

  /** Show the views of these cameras only. */
  show(cameras: readonly CameraInfo[]): void {
    this.object.visible = cameras.length > 0;
    this.object.geometry.dispose();
    this.object.geometry = new BufferGeometry();
    const points = cameras.flatMap((camera) => frustumSegments(camera).flat());
    this.object.geometry.setAttribute('position', new Float32BufferAttribute(points, 3));
  }

  dispose(): void {
    this.object.geometry.dispose();
    this.object.material.dispose();
  }
}

/** Ends of the line segments of one camera's pyramid, in ego: apex to corners, then around the image. */
export function frustumSegments(camera: CameraInfo): Vec3[] {
  const ego_from_cam = inverse(camera.cam_from_ego);
  const corner = (u: number, v: number): Vec3 =>
    apply(ego_from_cam, [
      ((u - camera.cx_px) / camera.fx_px) * DEPTH_M,
      ((v - camera.cy_px) / camera.fy_px) * DEPTH_M,
      DEPTH_M,
    ]);
  const right = camera.width_px - 0.5;
  const bottom = camera.height_px - 0.5;
  const rim = [corner(-0.5, -0.5), corner(right, -0.5), corner(right, bottom), corner(-0.5, bottom)];
  const apex = ego_from_cam.translation_m;
  return rim.flatMap((point, i) => [apex, point, point, rim[(i + 1) % rim.length] ?? point]);
}
