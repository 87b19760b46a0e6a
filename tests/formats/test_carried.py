"""What another form has no field for comes back; what anybody else put there is named and harms nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.carried import (
    carried_cuboid,
    carried_frame_states,
    carried_image_boxes,
    carried_object,
    carried_text,
    carried_track,
    restore_cuboid,
    restore_frame_states,
    restore_image_boxes,
    restore_track,
)
from geometry import SE3
from labels import Cuboid, FrameState, ImageBox, LabelSet, Track

words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
attributes = st.dictionaries(
    words, st.one_of(words, st.integers(-9, 9), st.floats(-1e9, 1e9), st.booleans()), max_size=3
)
tracks = st.builds(
    Track,
    id=st.just("t"),
    category=st.just("Car"),
    first_frame=st.just(1),
    last_frame=st.just(3),
    external_id=st.none() | words,
    is_rigid=st.booleans(),
    is_static=st.booleans(),
    interpolate_in=st.sampled_from(["world", "ego"]),
    attributes=attributes,
)
cuboids = st.builds(
    Cuboid,
    id=st.just("c"),
    track_id=st.just("t"),
    frame_index=st.just(2),
    ego_from_object=st.just(SE3.identity()),
    size_lwh_m=st.just(np.ones(3)),
    source=words,
    confirmed_by=st.none() | words,
    score=st.none() | st.floats(0, 1),
    attributes=attributes,
    ends_segment=st.booleans(),
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
names = ["external_id", "is_rigid", "interpolate_in", "attributes", "source", "confirmed_by", "score", "ends_segment"]


@given(tracks)
def test_a_track_comes_back(track: Track) -> None:
    plain = Track("t", "Car", 1, 3)
    complaints: list[str] = []
    value = carried_object(carried_text(carried_track(track)), "row 1", complaints)
    assert restore_track(plain, value, complaints) == track
    assert complaints == []
    assert carried_text(carried_track(plain)) == ""


@given(cuboids)
def test_a_cuboid_comes_back(cuboid: Cuboid) -> None:
    read = Cuboid("c", "t", 2, SE3.identity(), np.ones(3), source="imported:x", confirmed_by="import")
    complaints: list[str] = []
    value = carried_object(carried_text(carried_cuboid(cuboid)), "row 1", complaints)
    assert restore_cuboid(read, value, complaints) == cuboid
    assert complaints == []


def test_image_boxes_and_frame_states_come_back() -> None:
    labels = LabelSet(
        tracks={"t": Track("t", "Car", 0, 0)},
        image_boxes={
            "a": ImageBox("a", 0, "front", (1.0, 2.0, 3.0, 4.0), "ignore", None, {"kitti.row": "x"}),
            "b": ImageBox("b", 2, "front", (1.0, 2.0, 3.0, 4.5), "tight", "t"),
        },
        frame_states={"2": FrameState(2, "empty")},
    )
    complaints: list[str] = []
    boxes = restore_image_boxes(carried_image_boxes(labels, {"t": "7"}), "scene", 3, {"7": "t"}, complaints)
    assert [replace(box, id="") for box in boxes.values()] == [
        replace(box, id="") for box in labels.image_boxes.values()
    ]
    assert restore_frame_states(carried_frame_states(labels), 3, complaints) == labels.frame_states
    assert complaints == []
    assert carried_image_boxes(labels, {})[0]["kind"] == "ignore", "a box of a track that is not written is left out"


@given(junk | st.dictionaries(st.sampled_from(names), junk))
def test_anything_else_is_named_and_changes_nothing(value: object) -> None:
    track, complaints = Track("t", "Car", 1, 3, "7"), list[str]()
    cuboid = Cuboid("c", "t", 2, SE3.identity(), np.ones(3))
    assert restore_track(track, value, complaints) == track or not complaints
    complaints.clear()
    assert restore_cuboid(cuboid, value, complaints) == cuboid or not complaints
    restore_image_boxes(value, "scene", 3, {}, complaints)
    restore_frame_states(value, 3, complaints)
    assert all("\n" not in line for line in complaints)


@given(st.lists(st.fixed_dictionaries({"frame_index": junk, "camera": junk, "ltrb_px": junk, "kind": junk})))
def test_spoilt_image_boxes_are_named(values: list[object]) -> None:
    complaints: list[str] = []
    boxes = restore_image_boxes(values, "scene", 3, {}, complaints)
    assert len(boxes) + len(complaints) == len(values)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "NaN", 7, None, "x" * 200_000])
def test_what_is_no_text_of_ours_is_named(text: object) -> None:
    complaints: list[str] = []
    assert carried_object(text, "row 3", complaints) == {}
    assert len(complaints) == 1
    assert complaints[0].startswith("row 3: expected")
