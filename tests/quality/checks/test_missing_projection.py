"""2D boxes and cuboids that lack each other are found; what a person adds needs no 2D box."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from labels import ImageBox

places = st.tuples(st.sampled_from(["0", "1", "2", "3"]), st.integers(0, 5))


@given(places)
def test_a_2d_box_without_a_cuboid(street: Any, place: tuple[str, int]) -> None:
    number, frame = place
    track = street.track(number)
    keys = [key for key in street.labels.keys_of_track(track.id) if key.frame_index != frame]
    before = [replace(key, ends_segment=True) for key in keys]
    gone = street.put(*before).without(street.cuboid(number, frame))
    (finding,) = gone.find("missing_projection")
    assert finding.details["case"] == "no_cuboid"
    assert finding.frame_index == frame
    assert finding.label_ids == (track.id, street.box(number, frame).id)


@given(places)
def test_an_imported_cuboid_without_its_2d_box(street: Any, place: tuple[str, int]) -> None:
    number, frame = place
    (finding,) = street.without(street.box(number, frame)).find("missing_projection")
    assert (finding.details["case"], finding.severity) == ("no_box", "info")
    assert finding.label_ids == (street.track(number).id, street.cuboid(number, frame).id)


def test_a_cuboid_outside_of_the_image_of_its_box(street: Any) -> None:
    (finding,) = street.moved("0", (-40.0, 0.0, 0.0)).find("missing_projection")
    assert finding.details["case"] == "outside"
    assert finding.severity == "warning"


def test_what_a_person_adds_needs_no_box(street: Any) -> None:
    by_hand = replace(street.cuboid("0"), source="human")
    assert street.without(street.box("0")).put(by_hand).find("missing_projection") == []


def test_a_source_without_2d_boxes_lacks_none(street: Any) -> None:
    bare = street.without(*street.labels.image_boxes.values())
    assert bare.find("missing_projection") == []
    drawn = ImageBox("drawn", 2, "ahead", street.box("0").ltrb_px, "tight", street.track("0").id)
    assert bare.put(drawn).find("missing_projection") == []
