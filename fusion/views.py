"""How each camera saw a frame: with the ego pose of its own image's time, and row by row where its shutter rolls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from calibration import NEAR_PLANE_M, CameraModel, SensorRig
from fusion.curves import VisibleParts, draw_parts, visible_parts
from fusion.motion import Way, ego_way
from fusion.project import ProjectedBox, inside_image, project_box, project_points, projected_box
from fusion.scene import CameraImage, Scene
from geometry import EDGES, SE3, Box
from geometry.arrays import BoolArray, FloatArray, IntArray

ROW_STEPS = 3
"""A row's own motion moves a pixel by a few rows at most, so each step leaves a few hundredths of the error before."""

STRAIGHT_PIECES = 12
"""A rolling shutter bends even straight edges; in so many pieces the chords stay within a tenth of a pixel."""


@dataclass(frozen=True, eq=False)
class RollingRows:
    """Where a camera was while its rows were exposed.

    Attributes:
        cam_from_ego: By time, from ``ego`` at the frame's time.
        middle_ns: When the middle row was exposed.
        row_time_ns: From one row to the next; negative where the bottom row comes first.
    """

    cam_from_ego: Way
    middle_ns: int
    row_time_ns: int


@dataclass(frozen=True, eq=False)
class CameraView:
    """How a camera saw one frame.

    Attributes:
        camera: How it sees.
        cam_from_ego: From ``ego`` at the frame's time into the camera at its image's (of a rolling shutter, at the
            middle row's).
        rows: The motion within the image; None for a global shutter, or where the motion is not known.
    """

    camera: CameraModel
    cam_from_ego: SE3
    rows: RollingRows | None = None

    @classmethod
    def of_rig(cls, rig: SensorRig, camera: str) -> CameraView:
        """The view of a vehicle that stands still, or whose images are of the frame's time."""
        return cls(rig.cameras[camera], rig.cam_from_ego(camera))

    def project_points(self, points_ego: ArrayLike) -> tuple[FloatArray, FloatArray, BoolArray]:
        """As ``fusion.project_points``: ``uv`` (N, 2), ``depth_m`` (N,), ``visible`` (N,) of points (N, 3)."""
        if self.rows is None:
            return project_points(points_ego, self.cam_from_ego, self.camera)
        points_cam = self._points_cam(np.asarray(points_ego, dtype=np.float64), self.rows)
        uv, visible = self.camera.image_from_camera(points_cam)
        return uv, points_cam[:, 2], np.asarray(visible & inside_image(uv, self.camera))

    def place_points(self, points_ego: FloatArray) -> tuple[FloatArray, BoolArray]:
        """``uv`` (N, 2) of points (N, 3), and which of them the field of view shows, inside the image or beyond it."""
        if self.rows is None:
            return self.camera.image_from_camera(self.cam_from_ego.apply(points_ego))
        return self.camera.image_from_camera(self._points_cam(points_ego, self.rows))

    def project_box(self, box_ego: Box) -> ProjectedBox | None:
        """As ``fusion.project_box``; of a rolling shutter, every piece of an edge where its own row saw it."""
        box_cam = box_ego.transform(self.cam_from_ego)
        if self.rows is None:
            return project_box(box_cam, self.camera)
        parts, uv, counts = self.draw_segments(box_ego.corners()[EDGES])
        return projected_box(box_cam.corners(), parts, uv, counts, self.camera)

    def draw_segments(self, segments_ego: FloatArray) -> tuple[VisibleParts, FloatArray, IntArray]:
        """The visible parts of segments (E, 2, 3), and as polylines: ``uv`` (S, 2) and their lengths (P,)."""
        parts = visible_parts(self.cam_from_ego.apply(segments_ego), self.camera)
        uv, counts = draw_parts(parts, self.camera)
        if self.rows is None:
            return parts, uv, counts
        # A lens that bends lines needs as many pieces as it has without a rolling shutter, if those are more.
        count = max(STRAIGHT_PIECES + 1, int(counts.max(initial=0)))
        share = np.linspace(0.0, 1.0, count)[:, np.newaxis]
        along = parts.starts_cam[:, np.newaxis] + share * (parts.ends_cam - parts.starts_cam)[:, np.newaxis]
        samples = along.reshape(-1, 3)
        moved = self._points_cam(self.cam_from_ego.inverse().apply(samples), self.rows)
        # What is so near that it passes the camera within the image has no place in it and is left where it was.
        passed = (moved[:, 2] < NEAR_PLANE_M) & (samples[:, 2] >= NEAR_PLANE_M)
        uv = self.camera.image_from_rays(np.where(passed[:, np.newaxis], samples, moved))
        return parts, uv, np.full(len(parts.segment), count)

    def _points_cam(self, points_ego: FloatArray, rows: RollingRows) -> FloatArray:
        """Points in the camera's frame at the time when the row that they fall into was exposed.

        The row depends on the time and the time on the row: found by fixed-point steps from the middle row's time.
        """
        points_cam = self.cam_from_ego.apply(points_ego)
        middle = (self.camera.height_px - 1) / 2.0
        for _ in range(ROW_STEPS):
            row = self.camera.image_from_rays(points_cam)[:, 1]
            # What has no row, behind the camera, and what lies beyond the image, is held at its border.
            from_middle = np.nan_to_num(row - middle, nan=0.0).clip(-middle - 0.5, middle + 0.5)
            times_ns = rows.middle_ns + np.rint(from_middle * rows.row_time_ns).astype(np.int64)
            points_cam = rows.cam_from_ego.apply(points_ego, times_ns)
        return points_cam


