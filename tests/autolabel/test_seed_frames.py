"""Frames to label, spread over scenes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from autolabel.seed_frames import spread_frames


@given(st.lists(st.sets(st.integers(0, 50)), max_size=5), st.integers(1, 60))
def test_as_many_as_there_are_at_most(usable: list[set[int]], count: int) -> None:
    frames = [sorted(each) for each in usable]
    total = sum(map(len, frames))
    chosen = spread_frames(frames, count) if total else [[] for _ in frames]
    assert sum(map(len, chosen)) == min(count, total)
    assert all(set(some) <= set(every) for some, every in zip(chosen, frames, strict=True))


def test_one_of_each_scene_is_its_middle() -> None:
    assert spread_frames([range(100)] * 3, 3) == [[50], [50], [50]]
    assert spread_frames([range(72)], 4) == [[9, 27, 45, 63]]
