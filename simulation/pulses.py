"""Where lidars look: the directions of all pulses of one sweep, and when each is fired."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import Float32Array, FloatArray

MOST_PULSES = 4_000_000


@dataclass(frozen=True, eq=False)
class Pulses:
    """The N pulses of one sweep.

    Attributes:
        directions_lidar: (N, 3) float32 unit directions in the lidar's frame: x forward, y left, z up.
        beam: (N,) uint16 laser or row, counted from the top; 0 where the pattern has no rows.
        time_share: (N,) float32 when a pulse is fired, as a share of the sweep's duration: -0.5 … 0.5 about its middle.
    """

    directions_lidar: Float32Array
    beam: NDArray[np.uint16]
    time_share: Float32Array

    def __len__(self) -> int:
        """Number of pulses."""
        return len(self.beam)


class ScanPattern(Protocol):
    """A way of looking around; frozen, so that patterns can be compared and remembered."""

    def pulses(self, turn: int) -> Pulses:
        """The pulses of the ``turn``-th sweep."""


@dataclass(frozen=True)
class Spinning:
    """A column of beams that turns clockwise, once a sweep, from behind over the left; it looks ahead in the middle.

    Attributes:
        elevations_deg: Of every beam, the top one first.
        azimuths: Pulses of each beam in one turn.
        staggered: Whether every other beam fires half a step earlier.
    """

    elevations_deg: tuple[float, ...]
    azimuths: int = 1800
    staggered: bool = True

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on beams or steps no lidar has."""
        if not self.elevations_deg or not all(-90 < angle < 90 for angle in self.elevations_deg):
            raise ValueError(f"elevations_deg must hold angles between -90 and 90, got {self.elevations_deg}")
        if not 36 <= self.azimuths <= 7200:
            raise ValueError(f"azimuths must be 36 … 7200, got {self.azimuths}")

    def pulses(self, turn: int) -> Pulses:  # noqa: ARG002
        """Every turn is the same; beam after beam from the top."""
        return _spinning_pulses(self)


@dataclass(frozen=True)
class Raster:
    """A solid-state lidar that looks ahead row by row, from the top, each row from left to right.

    Attributes:
        width_deg: Field of view across.
        height_deg: Field of view down, its middle level.
        columns: Pulses of a row.
        rows: Rows.
    """

    width_deg: float = 120.0
    height_deg: float = 25.0
    columns: int = 640
    rows: int = 126

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a field of view or a number of pulses no lidar has."""
        _check_view("width_deg", self.width_deg, 180.0)
        _check_view("height_deg", self.height_deg, 120.0)
        _check_count("columns · rows", min(self.columns, self.rows) and self.columns * self.rows)

    def pulses(self, turn: int) -> Pulses:  # noqa: ARG002
        """Every sweep is the same; row after row."""
        return _raster_pulses(self)


@dataclass(frozen=True)
class Rosette:
    """A solid-state lidar that draws a flower of two prisms' turns and never repeats it, so that sweeps fill gaps.

    Attributes:
        width_deg: Diameter of the round field of view.
        points: Pulses of a sweep.
        petals: Turns of the faster prism in a sweep; the slower one turns against it.
    """

    width_deg: float = 70.0
    points: int = 48_000
    petals: float = 118.31

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a field of view or a number of pulses no lidar has."""
        _check_view("width_deg", self.width_deg, 160.0)
        _check_count("points", self.points)
        if not 1 <= self.petals <= 10_000:
            raise ValueError(f"petals must be 1 … 10000, got {self.petals}")

    def pulses(self, turn: int) -> Pulses:
        """The ``turn``-th sweep goes on where the last one ended."""
        share = np.arange(self.points) / self.points
        # The golden ratio as the ratio of speeds keeps the flower from closing for longest.
        fast, slow = (2 * np.pi * rate * (turn + share) for rate in (self.petals, -self.petals * 0.6180339887))
        reach = np.deg2rad(self.width_deg) / 4
        left, up = reach * (np.cos(fast) + np.cos(slow)), reach * (np.sin(fast) + np.sin(slow))
        off_axis = np.hypot(left, up)
        spread = np.sinc(off_axis / np.pi)
        directions = np.stack([np.cos(off_axis), left * spread, up * spread], axis=1).astype(np.float32)
        return Pulses(directions, np.zeros(self.points, dtype=np.uint16), (share - 0.5).astype(np.float32))


@cache
def _spinning_pulses(pattern: Spinning) -> Pulses:
    beams = len(pattern.elevations_deg)
    early = (np.arange(beams) % 2 == 1)[:, None] * (0.5 if pattern.staggered else 0.0)
    step = np.arange(pattern.azimuths)[None] - early
    elevation = np.deg2rad(pattern.elevations_deg)[:, None] + 0 * step
    directions = _directions(np.pi - step * 2 * np.pi / pattern.azimuths, elevation)
    beam = np.repeat(np.arange(beams, dtype=np.uint16), pattern.azimuths)
    time_share = np.clip(step / pattern.azimuths - 0.5, -0.5, 0.5).astype(np.float32)
    return Pulses(directions, beam, time_share.reshape(-1))


@cache
def _raster_pulses(pattern: Raster) -> Pulses:
    across, down = np.deg2rad(pattern.width_deg) / 2, np.deg2rad(pattern.height_deg) / 2
    elevation, azimuth = np.meshgrid(
        np.linspace(down, -down, pattern.rows), np.linspace(across, -across, pattern.columns), indexing="ij"
    )
    count = pattern.rows * pattern.columns
    beam = np.repeat(np.arange(pattern.rows, dtype=np.uint16), pattern.columns)
    return Pulses(_directions(azimuth, elevation), beam, (np.arange(count) / count - 0.5).astype(np.float32))


def _directions(azimuth: FloatArray, elevation: FloatArray) -> Float32Array:
    """(N, 3) float32 unit directions of grids of angles in radians, row after row."""
    level = np.cos(elevation)
    rays = np.stack([level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)], axis=-1)
    return np.asarray(rays.reshape(-1, 3), dtype=np.float32)


def _check_view(name: str, angle_deg: float, most_deg: float) -> None:
    if not 1 <= angle_deg <= most_deg:
        raise ValueError(f"{name} must be 1 … {most_deg:g}, got {angle_deg}")


def _check_count(name: str, count: int) -> None:
    if not 1 <= count <= MOST_PULSES:
        raise ValueError(f"{name} must be 1 … {MOST_PULSES}, got {count}")


def _evenly(top_deg: float, bottom_deg: float, beams: int) -> tuple[float, ...]:
    return tuple(float(angle) for angle in np.linspace(top_deg, bottom_deg, beams))


BEAMS: dict[int, tuple[float, ...]] = {
    16: _evenly(15.0, -15.0, 16),
    32: _evenly(10.67, -30.67, 32),
    40: (*_evenly(7.0, 3.0, 5), *_evenly(2.0, -6.0, 25), *_evenly(-7.0, -16.0, 10)),
    64: (*_evenly(2.0, 2.0 - 31 / 3.0, 32), *_evenly(-8.83, -24.33, 32)),
    128: (*_evenly(15.0, 2.5, 24), *_evenly(2.0, -5.875, 64), *_evenly(-6.4, -25.0, 40)),
}
"""Elevations in degrees of common spinning lidars, like those of VLP-16, HDL-32E, Pandar40, HDL-64E and Pandar128."""
