"""Poses from a text file: TUM's rows of time, place and quaternion, or KITTI's rows of a matrix.

Forms: https://cvg.cit.tum.de/data/datasets/rgbd-dataset/file_formats (times in seconds) and the odometry development
kit of KITTI (twelve numbers, row by row, of the world from the frame's ego).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np

from formats.listing import Listing, read_text
from geometry import SE3, Trajectory

TUM_COLUMNS, KITTI_COLUMNS = 8, 12
PLACE_LIMIT_M = 1e9
LATEST_S = 2**32
MAX_ROWS = 1_000_000
ROTATION_TOLERANCE = 1e-3
PoseRow = tuple[int, SE3]


def read_poses(path: Path, form: str, frame_times_ns: Sequence[int], listing: Listing) -> Trajectory | None:
    """The trajectory in the file's own coordinates; rows that are none are named and left out.

    Raises:
        FormatError: The file cannot be read.
    """
    rows: dict[int, SE3] = {}
    number = 0
    for line, text in enumerate(read_text(path).split("\n")[:MAX_ROWS], start=1):
        words = text.split("#")[0].replace(",", " ").split()
        if not words:
            continue
        try:
            if form == "tum":
                time_ns, pose = _tum_row(words)
            elif number < len(frame_times_ns):
                time_ns, pose = frame_times_ns[number], _kitti_row(words)
            else:
                listing.complain(path, f"expected poses of {len(frame_times_ns)} frames, found more")
                break
        except (ValueError, InvalidOperation) as error:
            listing.complain(path, f"line {line}: {error}")
        else:
            rows.setdefault(time_ns, pose)
        number += 1
    if not rows:
        listing.complain(path, "expected poses, found none: the scene has no world")
        return None
    times = sorted(rows)
    return Trajectory.from_poses(times, [rows[time_ns] for time_ns in times])


def _tum_row(words: Sequence[str]) -> PoseRow:
    if len(words) != TUM_COLUMNS:
        raise ValueError(f"expected {TUM_COLUMNS} numbers, time x y z qx qy qz qw, found {len(words)}")
    seconds = Decimal(words[0])
    if not seconds.is_finite() or not abs(seconds) < LATEST_S:
        raise ValueError(f"expected a time in seconds, found {words[0][:40]}")
    x, y, z, qx, qy, qz, qw = _finite(words[1:])
    return int(seconds * 10**9), SE3.from_quat_wxyz([qw, qx, qy, qz], [x, y, z])


def _kitti_row(words: Sequence[str]) -> SE3:
    if len(words) != KITTI_COLUMNS:
        raise ValueError(f"expected {KITTI_COLUMNS} numbers, found {len(words)}")
    return SE3.from_matrix(np.array(_finite(words)).reshape(3, 4), ROTATION_TOLERANCE)


def _finite(words: Sequence[str]) -> list[float]:
    numbers = [float(word) for word in words]
    if not all(abs(number) < PLACE_LIMIT_M for number in numbers):
        raise ValueError("expected finite numbers below 1e9, found others")
    return numbers


def check_poses_path(root: Path, name: str, listing: Listing) -> Path | None:
    """The file of a name below the root; None, and a problem, where there is none."""
    path = root / name
    if name and listing.file(path):
        return path
    listing.complain(path, "expected a file of poses, found none")
    return None