def cam_from_ego_at(scene: Scene, frame_index: int, camera: str) -> SE3:
    """From ``ego`` at a frame's time into a camera at the time of its image of that frame.

    The rig's own ``cam_from_ego`` where the image is of the frame's time, or missing, or where the scene has no world.

    Raises:
        ValueError: The scene has no such frame or camera.
    """
    frame = scene.frame(frame_index)
    image, cam_from_ego = frame.image(camera), scene.rig.cam_from_ego(camera)
    if scene.trajectory is None or image is None or image.timestamp_ns == frame.timestamp_ns:
        return cam_from_ego
    ego_from_world = scene.trajectory.world_from_ego(image.timestamp_ns).inverse()
    return cam_from_ego @ (ego_from_world @ scene.trajectory.world_from_ego(frame.timestamp_ns))


def camera_view(scene: Scene, frame_index: int, camera: str) -> CameraView:
    """How a camera saw a frame.

    Raises:
        ValueError: The scene has no such frame or camera.
    """
    image = scene.frame(frame_index).image(camera)
    cam_from_ego = cam_from_ego_at(scene, frame_index, camera)
    rows = None if image is None or image.row_time_ns == 0 else _rows(scene, frame_index, image)
    return CameraView(scene.rig.cameras[camera], cam_from_ego, rows)


def camera_views(scene: Scene, frame_index: int) -> dict[str, CameraView]:
    """How each camera of a frame saw it."""
    return {camera: camera_view(scene, frame_index, camera) for camera in scene.cameras_of(frame_index)}


def _rows(scene: Scene, frame_index: int, image: CameraImage) -> RollingRows | None:
    if scene.trajectory is None:
        return None
    reach_ns = abs(image.row_time_ns) * scene.rig.cameras[image.camera].height_px // 2 + 1
    now_ns = scene.frame(frame_index).timestamp_ns
    way = ego_way(scene.trajectory, now_ns, image.timestamp_ns - reach_ns, image.timestamp_ns + reach_ns)
    cam_from_ego = way.inverse().after(scene.rig.cam_from_ego(image.camera))
    return RollingRows(cam_from_ego, image.timestamp_ns, image.row_time_ns)
