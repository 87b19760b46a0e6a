"""Pairs of one frame, and how they overlap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.metrics import ObjectTable
from quality.metrics.overlaps import Overlaps, covered_by_regions, pairs_of_frames

MakeTable = Callable[[list[dict[str, Any]]], ObjectTable]
FRAMES = st.lists(st.integers(0, 6), max_size=12).map(lambda frames: np.array(sorted(frames), dtype=np.int64))


@given(FRAMES, FRAMES)
def test_pairs_are_all_that_share_a_frame(a: Any, b: Any) -> None:
    i, j = pairs_of_frames(a, b)
    expected = [(row, column) for row in range(len(a)) for column in range(len(b)) if a[row] == b[column]]
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == expected


def test_overlaps_in_the_image_from_above_and_in_space(table: MakeTable) -> None:
    truth = table([{"size": (4.0, 2.0, 2.0), "ltrb": (0.0, 0.0, 10.0, 10.0)}])
    prediction = table([{"center": (22.0, 0.0, 1.0), "size": (4.0, 2.0, 2.0), "ltrb": (5.0, 0.0, 15.0, 10.0)}])
    overlaps = Overlaps.of(truth, prediction)
    assert overlaps.bbox == pytest.approx(1 / 3)
    assert overlaps.bev == pytest.approx(1 / 3)
    assert overlaps.space == pytest.approx(1 / 7)


def test_what_an_object_does_not_have_overlaps_nothing(table: MakeTable) -> None:
    whole = table([{}])
    assert Overlaps.of(whole, table([{"has_box": False}])).space == [0.0]
    flat = Overlaps.of(whole, table([{"ltrb": (0.0, 0.0, 0.0, 0.0)}]))
    assert (flat.bbox[0], flat.space[0]) == (0.0, pytest.approx(1.0))
    assert len(Overlaps.of(table([{"category": "DontCare"}]), whole).truth) == 0


def test_the_region_that_covers_most_counts(table: MakeTable) -> None:
    regions = table(
        [
            {"category": "DontCare", "ltrb": (0.0, 0.0, 5.0, 10.0)},
            {"category": "DontCare", "ltrb": (4.0, 0.0, 10.0, 10.0)},
            {"category": "DontCare", "ltrb": (0.0, 0.0, 99.0, 99.0), "frame": 1},
        ]
    )
    predicted = table([{"ltrb": (0.0, 0.0, 10.0, 10.0)}, {"ltrb": (50.0, 0.0, 60.0, 10.0)}])
    np.testing.assert_allclose(covered_by_regions(regions, predicted), [0.6, 0.0])
