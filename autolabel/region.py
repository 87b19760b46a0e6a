"""Where a team labels at all: some label only what a camera sees, and everybody stops at some distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autolabel.labeled_scene import LabeledScene
from autolabel.network.grid import CELL_M, MULTIPLE, GridSpec
from autolabel.recording import Recording
from fusion import CameraView, Scene
from geometry.arrays import BoolArray, Float32Array, FloatArray

WIDER = 0.06
"""Points so much beyond an image's sides stay, so that objects at its border are whole."""
FARTHER, FARTHER_M = 1.1, 2.0
"""Labels are expected so much farther out than any is known, as a factor and in metres."""
TOO_NEAR = 0.05
"""How likely few boxes, as likely at any distance, may all lie nearer than that."""
FEWEST_BOXES = 8
MOST_OUTSIDE = 0.02
SURE = 0.01
"""How likely it may be that boxes anywhere would all lie in the images by chance."""
SAMPLED_FRAMES = 5
INSIDE = 0.9995
FARTHEST_M = 76.8
"""Farther out a lidar hardly shows objects, and the network's picture would grow out of bounds."""


@dataclass(frozen=True)
class RegionRule:
    """Where labels are to be expected in any scene of a project.

    Attributes:
        only_in_images: Whether nothing is labelled but what a camera sees.
        most_range_m: How far from ``ego`` anything is labelled, level.
        most_along_axis_m: How far ahead, behind or aside: many label a square.
    """

    only_in_images: bool
    most_range_m: float
    most_along_axis_m: float = np.inf

    def of(self, scene: Scene) -> LabeledRegion:
        """The rule for one scene's cameras."""
        views = _views(scene) if self.only_in_images else ()
        return LabeledRegion(views, self.most_range_m, self.most_along_axis_m)

    def to_json(self) -> dict[str, Any]:
        """For a model's file."""
        return {
            "only_in_images": self.only_in_images,
            "most_range_m": _told(self.most_range_m),
            "most_along_axis_m": _told(self.most_along_axis_m),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> RegionRule:
        """What ``to_json`` made."""
        limits = (values.get(name) for name in ("most_range_m", "most_along_axis_m"))
        return cls(bool(values["only_in_images"]), *(np.inf if far_m is None else float(far_m) for far_m in limits))


@dataclass(frozen=True, eq=False)
class LabeledRegion:
    """Where labels are to be expected in one scene.

    Attributes:
        views: The cameras outside of which nothing is labelled; none where it does not matter what cameras see.
        most_range_m: How far from ``ego`` anything is labelled, level.
        most_along_axis_m: How far ahead, behind or aside.
    """

    views: tuple[CameraView, ...]
    most_range_m: float
    most_along_axis_m: float = np.inf

    def holds(self, places_ego: FloatArray | Float32Array, wider: float = 0.0) -> BoolArray:
        """(N,) which places (N, 3+) lie in it; ``wider`` adds to each image's sides, as a share of its width."""
        near: BoolArray = np.hypot(places_ego[:, 0], places_ego[:, 1]) <= self.most_range_m
        near &= np.abs(places_ego[:, :2]).max(axis=1, initial=0.0) <= self.most_along_axis_m
        if not self.views or not len(places_ego):
            return near
        return np.asarray(near & np.any([_is_across(view, places_ego, wider) for view in self.views], axis=0))

    def cut(self, recording: Recording) -> Recording:
        """The recording without the points that no camera sees, where only what they see is labelled."""
        if not self.views:
            return recording
        seen = LabeledRegion(self.views, np.inf)

        def points(frame_index: int) -> Float32Array:
            everything = recording.points(frame_index)
            return everything[seen.holds(everything, WIDER)]

        return Recording(recording.times_ns, recording.trajectory, points, recording.lidar_center_ego)


def region_rule(scenes: Sequence[LabeledScene]) -> RegionRule:
    """What the labelled frames tell about where labels are."""
    boxes = np.concatenate([np.zeros((0, 7)), *(each.boxes_ego(f) for each in scenes for f in each.frames)])
    if not len(boxes):
        return RegionRule(only_in_images=False, most_range_m=np.inf)
    farther = max(FARTHER, TOO_NEAR ** (-1.0 / len(boxes)))
    range_m, along_axis_m = (
        farther * float(far_m.max()) + FARTHER_M for far_m in (np.hypot(boxes[:, 0], boxes[:, 1]), np.abs(boxes[:, :2]))
    )
    return RegionRule(_is_only_in_images(scenes), range_m, along_axis_m)


def grid_over(recording: Recording, region: LabeledRegion) -> GridSpec:
    """The cells that hold the points of a scene as far as anything is labelled, at least one block of them."""
    frames = sorted(set(np.linspace(0, len(recording) - 1, SAMPLED_FRAMES).astype(int).tolist()))
    reach_m = min(region.most_range_m, region.most_along_axis_m, FARTHEST_M)
    low, high = np.zeros(2), np.zeros(2)
    for frame in frames:
        points = recording.points(frame)[:, :2]
        if len(points):
            low = np.minimum(low, np.quantile(points, 1.0 - INSIDE, axis=0))
            high = np.maximum(high, np.quantile(points, INSIDE, axis=0))
    block_m = MULTIPLE * CELL_M
    first = np.floor(np.maximum(low - block_m, -reach_m) / block_m).astype(int)
    last = np.maximum(np.ceil(np.minimum(high + block_m, reach_m) / block_m).astype(int), first + 1)
    rows, columns = ((last - first) * MULTIPLE).tolist()
    return GridSpec(float(first[0] * block_m), float(first[1] * block_m), rows, columns, CELL_M)


def _told(far_m: float) -> float | None:
    return far_m if np.isfinite(far_m) else None


def _is_only_in_images(scenes: Sequence[LabeledScene]) -> bool:
    """Whether all boxes lie in images, though by chance they hardly would: points show how much images see."""
    seen, total, by_chance = 0, 0, 0.0
    for each in scenes:
        region = LabeledRegion(_views(each.scene), np.inf)
        if not region.views:
            return False
        for frame in each.frames:
            boxes, points = each.boxes_ego(frame), each.recording.points(frame)
            seen += int(region.holds(boxes).sum())
            total += len(boxes)
            share = float(region.holds(points).mean()) if len(points) else 1.0
            by_chance += len(boxes) * np.log(max(share, 1e-3))
    return total >= FEWEST_BOXES and seen >= (1.0 - MOST_OUTSIDE) * total and bool(by_chance < np.log(SURE))


def _views(scene: Scene) -> tuple[CameraView, ...]:
    return tuple(CameraView.of_rig(scene.rig, name) for name in scene.rig.cameras)


def _is_across(view: CameraView, places_ego: FloatArray | Float32Array, wider: float) -> BoolArray:
    """(N,) whether places lie between an image's left and right side, at whatever height."""
    uv, visible = view.place_points(np.asarray(places_ego[:, :3], dtype=np.float64))
    width_px = view.camera.width_px
    return np.asarray(visible & (uv[:, 0] >= -wider * width_px) & (uv[:, 0] < (1.0 + wider) * width_px))
