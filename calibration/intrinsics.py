"""What all camera models share: the image's size, and pixels as a scaled and shifted plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geometry.arrays import FloatArray, check_shape


@dataclass(frozen=True)
class Intrinsics:
    """Focal lengths, principal point and size of an image.

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
        for name in ("fx_px", "fy_px", "cx_px", "cy_px", "width_px", "height_px"):
            value = getattr(self, name)
            above_zero = name not in ("cx_px", "cy_px")
            if not np.isfinite(value) or (above_zero and value <= 0):
                raise ValueError(f"{name} must be finite{' and above zero' * above_zero}, got {value}")

    def spread(self, seen: NDArray[np.intp], count: int, x: FloatArray, y: FloatArray) -> FloatArray:
        """The ``pixels`` of the points at the indices ``seen``, among ``count`` rows that are NaN otherwise."""
        uv = np.full((count, 2), np.nan)
        uv[seen] = self.pixels(x, y)
        return uv

    def pixels(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Pixels (N, 2) of coordinates (N,) in the plane at distance 1: ``u = fx · x + cx``, ``v = fy · y + cy``."""
        uv = np.empty((len(x), 2))
        with np.errstate(over="ignore"):  # far outside of any image
            uv[:, 0] = self.fx_px * x + self.cx_px
            uv[:, 1] = self.fy_px * y + self.cy_px
        return uv

    def plane_from_image(self, uv: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Inverse of ``pixels``: (N,) x and y of pixels (N, 2); raises ``ValueError`` on another shape."""
        pixels = np.asarray(uv, dtype=np.float64)
        check_shape("uv", pixels, (None, 2))
        return (pixels[:, 0] - self.cx_px) / self.fx_px, (pixels[:, 1] - self.cy_px) / self.fy_px

    def corner_radius(self) -> float:
        """How far the image's farthest corner lies from the principal point, in the plane at distance 1."""
        corners = [[u, v] for u in (-0.5, self.width_px - 0.5) for v in (-0.5, self.height_px - 0.5)]
        return float(np.hypot(*self.plane_from_image(corners)).max())


def columns(points_cam: ArrayLike) -> FloatArray:
    """Points (N, 3) as contiguous columns (3, N), which are several times faster to work on; raises ``ValueError``."""
    points = np.asarray(points_cam, dtype=np.float64)
    check_shape("points_cam", points, (None, 3))
    return np.ascontiguousarray(points.T)
