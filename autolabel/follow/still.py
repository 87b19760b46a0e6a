"""Tracks that stand still: in which frames they are seen, and how they follow their points where poses drift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autolabel.follow.drive import Drive, is_level, leveled
from autolabel.follow.extend import (
    FEWEST_POINTS,
    MOST_MISSED_S,
    MOST_RANGE_M,
    Direction,
    Extension,
    Followed,
    Subject,
    is_hidden,
)
from autolabel.follow.reason import Reason
from geometry import SE3, Box
from geometry.arrays import FloatArray
from labels import MOST_SNAP_M, Tolerance
from labels.fewest_keys import fewest_keys, run_between
from pointcloud import FitScene, FittedBox, refit

SMOOTHED_S = 0.6
DRIFTS_M = 0.06
"""Offsets below this are the noise of fits."""
GAIN = 0.01
"""An offset counts where the fit is surer by this than where the object should stand."""
SNAP_TOLERANCE = Tolerance(position_m=0.05, heading_rad=0.02, size_m=0.01)


def extend_still(
    drive: Drive, frame_index: int, box_ego: Box, subject: Subject, direction: Direction, *, most_frames: int = 40
) -> Extension:
    """Beyond a frame, those in which an object that stands still is seen where it stands; nothing is fitted.

    Where something hides it, one goes on; where the place is seen to be empty for half a second, it ends.
    """
    world_box = box_ego.transform(drive.base_from_ego(frame_index))
    step = 1 if direction == "forward" else -1
    end = min(frame_index + most_frames, len(drive) - 1) if step > 0 else max(frame_index - most_frames, 0)
    found: list[Followed] = []
    lost: tuple[int, Reason] | None = None
    empty_since: int | None = None
    for frame in range(frame_index + step, end + step, step):
        outcome = _still_there(drive, frame, _in_frame(drive, frame, world_box, box_ego), subject)
        if not isinstance(outcome, Reason):
            found.append(Followed(frame, outcome))
            lost, empty_since = None, None
            continue
        lost = lost or (frame, outcome)
        if outcome.code != "no_points":
            empty_since = None
            if outcome.code == "out_of_range":
                break
            continue
        empty_since = frame if empty_since is None else empty_since
        if abs(drive.time_s(frame) - drive.time_s(empty_since)) >= MOST_MISSED_S:
            break
    if lost is not None:
        return Extension(tuple(found), *lost)
    if end in (0, len(drive) - 1):
        return Extension(tuple(found), None, Reason("end_of_scene", "the scene ends here"))
    return Extension(tuple(found), end, _most(len(found)))


def _most(count: int) -> Reason:
    return Reason("most_frames", f"it was asked for {count} frames", {"frames": count})


def _still_there(drive: Drive, frame: int, box: Box, subject: Subject) -> FittedBox | Reason:
    scene = drive.cloud(frame)
    if scene is None:
        return Reason("no_cloud", f"frame {frame} has no cloud", {"frame": frame})
    range_m = float(np.hypot(*(box.center[:2] - scene.lidar_center[:2])))
    if range_m > MOST_RANGE_M:
        return Reason("out_of_range", f"it is {range_m:.0f} m away", {"range_m": round(range_m)})
    fitted = as_it_is(scene, box, subject)
    if fitted.point_count >= FEWEST_POINTS:
        return fitted
    if is_hidden(scene, box):
        return Reason("hidden", "something else hides the place", {"share": 0.0})
    return Reason("no_points", "no points are where it should be")


def as_it_is(scene: FitScene, box: Box, subject: Subject) -> FittedBox:
    """What the points say about a box that stays where it is."""
    judged = refit(scene, box, subject.size_prior_lwh_m, "bottom", habits=subject.habits)
    return FittedBox(box, judged.confidence, judged.supported_faces, judged.point_count, judged.reason)


@dataclass(frozen=True)
class Snap:
    """How a static track follows its points.

    Attributes:
        keys: By frame, the box in ``ego``; as few as derive all offsets.
        offsets_m: By frame of a key, how far it is off the one place.
        bounded: Frames whose offset was cut to the bound.
        looked_at: How many frames had points to go by.
        reason: Why so.
    """

    keys: Mapping[int, Box]
    offsets_m: Mapping[int, float]
    bounded: tuple[int, ...]
    looked_at: int
    reason: Reason


def snap(
    drive: Drive,
    frame_index: int,
    box_ego: Box,
    frames: Sequence[int],
    subject: Subject,
    most_m: float = MOST_SNAP_M,
) -> Snap:
    """Offsets of a standing object from its one place, found in each frame's points, smoothed and bounded.

    Args:
        drive: The scene.
        frame_index: The frame whose box is right.
        box_ego: That box.
        frames: The frames of the track's life.
        subject: What it is.
        most_m: The largest offset.
    """
    alone = {frame_index: box_ego}
    if not drive.in_world:
        reason = Reason("no_poses", "the scene has no vehicle poses, so nothing is known to stand still in it")
        return Snap(alone, {frame_index: 0.0}, (), 0, reason)
    world_box = box_ego.transform(drive.base_from_ego(frame_index))
    life = sorted({*frames, frame_index})
    measured = _offsets(drive, world_box, box_ego, frame_index, (f for f in life if f != frame_index), subject)
    if not measured:
        return Snap(alone, {frame_index: 0.0}, (), 0, Reason("no_points", "hardly any frame shows points of it"))
    offsets, bounded = _smooth(drive, life, frame_index, measured, most_m)
    largest_m = float(np.linalg.norm(offsets, axis=1).max())
    if largest_m < DRIFTS_M:
        reason = Reason("no_drift", f"no frame is off by more than {largest_m:.2f} m: one key is enough")
        return Snap(alone, {frame_index: 0.0}, (), len(measured), reason)
    places = _fewest(drive, life, world_box, offsets, frame_index)
    keys = {life[place]: _in_frame(drive, life[place], _off(world_box, offsets[place]), box_ego) for place in places}
    keys[frame_index] = box_ego
    sentence = f"{len(keys)} keys follow the points by at most {largest_m:.2f} m"
    reason = Reason("snapped", sentence, {"keys": len(keys), "most_m": round(largest_m, 2)})
    moved = {life[place]: float(np.linalg.norm(offsets[place])) for place in places}
    return Snap(keys, moved | {frame_index: 0.0}, bounded, len(measured), reason)


def _offsets(
    drive: Drive, world_box: Box, box_ego: Box, held: int, frames: Iterable[int], subject: Subject
) -> dict[int, tuple[FloatArray, float]]:
    """By frame, the offset in ``world`` and how much it counts; only where it has enough points."""
    measured: dict[int, tuple[FloatArray, float]] = {}
    usual = _usual_offset(drive, held, box_ego, subject)
    for frame in frames:
        scene = drive.cloud(frame)
        if scene is None:
            continue
        box = _in_frame(drive, frame, world_box, box_ego)
        before = as_it_is(scene, box, subject)
        after = _placed(scene, box, subject)
        if after.point_count < 2 * FEWEST_POINTS:
            continue
        is_better = after.confidence > before.confidence + GAIN
        way = after.box.transform(drive.base_from_ego(frame)).center - world_box.center - usual
        measured[frame] = (way if is_better else np.zeros(3), max(after.confidence, 0.05))
    return measured


def _usual_offset(drive: Drive, held: int, box_ego: Box, subject: Subject) -> FloatArray:
    """(3,) how far a fit moves the box of the held frame, which is right: so far it moves the others for nothing."""
    scene = drive.cloud(held)
    if scene is None:
        return np.zeros(3)
    way = _placed(scene, box_ego, subject).box.center - box_ego.center
    return np.asarray(drive.base_from_ego(held).rotation @ way)


def _placed(scene: FitScene, box: Box, subject: Subject) -> FittedBox:
    """The box moved onto its points; twice, since each fit stays near where it starts."""
    prior, habits = subject.size_prior_lwh_m, subject.habits
    once = refit(scene, box, prior, "position", habits=habits)
    return refit(scene, once.box, prior, "position", habits=habits)


def _smooth(
    drive: Drive, life: Sequence[int], held: int, measured: Mapping[int, tuple[FloatArray, float]], most_m: float
) -> tuple[FloatArray, tuple[int, ...]]:
    """(F, 3) an offset for every frame of its life, zero in the held one, and where it was cut."""
    times = np.array([drive.time_s(frame) for frame in measured])
    ways = np.stack([way for way, _ in measured.values()])
    trust = np.array([weight for _, weight in measured.values()])
    out, bounded = np.zeros((len(life), 3)), []
    for place, frame in enumerate(life):
        near = trust * np.exp(-0.5 * ((times - drive.time_s(frame)) / SMOOTHED_S) ** 2)
        # Offsets are counted from the held frame, near which they fade out.
        fade = 1.0 - np.exp(-0.5 * ((drive.time_s(frame) - drive.time_s(held)) / SMOOTHED_S) ** 2)
        way = fade * (near @ ways) / near.sum() if near.sum() > 1e-6 else np.zeros(3)
        length = float(np.linalg.norm(way))
        if length > most_m:
            way = way * (most_m / length)
            bounded.append(frame)
        out[place] = way
    return out, tuple(bounded)


def _fewest(drive: Drive, life: Sequence[int], world_box: Box, offsets: FloatArray, held: int) -> list[int]:
    times = np.array([drive.time_s(frame) for frame in life])
    centers = world_box.center + offsets
    rotations = np.repeat(world_box.frame_from_object.rotation[None], len(life), axis=0)
    sizes = np.repeat(world_box.size_lwh_m[None], len(life), axis=0)
    run = run_between(times, np.arange(len(life)), centers, rotations, sizes)
    return [int(place) for place in fewest_keys(run, SNAP_TOLERANCE, [life.index(held)])]


def _off(box: Box, offset: FloatArray) -> Box:
    return Box(SE3(box.frame_from_object.rotation, box.center + offset), box.size_lwh_m)


def _in_frame(drive: Drive, frame: int, world_box: Box, like: Box) -> Box:
    box = world_box.transform(drive.base_from_ego(frame).inverse())
    return leveled(box) if is_level(like) and not drive.in_world else box
