"""Which cuboids of two sets of labels show the same objects: by overlap in each frame, one to one, track by track."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geometry import BoxColumns, iou_3d
from geometry.arrays import FloatArray, IntArray
from labels.label_set import Cuboid


@dataclass(frozen=True)
class Matches:
    """What belongs together.

    Attributes:
        tracks: Of the second set's tracks to the first's, one to one.
        cuboids: By place in the second set: the place in the first of the cuboid of the same frame, or -1.
    """

    tracks: dict[str, str]
    cuboids: IntArray


def match_cuboids(
    first: Sequence[Cuboid], second: Sequence[Cuboid], min_iou: float, *, only_overlapping: bool = False
) -> Matches:
    """Match two sets of cuboids, frame by frame.

    Tracks are paired so that the sum of their cuboids' overlaps is largest. A cuboid is matched to the one of its
    track's partner where they overlap enough, else to any that is left and overlaps enough, so that the sum of the
    overlaps is largest, else to the one of its track's partner wherever that is.

    Args:
        first: At most one cuboid a track and frame.
        second: As ``first``.
        min_iou: The smallest intersection over union of volumes that counts; tilt is not looked at.
        only_overlapping: Whether cuboids that are apart are left alone even where their tracks are partners.
    """
    rows, columns, overlaps = _overlapping_pairs(first, second, min_iou)
    track_rows, row_names = _numbered(cuboid.track_id for cuboid in first)
    track_columns, column_names = _numbered(cuboid.track_id for cuboid in second)
    partner = np.full(len(column_names), -1)
    if len(rows):
        votes = coo_array((overlaps, (track_rows[rows], track_columns[columns])), (len(row_names), len(column_names)))
        votes.sum_duplicates()
        vote_rows, vote_columns = (np.asarray(places, np.int64) for places in votes.coords)
        chosen_rows, chosen_columns = _assign(vote_rows, vote_columns, votes.data)
        partner[chosen_columns] = chosen_rows
    matched = np.full(len(second), -1)
    is_partner = partner[track_columns[columns]] == track_rows[rows] if len(rows) else np.zeros(0, bool)
    matched[columns[is_partner]] = rows[is_partner]
    is_free = (matched[columns] < 0) & ~np.isin(rows, rows[is_partner])
    chosen_rows, chosen_columns = _assign(rows[is_free], columns[is_free], overlaps[is_free])
    matched[chosen_columns] = chosen_rows
    if not only_overlapping:
        _match_the_rest(first, second, track_rows, partner[track_columns], matched)
    tracks = {column_names[column]: row_names[row] for column, row in enumerate(partner) if row >= 0}
    return Matches(tracks, matched)


def _match_the_rest(
    first: Sequence[Cuboid], second: Sequence[Cuboid], track_rows: IntArray, partner: IntArray, matched: IntArray
) -> None:
    """Match what is far apart but of partners."""
    places = {(track, cuboid.frame_index): i for i, (track, cuboid) in enumerate(zip(track_rows, first, strict=True))}
    taken = set(matched.tolist())
    for column in np.flatnonzero((matched < 0) & (partner >= 0)).tolist():
        row = places.get((partner[column], second[column].frame_index), -1)
        if row not in taken:
            matched[column] = row


def _overlapping_pairs(
    first: Sequence[Cuboid], second: Sequence[Cuboid], min_iou: float
) -> tuple[IntArray, IntArray, FloatArray]:
    """Places in the first and the second set of those that overlap enough, and by how much."""
    columns_first, columns_second = _columns(first), _columns(second)
    found = [(np.zeros(0, int), np.zeros(0, int), np.zeros(0))]
    for left, right in _by_frame(first, second):
        overlap = iou_3d(columns_first.take(left), columns_second.take(right))
        row, column = np.nonzero(overlap >= max(min_iou, np.finfo(float).tiny))
        found.append((left[row], right[column], overlap[row, column]))
    rows, columns, overlaps = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return rows, columns, overlaps


def _by_frame(first: Sequence[Cuboid], second: Sequence[Cuboid]) -> Iterator[tuple[IntArray, IntArray]]:
    """The places of both in each frame that both have cuboids in."""
    left, right = (np.array([cuboid.frame_index for cuboid in cuboids], int) for cuboids in (first, second))
    left_order, right_order = np.argsort(left, kind="stable"), np.argsort(right, kind="stable")
    frames = np.intersect1d(left, right)
    left_sorted, right_sorted = left[left_order], right[right_order]
    sides: tuple[Literal["left", "right"], ...] = ("left", "right")
    bounds = [np.searchsorted(values, frames, side) for values in (left_sorted, right_sorted) for side in sides]
    for left_from, left_to, right_from, right_to in zip(*bounds, strict=True):
        yield left_order[left_from:left_to], right_order[right_from:right_to]


def _columns(cuboids: Sequence[Cuboid]) -> BoxColumns:
    rotation = np.array([cuboid.ego_from_object.rotation for cuboid in cuboids]).reshape(-1, 3, 3)
    center = np.array([cuboid.ego_from_object.translation for cuboid in cuboids]).reshape(-1, 3)
    size = np.array([cuboid.size_lwh_m for cuboid in cuboids]).reshape(-1, 3)
    return BoxColumns.from_arrays(center, size, np.arctan2(rotation[:, 1, 0], rotation[:, 0, 0]))


def _assign(rows: IntArray, columns: IntArray, weights: FloatArray) -> tuple[IntArray, IntArray]:
    """The pairs, each row and column at most once, whose weights have the largest sum (Kuhn 1955), group by group."""
    if not len(rows):
        return rows, columns
    row_places, row_numbers = np.unique(rows, return_inverse=True)
    column_places, column_numbers = np.unique(columns, return_inverse=True)
    count = len(row_places) + len(column_places)
    graph = coo_array((np.ones(len(rows)), (row_numbers, column_numbers + len(row_places))), (count, count))
    group = connected_components(graph, directed=False)[1][row_numbers]
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    picked = np.concatenate(
        [
            pairs if len(pairs) == 1 else pairs[_best(rows[pairs], columns[pairs], weights[pairs])]
            for pairs in np.split(order, starts[1:])
        ]
    )
    return rows[picked], columns[picked]


def _best(rows: IntArray, columns: IntArray, weights: FloatArray) -> IntArray:
    """Which of the pairs of one group to take."""
    row_places, row_numbers = np.unique(rows, return_inverse=True)
    column_places, column_numbers = np.unique(columns, return_inverse=True)
    table = np.zeros((len(row_places), len(column_places)))
    pair_at = np.full(table.shape, -1)
    table[row_numbers, column_numbers] = weights
    pair_at[row_numbers, column_numbers] = np.arange(len(rows))
    picked = pair_at[linear_sum_assignment(table, maximize=True)]
    return picked[picked >= 0]


def _numbered(names: Iterable[str]) -> tuple[IntArray, list[str]]:
    """The names as numbers from 0 in the order they appear."""
    numbers: dict[str, int] = {}
    numbered = np.array([numbers.setdefault(name, len(numbers)) for name in names], int)
    return numbered, list(numbers)
