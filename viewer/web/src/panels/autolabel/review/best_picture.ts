/** Which image shows a track best, in some of its frames; pure. */
import { cameraAt } from '../../../geometry/camera_at';
import { camerasOfFrame } from '../../../geometry/camera_order';
import { projectBox, type ProjectedBox } from '../../../geometry/project';
import type { CameraInfo, SceneDetail } from '../../../model/scene';
import type { LabelStore } from '../../../store/label_store';

export interface BestPicture {
  readonly frameIndex: number;
  readonly camera: CameraInfo;
  readonly imageUrl: string;
  readonly projected: ProjectedBox;
}

/** The image in which the object is largest and least cut off; null where none shows it. */
export function bestPicture(
  scene: SceneDetail,
  store: Pick<LabelStore, 'resolveTrack'>,
  trackId: string,
  frames: readonly number[],
): BestPicture | null {
  let best: BestPicture | null = null;
  let bestWorth = 0;
  for (const frameIndex of frames) {
    const box = store.resolveTrack(trackId, frameIndex)?.cuboid;
    for (const camera of box === undefined ? [] : camerasOfFrame(scene, frameIndex)) {
      const imageUrl = scene.frames[frameIndex]?.image_urls[camera.name];
      const projected = box && projectBox(cameraAt(scene, frameIndex, camera), box);
      const worth = worthOf(projected ?? null);
      if (imageUrl !== undefined && projected && worth > bestWorth) {
        best = { frameIndex, camera, imageUrl, projected };
        bestWorth = worth;
      }
    }
  }
  return best;
}

/** Its area in the image, as far as it is in it. */
function worthOf(projected: ProjectedBox | null): number {
  const [left, top, right, bottom] = projected?.trunc_ltrb_px ?? [0, 0, 0, 0];
  return (right - left) * (bottom - top) * (1 - (projected?.truncation ?? 1));
}
