"""The JSON files beside a sequence's clouds and images: poses, times and intrinsics, one entry a frame."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from calibration import Intrinsics
from formats.checked_values import numbers_under
from formats.json_files import read_json_or_complain, read_object_or_complain
from formats.listing import Listing
from geometry import SE3

NS = 10**9
MAX_TIME_S = 9_000_000_000
"""Nanoseconds of later times since 1970 do not fit 64 bits."""
MAX_SIDE_PX = 100_000


def read_poses(path: Path, listing: Listing) -> dict[int, SE3]:
    """``map_from_sensor`` by frame; entries that are no pose are named and left out."""
    poses: dict[int, SE3] = {}
    for index, entry in enumerate(_entries(path, listing)):
        pose = _pose(entry)
        if pose is None:
            listing.complain(path, f"entry {index}: expected position x y z and a unit heading w x y z, found others")
        else:
            poses[index] = pose
    return poses


def read_times(path: Path, listing: Listing) -> tuple[int, ...]:
    """Nanoseconds by frame; empty where the file is not there, or its times are none or do not rise."""
    # A float of seconds since 1970 knows 0.24 microseconds.
    times = [_time_ns(entry) for entry in _entries(path, listing, exact=True)]
    found = tuple(time for time in times if time is not None)
    if len(found) < len(times):
        listing.complain(path, "expected seconds since 1970, found something else: not used")
        return ()
    if any(later <= earlier for earlier, later in pairwise(found)):
        listing.complain(path, "expected times that rise, found one that does not: not used")
        return ()
    return found


def read_intrinsics(path: Path, listing: Listing) -> tuple[tuple[float, ...], tuple[int, int] | None] | None:
    """``fx fy cx cy`` in pixels, and the image's width and height where the file says them."""
    value = read_object_or_complain(path, listing)
    if value is None:
        return None
    numbers = numbers_under(value, ("fx", "fy", "cx", "cy"))
    if numbers is None or numbers[0] <= 0 or numbers[1] <= 0:
        listing.complain(path, "expected the numbers fx, fy (above 0), cx, cy, found others")
        return None
    width, height = (value.get(name) for name in ("width", "height"))
    if isinstance(width, int) and isinstance(height, int) and 0 < width < MAX_SIDE_PX and 0 < height < MAX_SIDE_PX:
        return numbers, (width, height)
    return numbers, None


def poses_text(map_from_sensor: Sequence[SE3]) -> str:
    """Inverse of ``read_poses``."""
    entries = []
    for pose in map_from_sensor:
        position = dict(zip("xyz", pose.translation.tolist(), strict=True))
        heading = dict(zip("wxyz", pose.quat_wxyz.tolist(), strict=True))
        entries.append({"position": position, "heading": heading})
    return json.dumps(entries, indent=1) + "\n"


def times_text(times_ns: Sequence[int]) -> str:
    """Inverse of ``read_times``: seconds with nine digits, so that nanoseconds stay."""
    return "[" + ", ".join(f"{'-' * (t < 0)}{abs(t) // NS}.{abs(t) % NS:09d}" for t in times_ns) + "]\n"


def intrinsics_text(camera: Intrinsics) -> str:
    """Inverse of ``read_intrinsics``."""
    sides = {"width": camera.width_px, "height": camera.height_px}
    values = {"fx": camera.fx_px, "fy": camera.fy_px, "cx": camera.cx_px, "cy": camera.cy_px}
    return json.dumps(values | sides, indent=1) + "\n"


def _entries(path: Path, listing: Listing, *, exact: bool = False) -> list[Any]:
    value = read_json_or_complain(path, listing, exact=exact)
    if value is not None and not isinstance(value, list):
        listing.complain(path, "expected a list with one entry a frame, found something else")
    return value if isinstance(value, list) else []


def _time_ns(value: Any) -> int | None:
    # Compared, because arithmetic with a number of a million digits would overflow.
    if not isinstance(value, Decimal) or not value.is_finite() or not -MAX_TIME_S <= value <= MAX_TIME_S:
        return None
    return int((value * NS).to_integral_value())


def _pose(value: Any) -> SE3 | None:
    if not isinstance(value, Mapping):
        return None
    place, quat_wxyz = numbers_under(value.get("position"), "xyz"), numbers_under(value.get("heading"), "wxyz", 2.0)
    if place is None or quat_wxyz is None:
        return None
    try:
        return SE3.from_quat_wxyz(quat_wxyz, place)
    except ValueError:
        return None
