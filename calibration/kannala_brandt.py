"""The Kannala–Brandt fisheye lens with four coefficients, as in OpenCV's ``fisheye`` module.

With θ the angle from the optical axis, the radius in the image plane is ``θ_d = θ (1 + k1 θ² + k2 θ⁴ + k3 θ⁶ + k4 θ⁸)``
times the focal length (Kannala and Brandt, A generic camera model and calibration method, PAMI 2006). Here θ may pass
90°, which OpenCV's projection cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from calibration.camera import NEAR_PLANE_M
from calibration.fold import last_sound
from calibration.intrinsics import Intrinsics, columns
from geometry.arrays import BoolArray, FloatArray

WIDEST_RAD = np.deg2rad(175.0)
TOLERANCE_PX = 1e-9
MAX_STEPS = 30


@dataclass(frozen=True)
class KannalaBrandt(Intrinsics):
    """A fisheye camera.

    Attributes:
        coefficients: k1, k2, k3, k4.
        lens_angle_rad: The angle from the axis beyond which the lens shows nothing, where the calibration says so.
    """

    coefficients: tuple[float, float, float, float]
    lens_angle_rad: float | None = None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on impossible intrinsics, coefficients or lens angle."""
        super().__post_init__()
        numbers = tuple(float(number) for number in self.coefficients)
        if len(numbers) != 4 or not np.isfinite(numbers).all():
            raise ValueError(f"coefficients must be 4 finite numbers, got {numbers}")
        if self.lens_angle_rad is not None and not 0 < self.lens_angle_rad < np.pi:
            raise ValueError(f"lens_angle_rad must lie between 0 and π, got {self.lens_angle_rad}")
        object.__setattr__(self, "coefficients", numbers)

    @cached_property
    def max_angle_rad(self) -> float:
        """See ``CameraModel``.

        The angle at which the image radius would turn back, or the lens's own; beyond 90° only as far as the image's
        farthest corner, so that what is behind the vehicle does not count as seen.
        """
        limit = self._fold_rad if self.lens_angle_rad is None else min(self._fold_rad, self.lens_angle_rad)
        corner_rad = float(self._angle_from_radius(np.array([self.corner_radius()]))[0])
        return limit if np.isnan(corner_rad) else min(limit, max(np.pi / 2, corner_rad))

    @property
    def bends_lines(self) -> bool:
        """True; see ``CameraModel``."""
        return True

    def image_from_camera(self, points_cam: ArrayLike) -> tuple[FloatArray, BoolArray]:
        """See ``CameraModel``."""
        x, y, z = columns(points_cam)
        across2 = x * x + y * y
        if self.max_angle_rad > np.pi / 2:
            far_enough = across2 + z * z >= NEAR_PLANE_M**2
            # Behind the camera plane the cone is the outside of one that opens backwards.
            in_cone = (z >= 0) | (across2 >= (np.tan(self.max_angle_rad) * z) ** 2)
        else:
            far_enough = z >= NEAR_PLANE_M
            in_cone = across2 <= (np.tan(self.max_angle_rad) * z) ** 2
        visible = far_enough & in_cone
        seen = np.flatnonzero(visible)
        return self.spread(seen, len(z), *self._distort(x[seen], y[seen], z[seen])), visible

    def image_from_rays(self, rays_cam: ArrayLike) -> FloatArray:
        """See ``CameraModel``."""
        return self.pixels(*self._distort(*columns(rays_cam)))

    def rays_from_image(self, uv: ArrayLike) -> FloatArray:
        """See ``CameraModel``; Newton's iteration, met to within 1e-9 px or given as NaN."""
        x, y = self.plane_from_image(uv)
        radius = np.hypot(x, y)
        angle_rad = self._angle_from_radius(radius)
        angle_rad[angle_rad > self.max_angle_rad + 1e-12] = np.nan
        scale = np.where(radius > 0, np.sin(angle_rad) / np.maximum(radius, 1e-300), 0.0)
        return np.stack([x * scale, y * scale, np.cos(angle_rad)], axis=1)

    def _distort(self, x: FloatArray, y: FloatArray, z: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Image-plane coordinates of directions of any length."""
        across = np.sqrt(x * x + y * y)
        radius, _ = self._radius(np.arctan2(across, z))
        # Where nothing is across, any scale does: x and y are nothing too.
        scale = radius / np.maximum(across, 1e-300)
        return x * scale, y * scale

    def _radius(self, angle_rad: FloatArray) -> tuple[FloatArray, FloatArray]:
        """θ_d and its derivative by θ."""
        k1, k2, k3, k4 = self.coefficients
        s = angle_rad * angle_rad
        radius = angle_rad * (1.0 + s * (k1 + s * (k2 + s * (k3 + s * k4))))
        slope = 1.0 + s * (3.0 * k1 + s * (5.0 * k2 + s * (7.0 * k3 + s * 9.0 * k4)))
        return radius, slope

    @cached_property
    def _fold_rad(self) -> float:
        return last_sound(lambda angles_rad: np.asarray(self._radius(angles_rad)[1] > 0), WIDEST_RAD)

    @cached_property
    def _angle_table(self) -> tuple[FloatArray, FloatArray]:
        angles_rad = np.linspace(0.0, self._fold_rad, 2048)
        return self._radius(angles_rad)[0], angles_rad

    def _angle_from_radius(self, radius: FloatArray) -> FloatArray:
        """θ of θ_d (N,), NaN where no angle up to the fold gives it."""
        angle_rad = np.interp(radius, *self._angle_table)
        tolerance = TOLERANCE_PX / max(self.fx_px, self.fy_px)
        for _ in range(MAX_STEPS):
            found, slope = self._radius(angle_rad)
            if (np.abs(found - radius) <= tolerance).all():
                break
            # At the fold itself the slope is nothing.
            step = (found - radius) / np.maximum(slope, 1e-9)
            angle_rad = np.clip(angle_rad - step, 0.0, self._fold_rad)
        met = np.abs(self._radius(angle_rad)[0] - radius) <= tolerance
        return np.where(met, angle_rad, np.nan)
