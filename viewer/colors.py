"""The dark look that window and pictures share with the web app, and the colours of points."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from fusion.color import UNSEEN_RGB
from geometry.arrays import ByteArray, FloatArray
from pointcloud import PointCloud

ColorMode = Literal["height", "intensity", "image"]
COLOR_MODES: tuple[ColorMode, ...] = get_args(ColorMode)
Rgb = tuple[int, int, int]

GROUND: Rgb = (11, 15, 18)
SURFACE: Rgb = (20, 27, 31)
BORDER: Rgb = (40, 51, 58)
TEXT: Rgb = (227, 233, 234)
DIM_TEXT: Rgb = (147, 161, 164)
FAINT_TEXT: Rgb = (107, 121, 125)
WARNING: Rgb = (224, 178, 82)
GRID: Rgb = (42, 51, 63)
RING: Rgb = (74, 88, 106)
EGO: Rgb = (127, 164, 214)
FRUSTUM: Rgb = (194, 161, 90)
UNKNOWN_CATEGORY: Rgb = (173, 181, 189)

Stops = tuple[tuple[float, str], ...]
HEIGHT_STOPS: Stops = (
    (0.0, "#2a3556"),
    (0.1, "#35508a"),
    (0.25, "#2f86a6"),
    (0.42, "#3db39a"),
    (0.58, "#9bcf72"),
    (0.72, "#f0d264"),
    (0.86, "#f2934f"),
    (1.0, "#e4586a"),
)
INTENSITY_STOPS: Stops = (
    (0.0, "#222d49"),
    (0.35, "#31547f"),
    (0.6, "#3d86a8"),
    (0.8, "#7cc7c0"),
    (0.92, "#e2efc0"),
    (1.0, "#fff8dc"),
)
NEUTRAL_STOPS: Stops = ((0.0, "#343c4b"), (0.3, "#505a6c"), (1.0, "#939dae"))

LOWEST_M, HIGHEST_M = -0.6, 4.2
"""The heights above the ground at the two ends of the gradient."""

INTENSITY_PERCENTILES = (2.0, 98.0)
INTENSITY_EXPONENT = 0.85
"""Most points reflect little: a root spreads them over the gradient."""


def rgb_from_hex(color: str) -> Rgb:
    """Red, green and blue of ``#rrggbb``."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue


def mix(start: Rgb, end: Rgb, share: float) -> Rgb:
    """A colour on its way to another; ``share`` 0 … 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
    return red, green, blue


def gradient(stops: Stops, shares: ArrayLike) -> ByteArray:
    """Colours (N, 3) at the places (N,) of a gradient, 0 … 1; held beyond its ends."""
    places = [place for place, _ in stops]
    colors = np.array([rgb_from_hex(color) for _, color in stops], dtype=np.float64)
    channels = [np.interp(np.asarray(shares, dtype=np.float64), places, channel) for channel in colors.T]
    return np.asarray(np.rint(np.stack(channels, axis=-1)), dtype=np.uint8)


def color_points(cloud: PointCloud, mode: ColorMode, ground_z_m: float) -> ByteArray:
    """Colours (N, 3) of a cloud in ``ego``; by height where it lacks what the mode needs.

    Args:
        cloud: The points; the mode ``image`` shows their ``rgb``.
        mode: What the colours mean.
        ground_z_m: The height of the ground in ``ego``.
    """
    above_m = cloud.positions_m[:, 2] - ground_z_m
    heights = (above_m - LOWEST_M) / (HIGHEST_M - LOWEST_M)
    if mode == "intensity" and cloud.intensity is not None:
        return gradient(INTENSITY_STOPS, _stretched(cloud.intensity))
    if mode == "image" and cloud.rgb is not None:
        # What no camera saw stands back.
        unseen = (cloud.rgb == UNSEEN_RGB).all(axis=1, keepdims=True)
        return np.asarray(np.where(unseen, gradient(NEUTRAL_STOPS, heights), cloud.rgb))
    return gradient(HEIGHT_STOPS, heights)


def _stretched(intensity: ArrayLike) -> FloatArray:
    values = np.nan_to_num(np.asarray(intensity, dtype=np.float64))
    if len(values) == 0:
        return values
    low, high = np.percentile(values, INTENSITY_PERCENTILES)
    return np.asarray(((values - low) / max(high - low, 1e-9)).clip(0.0, 1.0) ** INTENSITY_EXPONENT)
