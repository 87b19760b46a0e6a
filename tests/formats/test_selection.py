from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from calibration import SensorRig
from formats import ExportOptions, SceneExport
from formats.selection import select_cuboids
from fusion import Frame, Scene
from geometry import SE3
from labels import Cuboid, LabelSet, Track

MODEL = "model:pillar@3"


def scene() -> Scene:
    frames = tuple(Frame(index, index * 100_000_000) for index in range(6))
    return Scene("made", Path("made"), "made", SensorRig({}, {}, ()), frames)


def labels(*keys: tuple[str, int, str, str | None]) -> LabelSet:
    """Keys as (track, frame, source, confirmed_by); track b is a Van, the others cars."""
    cuboids = [
        Cuboid(f"{t}{f}", t, f, SE3.identity(), np.ones(3), source=source, confirmed_by=by) for t, f, source, by in keys
    ]
    tracks = {t: Track(t, "Van" if t == "b" else "Car", 0, 5) for t, *_ in keys}
    return LabelSet(tracks=tracks, cuboids={cuboid.id: cuboid for cuboid in cuboids})


def chosen(label_set: LabelSet, **options: object) -> list[tuple[str, int]]:
    selection = select_cuboids(SceneExport(scene(), label_set, ExportOptions(**options)))  # type: ignore[arg-type]
    return [(item.track.id, item.cuboid.frame_index) for item in selection.cuboids]


def test_what_lies_between_two_keys_of_a_person_is_confirmed() -> None:
    assert chosen(labels(("a", 1, "human", None), ("a", 4, "human", None))) == [("a", 1), ("a", 2), ("a", 3), ("a", 4)]


def test_what_lies_beside_an_unconfirmed_key_is_not() -> None:
    mixed = labels(("a", 1, "human", None), ("a", 4, MODEL, None))
    assert chosen(mixed) == [("a", 1)]
    assert chosen(mixed, include_unconfirmed=True) == [("a", 1), ("a", 2), ("a", 3), ("a", 4)]
    assert select_cuboids(SceneExport(scene(), mixed)).unconfirmed_count == 3


@pytest.mark.parametrize(("source", "by"), [(MODEL, "human:eva"), ("imported:kitti-tracking", "import")])
def test_what_somebody_agreed_with_is_confirmed(source: str, by: str) -> None:
    assert chosen(labels(("a", 1, source, by))) == [("a", 1)]


def test_sources_are_chosen_whole_or_by_kind() -> None:
    both = labels(("a", 0, "human", None), ("b", 0, MODEL, "human:eva"))
    assert chosen(both, sources=("human",)) == [("a", 0)]
    assert chosen(both, sources=("model",)) == [("b", 0)]
    assert chosen(both, sources=(MODEL,)) == [("b", 0)]
    assert chosen(both, sources=("model:pillar@2",)) == []


def test_a_source_keeps_what_is_derived_from_it() -> None:
    assert chosen(labels(("a", 0, "human", None), ("a", 2, "human", None)), sources=("human",)) == [
        ("a", 0),
        ("a", 1),
        ("a", 2),
    ]


def test_categories_are_chosen() -> None:
    both = labels(("a", 0, "human", None), ("b", 0, "human", None))
    assert chosen(both, categories=("Van",)) == [("b", 0)]


def test_a_derived_cuboid_knows_the_key_before_it() -> None:
    selection = select_cuboids(SceneExport(scene(), labels(("a", 1, "human", None), ("a", 4, "human", None))))
    assert [(item.is_key, item.key.id) for item in selection.cuboids] == [
        (True, "a1"),
        (False, "a1"),
        (False, "a1"),
        (True, "a4"),
    ]
