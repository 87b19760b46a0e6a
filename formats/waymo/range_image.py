"""Waymo's range images: rows of a lidar's beams, columns of its turn, as points.

The formulas are those of ``range_image_utils`` and ``lidar_utils`` of the Waymo Open Dataset's published code
(Apache-2.0), for a picture of H rows and W columns with range r in metres::

    inclination of row i:  beam_inclination.values reversed, or, without values, evenly from max down to min
    azimuth of column j:   π (2 (W - j - 0.5) / W - 1) - atan2(extrinsic[1, 0], extrinsic[0, 0])
    point in the lidar:    r (cos azimuth cos inclination, sin azimuth cos inclination, sin inclination)

The top lidar has a pose of the vehicle for every pixel: roll, pitch, yaw about x, y, z and a place in the world. Its
points are taken through that pose into the world and back into the vehicle at the frame's pose.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from formats.arrow_columns import ArrowColumns
from formats.errors import FormatError
from formats.waymo.components import read_row
from geometry import SE3
from geometry.arrays import BoolArray, FloatArray
from pointcloud import PointCloud, PointFileError

RETURNS = ("[LiDARComponent].range_image_return1", "[LiDARComponent].range_image_return2")
POSE = "[LiDARPoseComponent].range_image_return1"
VALUES, SHAPE = "values", "shape"
RANGE_CHANNELS, POSE_CHANNELS = 4, 6
MAX_RANGE_M = 10_000.0
FIRST, BOTH = "first", "both"


@dataclass(frozen=True)
class LidarCalibration:
    """How a range image's pixels look out.

    Attributes:
        ego_from_lidar: Where the lidar sits.
        inclinations_rad: Of each beam as the file has them, rising; empty where they are even.
        inclination_range_rad: The lowest and the highest.
    """

    ego_from_lidar: SE3
    inclinations_rad: tuple[float, ...]
    inclination_range_rad: tuple[float, float]

    def rows_rad(self, height: int) -> FloatArray:
        """(H,) the inclination of each row, the highest first; raises ``ValueError``."""
        if self.inclinations_rad:
            if len(self.inclinations_rad) != height:
                raise ValueError(f"expected {len(self.inclinations_rad)} rows, one a beam, found {height}")
            return np.array(self.inclinations_rad)[::-1]
        low, high = self.inclination_range_rad
        return np.asarray(low + (np.arange(height)[::-1] + 0.5) / height * (high - low))


@dataclass(frozen=True)
class PixelPoses:
    """Where the poses of a range image's pixels are.

    Attributes:
        path: The file of the component.
        row: The row of the sweep.
        map_from_ego: The vehicle at the frame, in the same world.
    """

    path: Path
    row: int
    map_from_ego: SE3


@dataclass(frozen=True)
class RangeImageReader:
    """Reads one row of a segment's ``lidar`` component, as ``Sweep.read``.

    Attributes:
        row: The row.
        calibration: The lidar's.
        pixel_poses: Those of the top lidar, or None.
        returns: ``first``, or ``both`` returns of each pulse.
    """

    row: int
    calibration: LidarCalibration
    pixel_poses: PixelPoses | None = None
    returns: str = BOTH

    def __call__(self, path: Path, frame: str) -> PointCloud:
        """The points in the lidar's frame, row after row; raises ``PointFileError``.

        Intensity is the file's own, without an upper end; ``ring`` counts rows from the highest beam.
        """
        try:
            pictures = self.pictures(path)
            poses = self._poses()
            clouds = [self._cloud(picture, poses, frame) for picture in pictures]
        except FormatError as error:
            raise PointFileError(error.path, error.reason) from error
        except ValueError as error:
            raise PointFileError(path, f"row {self.row}: {error}") from error
        return PointCloud.concatenate(clouds) if clouds else PointCloud.empty(frame)

    def pictures(self, path: Path) -> list[NDArray[np.float32]]:
        """The range images (H, W, 4) of its returns; raises ``FormatError`` or ``ValueError``."""
        names = RETURNS[:1] if self.returns == FIRST else RETURNS
        row = read_row(path, [f"{name}.{part}" for name in names for part in (VALUES, SHAPE)], self.row)
        pictures = (read_picture(row, name, RANGE_CHANNELS) for name in names)
        return [picture for picture in pictures if picture is not None]

    def _poses(self) -> NDArray[np.float32] | None:
        """(H, W, 6) roll, pitch, yaw, x, y, z of the vehicle in the world, by pixel; None where it has none."""
        if self.pixel_poses is None:
            return None
        row = read_row(self.pixel_poses.path, [f"{POSE}.{VALUES}", f"{POSE}.{SHAPE}"], self.pixel_poses.row)
        return read_picture(row, POSE, POSE_CHANNELS)

    def _cloud(self, picture: NDArray[np.float32], poses: NDArray[np.float32] | None, frame: str) -> PointCloud:
        height, width = picture.shape[:2]
        ranges = picture[..., 0]
        rows, columns = np.nonzero(_hits(picture))
        place = self.calibration.ego_from_lidar
        turn = np.arctan2(place.rotation[1, 0], place.rotation[0, 0])
        azimuth = np.pi * (2.0 * (width - columns - 0.5) / width - 1.0) - turn
        inclination = self.calibration.rows_rad(height)[rows]
        flat = np.cos(inclination)
        rays = np.stack([np.cos(azimuth) * flat, np.sin(azimuth) * flat, np.sin(inclination)], axis=1)
        points = rays * ranges[rows, columns].astype(np.float64)[:, np.newaxis]
        if poses is not None:
            if poses.shape[:2] != (height, width):
                raise ValueError(f"expected poses of {height} × {width} pixels, found {poses.shape[:2]}")
            points = place.inverse() @ self._at_frame(place @ points, poses[rows, columns].astype(np.float64))
        intensity = np.nan_to_num(picture[rows, columns, 1], nan=0.0, posinf=0.0, neginf=0.0)
        return PointCloud.from_positions(points, frame, intensity=intensity, ring=rows.astype(np.uint16))

    def _at_frame(self, points_ego_then: FloatArray, poses: FloatArray) -> FloatArray:
        """Points (N, 3), each in the vehicle at its own pose (N, 6), in the vehicle at the frame's pose."""
        if self.pixel_poses is None or not np.isfinite(poses).all():
            raise ValueError("expected finite poses of the pixels, found others")
        if not len(poses):
            return points_ego_then
        turned = Rotation.from_euler("xyz", poses[:, :3]).apply(points_ego_then)
        return self.pixel_poses.map_from_ego.inverse() @ np.asarray(turned + poses[:, 3:])


