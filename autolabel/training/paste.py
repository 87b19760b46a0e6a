"""Labelled objects put into other frames, where they could have been seen as they were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from autolabel.network.sweeps import BEAM, HEIGHT, KINDS, X, Y, chosen, joined
from autolabel.training.augment import FULL_TURN, Sample
from autolabel.training.examples import BOX_MARGIN_M, OFF_GROUND_M, Example
from autolabel.upright import contains, overlap_bev
from geometry.arrays import BoolArray, Float32Array, FloatArray, IntArray
from geometry.rotation import wrap_angle

FEWEST_POINTS = 6
MOST_A_CLASS = 4
"""How many objects of each class are tried to be pasted, at most."""
SIZES = (0.92, 1.08)
ALONG_M, ACROSS_M = 1.8, 0.3
"""How far out of an object's box its points may be in the other sweeps: it moves."""
CLEAR_M, MOST_IN_PLACE = 0.3, 2
LOW_M, HIGH_M = 0.3, 2.5
DIRECTIONS = 1024
MOST_HIDDEN = 0.5
BEHIND_M = 0.5
KEPT_OBJECTS = 2000

Clouds = tuple[Float32Array, Float32Array, Float32Array]


@dataclass(frozen=True, eq=False)
class PastedObject:
    """An object that was labelled, with its points in its own and the neighbour sweeps, as seen from the sensor.

    Attributes:
        box: (7,) its box, the sensor being at x = y = 0, z above the ground.
        number: Its class.
        point_count: Points in it in its own sweep.
        clouds: (5, …) points of its own sweep, of earlier and of later ones.
    """

    box: FloatArray
    number: int
    point_count: int
    clouds: Clouds

    def turned(self, turn: float, scale: float) -> PastedObject:
        """The same seen in another direction at the same distance, a little larger or smaller."""
        cos, sin = np.cos(turn), np.sin(turn)
        box = self.box.copy()
        box[:2] = cos * self.box[0] - sin * self.box[1], sin * self.box[0] + cos * self.box[1]
        box[2:6] *= scale
        box[6] = float(wrap_angle(self.box[6] + turn))
        shift = box[:2] * (1.0 - scale)

        def moved(cloud: Float32Array) -> Float32Array:
            out = cloud.copy()
            out[X] = (cos * cloud[X] - sin * cloud[Y]) * scale + shift[0]
            out[Y] = (sin * cloud[X] + cos * cloud[Y]) * scale + shift[1]
            out[HEIGHT] = cloud[HEIGHT] * scale
            return out

        current, past, future = self.clouds
        return replace(self, box=box, clouds=(moved(current), moved(past), moved(future)))


class PasteBank:
    """The objects of some examples, to be pasted into others."""

    def __init__(self, examples: Iterable[Example] = ()) -> None:
        """Gather the objects that have enough points."""
        self._by_class: dict[int, list[PastedObject]] = {}
        for example in examples:
            for found in _objects(example):
                self._by_class.setdefault(found.number, []).append(found)
            if sum(map(len, self._by_class.values())) > KEPT_OBJECTS:
                break

    def __len__(self) -> int:
        """The number of objects."""
        return sum(map(len, self._by_class.values()))

    def pasted(self, sample: Sample, rng: Generator) -> Sample:
        """The sample with some objects more, each as far away from the sensor as it was.

        An object goes only where nothing stands and where most of it would be seen; what would hide it hides its
        points, and what it would hide is taken away.
        """
        if not self._by_class:
            return sample
        place = _Place(sample)
        for number in sorted(self._by_class):
            for _ in range(int(rng.integers(MOST_A_CLASS + 1))):
                known = self._by_class[number]
                drawn = known[int(rng.integers(len(known)))]
                place.try_out(drawn.turned(rng.uniform(0.0, FULL_TURN), rng.uniform(*SIZES)))
        return place.sample()


