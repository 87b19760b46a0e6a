"""How a camera sees: from points in its own frame to pixels, and back to rays."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from geometry.arrays import BoolArray, FloatArray, check_shape

NEAR_PLANE_M = 0.05
"""Nothing nearer to a camera than this, along its optical axis, is projected."""


class CameraModel(Protocol):
    """A camera as a function; its frame is x right, y down, z forward, and pixel (0, 0) is a pixel's centre."""

    @property
    def width_px(self) -> int:
        """Width of the image."""

    @property
    def height_px(self) -> int:
        """Height of the image."""

    def image_from_camera(self, points_cam: ArrayLike) -> tuple[FloatArray, BoolArray]:
        """Project points.

        Args:
            points_cam: (N, 3) metres in the camera's frame.

        Returns:
            ``uv`` (N, 2) pixels, NaN where not visible; ``visible`` (N,): not nearer than the near plane and inside
            the field of view in which the model holds. Pixels may lie outside the image.
        """

    def rays_from_image(self, uv: ArrayLike) -> FloatArray:
        """Unit directions (N, 3) in the camera's frame of pixels (N, 2)."""


@dataclass(frozen=True)
class Pinhole:
    """A camera without distortion, such as a rectified one.

    Attributes:
        fx_px: Focal length along x.
        fy_px: Focal length along y.
        cx_px: Principal point, x.
        cy_px: Principal point, y.
        width_px: Width of the image.
        height_px: Height of the image.
    """

    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    width_px: int
    height_px: int

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on numbers that are not finite, or focal lengths or sizes not above zero."""
        for field in fields(self):
            value = getattr(self, field.name)
            above_zero = field.name not in ("cx_px", "cy_px")
            if not np.isfinite(value) or (above_zero and value <= 0):
                raise ValueError(f"{field.name} must be finite{' and above zero' * above_zero}, got {value}")

    def image_from_camera(self, points_cam: ArrayLike) -> tuple[FloatArray, BoolArray]:
        """``u = fx · x / z + cx``, ``v = fy · y / z + cy``; see ``CameraModel``."""
        points = np.asarray(points_cam, dtype=np.float64)
        check_shape("points_cam", points, (None, 3))
        depth_m = points[:, 2]
        visible = depth_m >= NEAR_PLANE_M
        inverse_depth = np.full(len(points), np.nan)
        np.divide(1.0, depth_m, out=inverse_depth, where=visible)
        uv = np.empty((len(points), 2))
        uv[:, 0] = self.fx_px * points[:, 0] * inverse_depth + self.cx_px
        uv[:, 1] = self.fy_px * points[:, 1] * inverse_depth + self.cy_px
        return uv, visible

    def rays_from_image(self, uv: ArrayLike) -> FloatArray:
        """See ``CameraModel``."""
        pixels = np.asarray(uv, dtype=np.float64)
        check_shape("uv", pixels, (None, 2))
        rays = np.ones((len(pixels), 3))
        rays[:, 0] = (pixels[:, 0] - self.cx_px) / self.fx_px
        rays[:, 1] = (pixels[:, 1] - self.cy_px) / self.fy_px
        return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True))
