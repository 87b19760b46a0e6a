"""CameraInfo as a camera model, for raw or for rectified images.

Message: https://docs.ros.org/en/noetic/api/sensor_msgs/html/msg/CameraInfo.html. K and D describe the raw image; P,
seen from the camera turned by R, the rectified one. P's fourth column moves a camera that shares the frame of another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from calibration import BrownConrady, CameraModel, ImagesAre, KannalaBrandt, Pinhole
from geometry import SE3
from geometry.arrays import FloatArray

BROWN = ("", "plumb_bob", "rational_polynomial", "radtan")
FISHEYE = ("equidistant", "fisheye")
BROWN_COUNTS = (4, 5, 8, 12)
TILTED_COUNT = 14
"""OpenCV's longest form, whose last two numbers tilt the chip."""
ROTATION_TOLERANCE = 1e-3


@dataclass(frozen=True)
class CameraFit:
    """How a camera sees.

    Attributes:
        model: The camera.
        frame_from_cam: From the camera's own frame to the one that the message names.
    """

    model: CameraModel
    frame_from_cam: SE3


def camera_from_info(info: Any, images_are: ImagesAre, size: tuple[int, int], *, shifted: bool) -> CameraFit:
    """The camera of a message.

    Args:
        info: The CameraInfo.
        images_are: Which of its two descriptions the images follow.
        size: Width and height of the images, where the message names none.
        shifted: Whether P's fourth column moves the rectified camera.

    Raises:
        ValueError: The message holds no camera, or one that is not known here.
    """
    width, height = (int(info.width), int(info.height)) if info.width and info.height else size
    if max(int(info.binning_x), int(info.binning_y)) > 1:
        raise ValueError("expected a calibration of whole pixels, found binning")
    if images_are == "rectified":
        return _rectified(info, width, height, shifted=shifted)
    return CameraFit(_raw(info, width, height), SE3.identity())


def _raw(info: Any, width: int, height: int) -> CameraModel:
    k = _numbers(info, "k", 9)
    intrinsics = (float(k[0]), float(k[4]), float(k[2]), float(k[5]), width, height)
    d = [float(number) for number in _field(info, "d")]
    if info.distortion_model in FISHEYE:
        if len(d) != 4:
            raise ValueError(f"expected 4 coefficients of an {info.distortion_model} lens, found {len(d)}")
        return KannalaBrandt(*intrinsics, (d[0], d[1], d[2], d[3]))
    if info.distortion_model not in BROWN:
        known = ", ".join([*BROWN[1:], *FISHEYE])
        raise ValueError(f"expected a distortion_model of {known}, found {info.distortion_model[:40]!r}")
    if not any(d):
        return Pinhole(*intrinsics)
    if len(d) == TILTED_COUNT and not any(d[12:]):
        d = d[:12]
    if len(d) not in BROWN_COUNTS:
        raise ValueError(f"expected {', '.join(map(str, BROWN_COUNTS))} coefficients, found {len(d)}")
    return BrownConrady(*intrinsics, tuple(d))


def _rectified(info: Any, width: int, height: int, *, shifted: bool) -> CameraFit:
    p = _numbers(info, "p", 12).reshape(3, 4)
    pinhole = Pinhole(float(p[0, 0]), float(p[1, 1]), float(p[0, 2]), float(p[1, 2]), width, height)
    turn = np.asarray(_field(info, "r"), dtype=np.float64).reshape(3, 3)
    # Cameras that were never rectified leave R empty.
    matrix = np.eye(4)
    matrix[:3, :3] = turn if turn.any() else np.eye(3)
    cam_from_frame = SE3.from_matrix(matrix, ROTATION_TOLERANCE)
    if shifted:
        shift_m = np.array([p[0, 3] / p[0, 0], p[1, 3] / p[1, 1], 0.0])
        cam_from_frame = SE3(np.eye(3), shift_m) @ cam_from_frame
    return CameraFit(pinhole, cam_from_frame.inverse())


def has_shift(info: Any) -> bool:
    """Whether P's fourth column says that the camera stands beside another."""
    p = np.asarray(_field(info, "p"), dtype=np.float64)
    return bool(p.shape == (12,) and np.isfinite(p).all() and (p[3] or p[7]))


def _field(info: Any, name: str) -> Any:
    """ROS 1 names these fields with capitals."""
    return getattr(info, name) if hasattr(info, name) else getattr(info, name.upper())


def _numbers(info: Any, name: str, count: int) -> FloatArray:
    numbers = np.asarray(_field(info, name), dtype=np.float64)
    if numbers.shape != (count,) or not np.isfinite(numbers).all() or not (numbers[0] > 0):
        raise ValueError(f"expected {count} numbers {name.upper()} with focal lengths, found {numbers.tolist()[:4]}")
    return numbers
