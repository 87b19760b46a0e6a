from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from formats.box_records import (
    FileBox,
    box_size,
    finite_number,
    labels_from_boxes,
    record_track_id,
    usable_attributes,
    usable_text,
)
from formats.euler_xyz import euler_from_rotation, rotation_from_euler
from formats.listing import Listing
from geometry import SE3
from labels import LabelSet

FILE = Path("/data/labels.json")


def box(frame_index: int, key: str = "a", category: str = "Car", length_m: float = 4.0, **more: object) -> FileBox:
    where = f"box {frame_index}"
    return FileBox(FILE, where, frame_index, key, category, SE3.identity(), (length_m, 2.0, 1.5), key, **more)  # type: ignore[arg-type]


def built(*boxes: FileBox) -> tuple[LabelSet, list[str]]:
    listing = Listing(root=FILE.parent, base=FILE.parent)
    labels = labels_from_boxes("made", "scene", 5, boxes, listing)
    return labels, [problem.message for problem in listing.problems]


def test_boxes_become_tracks_with_gaps() -> None:
    labels, problems = built(box(3), box(0), box(1, length_m=5.0), box(2, "b"))
    assert problems == []
    track = labels.tracks[record_track_id("made", "scene", "a")]
    assert (track.first_frame, track.last_frame, track.external_id, track.is_rigid) == (0, 3, "a", False)
    keys = labels.keys_of_track(track.id)
    assert [(key.frame_index, key.ends_segment, key.source) for key in keys] == [
        (0, False, "imported:made"),
        (1, True, "imported:made"),
        (3, False, "imported:made"),
    ]
    assert built(box(3), box(0))[0] == built(box(3), box(0))[0]


def test_what_contradicts_itself_is_named() -> None:
    labels, problems = built(box(0), box(0), box(1, category="Bus"), box(7))
    assert problems == [
        "box 0: expected one box of a a frame, found a second",
        "box 7: expected a frame below 5, found 7",
        "box 1: expected a to stay Car, found Bus: Car is kept",
    ]
    assert len(labels.cuboids) == 2


def test_what_was_carried_is_restored_and_faults_of_it_are_named() -> None:
    labels, problems = built(
        box(0, carried_track={"interpolate_in": "ego"}, carried_cuboid={"source": "human", "score": 0.5}),
        box(1, carried_cuboid={"score": 7}),
    )
    (track,) = labels.tracks.values()
    assert track.interpolate_in == "ego"
    first, second = labels.keys_of_track(track.id)
    assert (first.source, first.score, second.source) == ("human", 0.5, "imported:made")
    assert problems == ["box 1: truebox: score must lie in 0 … 1, got 7.0"]


@pytest.mark.parametrize("value", [True, "1", None, float("nan"), float("inf"), 10**400, [1], 2e9])
def test_what_is_no_number_is_none(value: object) -> None:
    assert finite_number(value) is None
    assert box_size([value, 1.0, 1.0]) is None


def test_values_of_files_are_checked() -> None:
    assert finite_number(np.float32(2.5)) == 2.5
    assert box_size([1, 2, 3]) == (1.0, 2.0, 3.0)
    assert box_size([1, 0, 3]) is None
    assert box_size([1, 2]) is None
    assert [usable_text(value) for value in (" a ", "", "a\nb", "x" * 300, 3)] == ["a", None, None, None, None]
    assert usable_attributes({"a": 1, "b": [1], "c": float("nan"), "d": True, "": 1, "e": "x"}) == {
        "a": 1,
        "d": True,
        "e": "x",
    }
    assert usable_attributes([1]) == {}


@given(rotvec=st.tuples(*[st.floats(-3, 3)] * 3))
def test_angles_give_their_rotation_back(rotvec: tuple[float, float, float]) -> None:
    rotation = Rotation.from_rotvec(rotvec).as_matrix()
    np.testing.assert_allclose(rotation_from_euler(euler_from_rotation(rotation)), rotation, atol=1e-7)


def test_a_right_angle_about_y_is_no_trouble() -> None:
    rotation = rotation_from_euler((0.3, np.pi / 2, 0.2))
    np.testing.assert_allclose(rotation_from_euler(euler_from_rotation(rotation)), rotation, atol=1e-7)