class _Place:
    """A sample that objects are being pasted into, seen from its sensor."""

    def __init__(self, sample: Sample) -> None:
        self._before = sample
        self._sensor = np.append(sample.sweeps.sensor_xy, np.zeros(5))
        self._boxes = [row - self._sensor for row in (*sample.boxes, *sample.ignored)]
        self._bins, self._range = _seen_at(self._from_sensor(sample.sweeps.current))
        self._nearest = np.full(DIRECTIONS * 256, np.inf, np.float32)
        high = np.flatnonzero(sample.sweeps.current[HEIGHT] > LOW_M)
        np.minimum.at(self._nearest, self._bins.take(high), self._range.take(high))
        x, y, height, *_ = self._from_sensor(sample.sweeps.current.take(high, axis=1))
        self._standing = np.stack([x, y, height], axis=1)
        self._new: list[PastedObject] = []

    def _from_sensor(self, cloud: Float32Array) -> Float32Array:
        return cloud - self._sensor[: len(cloud), np.newaxis].astype(np.float32)

    def try_out(self, wanted: PastedObject) -> None:
        """Paste it if it can be there."""
        if not self._is_free(wanted.box):
            return
        bins, distance = _seen_at(wanted.clouds[0])
        is_visible = distance < self._nearest.take(bins) + BEHIND_M
        if is_visible.mean() < 1.0 - MOST_HIDDEN:
            return
        count = round(wanted.point_count * float(is_visible.mean()))
        current = chosen(wanted.clouds[0], is_visible)
        self._new.append(replace(wanted, point_count=count, clouds=(current, *wanted.clouds[1:])))
        self._boxes.append(wanted.box)
        np.minimum.at(self._nearest, bins, distance)

    def _is_free(self, box: FloatArray) -> bool:
        wide = box.copy()
        wide[3:5] += 2.0 * CLEAR_M
        wide[2], wide[5] = (LOW_M + HIGH_M) / 2.0, HIGH_M - LOW_M
        if self._boxes and overlap_bev(wide[np.newaxis], np.array(self._boxes)).max() > 0.0:
            return False
        reach = np.hypot(wide[3], wide[4]) / 2.0
        x, y = self._standing[:, 0], self._standing[:, 1]
        near = np.flatnonzero((np.abs(x - box[0]) <= reach) & (np.abs(y - box[1]) <= reach))
        points = self._standing.take(near, axis=0).astype(np.float64)
        return int(contains(wide, points).sum()) <= MOST_IN_PLACE

    def sample(self) -> Sample:
        """With all that was pasted."""
        if not self._new:
            return self._before
        before, now = self._before, self._before.sweeps
        sensor = self._sensor[:KINDS, np.newaxis].astype(np.float32)
        added = [joined([new.clouds[which] for new in self._new]) for which in range(3)]
        current = joined([chosen(now.current, ~self._is_hidden(added[0])), added[0] + sensor])
        past, future = joined([now.past, added[1] + sensor]), joined([now.future, added[2] + sensor])
        boxes = np.array([new.box for new in self._new]) + self._sensor
        return replace(
            before,
            sweeps=replace(now, current=current, past=past, future=future),
            boxes=np.concatenate([before.boxes, boxes]),
            classes=np.append(before.classes, [new.number for new in self._new]),
            point_counts=np.append(before.point_counts, [new.point_count for new in self._new]),
        )

    def _is_hidden(self, added: Float32Array) -> BoolArray:
        """(N,) which points of the frame lie behind what was pasted."""
        nearest = np.full(DIRECTIONS * 256, np.inf, np.float32)
        bins, distance = _seen_at(added)
        np.minimum.at(nearest, bins, distance)
        return np.asarray(self._range > nearest.take(self._bins) + BEHIND_M)


def _objects(example: Example) -> list[PastedObject]:
    """The objects of an example that have enough points, seen from its sensor."""
    sweeps = example.sweeps()
    sensor = np.append(sweeps.sensor_xy, np.zeros(5))
    offset = sensor[:KINDS, np.newaxis].astype(np.float32)
    now, before, after = sweeps.current - offset, sweeps.past - offset, sweeps.future - offset
    found = []
    for row, number, count in zip(example.boxes, example.classes.tolist(), example.point_counts.tolist(), strict=True):
        if count >= FEWEST_POINTS:
            box = row - sensor
            wide = box + np.array([0.0, 0.0, 0.0, ALONG_M, ACROSS_M, 0.0, 0.0])
            clouds = _of_box(now, box, BOX_MARGIN_M), _of_box(before, wide), _of_box(after, wide)
            found.append(PastedObject(box, number, count, clouds))
    return found


def _of_box(cloud: Float32Array, box: FloatArray, margin_m: float = 0.0) -> Float32Array:
    """The points of a cloud in a box but not on the ground."""
    reach = np.hypot(box[3], box[4]) / 2.0 + margin_m
    near = chosen(cloud, (np.abs(cloud[X] - box[0]) <= reach) & (np.abs(cloud[Y] - box[1]) <= reach))
    inside = contains(box, near[:3].T.astype(np.float64), margin_m) & (near[HEIGHT] > OFF_GROUND_M)
    return chosen(near, inside)


def _seen_at(cloud: Float32Array) -> tuple[IntArray, Float32Array]:
    """(N,) in which direction a sensor at x = y = 0 sees points, and how far away."""
    turn = np.arctan2(cloud[Y], cloud[X]) * np.float32(DIRECTIONS / FULL_TURN) + np.float32(DIRECTIONS / 2)
    direction = np.clip(turn, 0, DIRECTIONS - 1).astype(np.int64)
    return direction * 256 + cloud[BEAM].astype(np.int64), np.hypot(cloud[X], cloud[Y])
