"""Which frames to label next."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from autolabel.label_next import label_next
from autolabel.proposal import Proposal
from geometry import Box


def proposal(score: float, frames: range, category: str = "Car") -> Proposal:
    box = Box.from_yaw([0.0, 0.0, 0.0], [4.0, 2.0, 1.5], 0.0)
    return Proposal(None, category, True, False, score, dict.fromkeys(frames, box), {})


TIMES = [0.1 * number for number in range(100)]
COUNTS = {"Car": 200, "Cyclist": 2}


def test_doubtful_objects_come_before_sure_ones() -> None:
    found = label_next(TIMES, [0, 50, 99], [proposal(0.5, range(20, 22)), proposal(0.99, range(70, 80))], COUNTS, 1)
    assert found[0].frame_index in (20, 21)
    assert found[0].doubtful == (0,)


def test_a_rare_category_comes_before_a_common_one() -> None:
    rare, common = proposal(0.6, range(20, 21), "Cyclist"), proposal(0.6, range(60, 61))
    found = label_next(TIMES, [0, 50, 99], [common, rare], COUNTS, 2)
    assert [each.frame_index for each in found] == [20, 60]
    assert found[0].rare == ("Cyclist",)


def test_the_same_object_is_not_asked_for_again_and_again() -> None:
    long, short = proposal(0.5, range(60)), proposal(0.35, range(80, 81))
    frames = [each.frame_index for each in label_next(TIMES, [99], [long, short], COUNTS, 2)]
    assert 80 in frames
    assert len(set(frames)) == 2


def test_before_anything_is_known_the_middle_comes_first() -> None:
    found = label_next(TIMES, [], [], {}, 3)
    assert 40 <= found[0].frame_index <= 60
    assert len({each.frame_index for each in found}) == 3


@given(st.integers(1, 30), st.sets(st.integers(0, 29)), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_no_frame_is_suggested_twice_or_when_labeled(count: int, labeled: set[int], most: int) -> None:
    labeled = {frame for frame in labeled if frame < count}
    found = [each.frame_index for each in label_next(TIMES[:count], labeled, [], {}, most)]
    assert len(found) == len(set(found)) == min(most, count - len(labeled))
    assert not labeled & set(found)
