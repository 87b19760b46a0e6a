"""An object whose front becomes its back is found, a turning one is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st


@given(st.sampled_from(["0", "1", "2", "3"]), st.integers(1, 4), st.floats(1.7, np.pi), st.booleans())
def test_a_flip_is_found_on_both_sides(street: Any, number: str, frame: int, yaw_rad: float, left: bool) -> None:
    found = street.moved(number, (0.0, 0.0, 0.0), frame, yaw_rad if left else -yaw_rad).find("heading")
    assert [finding.frame_index for finding in found] == [frame, frame + 1]
    assert found[0].value == pytest.approx(yaw_rad, abs=1e-5)
    assert found[0].label_ids == (street.track(number).id, street.cuboid(number, frame).id)


@given(st.floats(-1.5, 1.5))
def test_a_turn_is_none(street: Any, yaw_rad: float) -> None:
    assert street.moved("0", (0.0, 0.0, 0.0), yaw_rad=yaw_rad).find("heading") == []


def test_single_images_have_no_next_frame(street: Any) -> None:
    frames = [replace(frame, timestamp_ns=frame.index * 10**10) for frame in street.scene.frames]
    apart = replace(street, scene=replace(street.scene, frames=tuple(frames)))
    assert apart.moved("0", (0.0, 0.0, 0.0), yaw_rad=3.0).find("heading") == []


def test_without_poses_the_vehicle_is_the_measure(street: Any) -> None:
    lost = replace(street, scene=replace(street.scene, trajectory=None))
    assert lost.find("heading") == []
    assert len(lost.moved("0", (0.0, 0.0, 0.0), yaw_rad=3.0).find("heading")) == 2
