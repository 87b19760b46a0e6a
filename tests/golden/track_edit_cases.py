"""Edits of whole tracks as Python makes them, for their TypeScript twins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np

from geometry import SE3, Trajectory
from labels.change import apply
from labels.edit import LabelEdit
from labels.errors import LabelError
from labels.label_set import Cuboid, ImageBox, LabelSet, Track
from labels.merge_tracks import Side, merge_tracks
from labels.records import encode_cuboid, encode_image_box, encode_se3, encode_track
from labels.timeline import Timeline
from labels.track_edits import Maker, set_size, split_track, static_track, trim_life

Json = dict[str, Any]

FRAMES = 16
TIMES_NS = [100_000_000 * i + (i % 3) * 1_000_000 for i in range(FRAMES)]
LIDAR_EGO = (0.1, -0.2, 1.7)
ME = "human:me"
MERGES: tuple[tuple[Side, bool], ...] = (("into", False), ("other", False), ("into", True))


def track_edit_cases() -> Json:
    """What splitting, trimming, merging, one size and labelling once do to whole label sets."""
    poses = [SE3.from_yaw(0.05 * i, [1.0 * i, 0.03 * i * i, 0.01 * i]) for i in range(FRAMES)]
    drive = Trajectory.from_poses(TIMES_NS, poses)
    cases: list[Json] = []

    def add(labels: LabelSet, verb: str, edit: Callable[[Timeline, Maker], LabelEdit], **given: Any) -> None:
        numbers = count()
        maker = Maker(ME, new_id=lambda: f"new-{next(numbers)}")
        change = edit(Timeline(labels, TIMES_NS, drive), maker).signed(
            change_id="c", scene_id="s", author=ME, time="2026-01-01T00:00:00Z", base_revision=labels.revision
        )
        after = apply(labels, change)
        cases.append({"verb": verb, **given, "before": _labels_json(labels), "after": _labels_json(after)})

    for labels in _track_sets(poses):
        _add_single_edits(labels, add)
    for labels in _track_pairs(poses):
        for keep, bridge in MERGES:
            _add_merge(labels, keep, bridge, add)
    return {
        "author": ME,
        "lidar_ego": list(LIDAR_EGO),
        "times_ns": TIMES_NS,
        "world_from_ego": [encode_se3(pose) for pose in poses],
        "cases": cases,
    }


def _add_single_edits(labels: LabelSet, add: Callable[..., None]) -> None:
    frames = [key.frame_index for key in labels.keys_of_track("t")]
    for at in sorted({frames[0] + 1, (frames[0] + frames[-1]) // 2, 12}):
        with suppress(LabelError):
            add(labels, "split", lambda line, maker, at=at: split_track(line, "t", at, "u", maker), frame=at)
    for life in ((2, 9), (5, 15), (0, 7), (6, 7)):
        with suppress(LabelError):
            add(labels, "trim", lambda line, maker, life=life: trim_life(line, "t", life[0], life[1], maker), life=life)
    size = (4.6, 1.9, 1.4)
    add(labels, "size", lambda line, _: set_size(line.labels, "t", size, LIDAR_EGO), size_lwh_m=size)
    offsets = {3: (0.05, -0.02, 0.0), 11: (0.4, 0.3, 0.0)}
    for at, given in ((frames[0], {}), (frames[-1], offsets), ((frames[0] + frames[-1]) // 2, {})):
        with suppress(LabelError):
            add(
                labels,
                "static",
                lambda line, maker, at=at, given=given: (
                    static_track(line, "t", at, offsets_world=given, maker=maker).edit
                ),
                frame=at,
                offsets_world=[[frame, list(offset)] for frame, offset in given.items()],
            )


def _add_merge(labels: LabelSet, keep: Side, bridge: bool, add: Callable[..., None]) -> None:
    found: list[Json] = []

    def merge(line: Timeline, maker: Maker) -> LabelEdit:
        merged = merge_tracks(line, "t", "o", keep=keep, bridge=bridge, maker=maker)
        found.extend({"kind": each.kind, "frame_index": each.frame_index} for each in merged.conflicts)
        return merged.edit

    add(labels, "merge", merge, keep=keep, bridge=bridge, conflicts=found)


def _track_sets(poses: Sequence[SE3]) -> Iterator[LabelSet]:
    """Moving, cut in the middle, of a single key, standing with one key and with two."""
    yield _set_of(poses, "t", (1, 6, 13), 0.6)
    yield _set_of(poses, "t", (1, 6, 13), 0.6, cut=6)
    yield _set_of(poses, "t", (4,), 0.0)
    yield _set_of(poses, "t", (5,), 0.0, is_static=True, first_frame=1, last_frame=14)
    yield _set_of(poses, "t", (3, 9), 0.01, cut=9, is_static=True, first_frame=0, last_frame=15)


def _track_pairs(poses: Sequence[SE3]) -> Iterator[LabelSet]:
    """One after the other, overlapping, standing, and one derived in ego."""
    colours = ({"colour": "red", "plate": "x"}, {"colour": "blue", "door": "open"})
    for mine, theirs, fields in (
        ((0, 4), (8, 12), {}),
        ((0, 9), (6, 15), {"category": "Van"}),
        ((2, 13), (5, 9), {"interpolate_in": "ego"}),
        ((3,), (10,), {"is_static": True, "first_frame": 8, "last_frame": 15}),
    ):
        one = _set_of(poses, "t", mine, 0.6, attributes=colours[0])
        other = _set_of(poses, "o", theirs, 0.6, attributes=colours[1], **fields)
        places = [("o", 9), ("t", 9), ("o", 12)]
        boxes = [ImageBox(f"b{t}{i}", i, "cam", (0.0, 0.0, 9.0, 9.0), "tight", t) for t, i in places]
        yield LabelSet(
            tracks={**one.tracks, **other.tracks},
            cuboids={**one.cuboids, **other.cuboids},
            image_boxes={box.id: box for box in boxes},
        )


def _set_of(
    poses: Sequence[SE3], track_id: str, frames: Sequence[int], speed_m: float, cut: int = -1, **fields: Any
) -> LabelSet:
    """A track with keys in some frames, and a gap after one of them."""
    life = {"first_frame": frames[0], "last_frame": frames[-1]}
    track = Track(**{"id": track_id, "category": "Car", "external_id": track_id, **life, **fields})
    keys = {}
    for i in frames:
        world = SE3.from_yaw(0.02 * i, [12.0 + speed_m * i, 3.0 + 0.01 * i * i, 0.5])
        place = poses[i].inverse() @ world
        key = Cuboid(f"{track_id}-{i}", track_id, i, place, np.array([4.2, 1.8, 1.6]), source="model:m@1", score=0.5)
        keys[key.id] = replace(key, attributes={"occluded": 1}, ends_segment=i == cut)
    return LabelSet(tracks={track_id: track}, cuboids=keys)


def _labels_json(labels: LabelSet) -> Json:
    return {
        "tracks": [encode_track(track) for track in labels.tracks.values()],
        "cuboids": [encode_cuboid(cuboid) for cuboid in labels.cuboids.values()],
        "image_boxes": [encode_image_box(box) for box in labels.image_boxes.values()],
    }
