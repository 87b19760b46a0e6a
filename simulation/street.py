"""The street: its centre line, its cross-section and the ground it lies on."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import cumulative_trapezoid

from geometry.arrays import FloatArray
from geometry.rotation import rotation_from_yaw
from geometry.se3 import SE3

# The cross-section, as distances from the centre line, the same on both sides.
LANE_CENTER_M = 1.65
LANE_EDGE_M = 3.3
CYCLE_CENTER_M = 4.05
CYCLE_EDGE_M = 4.8
PARKING_CENTER_M = 5.95
KERB_M = 7.1
SIDEWALK_EDGE_M = 11.0
KERB_HEIGHT_M = 0.12
CAMBER = 0.01

IMU_HEIGHT_M = 0.93
EGO_STANCE_M = (2.71, 1.5)
"""Wheelbase and track of the ego vehicle."""
SAMPLE_M = 0.25


class Street:
    """A street that turns left and right in smooth bends.

    Places on it are given as ``station_m`` (along the centre line, 0 at the start of the drive) and ``offset_m`` (to
    the left of it). The world frame has z up and its origin where the ego's IMU is at the start, in the middle of the
    right lane.
    """

    def __init__(self, rng: np.random.Generator, start_m: float, end_m: float, slope: float = 0.0) -> None:
        """Lay the street from ``start_m`` (below zero) to ``end_m``.

        Args:
            rng: Decides the bends and hills.
            start_m: Where it begins.
            end_m: Where it ends.
            slope: Steepest gradient of its hills, beside gentle waves of the land; 0 for none.

        Raises:
            ValueError: The street does not reach to both sides of station 0.
        """
        if not start_m < 0 < end_m:
            raise ValueError(f"a street must reach to both sides of station 0, got {start_m} … {end_m}")
        self.start_m, self.end_m = start_m, end_m
        self._station = np.arange(start_m, end_m + SAMPLE_M, SAMPLE_M)
        heading = cumulative_trapezoid(self._curvature(rng), self._station, initial=0)
        x = cumulative_trapezoid(np.cos(heading), self._station, initial=0)
        y = cumulative_trapezoid(np.sin(heading), self._station, initial=0)
        self._heading = heading
        self._x = x - np.interp(0.0, self._station, x)
        self._y = y - np.interp(0.0, self._station, y) + LANE_CENTER_M
        self._waves = [
            (
                rng.uniform(0.12, 0.24),
                2 * np.pi / rng.uniform(75, 130),
                rng.uniform(0, 2 * np.pi),
                rng.uniform(0, 2 * np.pi),
            )
            for _ in range(2)
        ]
        if slope > 0:
            rate = 2 * np.pi / rng.uniform(170, 260)
            # Along the street's first heading, so that it is the street that climbs.
            self._waves.append((slope / rate, rate, 0.0, rng.uniform(0, 2 * np.pi)))
        self._level = 0.0
        self._level = float(self.resting(0.0, -LANE_CENTER_M, 0.0, *EGO_STANCE_M).translation[2]) + IMU_HEIGHT_M

    def _curvature(self, rng: np.random.Generator) -> FloatArray:
        """Bends of 40 … 50° with ramps of 10 m, left and right in turn, so that the street never meets itself."""
        curvature = np.zeros_like(self._station)
        start, sign = 0.0, rng.choice([-1.0, 1.0])
        while start < self.end_m:
            length, angle = rng.uniform(42, 50), np.deg2rad(rng.uniform(40, 50))
            inside = np.clip(np.minimum(self._station - start, start + length - self._station) / 10.0, 0.0, 1.0)
            curvature += sign * angle / (length - 10.0) * inside
            start, sign = start + length + rng.uniform(45, 90), -sign
        return curvature

    def xy(self, station_m: ArrayLike, offset_m: ArrayLike) -> FloatArray:
        """(..., 2) world positions of places on the street."""
        station, offset = np.broadcast_arrays(np.asarray(station_m, float), np.asarray(offset_m, float))
        heading = self.heading(station)
        x = np.interp(station, self._station, self._x) - offset * np.sin(heading)
        y = np.interp(station, self._station, self._y) + offset * np.cos(heading)
        return np.stack([x, y], axis=-1)

    def heading(self, station_m: ArrayLike) -> FloatArray:
        """Direction of the centre line in radians, 0 along world x."""
        station = np.asarray(station_m, dtype=np.float64)
        return np.asarray(np.interp(station, self._station, self._heading))

    def rolling_z(self, xy: FloatArray) -> FloatArray:
        """Height of the land (without road profile) at world positions (..., 2)."""
        waves = (
            height * np.sin(rate * (xy[..., 0] * np.cos(course) + xy[..., 1] * np.sin(course)) + phase)
            for height, rate, course, phase in self._waves
        )
        return np.asarray(sum(waves)) - self._level

    def ground_z(self, station_m: ArrayLike, offset_m: ArrayLike) -> FloatArray:
        """Height of the ground: rolling land, the road's camber, the kerb."""
        aside = np.abs(np.asarray(offset_m, dtype=np.float64))
        camber = -CAMBER * np.minimum(aside, KERB_M) + CAMBER * np.clip(aside - KERB_M, 0.0, SIDEWALK_EDGE_M - KERB_M)
        return self.rolling_z(self.xy(station_m, offset_m)) + camber + KERB_HEIGHT_M * (aside >= KERB_M)

    def points(self, station_m: ArrayLike, offset_m: ArrayLike) -> FloatArray:
        """(..., 3) world points on the ground."""
        xy = self.xy(station_m, offset_m)
        return np.concatenate([xy, self.ground_z(station_m, offset_m)[..., None]], axis=-1)

    def distance_m(self, xy: FloatArray) -> float:
        """Distance of a world position (2,) from the centre line."""
        return float(np.hypot(self._x - xy[0], self._y - xy[1]).min())

    def standing(self, station_m: float, offset_m: float, turn_rad: float = 0.0) -> SE3:
        """``world_from_object`` of something upright on the ground, turned from the street's direction."""
        yaw = float(self.heading(station_m)) + turn_rad
        return SE3.from_yaw(yaw, self.points(station_m, offset_m))

    def resting(self, station_m: float, offset_m: float, turn_rad: float, wheelbase_m: float, track_m: float) -> SE3:
        """``world_from_object`` of something on four wheels: it pitches and rolls with the ground under them."""
        upright = self.standing(station_m, offset_m, turn_rad)
        along = np.array([1, 1, -1, -1]) * wheelbase_m / 2
        across = np.array([1, -1, 1, -1]) * track_m / 2
        cos, sin = np.cos(turn_rad), np.sin(turn_rad)
        heights = self.ground_z(station_m + along * cos - across * sin, offset_m + along * sin + across * cos)
        pitch = -np.arctan2(heights[:2].mean() - heights[2:].mean(), wheelbase_m)
        roll = np.arctan2(heights[::2].mean() - heights[1::2].mean(), track_m)
        rotation = rotation_from_yaw(upright.yaw_rad) @ _rotation_y(pitch) @ _rotation_x(roll)
        return SE3(rotation, np.append(upright.translation[:2], heights.mean()))


def _rotation_y(angle: float) -> FloatArray:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])


def _rotation_x(angle: float) -> FloatArray:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]])
