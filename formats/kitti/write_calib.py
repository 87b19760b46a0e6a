"""A rig as a calibration file of KITTI's tracking or object set, or as the three files of a raw drive's day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from calibration import Pinhole, SensorRig, projection_from_pinhole
from formats.kitti.calib import CAMERA_FILE, CAMERAS, LABEL_CAMERA, guess_size
from formats.kitti.views import pick_label_camera, plain_name, rect_frame
from geometry import SE3
from geometry.arrays import FloatArray

Dialect = Literal["tracking", "object"]
KEYS = {
    "tracking": ("R_rect", "Tr_velo_cam", "Tr_imu_velo"),
    "object": ("R0_rect:", "Tr_velo_to_cam:", "Tr_imu_to_velo:"),
}


def kitti_cameras(cameras: Sequence[str]) -> dict[str, str]:
    """KITTI's name of every camera that has a place: the one that looks ahead is ``image_02``; others keep theirs."""
    front = pick_label_camera(tuple(cameras))
    places = {camera: plain_name(camera) for camera in cameras if plain_name(camera) in CAMERAS and camera != front}
    return places if front is None else {front: LABEL_CAMERA} | places


def calib_text(rig: SensorRig, cameras: Sequence[str] | None = None, dialect: Dialect = "tracking") -> str:
    """``P0: … P3:``, the rectifying rotation, lidar and IMU, under the keys of one of the sets.

    ``rect`` is the rig's own where it has one, else the frame of the camera that labels are made for; the rectifying
    rotation is the identity, so the lidar's transform goes to ``rect`` at once. Readers expect four cameras: one that
    the rig lacks gets the label camera's intrinsics at ``rect``. A size that ``guess_size`` would not find is said in a
    line of raw's dialect.

    Args:
        rig: The rig.
        cameras: The cameras to take; all where None.
        dialect: Whose keys.

    Raises:
        ValueError: There is no camera, or one of them is no pinhole.
    """
    parts = _Parts(rig, tuple(rig.cameras) if cameras is None else tuple(cameras))
    rotation, lidar, imu = KEYS[dialect]
    lines = [f"P{index}: {_numbers(projection)}" for index, projection in enumerate(parts.projections())]
    lines.append(f"{rotation} {_numbers(np.eye(3))}")
    lines.append(f"{lidar} {_numbers(parts.rect_from_lidar.matrix[:3])}")
    lines.append(f"{imu} {_numbers(parts.lidar_from_ego.matrix[:3])}")
    sizes = [f"S_rect_{index:02d}: {_numbers(size)}" for index, size in parts.unusual_sizes().items()]
    return "\n".join([*lines, *sizes]) + "\n"


def raw_calib_texts(rig: SensorRig) -> dict[str, str]:
    """The texts of a raw day's three files, by file name; raises ``ValueError`` as ``calib_text`` does."""
    parts = _Parts(rig, tuple(rig.cameras))
    lines: list[str] = []
    for index, (projection, size) in enumerate(zip(parts.projections(), parts.sizes(), strict=True)):
        lines.append(f"S_rect_{index:02d}: {_numbers(size)}")
        lines.append(f"R_rect_{index:02d}: {_numbers(np.eye(3))}")
        lines.append(f"P_rect_{index:02d}: {_numbers(projection)}")
    return {
        CAMERA_FILE: "\n".join(lines) + "\n",
        "calib_velo_to_cam.txt": _two_parts(parts.rect_from_lidar),
        "calib_imu_to_velo.txt": _two_parts(parts.lidar_from_ego),
    }


class _Parts:
    """The numbers that all of KITTI's calibration files hold."""

    def __init__(self, rig: SensorRig, cameras: tuple[str, ...]) -> None:
        """Raise ``ValueError`` without a camera."""
        front = pick_label_camera(cameras)
        if front is None:
            raise ValueError("rig must have a camera, got none")
        self._rig = rig
        self._front = front
        self._sources = {place: camera for camera, place in kitti_cameras(cameras).items()}
        self._ego_from_rect = rig.ego_from_sensor[rect_frame(rig, front)]
        ego_from_lidar = rig.ego_from_sensor[rig.lidars[0]] if rig.lidars else SE3.identity()
        self.rect_from_lidar = self._ego_from_rect.inverse() @ ego_from_lidar
        self.lidar_from_ego = ego_from_lidar.inverse()

    def projections(self) -> list[FloatArray]:
        """P of the cameras 0 … 3."""
        return [self._projection(camera) for camera in sorted(CAMERAS)]

    def sizes(self) -> list[FloatArray]:
        """Width and height of the cameras 0 … 3."""
        return [self._size(self._pinhole(camera)) for camera in sorted(CAMERAS)]

    def unusual_sizes(self) -> dict[int, FloatArray]:
        """The sizes of the rig's own cameras that their projections do not tell, by number."""
        sizes: dict[int, FloatArray] = {}
        for camera in sorted(self._sources):
            pinhole = self._pinhole(camera)
            if guess_size(self._projection(camera)) != (pinhole.width_px, pinhole.height_px):
                sizes[int(camera[-2:])] = self._size(pinhole)
        return sizes

    def _projection(self, camera: str) -> FloatArray:
        source = self._sources.get(camera)
        cam_from_rect = SE3.identity() if source is None else self._rig.cam_from_ego(source) @ self._ego_from_rect
        return projection_from_pinhole(self._pinhole(camera), cam_from_rect)

    def _pinhole(self, camera: str) -> Pinhole:
        source = self._sources.get(camera, self._front)
        model = self._rig.cameras[source]
        if not isinstance(model, Pinhole):
            raise ValueError(
                f"{source} must be a pinhole camera to stand in a KITTI calibration, got {type(model).__name__}"
            )
        return model

    @staticmethod
    def _size(pinhole: Pinhole) -> FloatArray:
        return np.array([pinhole.width_px, pinhole.height_px], dtype=np.float64)


def _two_parts(dst_from_src: SE3) -> str:
    return f"R: {_numbers(dst_from_src.rotation)}\nT: {_numbers(dst_from_src.translation)}\n"


def _numbers(array: FloatArray) -> str:
    return " ".join(f"{number + 0.0:.12e}" for number in np.asarray(array, dtype=np.float64).ravel())
