from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion.sync import between, nearest_within

MOMENTS = st.lists(st.integers(0, 200), max_size=25)
ANY_TIMES = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=6)


def test_two_sensors_of_one_rate_pair_up() -> None:
    camera = np.array([3, 104, 199, 305])
    assert nearest_within(camera, [0, 100, 200, 300], 10).tolist() == [0, 1, 2, 3]


def test_a_sensor_that_is_half_a_period_late_still_pairs_up() -> None:
    # Nearest alone would give a message to two frames, and leave the last one out.
    camera = np.array([49, 152, 249, 352])
    assert nearest_within(camera, [0, 100, 200, 300], 60, reuse=True).tolist() == [0, 0, 1, 2]
    assert nearest_within(camera, [0, 100, 200, 300], 60).tolist() == [0, 1, 2, 3]


def test_a_message_that_hits_exactly_is_not_given_away() -> None:
    assert nearest_within([0, 50], [-50, 0], 50).tolist() == [-1, 0]


def test_a_long_recording_half_a_period_late_takes_no_time() -> None:
    rng = np.random.default_rng(0)
    targets = np.arange(20_000) * 100
    times = targets + rng.integers(40, 60, len(targets))
    assert (nearest_within(times, targets, 70) >= 0).mean() > 0.98


def test_a_slow_sensor_serves_one_frame_or_several() -> None:
    slow = np.array([0, 500])
    frames = np.arange(0, 600, 100)
    assert nearest_within(slow, frames, 250).tolist() == [0, -1, -1, -1, -1, 1]
    assert nearest_within(slow, frames, 250, reuse=True).tolist() == [0, 0, 0, 1, 1, 1]


def test_messages_and_targets_may_come_in_any_order() -> None:
    assert nearest_within([300, 100, 200], [201, 99], 5).tolist() == [2, 1]


def test_messages_of_the_same_time_serve_a_target_each() -> None:
    assert sorted(nearest_within([7, 7], [7, 8], 3).tolist()) == [0, 1]


def test_nothing_matches_nothing() -> None:
    assert nearest_within([], [1, 2], 5).tolist() == [-1, -1]
    assert nearest_within([1, 2], [], 5).tolist() == []
    assert between([], [1], 5).is_usable.tolist() == [False]


@pytest.mark.parametrize("call", [nearest_within, between])
def test_wrong_arguments_are_refused(call: Any) -> None:
    with pytest.raises(ValueError, match="tolerance_ns"):
        call([1], [1], -1)
    with pytest.raises(ValueError, match="whole numbers"):
        call([1.5], [1], 1)
    with pytest.raises(ValueError, match="shape"):
        call([[1]], [1], 1)


@given(MOMENTS, MOMENTS, st.integers(0, 60))
def test_no_message_serves_twice_none_is_too_far_and_none_cross(times: list[int], targets: list[int], tol: int) -> None:
    found = nearest_within(times, targets, tol)
    used = found[found >= 0].tolist()
    assert len(set(used)) == len(used)
    pairs = sorted((target, times[index]) for target, index in zip(targets, found, strict=True) if index >= 0)
    assert all(abs(target - time) <= tol for target, time in pairs)
    # Of one target time, several messages may be had in any order.
    by_target = {target: [time for of, time in pairs if of == target] for target, _ in pairs}
    ordered = [by_target[target] for target in sorted(by_target)]
    assert all(max(a) <= min(b) for a, b in pairwise(ordered))


@given(MOMENTS, MOMENTS, st.integers(0, 60))
def test_a_message_near_to_one_target_alone_is_that_targets(times: list[int], targets: list[int], tol: int) -> None:
    found = nearest_within(times, targets, tol)
    for number, target in enumerate(targets):
        near = [index for index, time in enumerate(times) if abs(time - target) <= tol]
        if not near:
            assert found[number] == -1
        elif len([other for other in targets if any(abs(times[i] - other) <= tol for i in near)]) == 1:
            assert abs(times[found[number]] - target) == min(abs(times[i] - target) for i in near)


@given(MOMENTS, MOMENTS, st.integers(0, 60))
def test_with_reuse_it_is_simply_the_nearest(times: list[int], targets: list[int], tol: int) -> None:
    for target, index in zip(targets, nearest_within(times, targets, tol, reuse=True), strict=True):
        nearest = min((abs(time - target) for time in times), default=tol + 1)
        assert (index == -1) == (nearest > tol)
        assert index == -1 or abs(times[index] - target) == nearest


@given(ANY_TIMES, ANY_TIMES, st.integers(0, 2**63 - 1))
def test_times_of_all_64_bits_do_not_overflow(times: list[int], targets: list[int], tol: int) -> None:
    for target, index in zip(targets, nearest_within(times, targets, tol, reuse=True), strict=True):
        nearest = min((abs(time - target) for time in times), default=tol + 1)
        assert (abs(times[index] - target) if index >= 0 else nearest > tol) == (nearest if index >= 0 else True)
    found = between(sorted(times), targets, tol)
    assert ((found.fraction >= 0) & (found.fraction <= 1)).all()


@given(MOMENTS.map(sorted), MOMENTS, st.integers(0, 60))
def test_between_gives_back_the_target(times: list[int], targets: list[int], tol: int) -> None:
    found = between(times, targets, tol)
    for target, low, high, fraction in zip(targets, found.before, found.after, found.fraction, strict=True):
        if low == -1:
            assert high == -1
            near = [time for time in times if abs(time - target) <= tol]
            assert not (any(t <= target for t in near) and any(t >= target for t in near))
        else:
            assert times[low] <= target <= times[high]
            assert max(target - times[low], times[high] - target) <= tol
            assert times[low] + fraction * (times[high] - times[low]) == pytest.approx(target)


def test_between_wants_times_in_order() -> None:
    with pytest.raises(ValueError, match="fall"):
        between([2, 1], [1], 1)
