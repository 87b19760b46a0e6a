"""Where the vehicle was: from TF up to the map, or from odometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from formats.errors import FormatError
from formats.map_world import world_on_map
from formats.ros.recording import Recording
from formats.ros.transforms import FrameTree, build_tree
from formats.settler import Settler
from geometry import SE3, Trajectory
from geometry.arrays import FloatArray, IntArray

MIN_STEP_NS = 5_000_000
"""Poses that follow each other faster than 200 Hz say no more of a car."""
NONE = "none"
ASSUMED_CHILD = "the child of poses that name none"


@dataclass(frozen=True)
class World:
    """A trajectory whose world begins at the scene's first ego position.

    Attributes:
        trajectory: ``world_from_ego``.
        map_from_world: Back to the recording's own coordinates.
        map_name: What it calls them.
    """

    trajectory: Trajectory
    map_from_world: SE3
    map_name: str


def find_world(
    recording: Recording, tree: FrameTree, ego: str, settler: Settler, frame_times_ns: Sequence[int], by_log_time: bool
) -> World | None:
    """The world, as a person said or by looking: TF's root above the ego, else the busiest topic of poses.

    Raises:
        FormatError: A person named a frame or topic that is not there.
    """
    answer, why = _guess(recording, tree, ego)
    source = settler.settle("world", answer, why, is_sure=answer != NONE)
    if source == NONE:
        return None
    if source in recording.poses:
        items = recording.poses[source]
        child = items[0].child
        linked, name = _linked(tree, child, ego), items[0].parent or source
        own = build_tree([replace(item, child=child or ASSUMED_CHILD) for item in items], by_log_time=by_log_time)
        edge = own.edges.get(child or ASSUMED_CHILD)
        if edge is None:
            recording.complain(recording.path, f"expected poses on {source}, found none to use")
            return None
        times = edge.times_ns
        rotations, places = edge.at(times)
        places = np.einsum("tij,j->ti", rotations, linked.translation) + places
        rotations = rotations @ linked.rotation
    elif source in tree.frames():
        try:
            times = tree.sample_times_ns(source, ego)
            times = times if len(times) else np.array(frame_times_ns[:1], dtype=np.int64)
            rotations, places = tree.dst_from_src_at(source, ego, times)
        except ValueError as error:
            raise FormatError(recording.path, f"world: {error}") from error
        name = source
    else:
        known = ", ".join([*sorted(tree.frames()), *sorted(recording.poses), NONE])
        raise FormatError(recording.path, f"expected a world of {known[:300]}, found {source[:80]!r}")
    return _world(times, rotations, places, name, frame_times_ns)


def _guess(recording: Recording, tree: FrameTree, ego: str) -> tuple[str, str]:
    above = tree.ancestors(ego)[1:]
    if above and tree.edges and len(tree.sample_times_ns(above[-1], ego)):
        return above[-1], f"TF leads from {ego} up to it, {len(tree.sample_times_ns(above[-1], ego))} samples"
    if recording.poses:
        topic = max(sorted(recording.poses), key=lambda topic: len(recording.poses[topic]))
        return topic, f"TF moves no frame above {ego}; {len(recording.poses[topic])} poses are on this topic"
    return NONE, f"TF moves no frame above {ego}, and there is no odometry"


def _linked(tree: FrameTree, child: str, ego: str) -> SE3:
    """``child_from_ego``; the same where nothing is known of the child."""
    try:
        return tree.dst_from_src(child, ego)
    except ValueError:
        return SE3.identity()


def _world(
    times_ns: IntArray, rotations: FloatArray, places: FloatArray, name: str, frame_times_ns: Sequence[int]
) -> World:
    kept = _thinned(times_ns)
    times_ns, rotations, places = times_ns[kept], rotations[kept], places[kept]
    poses = tuple(SE3(rotation, place) for rotation, place in zip(rotations, places, strict=True))
    origin_m = Trajectory(times_ns, poses).world_from_ego(frame_times_ns[0]).translation
    return World(*world_on_map(times_ns.tolist(), poses, origin_m), name)


def _thinned(times_ns: IntArray) -> IntArray:
    """The indices of samples that lie far enough after the last one kept."""
    if len(times_ns) < 2 or np.diff(times_ns).min() >= MIN_STEP_NS:
        return np.arange(len(times_ns))
    slots = (times_ns - times_ns[0]) // MIN_STEP_NS
    return np.unique(slots, return_index=True)[1]
