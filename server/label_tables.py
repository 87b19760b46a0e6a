"""KITTI label files, with calibration or without, as tables for the metrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formats import FormatError
from formats.kitti.label_rows import COLUMNS, DONT_CARE, OBJECT_COLUMNS, LabelRow, parse_object_row, parse_row
from geometry import BoxColumns
from geometry.arrays import BoolArray, IntArray
from quality.metrics import NO_TRACK, ObjectTable
from server.label_files import LabelFilePairs, LabelFiles, read_lines

UNKNOWN_ALPHA = -10.0
UNKNOWN_SIZE = ("-1", "-1", "-1")

FrameKey = tuple[str, int]
"""A label file's stem, and the frame within it."""
Rows = dict[FrameKey, list[tuple[LabelRow, bool]]]
"""The rows of each frame, each with whether it has a box in space."""


@dataclass(frozen=True, eq=False)
class LabelTables:
    """Both sides as tables.

    Attributes:
        keys: File and frame of every frame, in order.
        has_tracks: Whether a file is a sequence; else it is a frame.
        truth: What is so.
        prediction: What is claimed.
    """

    keys: tuple[FrameKey, ...]
    has_tracks: bool
    truth: ObjectTable
    prediction: ObjectTable

    def names(self) -> list[str]:
        """A name for every frame."""
        return [f"{stem}/{number}" if self.has_tracks else stem for stem, number in self.keys]

    def sequences(self) -> tuple[IntArray, list[str]]:
        """For every frame the number of its file, and the files' names."""
        names = sorted({stem for stem, _ in self.keys})
        number = {name: index for index, name in enumerate(names)}
        return np.array([number[stem] for stem, _ in self.keys], dtype=np.int64), names


def read_tables(files: LabelFilePairs, *, skip_missing: bool = False) -> LabelTables:
    """Read all files of the truth and their partners.

    Args:
        files: What to read.
        skip_missing: Leave out what has no prediction, rather than take it that nothing was found.

    Raises:
        FormatError: A file cannot be read, or a row is wrong; the message names file and line.
    """
    wanted = [stem for stem in files.truth.by_stem if not skip_missing or stem in files.prediction.by_stem]
    truth = _read_rows(files.truth, wanted, has_tracks=files.has_tracks)
    predicted = [stem for stem in wanted if stem in files.prediction.by_stem]
    prediction = _read_rows(files.prediction, predicted, has_tracks=files.has_tracks)
    keys = tuple(sorted({*truth, *prediction}))
    return LabelTables(keys, files.has_tracks, _make_table(truth, keys), _make_table(prediction, keys))


def _read_rows(files: LabelFiles, stems: Iterable[str], *, has_tracks: bool) -> Rows:
    """By frame; frames of object labels are there even if empty."""
    rows: Rows = {}
    for stem in stems:
        path = files.by_stem[stem]
        if not has_tracks:
            rows[stem, 0] = []
        for number, line in enumerate(read_lines(path), start=1):
            if line.strip():
                row, has_box = _parse(line, has_tracks, path, number)
                in_frame = rows.setdefault((stem, row.frame), [])
                if has_tracks:
                    _check_track(row, in_frame, path, number)
                in_frame.append((row, has_box))
    return rows


def _make_table(rows: Rows, keys: Sequence[FrameKey]) -> ObjectTable:
    """One table of all rows; frame i is ``keys[i]``."""
    placed = [(frame, row, has_box) for frame, key in enumerate(keys) for row, has_box in rows.get(key, ())]
    given = [row for _, row, _ in placed]
    is_region = np.array([row.type.lower() == DONT_CARE.lower() for row in given], dtype=np.bool_)
    has_box = np.array([has_box for _, _, has_box in placed], dtype=np.bool_) & ~is_region
    alpha = np.array([row.alpha for row in given])
    ltrb = np.array([row.bbox for row in given]).reshape(-1, 4)
    return ObjectTable(
        frame=np.array([frame for frame, _, _ in placed], dtype=np.int64),
        category=np.array([row.type for row in given], dtype=np.str_),
        is_region=is_region,
        boxes=boxes_from_rows(given, has_box),
        has_box=has_box,
        ltrb_px=ltrb,
        has_ltrb=(ltrb[:, 2] > ltrb[:, 0]) & (ltrb[:, 3] > ltrb[:, 1]),
        alpha_rad=np.where(alpha == UNKNOWN_ALPHA, np.nan, alpha),
        truncated=np.array([row.truncated for row in given]),
        occluded=np.array([row.occluded for row in given], dtype=np.float64),
        score=np.array([1.0 if row.score is None else row.score for row in given]),
        track=np.array([row.track_id for row in given], dtype=np.int64),
    )


def boxes_from_rows(rows: Sequence[LabelRow], has_box: BoolArray) -> BoxColumns:
    """From the camera's x right, y down, z forward to x forward, y left, z up; the bottom's centre to the box's."""
    x, y, z = np.array([row.location for row in rows]).reshape(-1, 3).T
    height, width, length = np.array([row.dimensions_hwl for row in rows]).reshape(-1, 3).T
    size = np.where(has_box[:, None], np.stack([length, width, height], axis=1), 1.0)
    center = np.stack([z, -x, height / 2.0 - y], axis=1)
    rotation_y = np.array([row.rotation_y for row in rows])
    return BoxColumns.from_arrays(center, size, -rotation_y - np.pi / 2)


def _parse(line: str, has_tracks: bool, path: Path, number: int) -> tuple[LabelRow, bool]:
    """A row, and whether it has a box in space: results for the image alone write -1 for each size."""
    words = line.split()
    first = COLUMNS - OBJECT_COLUMNS if has_tracks else 0
    category = words[first] if len(words) > first else ""
    is_flat = tuple(words[first + 8 : first + 11]) == UNKNOWN_SIZE
    if is_flat:
        line = " ".join([*words[:first], DONT_CARE, *words[first + 1 :]])
    row = parse_row(line, path, number) if has_tracks else parse_object_row(line, 0, path, number)
    return (replace(row, type=category), False) if is_flat else (row, True)


def _check_track(row: LabelRow, others: Sequence[tuple[LabelRow, bool]], path: Path, number: int) -> None:
    if row.type.lower() == DONT_CARE.lower():
        return
    if row.track_id <= NO_TRACK:
        raise FormatError(path, f"expected a track id of 0 or more, found {row.track_id}", number)
    if any(other.track_id == row.track_id for other, _ in others):
        raise FormatError(path, f"expected each track once a frame, found {row.track_id} again", number)
