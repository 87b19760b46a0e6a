"""A labelled frame, cut to what training needs of it, small enough to be kept by the thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from autolabel.network.grid import GridSpec
from autolabel.network.sweeps import BEAM, HEIGHT, INTENSITY, KINDS, Sweeps, gather_sweeps
from autolabel.recording import Recording
from autolabel.upright import contains
from geometry import DataFileError
from geometry.arrays import ByteArray, Float32Array, FloatArray, IntArray, check_shape

STEP_M = 0.005
"""Coordinates are kept as whole steps in 16 bits: 164 m either way, far finer than a lidar measures."""
BOX_MARGIN_M = 0.1
OFF_GROUND_M = 0.1
"""Points lower than this say nothing about an object on it."""
FORMAT_VERSION = 1
CLOUDS = ("current", "past", "future")

Int16Array = NDArray[np.int16]


class ExampleFileError(DataFileError):
    """A file that should hold an example does not."""


@dataclass(frozen=True, eq=False)
class LabeledFrame:
    """A frame whose objects are known.

    Attributes:
        recording: Where the frame is.
        frame_index: Which frame.
        boxes_ego: (N, 7) its objects.
        classes: (N,) numbers of their classes.
        ignored_ego: (K, 7) boxes of which nothing is known: neither that there is an object nor that there is none.
        region: Polygons (V, 2) in ``ego`` outside which nothing was labelled, or None where all was.
    """

    recording: Recording
    frame_index: int
    boxes_ego: FloatArray
    classes: IntArray
    ignored_ego: FloatArray = field(default_factory=lambda: np.zeros((0, 7)))
    region: tuple[FloatArray, ...] | None = None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on columns that do not belong together, or boxes that nothing has."""
        check_shape("classes", self.classes, (len(self.boxes_ego),))
        _check_boxes("boxes_ego", self.boxes_ego)
        _check_boxes("ignored_ego", self.ignored_ego)
        if not 0 <= self.frame_index < len(self.recording):
            raise ValueError(f"frame_index must lie in 0 … {len(self.recording) - 1}, got {self.frame_index}")


@dataclass(frozen=True, eq=False)
class PackedPoints:
    """Columns of ``Sweeps`` in eight bytes each.

    Attributes:
        places: (3, N) int16 x, y, height in steps of ``STEP_M``.
        shades: (2, N) uint8 intensity in steps of 1/255, and beam.
    """

    places: Int16Array
    shades: ByteArray

    def __post_init__(self) -> None:
        """Raise ``ValueError`` unless they are what they should be."""
        check_shape("places", self.places, (3, None))
        check_shape("shades", self.shades, (2, self.places.shape[1]))
        if self.places.dtype != np.int16 or self.shades.dtype != np.uint8:
            raise ValueError(f"points must be int16 and uint8, got {self.places.dtype} and {self.shades.dtype}")

    @classmethod
    def of(cls, columns: Float32Array) -> PackedPoints:
        """Columns (5, N), rounded; those too far away for 16 bits are left out."""
        steps = np.round(columns[:INTENSITY] * np.float32(1.0 / STEP_M))
        fits = np.flatnonzero((np.abs(steps) < 32767.0).all(axis=0))
        shades = np.stack([np.round(columns[INTENSITY] * 255.0), columns[BEAM]])
        return cls(steps.take(fits, axis=1).astype(np.int16), shades.take(fits, axis=1).astype(np.uint8))

    def columns(self) -> Float32Array:
        """(5, N) columns, rounded."""
        columns = np.empty((KINDS, self.places.shape[1]), np.float32)
        np.multiply(self.places, np.float32(STEP_M), out=columns[:INTENSITY])
        np.multiply(self.shades[0], np.float32(1.0 / 255.0), out=columns[INTENSITY])
        columns[BEAM] = self.shades[1]
        return columns


