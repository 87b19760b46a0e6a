/** Which faces of the selected box points hold, kept in step with it while it is dragged. */
import type { Cloud } from '../api/points';
import { BESIDE_M, type PointList, supportedFaces } from '../geometry/face_support';
import type { Face } from '../geometry/box';
import type { Box } from '../model/records';
import type { Vec3 } from '../model/tuples';
import { boxTest, encloses, forEachInside, type BoxTest } from './near_points';

/** Points are gathered this far around the box, so that a drag seldom has to look through the cloud again, metres. */
const GATHERED_M = 2;

export class FaceSupport {
  #gathered: { readonly cloud: Cloud; readonly region: BoxTest; readonly points: PointList } | null = null;
  #known: { readonly cloud: Cloud; readonly box: Box; readonly faces: readonly Face[] } | null = null;

  /** The same array while neither cloud nor box changes. */
  facesOf(cloud: Cloud, box: Box, lidar_ego: Vec3): readonly Face[] {
    if (this.#known?.cloud !== cloud || this.#known.box !== box) {
      this.#known = { cloud, box, faces: supportedFaces(this.#pointsNear(cloud, box), box, lidar_ego) };
    }
    return this.#known.faces;
  }

  #pointsNear(cloud: Cloud, box: Box): PointList {
    const gathered = this.#gathered;
    const isEnough = gathered?.cloud === cloud && encloses(gathered.region, boxTest(box, BESIDE_M));
    return isEnough ? gathered.points : this.#gather(cloud, boxTest(box, GATHERED_M));
  }

  #gather(cloud: Cloud, region: BoxTest): PointList {
    const { xyz, origin_m } = cloud;
    const near: number[] = [];
    forEachInside(cloud, region, (index) => {
      near.push(xyz[3 * index] ?? 0, xyz[3 * index + 1] ?? 0, xyz[3 * index + 2] ?? 0);
    });
    const points = { xyz: new Float32Array(near), origin_m };
    this.#gathered = { cloud, region, points };
    return points;
  }
}
