"""Objects that people labelled in some frames, carried into the frames between and beyond."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from scipy.interpolate import CubicSpline

from autolabel.classes import ClassSet
from autolabel.follow import Drive, OthersIn, Subject, better, extend, extend_still
from autolabel.follow.extend import Direction
from autolabel.labeled_scene import LabeledScene
from autolabel.recording import Recording
from autolabel.stopping import Progress, ShouldStop, Stopped, never, no_progress
from geometry import SE3, Box, interpolate_se3
from geometry.arrays import FloatArray
from pointcloud import FitScene, refit

KEPT_CLOUDS = 40
DIRECTIONS: tuple[Direction, ...] = ("back", "forward")
AHEAD_S = 0.5
"""Beyond their keys objects are followed by fits so long; farther, what the network finds carries them on."""
MOST_SHIFT_M = 0.6
MOST_GAP_S = 4.0
"""Longer between two keys, an object may have been anywhere."""
STANDS_M, DRIFT_MS = 0.35, 0.03
"""Keys and poses may be off so far, and drift so much further every second."""
GAIN = 0.02
"""A fit between two keys counts where it is surer by this than the straight way between them."""


def drive_of(recording: Recording) -> Drive:
    """A recording as fits need it; the clouds used last stay in memory."""
    kept: OrderedDict[int, FitScene] = OrderedDict()

    def cloud(frame_index: int) -> FitScene | None:
        if frame_index not in kept:
            points = recording.points(frame_index)
            kept[frame_index] = FitScene.of(points[:, :3], recording.lidar_center_ego)
            while len(kept) > KEPT_CLOUDS:
                kept.popitem(last=False)
        kept.move_to_end(frame_index)
        return kept[frame_index] if len(kept[frame_index].points) else None

    return Drive(recording.times_ns, recording.trajectory, cloud)


def continue_objects(
    recording: Recording,
    known: LabeledScene,
    classes: ClassSet,
    progress: Progress = no_progress,
    should_stop: ShouldStop = never,
) -> dict[str, dict[int, Box]]:
    """By track, the boxes of all frames in which it can be followed, those that people made among them.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    drive = drive_of(recording)
    subjects = {item.name: Subject(item.name, item.size_lwh_m, item.is_rigid) for item in classes}
    found: dict[str, dict[int, Box]] = {track_id: dict(keys) for track_id, (_, keys) in known.tracks().items()}
    for number, (track_id, (category, keys)) in enumerate(known.tracks().items()):
        if should_stop():
            raise Stopped
        progress(number / len(found), "carrying on what people began")

        def others(frame: int, own: str = track_id) -> list[tuple[str, Box]]:
            return [(name, boxes[frame]) for name, boxes in found.items() if name != own and frame in boxes]

        found[track_id] = continue_object(drive, keys, subjects[category], others)
    return found


def continue_object(
    drive: Drive, keys: Mapping[int, Box], subject: Subject, others: OthersIn, ahead_s: float = AHEAD_S
) -> dict[int, Box]:
    """Where an object is in all frames in which it can be followed, as people said in some.

    Between two keys it goes the smooth way through all of them, onto its points where they say so; beyond them it is
    followed by its points. What stands still has one place, the middle of its keys.

    Args:
        drive: The scene.
        keys: By frame, its boxes in ``ego``; at least one. They stay as they are.
        subject: What it is.
        others: The other objects' boxes in a frame, which it does not run into.
        ahead_s: How long beyond its keys it is followed at most.
    """
    frames = sorted(keys)
    if stands(drive, keys):
        found = _standing(drive, keys, subject, ahead_s)
    else:
        found = _between(drive, keys, frames, subject)
        for direction in DIRECTIONS:
            known = sorted(found.items())
            edge = known[0][0] if direction == "back" else known[-1][0]
            most = _frames_within(drive, edge, direction, ahead_s)
            done = extend(drive, known, subject, direction, most_frames=most, others=others)
            found |= {each.frame_index: each.fitted.box for each in done.found}
        found = better(drive, found, subject, held=frames)
    return found | dict(keys)