@dataclass(frozen=True, eq=False)
class Example:
    """What training needs of a labelled frame; picklable.

    Attributes:
        current: Points of the frame.
        past: Points of earlier sweeps.
        future: Points of later sweeps.
        past_count: How many earlier sweeps.
        future_count: How many later sweeps.
        sensor_xy: (2,) where the points are seen from.
        boxes: (N, 7) objects in ``ego``, but z is that of their centre above the ground.
        classes: (N,) numbers of their classes.
        point_counts: (N,) points of the frame in each, without the ground's.
        ignored: (K, 7) places about which nothing is known, z as in ``boxes``.
        region: Polygons (V, 2) outside which nothing is known, or None.
    """

    current: PackedPoints
    past: PackedPoints
    future: PackedPoints
    past_count: int
    future_count: int
    sensor_xy: FloatArray
    boxes: FloatArray
    classes: IntArray
    point_counts: IntArray
    ignored: FloatArray
    region: tuple[FloatArray, ...] | None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on columns that do not belong together, or boxes that nothing has."""
        count = len(self.boxes)
        check_shape("classes", self.classes, (count,))
        check_shape("point_counts", self.point_counts, (count,))
        _check_boxes("boxes", self.boxes)
        _check_boxes("ignored", self.ignored)

    def sweeps(self) -> Sweeps:
        """Its points, as the network is told them."""
        clouds = self.current.columns(), self.past.columns(), self.future.columns()
        return Sweeps(*clouds, self.past_count, self.future_count, self.sensor_xy)

    def save(self, path: Path) -> None:
        """Write it as ``.npz``."""
        region = self.region or ()
        values: dict[str, Any] = {
            "version": FORMAT_VERSION,
            "counts": np.array([self.past_count, self.future_count]),
            "sensor_xy": self.sensor_xy,
            "boxes": self.boxes,
            "classes": self.classes,
            "point_counts": self.point_counts,
            "ignored": self.ignored,
            "region_ends": np.array([-1] if self.region is None else np.cumsum([len(polygon) for polygon in region])),
            "region_corners": np.concatenate([np.zeros((0, 2)), *region]),
        }
        for name, cloud in zip(CLOUDS, (self.current, self.past, self.future), strict=True):
            values[f"{name}_places"], values[f"{name}_shades"] = cloud.places, cloud.shades
        with path.open("wb") as file:
            np.savez(file, **values)

    @classmethod
    def load(cls, path: Path) -> Example:
        """Read what ``save`` wrote; nothing in it is run.

        Raises:
            ExampleFileError: The file is none, is cut off or is of another version.
        """
        try:
            # Opened here: what is no archive would be left open.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
                values = dict(archive)
            version = int(values["version"])
            if version == FORMAT_VERSION:
                return _example(values)
        except (KeyError, ValueError, TypeError, AttributeError, EOFError, OSError, BadZipFile) as error:
            raise ExampleFileError(path, f"expected an example, found something else ({error})") from error
        raise ExampleFileError(path, f"expected an example of version {FORMAT_VERSION}, found {version}")


def _example(values: dict[str, NDArray[Any]]) -> Example:
    clouds = [PackedPoints(values[f"{name}_places"], values[f"{name}_shades"]) for name in CLOUDS]
    ends = values["region_ends"].tolist()
    counts = values["counts"].tolist()
    return Example(
        current=clouds[0],
        past=clouds[1],
        future=clouds[2],
        past_count=int(counts[0]),
        future_count=int(counts[1]),
        sensor_xy=values["sensor_xy"],
        boxes=values["boxes"],
        classes=values["classes"],
        point_counts=values["point_counts"],
        ignored=values["ignored"],
        region=None if ends == [-1] else tuple(np.split(values["region_corners"], ends)[:-1]),
    )


class ExampleSource(Protocol):
    """Examples that need not all be in memory; a list of them is one too."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def __getitem__(self, index: int, /) -> Example:
        """One of them."""
        ...


class ExampleFiles:
    """Examples that are read from their files each time they are asked for."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Take the paths of files that ``Example.save`` wrote."""
        self._paths = tuple(paths)

    def __len__(self) -> int:
        """The number of files."""
        return len(self._paths)

    def __getitem__(self, index: int, /) -> Example:
        """Read one."""
        return Example.load(self._paths[index])


def example_of(labeled: LabeledFrame, grid: GridSpec) -> Example:
    """Cut a labelled frame to a grid.

    Args:
        labeled: The frame.
        grid: Points outside it are left out; of boxes whose centre is outside it, what reaches in is ignored.
    """
    sweeps, ground = gather_sweeps(labeled.recording, labeled.frame_index, grid, with_beams=True)
    inside = grid.holds(labeled.boxes_ego[:, 0], labeled.boxes_ego[:, 1])
    boxes = labeled.boxes_ego[inside].astype(np.float64)
    ignored = np.concatenate([labeled.ignored_ego, labeled.boxes_ego[~inside]]).astype(np.float64)
    for rows in (boxes, ignored):
        rows[:, 2] -= ground.at(rows[:, 0], rows[:, 1])
    clouds = [PackedPoints.of(columns) for columns in (sweeps.current, sweeps.past, sweeps.future)]
    return Example(
        current=clouds[0],
        past=clouds[1],
        future=clouds[2],
        past_count=sweeps.past_count,
        future_count=sweeps.future_count,
        sensor_xy=sweeps.sensor_xy,
        boxes=boxes,
        classes=labeled.classes[inside].astype(np.int64),
        point_counts=count_points(sweeps.current, boxes),
        ignored=ignored,
        region=labeled.region,
    )


def _check_boxes(name: str, boxes: FloatArray) -> None:
    check_shape(name, boxes, (None, 7))
    if not np.isfinite(boxes).all() or (boxes[:, 3:6] <= 0.0).any():
        raise ValueError(f"{name} must be finite and have sizes above zero")


def count_points(columns: Float32Array, boxes: FloatArray) -> IntArray:
    """(N,) how many points (3+, M), with heights above the ground, lie in boxes (N, 7) but not on the ground."""
    x, y, height, *_ = columns.take(np.flatnonzero(columns[HEIGHT] > OFF_GROUND_M), axis=1)
    counts = np.zeros(len(boxes), np.int64)
    for number, box in enumerate(boxes):
        reach = np.hypot(box[3], box[4]) / 2.0 + BOX_MARGIN_M
        near = np.flatnonzero((np.abs(x - box[0]) <= reach) & (np.abs(y - box[1]) <= reach))
        points = np.stack([x[near], y[near], height[near]], axis=1).astype(np.float64)
        counts[number] = np.count_nonzero(contains(box, points, BOX_MARGIN_M))
    return counts
