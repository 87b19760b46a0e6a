/** Cameras as they saw one frame: from where the vehicle was at each image's own time. */
import type { Box } from '../model/records';
import type { CameraInfo, SceneDetail, SceneFrame } from '../model/scene';
import { bestCamera } from './project';

const made = new WeakMap<SceneFrame, Map<string, CameraInfo>>();

/** The camera at its image's time; the camera itself where that is the frame's time. The same object every time. */
export function cameraAt(scene: SceneDetail, frameIndex: number, camera: CameraInfo): CameraInfo {
  const frame = scene.frames[frameIndex];
  const cam_from_ego = frame?.cam_from_ego[camera.name];
  if (frame === undefined || cam_from_ego === undefined) {
    return camera;
  }
  const ofFrame = made.get(frame) ?? new Map<string, CameraInfo>();
  made.set(frame, ofFrame);
  const moved = ofFrame.get(camera.name) ?? { ...camera, cam_from_ego };
  ofFrame.set(camera.name, moved);
  return moved;
}

/** Which of some cameras shows a box of a frame largest and least cut off. */
export function bestCameraAt(
  scene: SceneDetail,
  frameIndex: number,
  cameras: readonly CameraInfo[],
  box: Box,
): CameraInfo | null {
  const seen = cameras.map((camera) => cameraAt(scene, frameIndex, camera));
  const best = bestCamera(seen, box);
  return best === null ? null : (cameras[seen.indexOf(best)] ?? null);
}
