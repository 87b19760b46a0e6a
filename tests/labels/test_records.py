"""The codec: nothing is lost on the way out and back, and nothing wrong comes in."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from geometry import SE3
from labels import (
    Cuboid,
    FrameState,
    ImageBox,
    LabelChange,
    LabelSet,
    RecordError,
    Track,
    decode_change,
    decode_label_set,
    encode_change,
    encode_label_set,
)
from labels.records import decode_cuboid, encode_cuboid

NUMBERS = st.floats(-1e5, 1e5)
SIDES = st.floats(1e-3, 1e3)
NAMES = st.text(min_size=1, max_size=20)
ATTRIBUTES = st.dictionaries(NAMES, st.one_of(st.text(max_size=9), st.booleans(), st.integers(-9, 9), NUMBERS))


@st.composite
def cuboids(draw: st.DrawFn) -> Cuboid:
    rotation = Rotation.from_rotvec([draw(st.floats(-3, 3)) for _ in range(3)]).as_matrix()
    # One pass through the quaternion first: that is the form in which records live.
    transform = SE3.from_quat_wxyz(SE3(rotation, np.zeros(3)).quat_wxyz, [draw(NUMBERS) for _ in range(3)])
    return Cuboid(
        id=draw(st.uuids(version=4)).hex,
        track_id=draw(NAMES),
        frame_index=draw(st.integers(0, 10_000)),
        ego_from_object=transform,
        size_lwh_m=np.array([draw(SIDES) for _ in range(3)]),
        source=draw(st.sampled_from(["human", "propagated", "model:a@1", "imported:kitti-raw"])),
        confirmed_by=draw(st.none() | NAMES),
        score=draw(st.none() | st.floats(0, 1)),
        attributes=draw(ATTRIBUTES),
        ends_segment=draw(st.booleans()),
    )


def example_change() -> LabelChange:
    cuboid = Cuboid("k", "t", 3, SE3.from_yaw(0.5, [1, 2, 3]), np.array([4.0, 2.0, 1.5]), attributes={"occluded": 1})
    moved = Cuboid("m", "t", 4, SE3.from_yaw(0.6, [1, 2, 3]), np.array([4.0, 2.0, 1.5]))
    return LabelChange(
        "c",
        "s",
        "human:local",
        "2026-01-01T00:00:00Z",
        7,
        added={"tracks": (Track("t", "Car", 0, 9, external_id="3"),), "cuboids": (cuboid,)},
        updated={"cuboids": ((moved, moved),)},
        removed={
            "image_boxes": (ImageBox("i", 1, "image_02", (0.0, 0.5, 9.0, 9.0), "ignore"),),
            "frame_states": (FrameState(2, "empty"),),
        },
    )


@given(cuboids())
def test_cuboids_survive_json(cuboid: Cuboid) -> None:
    again = decode_cuboid(json.loads(json.dumps(encode_cuboid(cuboid))))
    assert again.ego_from_object.is_close(cuboid.ego_from_object, translation_m=0.0, rotation_rad=1e-15 * 8)
    assert encode_cuboid(again)["size_lwh_m"] == encode_cuboid(cuboid)["size_lwh_m"]
    for name in ("id", "track_id", "frame_index", "source", "confirmed_by", "score", "attributes", "ends_segment"):
        assert getattr(again, name) == getattr(cuboid, name)


def test_a_change_survives_json() -> None:
    encoded = encode_change(example_change())
    assert encoded["schema_version"] == 1
    assert encode_change(decode_change(json.loads(json.dumps(encoded)))) == encoded


def test_a_label_set_survives_json() -> None:
    labels = LabelSet(
        taxonomy_version=2,
        tracks={"t": Track("t", "Car", 0, 9, external_id="3")},
        cuboids={"k": Cuboid("k", "t", 3, SE3.from_yaw(0.5, [1, 2, 3]), np.array([4.0, 2.0, 1.5]))},
        frame_states={"2": FrameState(2, "done")},
        revision=5,
    )
    encoded = encode_label_set(labels)
    assert encode_label_set(decode_label_set(json.loads(json.dumps(encoded)))) == encoded


def set_at(value: Any, path: tuple[str | int, ...], new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    if new is DELETE:
        del value[path[-1]]
    else:
        value[path[-1]] = new


DELETE = object()
CUBOID = ("added", "cuboids", 0)


@pytest.mark.parametrize(
    ("path", "new", "message"),
    [
        (("schema_version",), 2, r"change.schema_version: expected version 1, found 2"),
        (("change_id",), "", r"change.change_id: expected a text of 1 to 200 characters, found ''"),
        (("base_revision",), -1, r"base_revision: expected a whole number from 0, found -1"),
        (("base_revision",), True, r"base_revision: expected a whole number from 0, found True"),
        (("surprise",), 1, r"change: unknown field surprise"),
        (("added",), [], r"added: expected an object, found \[\]"),
        (("added", "points"), [], r"added: unknown field points"),
        (("added", "cuboids"), {}, r"added.cuboids: expected a list, found dict"),
        ((*CUBOID, "size_lwh_m"), [1, 2], r"added.cuboids\[0\].size_lwh_m: expected 3 numbers"),
        ((*CUBOID, "size_lwh_m"), [1, 2, float("nan")], r"size_lwh_m: expected a finite number, found nan"),
        ((*CUBOID, "size_lwh_m"), [1, 2, 0], r"added.cuboids\[0\]: size_lwh_m must be above zero"),
        ((*CUBOID, "ego_from_object", "quat_wxyz"), [1, 1, 1, 1], r"ego_from_object: quat_wxyz must have length 1"),
        ((*CUBOID, "frame_index"), DELETE, r"added.cuboids\[0\]: expected the field frame_index, found none"),
        ((*CUBOID, "score"), 1.5, r"score must lie in 0"),
        ((*CUBOID, "attributes"), {"a": None}, r"attributes.a: expected a text"),
        ((*CUBOID, "ends_segment"), 0, r"ends_segment: expected true or false, found 0"),
        (("updated", "cuboids", 0, "to", "id"), "x", r"change: updated.cuboids must not change a record's id"),
        (("removed", "image_boxes", 0, "kind"), "loose", r"kind: expected one of tight, given, ignore, found 'loose'"),
        (("removed", "image_boxes", 0, "ltrb_px"), [5, 0, 1, 1], r"ltrb_px must be left ≤ right"),
        (("removed", "frame_states", 0, "id"), "3", r"id: expected the frame index 2, found '3'"),
        (("added", "tracks", 0, "last_frame"), DELETE, r"expected the field last_frame"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(path: tuple[str | int, ...], new: Any, message: str) -> None:
    value = json.loads(json.dumps(encode_change(example_change())))
    set_at(value, path, new)
    with pytest.raises(RecordError, match=message):
        decode_change(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["added", "updated", "removed", "author", "base_revision", "time"]))
def test_any_other_json_is_taken_or_refused_but_never_breaks(garbage: Any, field: str) -> None:
    value = encode_change(example_change())
    value[field] = {"cuboids": garbage} if field in ("added", "updated", "removed") else garbage
    with suppress(RecordError):
        encode_change(decode_change(value))
