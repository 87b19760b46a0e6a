"""Sweeps of many times as one cloud for the browser, kept as a frame's points are."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import numpy as np

from server.byte_cache import ByteCache
from server.errors import InvalidError
from server.fingerprint import fingerprint_of
from server.points import Coding, PointColor, coded_points, packed, points_parts
from server.store import labels as label_store
from server.store.db import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fusion import Around, MergePlan, Scene
    from geometry import Box, Trajectory
    from geometry.arrays import Float32Array
    from labels import Cuboid, LabelSet, ResolvedCuboid
    from pointcloud import PointCloud

MOST_POINTS = 10_000_000
REACH_M = 20_000.0
"""Where the trajectory leaps, a sweep may come to lie farther away than the wire can say."""

MOVES_M = 0.5
"""A track whose keys lie no farther apart in the world stands, and its points need not be carried."""

HEADER = "truebox-merged"

_one_at_a_time = threading.Lock()
"""A merged cloud takes a gigabyte while it is made."""

Boxes = dict[str, dict[int, "Box"]]


def parse_around(text: str | None) -> Around | None:
    """``x,y,z,radius`` in metres; raises ``InvalidError``."""
    from fusion import Around

    if text is None:
        return None
    try:
        x, y, z, radius_m = (float(part) for part in text.split(","))
        return Around((x, y, z), radius_m)
    except ValueError:
        raise InvalidError(f"around: expected x,y,z,radius in metres, found {text[:80]!r}") from None


def moving_boxes(database: Database, scene_id: str, scene: Scene) -> Boxes:
    """The cuboids of all labelled objects that move, in every frame, as ``fusion.accumulate`` takes them."""
    from labels import Resolver

    with database.read() as session:
        labels = label_store.load_label_set(session, scene_id)
    keys: dict[str, list[Cuboid]] = {}
    for cuboid in labels.cuboids.values():
        keys.setdefault(cuboid.track_id, []).append(cuboid)
    moving = [track_id for track_id, mine in keys.items() if _moves(mine, scene.frame_times_ns, scene.trajectory)]
    resolver = Resolver(labels, scene.frame_times_ns, scene.trajectory)
    return {track_id: _boxes(labels, resolver.track_in_frame, track_id) for track_id in sorted(moving)}


def merged_fingerprint(scene: Scene, plan: MergePlan, boxes: Boxes, asked: Sequence[object]) -> str:
    """Changes with all that goes into the cloud: files, poses, what was asked, and where moving objects are."""
    files, texts = points_parts(scene, plan.frame_index, list(plan.sweeps))
    places = [
        f"{track_id} {index} {box.frame_from_object.matrix.tobytes().hex()} {box.size_lwh_m.tobytes().hex()}"
        for track_id, mine in boxes.items()
        for index, box in mine.items()
    ]
    return fingerprint_of(files, [*texts, repr(plan.around), repr(plan.share), repr(asked), *places])


def merged_header(plan: MergePlan) -> dict[str, str]:
    """What was merged, for the page to say: how many sweeps, of how many, and which share of their points."""
    shown = {"sweeps": len(plan.sweeps), "of": plan.known_count, "share": round(plan.share, 4)}
    return {HEADER: json.dumps(shown)}


def merged_points(
    cache: ByteCache,
    scene: Scene,
    plan: MergePlan,
    boxes: Boxes,
    *,
    color: PointColor,
    most: int,
    coding: Coding,
    fingerprint: str,
) -> bytes:
    """The wire form, coded.

    Raises:
        PointFileError: None of the planned sweeps can be read.
    """
    return coded_points(cache, f"{fingerprint}-merged", coding, lambda: _merged(scene, plan, boxes, color, most))


def _merged(
    scene: Scene, plan: MergePlan, boxes: Mapping[str, Mapping[int, Box]], color: PointColor, most: int
) -> bytes:
    from fusion import merge_sweeps

    with _one_at_a_time:
        found = merge_sweeps(scene, plan, tracks=boxes, max_points=most, color=color == "image")
        cloud, age_s = _within_reach(found.cloud, found.age_s)
        return packed(
            scene,
            cloud,
            found.problems,
            has_points=found.sweep_count > 0,
            dropped_count=found.dropped_count + len(found.cloud) - len(cloud),
            age_s=age_s,
        )


def _within_reach(cloud: PointCloud, age_s: Float32Array) -> tuple[PointCloud, Float32Array]:
    """The points that the wire can say; looks at each only where one of them may lie too far away."""
    farthest = max(cloud.xyz.max(initial=0.0), -cloud.xyz.min(initial=0.0)) + np.abs(cloud.origin_m).max()
    if farthest < REACH_M:
        return cloud, age_s
    near = np.asarray((np.abs(cloud.positions_m) < REACH_M).all(axis=1))
    return cloud.select(near), age_s[near]


def _moves(keys: list[Cuboid], frame_times_ns: Sequence[int], trajectory: Trajectory | None) -> bool:
    if trajectory is None:
        return False
    places = np.array(
        [
            trajectory.world_from_ego(frame_times_ns[key.frame_index]).apply(
                key.ego_from_object.translation[np.newaxis]
            )[0]
            for key in keys
        ]
    )
    return bool(np.linalg.norm(places - places[0], axis=1).max() > MOVES_M)


def _boxes(labels: LabelSet, resolve: Callable[[str, int], ResolvedCuboid | None], track_id: str) -> dict[int, Box]:
    from geometry import Box

    track = labels.tracks[track_id]
    found = ((index, resolve(track_id, index)) for index in range(track.first_frame, track.last_frame + 1))
    return {
        index: Box(each.cuboid.ego_from_object, each.cuboid.size_lwh_m) for index, each in found if each is not None
    }
