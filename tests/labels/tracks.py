"""Tracks on a turning drive, for the tests of edits of whole tracks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from geometry import SE3, Trajectory
from labels import Cuboid, LabelChange, LabelSet, Resolver, Track, apply, invert
from labels.edit import LabelEdit
from labels.timeline import Timeline

FRAMES = 24
TIMES_NS = [1_000_000_000 + 100_000_000 * i + (i % 3) * 1_000_000 for i in range(FRAMES)]
DRIVE = Trajectory.from_poses(
    TIMES_NS, [SE3.from_yaw(0.05 * i, [1.0 * i, 0.03 * i * i, 0.01 * i]) for i in range(FRAMES)]
)
SIZE = (4.2, 1.8, 1.5)


def way(frame: int, speed_m: float = 0.6, start: tuple[float, float] = (12.0, 3.0)) -> SE3:
    return SE3.from_yaw(0.02 * frame, [start[0] + speed_m * frame, start[1] + 0.01 * frame**2, 0.5])


def track_of(places: Mapping[int, SE3], track_id: str = "t", **fields: Any) -> LabelSet:
    """A track with a key in each of the frames, from places in the world."""
    ends = {"first_frame": min(places), "last_frame": max(places)}
    track = Track(**{"id": track_id, "category": "Car", **ends, **fields})
    keys = [
        Cuboid(f"{track_id}-{i}", track_id, i, DRIVE.poses[i].inverse() @ place, np.array(SIZE))
        for i, place in places.items()
    ]
    return LabelSet(tracks={track_id: track}, cuboids={key.id: key for key in keys})


def together(*sets: LabelSet) -> LabelSet:
    tracks = {key: track for labels in sets for key, track in labels.tracks.items()}
    return LabelSet(
        tracks=tracks,
        cuboids={key: cuboid for labels in sets for key, cuboid in labels.cuboids.items()},
        image_boxes={key: box for labels in sets for key, box in labels.image_boxes.items()},
    )


def cut_after(labels: LabelSet, frame: int) -> LabelSet:
    """With a gap after the keys of a frame."""
    cuboids = {key: replace(c, ends_segment=c.frame_index == frame) for key, c in labels.cuboids.items()}
    return replace(labels, cuboids=cuboids)


def timeline(labels: LabelSet) -> Timeline:
    return Timeline(labels, TIMES_NS, DRIVE)


def after(labels: LabelSet, edit: LabelEdit) -> LabelSet:
    """The labels after the edit, which must come undone to the last bit."""
    change: LabelChange = edit.signed(
        change_id="c", scene_id="s", author="human:me", time="2026-01-01T00:00:00Z", base_revision=labels.revision
    )
    changed = apply(labels, change)
    undone = apply(changed, invert(change, change_id="u", base_revision=changed.revision))
    assert replace(undone, revision=labels.revision) == labels
    return changed


def cuboids_of(labels: LabelSet, track_id: str = "t") -> dict[int, Cuboid]:
    """A track's cuboid in every frame that has one."""
    resolver = Resolver(labels, TIMES_NS, DRIVE)
    found = {frame: resolver.track_in_frame(track_id, frame) for frame in range(FRAMES)}
    return {frame: resolved.cuboid for frame, resolved in found.items() if resolved is not None}


def apart(first: Cuboid, second: Cuboid) -> tuple[float, float, float]:
    """Distance, angle, and the largest difference of a side."""
    left, right = first.ego_from_object, second.ego_from_object
    difference = left.rotation.T @ right.rotation
    angle = np.arctan2(np.linalg.norm(difference - difference.T) / np.sqrt(8.0), (np.trace(difference) - 1.0) / 2.0)
    distance_m = float(np.linalg.norm(left.translation - right.translation))
    return distance_m, float(angle), float(np.abs(first.size_lwh_m - second.size_lwh_m).max())


def assert_same_places(found: dict[int, Cuboid], expected: dict[int, Cuboid]) -> None:
    assert found.keys() == expected.keys()
    for frame, cuboid in found.items():
        assert max(apart(cuboid, expected[frame])) < 1e-9
