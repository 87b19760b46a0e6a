/** Rigid transforms as the matrices three.js works with. */
import { Matrix4, Quaternion, Vector3 } from 'three';

import type { Se3 } from '../model/records';

const ONES = new Vector3(1, 1, 1);

/** The 4 × 4 matrix of `dst_from_src`. */
export function transformMatrix({ quat_wxyz: [w, x, y, z], translation_m }: Se3): Matrix4 {
  return new Matrix4().compose(new Vector3(...translation_m), new Quaternion(x, y, z, w), ONES);
}
