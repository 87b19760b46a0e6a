"""Several trainings at once: made ones, which do what they are told."""

from __future__ import annotations

from threading import Barrier, current_thread, main_thread
from typing import Any

import pytest

from autolabel.stopping import Stopped, never, no_progress
from autolabel.training.together import train_together


def training(result: Any, steps=4, gate=None, error=None):
    """One that tells each step, waits for others where there is a gate, and may fail in the end."""

    def run(progress, should_stop):
        for step in range(steps):
            if should_stop():
                raise Stopped
            progress((step + 1) / steps, f"{result} {step + 1}")
        if gate is not None:
            gate.wait()
        if error is not None:
            raise error
        return result

    return run


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_results_are_in_order_and_progress_ends_at_all(at_once):
    told = []

    def progress(share, what):
        assert current_thread() is main_thread()
        told.append((share, what))

    done: list[Any] = [*train_together([training(name) for name in "abc"], at_once, progress, never)]
    assert done == ["a", "b", "c"]
    assert sorted(what for _, what in told) == sorted(f"{name} {step}" for name in "abc" for step in range(1, 5))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


def test_they_run_side_by_side():
    gate = Barrier(2, timeout=30)
    done: list[Any] = [*train_together([training(name, gate=gate) for name in "ab"], 2, no_progress, never)]
    assert done == ["a", "b"]


@pytest.mark.parametrize("stopped_at", [0, 1, 5])
def test_each_is_stopped_where_that_is_wished(stopped_at):
    asked = iter(range(10**6))

    def endless(_progress, should_stop):
        while not should_stop():
            _progress(0.5, "on")
        ended.append(1)
        raise Stopped

    ended: list[int] = []
    with pytest.raises(Stopped):
        train_together([endless, endless], 2, no_progress, lambda: next(asked) >= stopped_at)
    assert len(ended) == (2 if stopped_at else 0)


def test_where_one_fails_the_others_end_and_its_error_is_told():
    def endless(progress, should_stop):
        while not should_stop():
            progress(0.5, "on")
        raise Stopped

    with pytest.raises(OSError, match="full"):
        train_together([endless, training("b", error=OSError("disk full"))], 2, no_progress, never)


def test_what_progress_raises_ends_all():
    def refuse(_share, _what):
        raise RuntimeError("nobody listens")

    def endless(progress, should_stop):
        while not should_stop():
            progress(0.5, "on")
        raise Stopped

    with pytest.raises(RuntimeError, match="nobody listens"):
        train_together([endless, endless], 2, refuse, never)
