"""What the keys do, without a window."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.window_state import HELP, Key, WindowState

KEYS: tuple[Key, ...] = get_args(Key)


@given(st.integers(1, 4), st.lists(st.sampled_from(KEYS), max_size=30))
def test_no_keys_lead_out_of_the_scene(frame_count: int, keys: list[Key]) -> None:
    state = WindowState(0, frame_count)
    for key in keys:
        state = state.after(key)
    assert 0 <= state.frame_index < frame_count


def test_stepping() -> None:
    state = WindowState(1, 3)
    assert state.after("next").frame_index == 2
    assert state.after("next").after("next").frame_index == 2
    assert state.after("previous").after("previous").frame_index == 0
    assert (state.after("first").frame_index, state.after("last").frame_index) == (0, 2)


def test_colours_come_round() -> None:
    state = WindowState(0, 1)
    seen = [state.color, *((state := state.after("color")).color for _ in range(3))]
    assert seen == ["height", "intensity", "image", "height"]


@pytest.mark.parametrize("key", ["boxes", "frustums", "help"])
def test_what_a_key_switches_it_switches_back(key: Key) -> None:
    state = WindowState(0, 1)
    assert state.after(key) != state
    assert state.after(key).after(key) == state


def test_the_help_has_every_key() -> None:
    assert all(f"\n{key} " in HELP for key in "CBFRH")


def test_sweeps_grow_step_by_step_and_begin_again() -> None:
    state, seen = WindowState(0, 3, sweeps=3), []
    for _ in range(4):
        state = state.after("sweeps")
        seen.append(state.sweeps)
    assert seen == [5, 10, 0, 1]


def test_files_are_read_again_only_for_what_needs_others() -> None:
    state = WindowState(0, 3)
    assert state.after("boxes").read_by == state.read_by
    assert state.after("color").read_by == state.read_by  # from height to intensity
    assert len({state.read_by, state.after("next").read_by, state.after("sweeps").read_by}) == 3
