"""All detections of a scene as one table in ``base``, in an order that does not depend on how they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from autolabel.detections import Detections
from autolabel.recording import Recording
from autolabel.upright import moved, overlap_bev
from geometry import SE3
from geometry.arrays import BoolArray, FloatArray, IntArray

SAME_OVERLAP = 0.5
"""Two detections of one frame that overlap so much are one object."""


@dataclass(frozen=True, eq=False)
class Moments:
    """When the frames are, and from where they are seen.

    Attributes:
        times_s: (F,) ascending.
        lidar_base: (F, 3) where the lidar is.
        base_from_ego: By frame.
        in_world: Whether ``base`` is ``world``.
    """

    times_s: FloatArray
    lidar_base: FloatArray
    base_from_ego: tuple[SE3, ...]
    in_world: bool

    @classmethod
    def of(cls, recording: Recording) -> Moments:
        """Those of a recording."""
        poses = tuple(recording.base_from_ego(index) for index in range(len(recording)))
        lidar = np.array([pose.apply(recording.lidar_center_ego[None])[0] for pose in poses]).reshape(-1, 3)
        times = np.array([recording.time_s(index) for index in range(len(recording))], dtype=np.float64)
        return cls(times, lidar, poses, recording.in_world)

    def __len__(self) -> int:
        """The number of frames."""
        return len(self.times_s)

    def reaches(self, frames: IntArray, boxes_base: FloatArray) -> FloatArray:
        """(N,) half the side of the square around the ego, along its axes, that just holds each centre."""
        ahead, places = self._level_poses
        away, ahead = boxes_base[:, :2] - places[frames], ahead[frames]
        along = np.abs((away * ahead).sum(axis=1))
        across = np.abs(away[:, 1] * ahead[:, 0] - away[:, 0] * ahead[:, 1])
        return np.asarray(np.maximum(along, across))

    @cached_property
    def _level_poses(self) -> tuple[FloatArray, FloatArray]:
        """(F, 2) where the ego looks, and where it is, from above."""
        yaws = np.array([pose.yaw_rad for pose in self.base_from_ego])
        places = np.array([pose.translation[:2] for pose in self.base_from_ego]).reshape(-1, 2)
        return np.column_stack([np.cos(yaws), np.sin(yaws)]), places

    @property
    def step_s(self) -> float:
        """The usual time from frame to frame."""
        return float(np.median(np.diff(self.times_s))) if len(self) > 1 else 0.1

    def ranges_m(self, frames: IntArray, boxes_base: FloatArray) -> FloatArray:
        """(N,) level distances of boxes (N, 7) from the lidar in their frames (N,)."""
        away = boxes_base[:, :2] - self.lidar_base[frames, :2]
        return np.asarray(np.hypot(away[:, 0], away[:, 1]))


@dataclass(frozen=True, eq=False)
class Sightings:
    """Detections, frame by frame.

    Attributes:
        frames: (M,) never falling.
        boxes: (M, 7) in ``base``.
        classes: (M,) numbers of classes.
        scores: (M,) 0 … 1.
        headings: (M,) 0.5 … 1.
        ranges_m: (M,) level distance from the lidar.
    """

    frames: IntArray
    boxes: FloatArray
    classes: IntArray
    scores: FloatArray
    headings: FloatArray
    ranges_m: FloatArray

    @classmethod
    def of(cls, moments: Moments, detections: Sequence[Detections], class_count: int, least_score: float) -> Sightings:
        """Those that can be boxes, from a score on.

        Raises:
            ValueError: There is not one entry a frame, or a class has no place in the class set.
        """
        if len(detections) != len(moments):
            raise ValueError(f"detections must have one entry a frame, got {len(detections)} for {len(moments)}")
        parts = [_of_frame(moments, number, found, least_score) for number, found in enumerate(detections)]
        classes = np.concatenate([found.classes for found, _ in parts] or [np.zeros(0, np.int64)]).astype(np.int64)
        if len(classes) and not 0 <= classes.min() <= classes.max() < class_count:
            raise ValueError(f"classes must be 0 … {class_count - 1}, got {classes.min()} … {classes.max()}")
        frames = np.repeat(np.arange(len(parts)), [len(found) for found, _ in parts])
        boxes = np.concatenate([rows for _, rows in parts] or [np.zeros((0, 7))])
        scores = np.concatenate([found.scores for found, _ in parts] or [np.zeros(0)])
        headings = np.concatenate([found.headings for found, _ in parts] or [np.zeros(0)])
        return cls(frames, boxes, classes, scores, headings, moments.ranges_m(frames, boxes))

    def __len__(self) -> int:
        """The number of detections."""
        return len(self.frames)

    def take(self, places: IntArray) -> Sightings:
        """Those at some places of the table."""
        return Sightings(*(getattr(self, field.name)[places] for field in fields(self)))

    def seen_from(self, told: Moments, moments: Moments) -> Sightings:
        """The same detections where other poses put them."""
        boxes = self.boxes.copy()
        starts = self.starts(len(told))
        for frame in range(len(told)):
            here = slice(starts[frame], starts[frame + 1])
            dst_from_told = moments.base_from_ego[frame] @ told.base_from_ego[frame].inverse()
            boxes[here] = moved(self.boxes[here], dst_from_told)
        return replace(self, boxes=boxes)

    def starts(self, frame_count: int) -> IntArray:
        """(F + 1,) where each frame begins."""
        return np.asarray(np.searchsorted(self.frames, np.arange(frame_count + 1)))


def _of_frame(moments: Moments, number: int, found: Detections, least_score: float) -> tuple[Detections, FloatArray]:
    rows = found.boxes_ego
    usable = np.isfinite(rows).all(axis=1) & (rows[:, 3:6] > 0.0).all(axis=1) & (found.scores >= least_score)
    order = np.lexsort((*rows[:, :2].T, found.classes, -found.scores))
    kept = order[usable[order]]
    if len(kept):
        kept = kept[_without_doubles(rows[kept])]
    chosen = Detections(rows[kept], found.classes[kept], found.scores[kept], np.clip(found.headings[kept], 0.5, 1.0))
    return chosen, moved(chosen.boxes_ego, moments.base_from_ego[number])


def _without_doubles(rows: FloatArray) -> BoolArray:
    """(N,) which of the boxes, the best first, are not a better one once more."""
    kept = np.ones(len(rows), dtype=bool)
    overlap = overlap_bev(rows, rows)
    for place in range(len(rows)):
        if kept[place]:
            kept[place + 1 :] &= overlap[place, place + 1 :] < SAME_OVERLAP
    return kept
