"""How a camera sees: from points in its own frame to pixels, and back to rays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from calibration.intrinsics import Intrinsics, columns
from geometry.arrays import BoolArray, FloatArray

NEAR_PLANE_M = 0.05
"""Nothing nearer to a camera than this is projected: along its optical axis, or, where it also sees what lies beside
and behind it (a ``max_angle_rad`` above 90°), in any direction."""


class CameraModel(Protocol):
    """A camera as a function; its frame is x right, y down, z forward, and pixel (0, 0) is a pixel's centre."""

    @property
    def width_px(self) -> int:
        """Width of the image."""

    @property
    def height_px(self) -> int:
        """Height of the image."""

    @property
    def max_angle_rad(self) -> float:
        """The angle from the optical axis up to which the model holds: inside that cone no two rays share a pixel."""

    @property
    def bends_lines(self) -> bool:
        """Whether straight lines come out as curves."""

    def image_from_camera(self, points_cam: ArrayLike) -> tuple[FloatArray, BoolArray]:
        """Project points.

        Args:
            points_cam: (N, 3) metres in the camera's frame.

        Returns:
            ``uv`` (N, 2) pixels, NaN where not visible; ``visible`` (N,): not nearer than ``NEAR_PLANE_M`` and inside
            the cone in which the model holds. Pixels may lie outside the image.
        """

    def image_from_rays(self, rays_cam: ArrayLike) -> FloatArray:
        """Pixels (N, 2) of directions (N, 3), of any length, known to lie inside the cone; nothing is checked."""

    def rays_from_image(self, uv: ArrayLike) -> FloatArray:
        """Unit directions (N, 3) in the camera's frame of pixels (N, 2); NaN for a pixel that no ray inside meets."""


@dataclass(frozen=True)
class Pinhole(Intrinsics):
    """A camera without distortion, such as a rectified one."""

    @property
    def max_angle_rad(self) -> float:
        """A right angle; see ``CameraModel``."""
        return np.pi / 2

    @property
    def bends_lines(self) -> bool:
        """False; see ``CameraModel``."""
        return False

    def image_from_camera(self, points_cam: ArrayLike) -> tuple[FloatArray, BoolArray]:
        """``u = fx · x / z + cx``, ``v = fy · y / z + cy``; see ``CameraModel``."""
        x, y, z = columns(points_cam)
        visible = z >= NEAR_PLANE_M
        if visible.all():
            inverse_depth = 1.0 / z
            return self.pixels(x * inverse_depth, y * inverse_depth), visible
        seen = np.flatnonzero(visible)
        inverse_depth = 1.0 / z[seen]
        return self.spread(seen, len(z), x[seen] * inverse_depth, y[seen] * inverse_depth), visible

    def image_from_rays(self, rays_cam: ArrayLike) -> FloatArray:
        """See ``CameraModel``."""
        rays = np.asarray(rays_cam, dtype=np.float64)
        return self.pixels(rays[:, 0] / rays[:, 2], rays[:, 1] / rays[:, 2])

    def rays_from_image(self, uv: ArrayLike) -> FloatArray:
        """See ``CameraModel``."""
        x, y = self.plane_from_image(uv)
        rays = np.stack([x, y, np.ones(len(x))], axis=1)
        return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True))
