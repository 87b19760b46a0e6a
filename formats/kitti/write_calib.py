"""A rig as a calibration file of KITTI's tracking set."""

from __future__ import annotations

import numpy as np

from calibration import Pinhole, SensorRig, projection_from_pinhole
from formats.kitti.calib import CAMERAS, LABEL_CAMERA, RECT, guess_size
from geometry import SE3
from geometry.arrays import FloatArray


def label_camera(rig: SensorRig) -> str | None:
    """The camera that rows are made for: KITTI's own, else the one that looks ahead, else None."""
    return LABEL_CAMERA if LABEL_CAMERA in rig.cameras else next(iter(rig.cameras), None)


def calib_text(rig: SensorRig) -> str:
    """``P0: … P3:``, ``R_rect``, ``Tr_velo_cam``, ``Tr_imu_velo`` as the tracking set writes them.

    ``rect`` is the rig's own where it has one, else the frame of the camera that labels are made for; ``R_rect`` is the
    identity, so ``Tr_velo_cam`` goes to ``rect`` at once. Readers expect four cameras: one that the rig lacks gets the
    label camera's intrinsics at ``rect``. A size that ``guess_size`` would not find is said in a line of raw's dialect.

    Raises:
        ValueError: The rig has no camera.
    """
    front = label_camera(rig)
    if front is None:
        raise ValueError("rig must have a camera, got none")
    ego_from_rect = rig.ego_from_sensor[RECT if RECT in rig.ego_from_sensor else front]
    sources = {camera: camera for camera in CAMERAS if camera in rig.cameras} | {LABEL_CAMERA: front}
    lines: list[str] = []
    sizes: list[str] = []
    for camera in sorted(CAMERAS):
        index = int(camera[-2:])
        source = sources.get(camera)
        pinhole = _pinhole(rig, source or front)
        cam_from_rect = SE3.identity() if source is None else rig.cam_from_ego(source) @ ego_from_rect
        projection = projection_from_pinhole(pinhole, cam_from_rect)
        lines.append(f"P{index}: {_numbers(projection)}")
        if source is not None and guess_size(projection) != (pinhole.width_px, pinhole.height_px):
            sizes.append(f"S_rect_{index:02d}: {_numbers(np.array([pinhole.width_px, pinhole.height_px]))}")
    ego_from_lidar = rig.ego_from_sensor[rig.lidars[0]] if rig.lidars else SE3.identity()
    rect_from_lidar = ego_from_rect.inverse() @ ego_from_lidar
    lines.append(f"R_rect {_numbers(np.eye(3))}")
    lines.append(f"Tr_velo_cam {_numbers(rect_from_lidar.matrix[:3])}")
    lines.append(f"Tr_imu_velo {_numbers(ego_from_lidar.inverse().matrix[:3])}")
    return "\n".join([*lines, *sizes]) + "\n"


def _pinhole(rig: SensorRig, camera: str) -> Pinhole:
    model = rig.cameras[camera]
    if not isinstance(model, Pinhole):
        raise ValueError(
            f"{camera} must be a pinhole camera to stand in a KITTI calibration, got {type(model).__name__}"
        )
    return model


def _numbers(array: FloatArray) -> str:
    return " ".join(f"{number + 0.0:.12e}" for number in np.asarray(array, dtype=np.float64).ravel())
