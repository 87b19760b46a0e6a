"""Proportions of the cars and vans, shared by those who shape them and those who paint them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from geometry.arrays import FloatArray


@dataclass(frozen=True)
class CarStyle:
    """One body shape; fractions run from the rear (0) to the front (1), and from the ground (0) to the roof (1).

    Attributes:
        name: Prefix of its textures.
        category: KITTI category.
        size_lwh_m: Length, width (without mirrors), height.
        top: Contour of hood, screens and roof as (x, z) fractions.
        belt: Height of the lower edge of the side windows.
        axles: Fractions of the rear and the front axle.
        wheel_radius_m: Radius of the tyres.
        windows: Side windows as (from, to) fractions of the length.
        doors: Door seams as fractions of the length.
        screens: Fractions between which the screens rise: rear low, rear high, front high, front low.
    """

    name: str
    category: str
    size_lwh_m: tuple[float, float, float]
    top: tuple[tuple[float, float], ...]
    belt: float
    axles: tuple[float, float]
    wheel_radius_m: float
    windows: tuple[tuple[float, float], ...]
    doors: tuple[float, ...]
    screens: tuple[float, float, float, float]

    def top_z(self, x_fraction: FloatArray) -> FloatArray:
        """Height in metres of the highest line of the body."""
        stations, heights = np.array(self.top).T
        return np.asarray(PchipInterpolator(stations, heights)(x_fraction)) * self.size_lwh_m[2]

    def belt_z(self, x_fraction: FloatArray) -> FloatArray:
        """Height in metres of the belt line, where body and greenhouse meet; it falls a little to the front."""
        line = self.belt * self.size_lwh_m[2] * (1.0 - 0.04 * x_fraction)
        return np.minimum(line, self.top_z(x_fraction) - 0.015 * self.size_lwh_m[2])

    def half_width(self, x_fraction: FloatArray) -> FloatArray:
        """Half the width in metres seen from above; the corners are rounded."""
        ends = np.clip((np.abs(2.0 * x_fraction - 1.0) - 0.78) / 0.22, 0.0, 1.0)
        return self.size_lwh_m[1] / 2 * (1.0 - 0.17 * ends**2.2)


SEDAN = CarStyle(
    "sedan", "Car", (4.62, 1.80, 1.45),
    ((0.0, 0.46), (0.008, 0.62), (0.03, 0.695), (0.16, 0.715), (0.31, 0.94), (0.42, 0.998), (0.52, 0.995),
     (0.60, 0.955), (0.765, 0.665), (0.90, 0.615), (0.972, 0.53), (1.0, 0.42)),
    0.645, (0.215, 0.80), 0.32, ((0.215, 0.355), (0.37, 0.515), (0.535, 0.725)), (0.36, 0.525, 0.745),
    (0.165, 0.315, 0.595, 0.76),
)  # fmt: skip
HATCHBACK = CarStyle(
    "hatchback", "Car", (3.98, 1.75, 1.48),
    ((0.0, 0.42), (0.008, 0.60), (0.03, 0.68), (0.115, 0.925), (0.19, 0.985), (0.36, 1.0), (0.48, 0.99), (0.56, 0.955),
     (0.745, 0.68), (0.89, 0.62), (0.97, 0.54), (1.0, 0.42)),
    0.65, (0.175, 0.80), 0.31, ((0.13, 0.27), (0.285, 0.465), (0.485, 0.705)), (0.275, 0.475, 0.725),
    (0.04, 0.12, 0.565, 0.74),
)  # fmt: skip
ESTATE = CarStyle(
    "estate", "Car", (4.72, 1.82, 1.49),
    ((0.0, 0.42), (0.008, 0.60), (0.025, 0.67), (0.10, 0.925), (0.15, 0.97), (0.38, 1.0), (0.53, 0.99), (0.60, 0.955),
     (0.76, 0.66), (0.90, 0.605), (0.972, 0.52), (1.0, 0.41)),
    0.64, (0.20, 0.80), 0.325, ((0.105, 0.265), (0.28, 0.36), (0.37, 0.515), (0.535, 0.72)), (0.36, 0.525, 0.74),
    (0.035, 0.105, 0.605, 0.755),
)  # fmt: skip
SUV = CarStyle(
    "suv", "Car", (4.48, 1.87, 1.69),
    ((0.0, 0.40), (0.008, 0.57), (0.025, 0.665), (0.095, 0.925), (0.15, 0.98), (0.38, 1.0), (0.53, 0.99), (0.595, 0.96),
     (0.735, 0.69), (0.90, 0.645), (0.972, 0.57), (1.0, 0.42)),
    0.655, (0.185, 0.80), 0.365, ((0.11, 0.25), (0.265, 0.36), (0.37, 0.51), (0.53, 0.70)), (0.36, 0.52, 0.72),
    (0.035, 0.10, 0.60, 0.73),
)  # fmt: skip
VAN = CarStyle(
    "van", "Van", (5.35, 1.98, 2.38),
    ((0.0, 0.28), (0.004, 0.70), (0.014, 0.95), (0.035, 0.985), (0.30, 1.0), (0.63, 0.995), (0.69, 0.965),
     (0.845, 0.60), (0.955, 0.51), (0.988, 0.42), (1.0, 0.30)),
    0.555, (0.19, 0.825), 0.35, ((0.625, 0.795),), (0.40, 0.605, 0.805),
    (0.006, 0.016, 0.695, 0.84),
)  # fmt: skip
MINIVAN = CarStyle(
    "minivan", "Van", (4.42, 1.83, 1.86),
    ((0.0, 0.36), (0.006, 0.62), (0.03, 0.945), (0.07, 0.985), (0.38, 1.0), (0.53, 0.99), (0.60, 0.955),
     (0.775, 0.625), (0.92, 0.565), (0.978, 0.48), (1.0, 0.36)),
    0.595, (0.185, 0.81), 0.32, ((0.12, 0.33), (0.35, 0.52), (0.545, 0.735)), (0.34, 0.53, 0.755),
    (0.008, 0.035, 0.605, 0.77),
)  # fmt: skip

CAR_STYLES = (SEDAN, HATCHBACK, ESTATE, SUV)
VAN_STYLES = (VAN, MINIVAN)