def stands(drive: Drive | Recording, keys: Mapping[int, Box]) -> bool:
    """Whether all keys lie in one place of ``world``; one key alone does not tell."""
    if not drive.in_world or len(keys) < 2:
        return False
    centers = np.stack([_base_box(drive, frame, box).center for frame, box in keys.items()])
    spread_m = float(np.linalg.norm((centers - np.median(centers, axis=0))[:, :2], axis=1).max())
    duration_s = drive.time_s(max(keys)) - drive.time_s(min(keys))
    return spread_m < STANDS_M + DRIFT_MS * duration_s


def _frames_within(drive: Drive, frame: int, direction: Direction, ahead_s: float) -> int:
    """How many frames follow a frame, or come before it, within a time."""
    step, count = (1 if direction == "forward" else -1), 0
    while 0 <= frame + step * (count + 1) < len(drive):
        if abs(drive.time_s(frame + step * (count + 1)) - drive.time_s(frame)) > ahead_s:
            break
        count += 1
    return count


def _standing(drive: Drive, keys: Mapping[int, Box], subject: Subject, ahead_s: float) -> dict[int, Box]:
    frames = sorted(keys)
    found: dict[int, Box] = {}
    for first, last in pairwise(frames):
        found |= {frame: _interpolated(drive, keys, first, last, frame) for frame in range(first, last)}
    for edge, direction in zip((frames[0], frames[-1]), DIRECTIONS, strict=True):
        most = _frames_within(drive, edge, direction, ahead_s)
        done = extend_still(drive, edge, keys[edge], subject, direction, most_frames=most)
        found |= {each.frame_index: each.fitted.box for each in done.found}
    return found


def _between(drive: Drive, keys: Mapping[int, Box], frames: Sequence[int], subject: Subject) -> dict[int, Box]:
    way = _way(drive, keys, frames)
    found = dict(keys)
    for first, last in pairwise(frames):
        if drive.time_s(last) - drive.time_s(first) > MOST_GAP_S:
            continue
        for frame in range(first + 1, last):
            turned = _interpolated(drive, keys, first, last, frame)
            base_box = _base_box(drive, frame, turned)
            placed = Box(SE3(base_box.frame_from_object.rotation, way(drive.time_s(frame))), base_box.size_lwh_m)
            found[frame] = _fitted(drive, frame, placed.transform(drive.base_from_ego(frame).inverse()), subject)
    return found


def _way(drive: Drive, keys: Mapping[int, Box], frames: Sequence[int]) -> CubicSpline:
    """Place (3,) in ``base`` by time, smooth through all keys."""
    times = [drive.time_s(frame) for frame in frames]
    centers = np.stack([_base_box(drive, frame, keys[frame]).center for frame in frames])
    if len(frames) == 1:
        return CubicSpline([times[0], times[0] + 1.0], np.repeat(centers, 2, axis=0))
    return CubicSpline(times, centers, bc_type="natural")


def _interpolated(drive: Drive, keys: Mapping[int, Box], first: int, last: int, frame: int) -> Box:
    start, end = _base_box(drive, first, keys[first]), _base_box(drive, last, keys[last])
    share = (drive.time_s(frame) - drive.time_s(first)) / (drive.time_s(last) - drive.time_s(first))
    base_from_object = interpolate_se3(start.frame_from_object, end.frame_from_object, share)
    size: FloatArray = (1.0 - share) * start.size_lwh_m + share * end.size_lwh_m
    return Box(base_from_object, size).transform(drive.base_from_ego(frame).inverse())


def _fitted(drive: Drive, frame: int, box: Box, subject: Subject) -> Box:
    """A box on the points of its frame, where they are surer of another place nearby."""
    scene = drive.cloud(frame)
    if scene is None:
        return box
    prior, habits = subject.size_prior_lwh_m, subject.habits
    before = refit(scene, box, prior, "bottom", habits=habits)
    after = refit(scene, box, prior, "position", habits=habits)
    shift_m = float(np.linalg.norm(after.box.center - box.center))
    return after.box if after.confidence > before.confidence + GAIN and shift_m < MOST_SHIFT_M else box


def _base_box(drive: Drive | Recording, frame: int, box: Box) -> Box:
    return box.transform(drive.base_from_ego(frame))
