"""AV2's ``city_SE3_egovehicle.feather``: where the vehicle was, as a trajectory and its place on the city's map."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formats.arrow_columns import ArrowColumns
from formats.av2.feather import Column, feather_bytes, read_feather
from formats.av2.transforms import COLUMNS, read_transforms, transform_columns
from formats.checked_values import place_wgs84, usable_text
from formats.errors import FormatError
from formats.listing import Listing
from formats.map_world import world_on_map
from fusion import Problem, Scene
from geometry import SE3, Trajectory

POSES = "city_SE3_egovehicle.feather"
TIMESTAMP = "timestamp_ns"
AT_ORIGIN_M = 1e-6


@dataclass(frozen=True)
class World:
    """A scene's world, or nothing where the log has no usable row.

    Attributes:
        trajectory: ``world_from_ego`` at every row; the world begins at the first place, its axes are the city's.
        map_from_world: From there to the city's coordinates.
        map_name: The city, where the file carries its name.
        origin_wgs84: Of the world's origin, where the file carries it.
    """

    trajectory: Trajectory | None = None
    map_from_world: SE3 | None = None
    map_name: str = ""
    origin_wgs84: tuple[float, float, float] | None = None


def read_world(log: Path, listing: Listing) -> World:
    """Read a log's poses; what cannot be used becomes problems."""
    path = log / POSES
    if not listing.file(path):
        listing.complain(path, "expected the vehicle's poses, found no such file: the scene has no world")
        return World()
    try:
        return _world(read_feather(path, (TIMESTAMP, *COLUMNS)), listing)
    except FormatError as error:
        listing.problems.append(Problem.of(error, listing.base))
        return World()


def poses_bytes(scene: Scene) -> bytes | None:
    """The file of a scene's poses, at its own times and at those of frames and images; None without a world."""
    trajectory = scene.trajectory
    if trajectory is None:
        return None
    times = {int(time) for time in trajectory.timestamps_ns} | set(scene.frame_times_ns)
    times |= {image.timestamp_ns for frame in scene.frames for image in frame.images}
    map_from_world = scene.map_from_world or SE3.identity()
    ordered = sorted(times)
    poses = [map_from_world @ trajectory.world_from_ego(time) for time in ordered]
    carried: dict[str, Any] = {"map_name": scene.map_name} if scene.map_name else {}
    at_origin = np.abs(trajectory.world_from_ego(ordered[0]).translation).max() <= AT_ORIGIN_M
    if scene.origin_wgs84 is not None and at_origin:
        carried["origin_wgs84"] = list(scene.origin_wgs84)
    columns: dict[str, Column] = {TIMESTAMP: np.array(ordered, np.int64), **transform_columns(poses)}
    return feather_bytes(columns, carried or None)


def _world(table: ArrowColumns, listing: Listing) -> World:
    times, transforms = table.whole_numbers(TIMESTAMP), read_transforms(table)
    order = np.argsort(times, kind="stable")
    keep = order[(transforms.usable & (times >= 0))[order]]
    keep = keep[np.concatenate([np.diff(times[keep]) > 0, [True]])] if len(keep) else keep
    if len(keep) < len(table):
        found = f"{len(table) - len(keep)} of {len(table)} that are none"
        listing.complain(table.path, f"expected rows of a time of their own and a unit quaternion, found {found}")
    if not len(keep):
        return World()
    trajectory, map_from_world = world_on_map(times[keep].tolist(), [transforms.at(row) for row in keep])
    carried = table.carried if isinstance(table.carried, dict) else {}
    return World(
        trajectory,
        map_from_world,
        usable_text(carried.get("map_name")) or "",
        place_wgs84(carried.get("origin_wgs84")),
    )
