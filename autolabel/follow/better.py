"""All frames of a track taken together: one size, headings along the way it moves, places on a smooth way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from autolabel.follow.drive import Drive, is_level, leveled
from autolabel.follow.extend import Subject
from geometry import SE3, Box
from geometry.arrays import FloatArray
from geometry.rotation import wrap_angle
from labels import resize_about_near_corner
from pointcloud import FitScene, FittedBox, refit

SIZED_FRAMES = 12
PRIOR_FRAMES = 1.0
"""The size before counts like so many frames."""
WINDOW_S = 0.45
"""Places are smoothed over this time each way: longer than a lidar's and a fit's noise, shorter than a manoeuvre."""
MOVES_MS, MOVES_M = 1.0, 1.0
HEADING_NOISE_RAD = 0.06
PLACE_NOISE_M = 0.08


def better(drive: Drive, boxes_ego: Mapping[int, Box], subject: Subject, held: Sequence[int] = ()) -> dict[int, Box]:
    """The boxes of one track, each bettered by what the others tell.

    Args:
        drive: The scene.
        boxes_ego: Where the object is, by frame.
        subject: What it is.
        held: Frames whose boxes somebody decided: they stay, and so does the size that they have.
    """
    frames = sorted(boxes_ego)
    if len(frames) < 3:
        return dict(boxes_ego)
    boxes = _turned(drive, frames, boxes_ego)
    if not held:
        size = common_size(drive, boxes, subject)
        boxes = {frame: _resized(drive.cloud(frame), box, size) for frame, box in boxes.items()}
        boxes = {frame: _placed(drive.cloud(frame), box, subject) for frame, box in boxes.items()}
    boxes = _smooth(drive, frames, boxes)
    return boxes | {frame: boxes_ego[frame] for frame in held}


def common_size(drive: Drive, boxes_ego: Mapping[int, Box], subject: Subject) -> FloatArray:
    """(3,) the size that the frames tell in which the object is seen best."""
    fits: list[FittedBox] = []
    for frame in _best_frames(drive, boxes_ego):
        scene = drive.cloud(frame)
        if scene is not None:
            box = boxes_ego[frame]
            fits.append(refit(scene, box, subject.size_prior_lwh_m, "all", habits=subject.habits))
    now = np.median([box.size_lwh_m for box in boxes_ego.values()], axis=0)
    if not fits or not subject.is_rigid:
        return np.asarray(now)
    sizes = np.log(np.stack([fitted.box.size_lwh_m for fitted in fits]))
    weights = np.stack([_told(fitted) for fitted in fits])
    total = weights.sum(axis=0) + PRIOR_FRAMES * weights.max(axis=0).clip(min=1e-6)
    mean = (weights * sizes).sum(axis=0) + PRIOR_FRAMES * weights.max(axis=0).clip(min=1e-6) * np.log(now)
    return np.asarray(np.exp(mean / total))


def _told(fitted: FittedBox) -> FloatArray:
    """(3,) how much a frame tells of length, width and height."""
    faces = set(fitted.supported_faces)
    points = float(np.sqrt(min(fitted.point_count, 400)))
    along = 1.0 * bool(faces & {"left", "right"}) + 0.5 * bool(faces & {"front", "rear"})
    across = 1.0 * bool(faces & {"front", "rear"}) + 0.3 * bool(faces & {"left", "right"})
    return points * fitted.confidence * np.array([along, across, 1.0 if "top" in faces else 0.2])


def _best_frames(drive: Drive, boxes_ego: Mapping[int, Box]) -> list[int]:
    """Those with the most points, from as many sides as there are."""
    counts: dict[int, int] = {}
    sides: dict[int, int] = {}
    for frame, box in boxes_ego.items():
        scene = drive.cloud(frame)
        if scene is None:
            continue
        counts[frame] = int(box.contains(scene.near(box.center[:2], float(box.size_lwh_m.max()))).sum())
        lidar = box.frame_from_object.inverse().apply(scene.lidar_center[None])[0]
        sides[frame] = int((np.arctan2(lidar[1], lidar[0]) + np.pi) // (np.pi / 4.0))
    order = sorted(counts, key=lambda frame: -counts[frame])
    rank = {frame: sum(sides[other] == sides[frame] for other in order[:place]) for place, frame in enumerate(order)}
    return sorted(order, key=lambda frame: (rank[frame] // 3, -counts[frame]))[:SIZED_FRAMES]


def _turned(drive: Drive, frames: Sequence[int], boxes_ego: Mapping[int, Box]) -> dict[int, Box]:
    """Headings along the way of what moves, and evened out over time in any case."""
    times, centers, yaws = _in_base(drive, frames, boxes_ego)
    velocity = _slopes(times, centers[:, :2])
    speed = np.hypot(velocity[:, 0], velocity[:, 1])
    course = np.arctan2(velocity[:, 1], velocity[:, 0])
    moves = speed > MOVES_MS
    travelled_m = float(np.hypot(*(centers[-1] - centers[0])[:2]))
    if moves.any() and travelled_m > MOVES_M and float(np.cos(course - yaws)[moves].mean()) < -0.5:
        yaws = yaws + np.pi
    headings = np.exp(1j * yaws)
    trust = np.full(len(frames), 1.0 / HEADING_NOISE_RAD**2)
    evened = np.array([(headings * trust * _near(times, time, 2.0 * WINDOW_S)).sum() for time in times])
    strength = np.array([(trust * _near(times, time, 2.0 * WINDOW_S)).sum() for time in times])
    evened = evened / np.maximum(np.abs(evened), 1e-9) * strength
    if travelled_m > MOVES_M:
        # A course over the window is as sure as the way covered in it is long.
        course_sigma = PLACE_NOISE_M / np.maximum(speed * WINDOW_S, 1e-3) + 0.02
        evened = evened + np.where(moves, np.exp(1j * course) / course_sigma**2, 0.0) * 3.0
    return {
        frame: _with_yaw(drive, frame, boxes_ego[frame], float(np.angle(value)))
        for frame, value in zip(frames, evened, strict=True)
    }


def _smooth(drive: Drive, frames: Sequence[int], boxes_ego: Mapping[int, Box]) -> dict[int, Box]:
    times, centers, _ = _in_base(drive, frames, boxes_ego)
    out: dict[int, Box] = {}
    for place, frame in enumerate(frames):
        weights = _near(times, times[place], WINDOW_S)
        center = _local_fit(times - times[place], centers, weights)
        base_box = boxes_ego[frame].transform(drive.base_from_ego(frame))
        moved = Box(SE3(base_box.frame_from_object.rotation, center), base_box.size_lwh_m)
        back = moved.transform(drive.base_from_ego(frame).inverse())
        out[frame] = leveled(back) if is_level(boxes_ego[frame]) else back
    return out


def _local_fit(times: FloatArray, values: FloatArray, weights: FloatArray) -> FloatArray:
    """Values (K, 3) at time 0 by a weighted line through the nearest, a parabola where many are."""
    degree = 2 if (weights > 0.1).sum() >= 7 else 1
    design = np.vander(times, degree + 1, increasing=True)
    root = np.sqrt(weights)[:, None]
    solved, *_ = np.linalg.lstsq(root * design, root * values, rcond=None)
    return np.asarray(solved[0])


def _slopes(times: FloatArray, values: FloatArray) -> FloatArray:
    """(K, 2) level velocity in each frame, by lines through the nearest places."""
    slopes = np.zeros_like(values)
    for place, time in enumerate(times):
        weights = _near(times, time, 1.5 * WINDOW_S)
        off = times - np.average(times, weights=weights)
        spread = float((weights * off**2).sum())
        if spread > 0.0:
            slopes[place] = (weights * off) @ values / spread
    return slopes


def _near(times: FloatArray, time: float, window_s: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * ((times - time) / window_s) ** 2))


def _in_base(
    drive: Drive, frames: Sequence[int], boxes_ego: Mapping[int, Box]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    boxes = [boxes_ego[frame].transform(drive.base_from_ego(frame)) for frame in frames]
    times = np.array([drive.time_s(frame) for frame in frames])
    return times, np.stack([box.center for box in boxes]), np.array([box.yaw_rad for box in boxes])


def _with_yaw(drive: Drive, frame: int, box_ego: Box, yaw_base_rad: float) -> Box:
    base_box = box_ego.transform(drive.base_from_ego(frame))
    turn = SE3.from_yaw(float(wrap_angle(yaw_base_rad - base_box.yaw_rad)), [0.0, 0.0, 0.0])
    rotation = turn.rotation @ base_box.frame_from_object.rotation
    turned = Box(SE3(rotation, base_box.center), base_box.size_lwh_m)
    back = turned.transform(drive.base_from_ego(frame).inverse())
    return leveled(back) if is_level(box_ego) else back


def _resized(scene: FitScene | None, box: Box, size_lwh_m: FloatArray) -> Box:
    if scene is None:
        return box
    return resize_about_near_corner(box, size_lwh_m, scene.lidar_center)


def _placed(scene: FitScene | None, box: Box, subject: Subject) -> Box:
    if scene is None:
        return box
    return refit(scene, box, subject.size_prior_lwh_m, "position", habits=subject.habits).box
