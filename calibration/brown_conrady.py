"""The Brown–Conrady lens: radial, tangential and thin-prism distortion with 4, 5, 8 or 12 coefficients.

The formulas and the coefficients' order ``k1 k2 p1 p2 [k3 [k4 k5 k6 [s1 s2 s3 s4]]]`` are those of OpenCV's calib3d
documentation. With x and y in the plane at distance 1 and r² = x² + y²::

    g  = (1 + k1 r² + k2 r⁴ + k3 r⁶) / (1 + k4 r² + k5 r⁴ + k6 r⁶)
    x' = x g + 2 p1 x y + p2 (r² + 2 x²) + s1 r² + s2 r⁴
    y' = y g + p1 (r² + 2 y²) + 2 p2 x y + s3 r² + s4 r⁴
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from calibration.camera import NEAR_PLANE_M
from calibration.fold import last_sound
from calibration.intrinsics import Intrinsics, columns
from geometry.arrays import BoolArray, FloatArray

COEFFICIENT_COUNTS = (4, 5, 8, 12)
WIDEST_RAD = np.deg2rad(89.5)
TRUSTED_REACH = 3.0
"""How far a lens's polynomial is followed, as a multiple of the image's reach: far out it leads anywhere."""
AZIMUTH_COUNT = 72
TOLERANCE_PX = 1e-9
MAX_STEPS = 60


class _Jacobian(NamedTuple):
    """How the distorted plane moves with the plane; each (…)."""

    xx: FloatArray
    xy: FloatArray
    yx: FloatArray
    yy: FloatArray

    @property
    def determinant(self) -> FloatArray:
        return np.asarray(self.xx * self.yy - self.xy * self.yx)


@dataclass(frozen=True)
class BrownConrady(Intrinsics):
    """A camera whose lens bends lines.

    Attributes:
        coefficients: 4, 5, 8 or 12 numbers in OpenCV's order.
    """

    coefficients: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on impossible intrinsics or coefficients."""
        super().__post_init__()
        numbers = tuple(float(number) for number in self.coefficients)
        if len(numbers) not in COEFFICIENT_COUNTS or not np.isfinite(numbers).all():
            raise ValueError(f"coefficients must be 4, 5, 8 or 12 finite numbers, got {numbers}")
        object.__setattr__(self, "coefficients", numbers)

    @cached_property
    def max_angle_rad(self) -> float:
        """See ``CameraModel``: where the distortion first turns over in any direction, or ``TRUSTED_REACH`` ends."""
        if not self.bends_lines:
            return np.pi / 2
        return last_sound(self._is_sound, WIDEST_RAD)

    @property
    def bends_lines(self) -> bool:
        """Whether any coefficient is not zero; see ``CameraModel``."""
        return any(self.coefficients)

    def image_from_camera(self, points_cam: ArrayLike) -> tuple[FloatArray, BoolArray]:
        """See ``CameraModel``."""
        x, y, z = columns(points_cam)
        reach = np.tan(self.max_angle_rad) * z
        visible = (z >= NEAR_PLANE_M) & (x * x + y * y <= reach * reach)
        seen = np.flatnonzero(visible)
        inverse_depth = 1.0 / z[seen]
        return self.spread(seen, len(z), *self._distort(x[seen] * inverse_depth, y[seen] * inverse_depth)), visible

    def image_from_rays(self, rays_cam: ArrayLike) -> FloatArray:
        """See ``CameraModel``."""
        x, y, z = columns(rays_cam)
        return self.pixels(*self._distort(x / z, y / z))

    def rays_from_image(self, uv: ArrayLike) -> FloatArray:
        """See ``CameraModel``; Newton's iteration, met to within 1e-9 px or given as NaN."""
        wanted = np.stack(self.plane_from_image(uv))
        plane = self._invert(wanted)
        met = np.hypot(*(self._distort(*plane) - wanted)) <= self._tolerance(wanted)
        rays = np.stack([plane[0], plane[1], np.ones(len(met))], axis=1)
        rays /= np.linalg.norm(rays, axis=1, keepdims=True)
        rays[~met] = np.nan
        return rays

    def _tolerance(self, wanted: FloatArray) -> FloatArray:
        """The tolerance in the image plane; pixels by the hundred thousand have no more digits."""
        return np.asarray(np.maximum(TOLERANCE_PX / max(self.fx_px, self.fy_px), 1e-14 * np.hypot(*wanted)))

    def _invert(self, wanted: FloatArray) -> FloatArray:
        """The plane (2, N) whose distortion comes nearest to (2, N), by Newton's iteration with halved steps."""
        plane = self._without_radial(wanted)
        miss = self._distort(*plane) - wanted
        share = np.ones(wanted.shape[1])
        widest = np.tan(self.max_angle_rad)
        for _ in range(MAX_STEPS):
            if (np.hypot(*miss) <= 0.1 * self._tolerance(wanted)).all():
                break
            jacobian = self._jacobian(*plane)
            step = np.stack(
                [jacobian.yy * miss[0] - jacobian.xy * miss[1], jacobian.xx * miss[1] - jacobian.yx * miss[0]]
            )
            # At the rim of the cone the determinant may be nothing.
            tried = plane - share * step / np.maximum(jacobian.determinant, 1e-12)
            # Beyond the cone the formula may lead anywhere, so the search stays inside.
            tried *= np.minimum(1.0, widest / np.maximum(np.hypot(*tried), 1e-300))
            tried_miss = self._distort(*tried) - wanted
            better = np.hypot(*tried_miss) < np.hypot(*miss)
            plane, miss = np.where(better, tried, plane), np.where(better, tried_miss, miss)
            share = np.where(better, 1.0, share / 2)
        return plane

    @cached_property
    def _padded(self) -> tuple[float, ...]:
        return self.coefficients + (0.0,) * (12 - len(self.coefficients))

    def _distort(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Coordinates (2, …) in the image plane at distance 1."""
        k1, k2, p1, p2, k3, k4, k5, k6, s1, s2, s3, s4 = self._padded
        r2 = x * x + y * y
        gain = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3))
        if k4 or k5 or k6:
            gain /= 1.0 + r2 * (k4 + r2 * (k5 + r2 * k6))
        twist = 2.0 * (p1 * y + p2 * x)
        gain += twist
        distorted_x, distorted_y = x * gain + p2 * r2, y * gain + p1 * r2
        if s1 or s2 or s3 or s4:
            distorted_x += r2 * (s1 + r2 * s2)
            distorted_y += r2 * (s3 + r2 * s4)
        return np.stack([distorted_x, distorted_y])

    def _jacobian(self, x: FloatArray, y: FloatArray) -> _Jacobian:
        _, _, p1, p2, _, _, _, _, s1, s2, s3, s4 = self._padded
        r2 = x * x + y * y
        gain, slope, _ = self._radial(r2)
        mixed = 2.0 * (x * y * slope + p1 * x + p2 * y)
        prism_x, prism_y = 2.0 * (s1 + 2.0 * s2 * r2), 2.0 * (s3 + 2.0 * s4 * r2)
        return _Jacobian(
            xx=gain + 2.0 * x * x * slope + 2.0 * p1 * y + 6.0 * p2 * x + x * prism_x,
            xy=mixed + y * prism_x,
            yx=mixed + x * prism_y,
            yy=gain + 2.0 * y * y * slope + 6.0 * p1 * y + 2.0 * p2 * x + y * prism_y,
        )

    def _radial(self, r2: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The radial gain g, its derivative by r², and its denominator."""
        k1, k2, _, _, k3, k4, k5, k6 = self._padded[:8]
        above, below = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3)), 1.0 + r2 * (k4 + r2 * (k5 + r2 * k6))
        above_slope, below_slope = k1 + r2 * (2.0 * k2 + r2 * 3.0 * k3), k4 + r2 * (2.0 * k5 + r2 * 3.0 * k6)
        return above / below, (above_slope * below - above * below_slope) / (below * below), below

    def _is_sound(self, angles_rad: FloatArray) -> BoolArray:
        """At which angles from the axis the formula keeps its orientation all the way around, and leads not too far."""
        azimuths = np.arange(AZIMUTH_COUNT) * (2 * np.pi / AZIMUTH_COUNT)
        radius = np.tan(angles_rad)[:, np.newaxis]
        x, y = radius * np.cos(azimuths), radius * np.sin(azimuths)
        gain, slope, below = self._radial(radius * radius)
        radially = (below > 0) & (gain > 0) & (gain + 2.0 * radius * radius * slope > 0)
        radially &= gain * radius <= TRUSTED_REACH * self.corner_radius()
        return np.asarray(radially[:, 0] & (self._jacobian(x, y).determinant > 0).all(axis=1))

    @cached_property
    def _radius_table(self) -> tuple[FloatArray, FloatArray]:
        """Distorted radii and the radii they come from, by the radial terms alone."""
        radii = np.tan(np.linspace(0.0, min(self.max_angle_rad, WIDEST_RAD), 2048))
        return radii * self._radial(radii * radii)[0], radii

    def _without_radial(self, wanted: FloatArray) -> FloatArray:
        """Where to begin: the radial terms undone by the table."""
        distorted = np.hypot(*wanted)
        return np.asarray(wanted * (np.interp(distorted, *self._radius_table) / np.maximum(distorted, 1e-300)))
