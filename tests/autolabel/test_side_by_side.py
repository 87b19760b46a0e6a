"""Work on many things at once, its results in their order."""

from __future__ import annotations

from itertools import count
from threading import Barrier, Event, Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.side_by_side import AHEAD, side_by_side


@given(st.integers(0, 30), st.integers(1, 5))
def test_results_come_in_order_each_once(length, threads):
    asked: list[int] = []

    def squared(number):
        asked.append(number)
        return number * number

    with side_by_side(squared, range(length), threads) as results:
        assert list(results) == [number * number for number in range(length)]
    assert sorted(asked) == list(range(length))


def test_so_many_are_under_way_at_once():
    together = Barrier(3, timeout=30)
    with side_by_side(lambda _: together.wait(), range(9), 3) as results:
        assert sorted(results) == sorted([0, 1, 2] * 3)


def test_things_are_taken_as_they_are_needed():
    taken: list[int] = []

    def endless():
        for number in count():
            taken.append(number)
            yield number

    with side_by_side(lambda number: number, endless(), 2) as results:
        assert [next(results) for _ in range(4)] == [0, 1, 2, 3]
    assert len(taken) <= 4 + 2 + AHEAD


def test_whoever_leaves_early_waits_for_what_is_under_way_and_no_more_begins():
    begun, ended, lock, free = [], [], Lock(), Event()

    def work(number):
        with lock:
            begun.append(number)
        if number:
            free.wait(30)
        ended.append(number)

    with side_by_side(work, range(100), 2) as results:
        next(results)
        free.set()
    assert sorted(begun) == sorted(ended)
    assert len(begun) <= 1 + 2 + AHEAD


def test_what_the_work_raises_is_raised_in_its_turn():
    def work(number):
        if number == 2:
            raise OSError("2 is missing")
        return number

    with side_by_side(work, range(5), 3) as results:
        assert [next(results), next(results)] == [0, 1]
        with pytest.raises(OSError, match="2 is missing"):
            next(results)
