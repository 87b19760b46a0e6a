"""KITTI's GPS/IMU rows as a trajectory, and back.

Positions come from the Mercator projection scaled by cos(latitude of the first row), rotations from roll, pitch and yaw
as Rz(yaw) · Ry(pitch) · Rx(roll), as in KITTI's development kit and pykitti. ``world`` has its origin at the first
position, x east, y north, z up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from formats.errors import FormatError
from fusion import Scene
from geometry import SE3, Trajectory, interpolate_se3
from geometry.arrays import FloatArray

EARTH_RADIUS_M = 6378137.0
COLUMNS = 30
POSE_COLUMNS = 6
MAX_MAGNITUDE = 1e7
Wgs84 = tuple[float, float, float]
DEFAULT_ORIGIN_WGS84: Wgs84 = (49.0, 8.43, 115.0)
OxtsRow = tuple[float, float, float, float, float, float]
"""Latitude and longitude in degrees, altitude in metres; roll, pitch, yaw in radians."""


def read_oxts_row(text: str, path: Path, line: int) -> OxtsRow:
    """Parse one row of at least six numbers.

    Raises:
        FormatError: Too few numbers, one that is none, or a latitude that is none.
    """
    words = text.split()
    if len(words) < POSE_COLUMNS:
        raise FormatError(path, f"expected {COLUMNS} numbers, found {len(words)}", line)
    values: list[float] = []
    for word in words[:POSE_COLUMNS]:
        try:
            value = float(word)
        except ValueError:
            value = float("nan")
        if not np.isfinite(value) or abs(value) >= MAX_MAGNITUDE:
            raise FormatError(path, f"expected finite numbers, found {word[:40]!r}", line)
        values.append(value)
    latitude, longitude, altitude, roll, pitch, yaw = values
    if abs(latitude) > 85.0:
        raise FormatError(path, f"expected a latitude of -85° to 85°, found {latitude}", line)
    return (latitude, longitude, altitude, roll, pitch, yaw)


def trajectory_from_oxts(
    rows: Mapping[int, OxtsRow], row_times_ns: Mapping[int, int], frame_times_ns: Sequence[int]
) -> tuple[Trajectory, Wgs84]:
    """The ego poses at the frames' times, and where on Earth the world's origin lies.

    Between two rows a pose is interpolated. A frame shortly before the first row or after the last is reached by going
    on at the same speed, so that a camera that fires some milliseconds before the IMU's first row is not held back.

    Args:
        rows: At least one row, by frame index.
        row_times_ns: The time of every row.
        frame_times_ns: The time of every frame, rising.
    """
    indices = sorted(rows)
    scale = float(np.cos(np.radians(rows[indices[0]][0])))
    raw = [_mercator_from_imu(rows[index], scale) for index in indices]
    times = [row_times_ns[index] for index in indices]
    at_frames = [_pose_at(raw, times, time) for time in frame_times_ns]
    origin = at_frames[0].translation
    poses = [SE3(pose.rotation, pose.translation - origin) for pose in at_frames]
    return Trajectory.from_poses(frame_times_ns, poses), wgs84_from_mercator(origin, scale)


def wgs84_from_mercator(position: FloatArray, scale: float) -> Wgs84:
    """Latitude and longitude in degrees and altitude of a Mercator position (3,) in metres."""
    longitude = np.degrees(position[0] / (scale * EARTH_RADIUS_M))
    latitude = np.degrees(2.0 * np.arctan(np.exp(position[1] / (scale * EARTH_RADIUS_M)))) - 90.0
    return (float(latitude), float(longitude), float(position[2]))


def mercator_from_wgs84(latitude: float, longitude: float, altitude: float, scale: float) -> FloatArray:
    """The Mercator position (3,) in metres; inverse of ``wgs84_from_mercator``."""
    east = scale * EARTH_RADIUS_M * np.radians(longitude)
    north = scale * EARTH_RADIUS_M * np.log(np.tan(np.radians(90.0 + latitude) / 2.0))
    return np.array([east, north, altitude])


def oxts_rows_from_poses(poses: Sequence[SE3], origin_wgs84: Wgs84) -> list[str]:
    """One row of 30 columns for every ``world_from_ego``; velocities and the like are 0.

    The first pose's position is the origin's place on Earth, so that reading gives the same world.
    """
    scale = float(np.cos(np.radians(origin_wgs84[0])))
    origin = mercator_from_wgs84(*origin_wgs84, scale)
    rows: list[str] = []
    for pose in poses:
        place = wgs84_from_mercator(origin + pose.translation - poses[0].translation, scale)
        yaw, pitch, roll = Rotation.from_matrix(pose.rotation).as_euler("ZYX")
        numbers = [f"{value:.13f}" for value in (*place, roll, pitch, yaw)]
        rows.append(" ".join(numbers + ["0"] * (COLUMNS - POSE_COLUMNS)))
    return rows


def oxts_rows(scene: Scene) -> list[str]:
    """One row for every frame of a scene with a world; its origin is taken as somewhere where the scene knows none."""
    poses = [scene.world_from_ego(frame.index) for frame in scene.frames]
    known = [pose for pose in poses if pose is not None]
    return oxts_rows_from_poses(known, scene.origin_wgs84 or DEFAULT_ORIGIN_WGS84)


def _mercator_from_imu(row: OxtsRow, scale: float) -> SE3:
    latitude, longitude, altitude, roll, pitch, yaw = row
    rotation = Rotation.from_euler("ZYX", [yaw, pitch, roll]).as_matrix()
    return SE3(rotation, mercator_from_wgs84(latitude, longitude, altitude, scale))


def _pose_at(poses: Sequence[SE3], times_ns: Sequence[int], time_ns: int) -> SE3:
    if len(poses) == 1:
        return poses[0]
    after = min(max(int(np.searchsorted(times_ns, time_ns)), 1), len(poses) - 1)
    start_ns, end_ns = times_ns[after - 1], times_ns[after]
    fraction = (time_ns - start_ns) / (end_ns - start_ns)
    if 0.0 <= fraction <= 1.0:
        return interpolate_se3(poses[after - 1], poses[after], fraction)
    nearest = poses[after - 1] if fraction < 0.0 else poses[after]
    # Beyond the rows by at most one step; further away the last known pose holds.
    fraction = min(max(fraction, -1.0), 2.0)
    start, end = poses[after - 1].translation, poses[after].translation
    return SE3(nearest.rotation, start + fraction * (end - start))
