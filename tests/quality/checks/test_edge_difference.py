"""A cuboid or a 2D box in the wrong place is found; small residuals, people's arms and cut objects are not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import ImageBox
from quality.checks.edge_difference import edge_tolerances_px, focal_lengths_px

WHOLE = ("0", "1", "2")


@given(
    st.sampled_from(WHOLE),
    st.integers(0, 5),
    st.sampled_from([(0.0, 0.5, 0.0), (0.0, -0.5, 0.0), (0.0, 0.0, 0.5), (0.0, 0.0, -0.5), (0.0, 1.1, 0.3)]),
)
def test_a_cuboid_half_a_metre_off_is_found(
    street: Any, number: str, frame: int, offset_m: tuple[float, float, float]
) -> None:
    wrong = street.moved(number, offset_m, frame)
    (finding,) = wrong.find("edge_difference")
    track, cuboid, box = street.track(number), street.cuboid(number, frame), street.box(number, frame)
    assert finding.frame_index == frame
    assert finding.label_ids == (track.id, cuboid.id, box.id)
    assert finding.severity == "error"
    assert finding.value == pytest.approx(abs(finding.details["difference_px"]))
    assert finding.value > 3 * finding.details["tolerance_px"]


@given(st.sampled_from(WHOLE), st.tuples(*[st.floats(-0.008, 0.008)] * 3))
def test_a_careful_hand_is_not_complained_of(street: Any, number: str, offset_m: tuple[float, float, float]) -> None:
    assert street.moved(number, offset_m).find("edge_difference") == []


@given(st.sampled_from(WHOLE), st.integers(0, 3), st.floats(8.0, 60.0))
def test_a_wrong_edge_is_named(street: Any, number: str, side: int, off_px: float) -> None:
    box = street.box(number)
    ltrb = list(box.ltrb_px)
    ltrb[side] += off_px if side >= 2 else -off_px
    (finding,) = street.put(replace(box, ltrb_px=tuple(ltrb))).find("edge_difference")
    assert finding.details["side"] == ("left", "top", "right", "bottom")[side]
    assert finding.value == pytest.approx(off_px)


def test_the_tolerance_is_2_px_and_2_cm_at_the_nearest_corner(street: Any) -> None:
    context = street.context()
    view, camera = context.view("ahead"), street.scene.rig.cameras["ahead"]
    assert focal_lengths_px(camera) == pytest.approx([720.0, 720.0])
    expected = 2.0 + 0.02 * 720.0 / view.nearest_m
    np.testing.assert_allclose(edge_tolerances_px(camera, view), np.tile(expected[:, None], (1, 4)))


def test_people_are_held_to_top_and_bottom_only(street: Any) -> None:
    left, top, right, bottom = street.box("3").ltrb_px
    narrow = replace(street.box("3"), ltrb_px=(left + 9.0, top, right - 9.0, bottom))
    assert street.put(narrow).find("edge_difference") == []
    low = replace(street.box("3"), ltrb_px=(left + 9.0, top, right - 9.0, bottom + 9.0))
    assert [finding.details["side"] for finding in street.put(low).find("edge_difference")] == ["bottom"]


def test_a_cuboid_changed_since_the_import_is_a_warning(street: Any) -> None:
    cuboid = street.cuboid("0")
    at = replace(cuboid.ego_from_object, translation=cuboid.ego_from_object.translation + (0.0, 0.5, 0.0))
    (finding,) = street.put(replace(cuboid, ego_from_object=at)).find("edge_difference")
    assert finding.severity == "warning"
    assert "from before the change" in finding.sentence


def test_what_is_mostly_outside_is_not_compared_where_the_box_ends_with_the_image(street: Any) -> None:
    gone = street.moved("4", (-2.2, -1.0, 0.0))
    context = gone.context()
    row = context.tracks[street.track("4").id][2].row
    assert 0.5 < context.view("ahead").truncation[row] < 1.0
    assert gone.find("edge_difference") == []
    left, top, _, bottom = street.box("4").ltrb_px
    inside = replace(gone.box("4"), ltrb_px=(left, top, 1200.0, bottom - 20.0))
    assert len(gone.put(inside).find("edge_difference")) == 1


def test_a_drawn_box_is_compared_while_nothing_covers_the_object(street: Any) -> None:
    left, top, right, bottom = street.box("0").ltrb_px
    drawn = ImageBox("drawn", 2, "ahead", (left + 20.0, top, right, bottom), "tight", street.track("0").id)
    (finding,) = street.put(drawn).find("edge_difference")
    assert finding.details["kind"] == "tight"
    cuboid = street.cuboid("1")
    before = replace(cuboid.ego_from_object, translation=np.array([8.0, 1.2, 0.15]))
    covered = street.put(drawn, replace(cuboid, ego_from_object=before))
    assert [f for f in covered.find("edge_difference") if f.details["kind"] == "tight"] == []
