"""Labelled frames, changed so that the network sees more than was labelled."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from autolabel.network.sweeps import BEAM, HEIGHT, INTENSITY, KINDS, Sweeps, X, Y, chosen
from autolabel.training.examples import Example, count_points
from geometry.arrays import BoolArray, Float32Array, FloatArray, IntArray
from geometry.rotation import wrap_angle

SCALE = (0.95, 1.05)
SHIFT_UP_M = 0.03
FEWER_POINTS, KEPT_POINTS = 0.4, (0.4, 1.0)
FEWER_BEAMS, BEAM_PERIOD, KEPT_BEAMS = 0.35, (2.5, 12.0), (0.4, 0.75)
"""Beams are left out in bands: how often, how many steps of elevation from band to band, and the share that stays."""
NO_INTENSITY, OTHER_INTENSITY, GAMMA = 0.2, 0.4, (0.6, 1.6)
REVERSED = 0.25
NO_PAST, NO_FUTURE, SINGLE = 0.08, 0.08, 0.08
FEW = 80
"""Only boxes with fewer points than this can have lost too many."""
FULL_TURN = 2.0 * np.pi


@dataclass(frozen=True, eq=False)
class Sample:
    """An example with its points unpacked; see there.

    Attributes:
        sweeps: What is seen.
        boxes: (N, 7) objects, z above the ground.
        classes: (N,) theirs.
        point_counts: (N,) points in each.
        ignored: (K, 7) places of which nothing is known.
        region: Polygons outside which nothing is known, or None.
        has_front: Whether front and rear can be told apart: not when time runs backwards.
    """

    sweeps: Sweeps
    boxes: FloatArray
    classes: IntArray
    point_counts: IntArray
    ignored: FloatArray
    region: tuple[FloatArray, ...] | None
    has_front: bool = True

    @classmethod
    def of(cls, example: Example) -> Sample:
        """Unpacked."""
        known = (example.boxes, example.classes, example.point_counts, example.ignored, example.region)
        return cls(example.sweeps(), *known)


def augmented(sample: Sample, rng: Generator) -> Sample:
    """The sample thinned, relit, turned, scaled and mirrored at random, its sweeps sometimes missing or reversed."""
    return _turned(_retimed(_relit(_thinned(sample, rng), rng), rng), rng)


def _thinned(sample: Sample, rng: Generator) -> Sample:
    """Fewer points, or fewer beams as another lidar has them."""
    beams = _kept_beams(rng) if rng.random() < FEWER_BEAMS else None
    share = rng.uniform(*KEPT_POINTS) if rng.random() < FEWER_POINTS else 1.0
    if beams is None and share == 1.0:
        return sample

    def thinner(cloud: Float32Array) -> Float32Array:
        kept = np.asarray(rng.random(cloud.shape[1], dtype=np.float32) < share)
        if beams is not None:
            kept &= beams.take(cloud[BEAM].astype(np.int64))
        return chosen(cloud, kept)

    now = sample.sweeps
    sweeps = replace(now, current=thinner(now.current), past=thinner(now.past), future=thinner(now.future))
    counts = sample.point_counts.copy()
    few = np.flatnonzero((counts > 0) & (counts < FEW))
    counts[few] = count_points(sweeps.current, sample.boxes[few])
    return replace(sample, sweeps=sweeps, point_counts=counts)


def _kept_beams(rng: Generator) -> BoolArray:
    """(256,) which steps of elevation keep their points."""
    phase = np.arange(256) / rng.uniform(*BEAM_PERIOD) + rng.random()
    return np.asarray(phase % 1.0 < rng.uniform(*KEPT_BEAMS))


def _relit(sample: Sample, rng: Generator) -> Sample:
    """No intensity, or another scale of it."""
    chance, gamma = rng.random(), np.float32(rng.uniform(*GAMMA))
    if chance > NO_INTENSITY + OTHER_INTENSITY:
        return sample
    current = sample.sweeps.current.copy()
    current[INTENSITY] = 0.0 if chance < NO_INTENSITY else current[INTENSITY] ** gamma
    return replace(sample, sweeps=replace(sample.sweeps, current=current))


def _retimed(sample: Sample, rng: Generator) -> Sample:
    """Backwards in time, or without some of the other sweeps."""
    now = sample.sweeps
    is_reversed, chance = rng.random() < REVERSED, rng.random()
    if is_reversed:
        now = replace(now, past=now.future, future=now.past, past_count=now.future_count, future_count=now.past_count)
    nothing = np.zeros((KINDS, 0), np.float32)
    if chance < NO_PAST + SINGLE:
        now = replace(now, past=nothing, past_count=0)
    if chance < SINGLE or NO_PAST + SINGLE < chance < NO_PAST + SINGLE + NO_FUTURE:
        now = replace(now, future=nothing, future_count=0)
    return replace(sample, sweeps=now, has_front=sample.has_front and not is_reversed)


def _turned(sample: Sample, rng: Generator) -> Sample:
    """Turned about the ego, scaled, perhaps mirrored, and a little higher or lower."""
    turn, scale = rng.uniform(0.0, FULL_TURN), rng.uniform(*SCALE)
    mirror, up_m = (-1.0 if rng.random() < 0.5 else 1.0), rng.normal(0.0, SHIFT_UP_M)
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    dst_from_src = np.array([[cos, -sin], [mirror * sin, mirror * cos]])

    def placed(xy: FloatArray) -> FloatArray:
        return np.asarray(xy @ dst_from_src.T)

    def moved(cloud: Float32Array) -> Float32Array:
        (a, b), (c, d) = dst_from_src.astype(np.float32)
        out = cloud.copy()
        out[X], out[Y] = a * cloud[X] + b * cloud[Y], c * cloud[X] + d * cloud[Y]
        out[HEIGHT] = cloud[HEIGHT] * np.float32(scale) + np.float32(up_m)
        return out

    def rebuilt(boxes: FloatArray) -> FloatArray:
        out = boxes.copy()
        out[:, :2] = placed(boxes[:, :2])
        out[:, 2:6] *= scale
        out[:, 2] += up_m
        out[:, 6] = wrap_angle(mirror * (boxes[:, 6] + turn))
        return out

    now = sample.sweeps
    sweeps = Sweeps(
        moved(now.current), moved(now.past), moved(now.future), now.past_count, now.future_count, placed(now.sensor_xy)
    )
    region = None if sample.region is None else tuple(placed(polygon) for polygon in sample.region)
    boxes, ignored = rebuilt(sample.boxes), rebuilt(sample.ignored)
    return replace(sample, sweeps=sweeps, boxes=boxes, ignored=ignored, region=region)