@dataclass(frozen=True)
class RangeImageCounter:
    """Counts the points of one row, which takes reading its ranges.

    Attributes:
        reader: What reads the row.
    """

    reader: RangeImageReader

    def __call__(self, path: Path) -> int:
        """The number of points; raises ``PointFileError``."""
        try:
            return sum(int(np.count_nonzero(_hits(picture))) for picture in self.reader.pictures(path))
        except FormatError as error:
            raise PointFileError(error.path, error.reason) from error
        except ValueError as error:
            raise PointFileError(path, f"row {self.reader.row}: {error}") from error


def _hits(picture: NDArray[np.float32]) -> BoolArray:
    """(H, W) which pixels are points; a range that is no number is none."""
    ranges = picture[..., 0]
    return np.asarray((ranges > 0) & (ranges < MAX_RANGE_M))


def read_picture(row: ArrowColumns, name: str, channels: int) -> NDArray[np.float32] | None:
    """A range image (H, W, channels) of one row; None where the row has none.

    Raises:
        FormatError: Its column is no list of numbers.
        ValueError: Its shape is another, or does not fit its values.
    """
    if not row.has(f"{name}.{VALUES}") or not row.has(f"{name}.{SHAPE}"):
        return None
    values, shape = _cell(row, f"{name}.{VALUES}"), _cell(row, f"{name}.{SHAPE}")
    if values is None or shape is None or not len(values):
        return None
    height, width, depth = (int(side) for side in shape) if len(shape) == 3 else (0, 0, 0)
    if depth != channels or min(height, width) < 1 or height * width * depth != len(values):
        found = f"{shape.tolist()[:4]} for {len(values)} values"
        raise ValueError(f"expected a shape of rows, columns and {channels} in {name}, found {found}")
    return np.asarray(values, dtype=np.float32).reshape(height, width, depth)


def _cell(row: ArrowColumns, name: str) -> NDArray[Any] | None:
    """The numbers of the list in a single row."""
    return row.lists(name)[0] if len(row) else None
