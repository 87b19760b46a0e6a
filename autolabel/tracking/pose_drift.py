"""Whether the poses are good: standing objects must not wander together; if they do, the poses are put right.

What stands still in the world gives, in each frame, the same shift and turn for all of it. Both are sought as lines
between knots, together with the places of the objects, by least squares; they change slowly, as drift does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.linalg import spsolve

from autolabel.tracking.draft import Draft
from autolabel.tracking.sightings import Moments
from autolabel.upright import moved
from geometry import SE3
from geometry.arrays import FloatArray, IntArray

KNOT_S = 1.0
DRIFT_M, DRIFT_RAD = 0.05, 0.004
"""How much shift and turn usually change from knot to knot."""
MEMORY = 2.0
"""Errors of detections last for some frames, so that they tell less than as many errors that do not."""
BAD_M = 0.12
"""Poses are bad where one place for a standing object would be off by more in a tenth of the frames."""
FEWEST_OBJECTS, FEWEST_FRAMES = 3, 10
FITS = 3


@dataclass(frozen=True, eq=False)
class _Standing:
    """All detections of standing objects: (N,) frames and numbers of objects, (N, 2) places, (N,) noise."""

    frames: IntArray
    objects: IntArray
    places: FloatArray
    noise_m: FloatArray


def steadied(moments: Moments, drafts: Sequence[Draft]) -> Moments:
    """The same moments with poses in which standing objects stand still; those given where they are good."""
    still = [item for item in drafts if item.track.is_static and len(item.frames) >= FEWEST_FRAMES]
    if not moments.in_world or len(still) < FEWEST_OBJECTS:
        return moments
    standing = _Standing(
        np.concatenate([item.frames for item in still]),
        np.repeat(np.arange(len(still)), [len(item.frames) for item in still]),
        np.concatenate([item.boxes[:, :2] for item in still]),
        np.concatenate([item.noise_m for item in still]),
    )
    shift = _shifts(moments, standing)
    if _wanders_m(moments, standing, shift) <= BAD_M:
        return moments
    poses, lidar = [], moments.lidar_base.copy()
    for frame, ((x, y, turn), pose) in enumerate(zip(shift, moments.base_from_ego, strict=True)):
        put_right = _about(moments.lidar_base[frame], float(x), float(y), float(turn))
        poses.append(put_right @ pose)
        lidar[frame] = put_right.apply(moments.lidar_base[frame][None])[0]
    return Moments(moments.times_s, lidar, tuple(poses), in_world=True)


def as_told(boxes: FloatArray, frames: IntArray, steady: Moments, told: Moments) -> FloatArray:
    """(F, 7) boxes of some frames (F,), in the world of the poses that were told."""
    out = boxes.copy()
    for place, frame in enumerate(frames.tolist()):
        told_from_steady = told.base_from_ego[frame] @ steady.base_from_ego[frame].inverse()
        out[place] = moved(boxes[place : place + 1], told_from_steady)[0]
    return out


def _about(center: FloatArray, x: float, y: float, turn: float) -> SE3:
    """A turn about a place, then a shift."""
    rotation = SE3.from_yaw(turn, [0.0, 0.0, 0.0])
    away = center - rotation.apply(center[None])[0]
    return SE3.from_yaw(turn, away + [x, y, 0.0])


def _shifts(moments: Moments, standing: _Standing) -> FloatArray:
    """(F, 3) shift in x and y, and turn about the lidar, of each frame."""
    knots = int(np.floor(float(moments.times_s[-1]) / KNOT_S)) + 2
    trust = np.ones(len(standing.frames))
    shift = np.zeros((len(moments), 3))
    for _ in range(FITS):
        solved = _solve(moments, standing, trust, knots)
        shift = _between(moments.times_s / KNOT_S, solved)
        off = np.hypot(*_residuals(moments, standing, shift).T) / standing.noise_m
        trust = 1.0 / (1.0 + np.square(off / 2.0))
    return shift


def _between(at: FloatArray, knots: FloatArray) -> FloatArray:
    return np.column_stack([np.interp(at, np.arange(len(knots)), knots[:, part]) for part in range(3)])


def _solve(moments: Moments, standing: _Standing, trust: FloatArray, knots: int) -> FloatArray:
    """(K, 3) shifts and turns at the knots."""
    away = standing.places - moments.lidar_base[standing.frames, :2]
    at = moments.times_s[standing.frames] / KNOT_S
    knot = np.floor(at).astype(np.int64)
    part = at - knot
    objects = int(standing.objects.max()) + 1
    weight = np.sqrt(trust) / (MEMORY * standing.noise_m)
    first = standing.places[np.unique(standing.objects, return_index=True)[1]]
    blocks, wanted = [], []
    for axis, lever in ((0, -away[:, 1]), (1, away[:, 0])):
        terms = [
            (3 * knot + axis, 1.0 - part),
            (3 * (knot + 1) + axis, part),
            (3 * knot + 2, (1.0 - part) * lever),
            (3 * (knot + 1) + 2, part * lever),
            (3 * knots + 2 * standing.objects + axis, -np.ones(len(at))),
        ]
        blocks.append([(columns, values * weight) for columns, values in terms])
        # Places are counted from each object's first, so that numbers stay small.
        wanted.append(-(standing.places[:, axis] - first[standing.objects, axis]) * weight)
    matrix = _stacked(blocks, knots, objects)
    values = np.concatenate([*wanted, np.zeros(matrix.shape[0] - 2 * len(at))])
    solved = spsolve((matrix.T @ matrix).tocsc(), matrix.T @ values)
    return np.asarray(solved[: 3 * knots]).reshape(knots, 3)


def _stacked(blocks: Sequence[Sequence[tuple[IntArray, FloatArray]]], knots: int, objects: int) -> csr_array:
    """The measurements' rows, then those that hold knots near their neighbours, and the first near zero."""
    rows, columns, values, row = [], [], [], 0
    for block in blocks:
        count = len(block[0][0])
        for column, value in block:
            rows.append(row + np.arange(count))
            columns.append(column)
            values.append(value)
        row += count
    scale = np.tile([1.0 / DRIFT_M, 1.0 / DRIFT_M, 1.0 / DRIFT_RAD], knots)
    every = np.arange(3 * knots)
    rows += [row + every, row + every[3:]]
    columns += [every, every[:-3]]
    values += [scale, -scale[3:]]
    shape = (row + 3 * knots, 3 * knots + 2 * objects)
    parts = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return csr_array(coo_array(parts, shape=shape))


def _moves(moments: Moments, standing: _Standing, shift: FloatArray) -> FloatArray:
    """(N, 2) how far each detection is put right."""
    away = standing.places - moments.lidar_base[standing.frames, :2]
    own = shift[standing.frames]
    return np.asarray(own[:, :2] + own[:, 2:] * np.column_stack([-away[:, 1], away[:, 0]]))


def _residuals(moments: Moments, standing: _Standing, shift: FloatArray) -> FloatArray:
    """(N, 2) how far detections, put right, are from the middle of their object's."""
    return _from_middle(standing.places + _moves(moments, standing, shift), standing)


def _from_middle(places: FloatArray, standing: _Standing) -> FloatArray:
    weight = 1.0 / np.square(standing.noise_m)
    total = np.bincount(standing.objects, weight)
    middle = [np.bincount(standing.objects, weight * places[:, axis]) / total for axis in (0, 1)]
    return np.asarray(places - np.column_stack(middle)[standing.objects])


def _wanders_m(moments: Moments, standing: _Standing, shift: FloatArray) -> float:
    """How far off one place is at the worst tenth of detections, for the poses alone."""
    off = np.hypot(*_from_middle(_moves(moments, standing, shift), standing).T)
    return float(np.quantile(off, 0.9))
