"""What there is to learn in the images of a labelled frame: its objects, and places that might be taken for some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from autolabel.camera.crops import Crop, Placed, crops_of, placed_in
from autolabel.classes import ClassSet
from autolabel.labeled_scene import LabeledScene
from autolabel.region import LabeledRegion
from autolabel.upright import COLUMNS, overlap_bev
from geometry.arrays import Float32Array, FloatArray
from pointcloud import FitScene

ANYWHERE = 16
"""So many boxes a frame and class are laid around any points that stand on the ground."""
STANDS_M, REACHES_M = 0.4, 2.5
SQUARE_M = 1.0
SAME, OTHER = 0.5, 0.05
"""A claim that overlaps an object so much is that object; one that overlaps none by so much is none."""
SHOWS = 0.25
"""A rectangle overlapping an object's so much in the image shows that object, whatever stands beside it."""
SIZE_SIGMA = 0.08


@dataclass(frozen=True, eq=False)
class CropExample:
    """A crop, and what is true of it.

    Attributes:
        crop: The picture; its angle is that of the true heading.
        class_index: What it shows; the number of classes where it shows nothing of them.
        is_rigid: Whether it is an object whose front and rear are to be told apart.
    """

    crop: Crop
    class_index: int
    is_rigid: bool


def crop_examples(
    told: LabeledScene,
    frame_index: int,
    classes: ClassSet,
    region: LabeledRegion,
    claimed: FloatArray,
    rng: Generator,
) -> list[CropExample]:
    """The crops of a labelled frame; none where it has no images.

    Args:
        told: The scene with its labels.
        frame_index: A labelled frame of it.
        classes: What is told apart.
        region: Where labels are; beyond it there may be objects that nobody labelled.
        claimed: (N, 7) boxes in ``ego`` where something claims objects to be; those that are none are the most worth
            knowing.
        rng: For boxes laid anywhere.
    """
    numbers = {item.name: number for number, item in enumerate(classes)}
    objects = told.boxes_ego(frame_index)
    kinds = [numbers[item.category] for item in told.frames[frame_index]]
    nothing = _nothing(told.recording.points(frame_index), told.recording.lidar_center_ego, objects, classes, rng)
    nothing = np.concatenate([claimed[overlap_bev(claimed, objects).max(axis=1, initial=0.0) <= OTHER], nothing])
    nothing = nothing[region.holds(nothing)]
    placed = placed_in(told.scene, frame_index, objects)
    beside = [
        each for each in placed_in(told.scene, frame_index, nothing, are_solid=False) if not _shows_any(each, placed)
    ]
    crops = crops_of(told.scene, frame_index, [*placed, *beside])
    truths = [(kinds[each.box], classes[kinds[each.box]].is_rigid) for each in placed]
    truths += [(len(classes), False)] * len(beside)
    return [CropExample(crop, *truth) for crop, truth in zip(crops, truths, strict=True) if crop is not None]


def _nothing(
    points: Float32Array, lidar_center: FloatArray, objects: FloatArray, classes: ClassSet, rng: Generator
) -> FloatArray:
    """(N, 7) boxes of usual sizes around points that stand on the ground and are no object's."""
    scene = FitScene.of(points[:, :3], lidar_center)
    spots = _standing(np.asarray(points[:, :3], dtype=np.float64), rng)
    rows = []
    for item in classes:
        for spot in spots[rng.permutation(len(spots))[:ANYWHERE]]:
            plane = scene.ground(spot)
            if plane is not None:
                size = np.array(item.size_lwh_m) * np.exp(rng.normal(0.0, SIZE_SIGMA, 3))
                rows.append([*spot, plane.height_m + size[2] / 2.0, *size, rng.uniform(-np.pi, np.pi)])
    found = np.array(rows).reshape(-1, COLUMNS)
    return np.asarray(found[overlap_bev(found, objects).max(axis=1, initial=0.0) <= OTHER])


def _standing(points: FloatArray, rng: Generator) -> FloatArray:
    """(K, 2) a point of each square in which any stands above another, so that walls do not count more than poles."""
    _, cell = np.unique(np.floor(points[:, :2] / SQUARE_M).astype(np.int64), axis=0, return_inverse=True)
    cell = cell.ravel()
    lowest = np.full(cell.max(initial=-1) + 1, np.inf)
    np.minimum.at(lowest, cell, points[:, 2])
    above = points[:, 2] - lowest[cell]
    standing = rng.permutation(np.flatnonzero((above > STANDS_M) & (above < REACHES_M)))
    _, first = np.unique(cell[standing], return_index=True)
    return np.asarray(points[standing[first], :2])


def _shows_any(place: Placed, objects: Sequence[Placed]) -> bool:
    return any(each.camera == place.camera and _overlap(each, place) > SHOWS for each in objects)


def _overlap(a: Placed, b: Placed) -> float:
    """The common area of two rectangles as a share of the smaller."""
    one, other = np.array(a.ltrb_px), np.array(b.ltrb_px)
    common = np.maximum(np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2]), 0.0)
    smaller = min(float((one[2:] - one[:2]).prod()), float((other[2:] - other[:2]).prod()))
    return float(common.prod()) / max(smaller, 1e-9)
