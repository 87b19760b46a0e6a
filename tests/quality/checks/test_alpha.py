"""A wrong angle or a wrong heading is found, an unknown angle is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry.rotation import wrap_angle
from quality.checks.alpha import alphas_of


@given(st.sampled_from(["0", "1", "2", "3"]), st.integers(0, 5), st.floats(0.05, np.pi), st.booleans())
def test_a_wrong_alpha_is_found(street: Any, number: str, frame: int, off_rad: float, less: bool) -> None:
    right = street.box(number, frame).attributes["kitti.alpha"]
    wrong_rad = float(wrap_angle(right + (-off_rad if less else off_rad)))
    (finding,) = street.with_attribute(number, "kitti.alpha", wrong_rad, frame).find("alpha")
    assert finding.value == pytest.approx(off_rad, abs=1e-5)
    assert finding.frame_index == frame
    assert finding.severity == ("error" if off_rad > 0.3 else "warning")


@given(st.floats(-0.029, 0.029))
def test_small_residuals_and_whole_turns_are_not(street: Any, off_rad: float) -> None:
    right = street.box("1").attributes["kitti.alpha"]
    for turn in (0.0, 2 * np.pi, -2 * np.pi):
        if abs(right + off_rad + turn) <= 2 * np.pi:
            assert street.with_attribute("1", "kitti.alpha", right + off_rad + turn).find("alpha") == []


@pytest.mark.parametrize("unknown", [-10.0, 99.0, float("nan"), "none", True])
def test_an_unknown_angle_says_nothing(street: Any, unknown: Any) -> None:
    assert street.with_attribute("0", "kitti.alpha", unknown).find("alpha") == []


@given(st.floats(0.1, 3.1))
def test_a_turned_cuboid_is_found(street: Any, yaw_rad: float) -> None:
    (finding,) = street.moved("0", (0.0, 0.0, 0.0), yaw_rad=yaw_rad).find("alpha")
    assert finding.value == pytest.approx(yaw_rad, abs=1e-5)


def test_after_a_change_the_old_angle_is_not_held_against_it(street: Any) -> None:
    changed = replace(street.cuboid("0"), size_lwh_m=np.array([4.0, 1.6, 1.5]))
    turned = street.with_attribute("0", "kitti.alpha", 2.0).put(changed)
    assert turned.find("alpha") == []


def test_it_is_kittis_own_formula(kitti_street: Any) -> None:
    """``alpha = rotation_y - atan2(x, z)`` of the file's rows, to their last digit."""
    street = kitti_street("0003")
    context = street.context()
    alphas = alphas_of(context, "image_02")
    given_rad = {
        (box.track_id, box.frame_index): box.attributes["kitti.alpha"]
        for box in street.labels.image_boxes.values()
        if box.kind == "given"
    }
    off = [
        abs(float(wrap_angle(given_rad[placed.track.id, placed.frame_index] - alphas[placed.row])))
        for placed in context.placed
    ]
    assert np.median(off) < 0.01
