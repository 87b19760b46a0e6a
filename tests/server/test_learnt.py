"""What labels teach about sizes: medians over tracks that people agreed with, where there are enough of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import SE3
from labels import Cuboid, LabelSet, Track
from server.learnt import is_agreed, usual_sizes

SIDES = st.tuples(st.floats(0.5, 9.0), st.floats(0.5, 3.0), st.floats(0.5, 3.0))


def label_set(sizes: list[tuple[float, float, float]], category: str = "Car") -> LabelSet:
    """One track with two keys for each size."""
    tracks = {f"t{n}": Track(f"t{n}", category, 0, 1) for n in range(len(sizes))}
    cuboids = [
        Cuboid(f"c{n}-{frame}", f"t{n}", frame, SE3.identity(), np.array(size))
        for n, size in enumerate(sizes)
        for frame in range(2)
    ]
    return LabelSet(tracks=tracks, cuboids={cuboid.id: cuboid for cuboid in cuboids})


@given(st.lists(SIDES, min_size=3, max_size=9))
def test_the_median_of_each_side(sizes: list[tuple[float, float, float]]) -> None:
    labels = label_set(sizes)
    size, count = usual_sizes(labels, list(labels.cuboids.values()))["Car"]
    assert size == pytest.approx(np.median(sizes, axis=0))
    assert count == len(sizes)


def test_two_tracks_are_too_few() -> None:
    labels = label_set([(4.0, 2.0, 1.5), (4.4, 2.0, 1.5)])
    assert usual_sizes(labels, list(labels.cuboids.values())) == {}


@pytest.mark.parametrize(
    ("source", "confirmed_by", "agreed"),
    [
        ("human", None, True),
        ("propagated", None, False),
        ("propagated", "human:Ada", True),
        ("imported:av2", None, False),
    ],
)
def test_who_agreed(source: str, confirmed_by: str | None, agreed: bool) -> None:
    cuboid = Cuboid("c", "t", 0, SE3.identity(), np.array([4.0, 2.0, 1.5]), source=source, confirmed_by=confirmed_by)
    assert is_agreed(cuboid) is agreed
