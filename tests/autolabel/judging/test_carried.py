"""Trust in what people's labels were carried to."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autolabel.judging.carried import carried_trust
from autolabel.recording import Recording
from geometry import Box

FRAMES = 60


def recording(step_s: float = 0.1) -> Recording:
    times = [round(frame * step_s * 1e9) for frame in range(FRAMES)]
    return Recording(times, None, lambda _frame: np.zeros((0, 4), np.float32), np.zeros(3))


def boxes(frames: range, range_m: float = 10.0) -> dict[int, Box]:
    box = Box.from_yaw(np.array([range_m, 0.0, 0.0]), np.array([4.0, 2.0, 1.5]), 0.0)
    return dict.fromkeys(frames, box)


def test_what_people_said_needs_no_trust() -> None:
    assert carried_trust(boxes(range(5)), range(5), recording(), stands=False) == (1.0, 1.0)


@given(st.integers(1, 9), st.integers(1, 9), st.floats(2.0, 60.0), st.booleans())
def test_the_longer_ago_the_less(near: int, farther: int, range_m: float, stands: bool) -> None:
    soon, late = (
        carried_trust(boxes(range(frame, frame + 1), range_m), [0], recording(), stands=stands)
        for frame in (near, near + farther)
    )
    assert all(0.0 < after <= before < 1.0 for before, after in zip(soon, late, strict=True))
    # What may stand as it is also is on the object.
    assert soon[1] <= soon[0]


@given(st.integers(1, 8), st.floats(2.0, 50.0), st.floats(1.0, 20.0))
def test_far_objects_are_trusted_less_standing_and_bridged_ones_more(
    frame: int, range_m: float, farther_m: float
) -> None:
    def trust(range_m: float, labeled: list[int], *, stands: bool) -> np.ndarray:
        return np.array(carried_trust(boxes(range(frame, frame + 1), range_m), labeled, recording(), stands=stands))

    usual = trust(range_m, [0], stands=False)
    assert (trust(range_m + farther_m, [0], stands=False) < usual).all()
    assert (trust(range_m, [0], stands=True) > usual).all()
    assert (trust(range_m, [0, 2 * frame], stands=False) > usual).all()


def test_beyond_what_is_followed_errors_do_not_grow() -> None:
    trusts = {carried_trust(boxes(range(frame, frame + 1)), [0], recording(), stands=False) for frame in (11, 30, 59)}
    assert len(trusts) == 1
