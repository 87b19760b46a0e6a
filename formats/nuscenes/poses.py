"""Where the ego vehicle was, in a world that begins at its first place, and where that world lies on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.spatial.transform import Rotation

from formats.nuscenes.rig import Sensor
from formats.nuscenes.rows import DataRow, read_place_numbers, time_ns
from formats.nuscenes.table_index import JsonObject
from formats.nuscenes.tables import OWN_TABLE, Tables
from formats.nuscenes.tally import Tally
from formats.scene_codec import decode_place
from geometry import SE3, Trajectory
from labels import RecordError

Place = tuple[list[float], list[float]]
"""Translation and quaternion, w first."""
HAS_WORLD, MAP, MORE_POSES = "has_world", "map_from_world", "ego_poses"
"""What the scene's own row holds of its world: whether there is one, where it lies, poses that no file is of."""


def read_world(
    tables: Tables, rows: Sequence[DataRow], sensors: Mapping[str, Sensor], own: JsonObject, tally: Tally
) -> tuple[Trajectory | None, SE3 | None]:
    """The poses of everything that a scene refers to, each at its own time.

    A pose counts at the time of the cloud or image that names it, as the development kit takes it; at one time that of
    a lidar goes before that of a camera.

    Args:
        tables: The tables.
        rows: The scene's clouds and images.
        sensors: Their sensors, by their calibration's token.
        own: The scene's row of ours; it may say that there is no world, or where it lies.
        tally: Counts what cannot be used.

    Returns:
        ``world_from_ego`` over time and ``map_from_world``; None where there is none.
    """
    if own.get(HAS_WORLD) is False:
        return None, None
    listed = own.get(MORE_POSES)
    more = [token for token in listed if isinstance(token, str)] if isinstance(listed, list) else []
    found = tables.ego_poses.of([row.pose for row in rows] + more)
    places = _places(found, tables, tally)
    tokens: dict[int, str] = {}
    for row in sorted(rows, key=lambda row: sensors[row.calibration].kind == "camera"):
        if row.pose in places:
            tokens.setdefault(row.timestamp_ns, row.pose)
        elif row.pose not in found:
            tally.add(tables.path("ego_pose"), "poses that clouds or images name are missing", row.pose)
    for token in more:
        if token in places and (stamp := _own_time(found[token])) is not None:
            tokens.setdefault(stamp, token)
    if not tokens:
        tally.add(tables.path("ego_pose"), "scene without a pose: it has no world")
        return None, None
    times = sorted(tokens)
    first = places[tokens[times[0]]][0]
    map_from_world = _map_from_world(own, first, tables, tally)
    return _trajectory(times, [places[tokens[time]] for time in times], map_from_world), map_from_world


def _places(rows: Mapping[str, JsonObject], tables: Tables, tally: Tally) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for token, row in rows.items():
        try:
            places[token] = read_place_numbers(row)
        except (RecordError, ValueError, OverflowError) as error:
            tally.add(tables.path("ego_pose"), "rows cannot be used", f"{token[:40]}: {error}")
    return places


def _own_time(row: JsonObject) -> int | None:
    try:
        return time_ns(row)
    except RecordError:
        return None


def _map_from_world(own: JsonObject, first_map: list[float], tables: Tables, tally: Tally) -> SE3 | None:
    """The world as our row places it, else at the first pose; None where our row says that there is no map."""
    if own.get(MAP, False) is None:
        return None
    if MAP in own:
        try:
            return decode_place(own[MAP], MAP)
        except (RecordError, ValueError, OverflowError) as error:
            tally.add(tables.path(OWN_TABLE), "worlds cannot be placed", str(error))
    return SE3(np.eye(3), np.array(first_map, dtype=np.float64))


def _trajectory(times_ns: Sequence[int], places: Sequence[Place], map_from_world: SE3 | None) -> Trajectory:
    """Poses of the map in the world, all at once: a scene has hundreds."""
    world_from_map = SE3.identity() if map_from_world is None else map_from_world.inverse()
    quats_wxyz = np.array([quat for _, quat in places], dtype=np.float64)
    rotations = world_from_map.rotation @ Rotation.from_quat(quats_wxyz, scalar_first=True).as_matrix()
    translations = world_from_map.apply(np.array([translation for translation, _ in places], dtype=np.float64))
    poses = [SE3(rotation, translation) for rotation, translation in zip(rotations, translations, strict=True)]
    return Trajectory.from_poses(times_ns, poses)
