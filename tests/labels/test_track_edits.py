"""Edits of whole tracks: what is not meant stays where it is, and everything comes undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import SE3, Box
from labels import Cuboid, ImageBox, LabelError, LabelSet
from labels.answers import answers_of_people
from labels.track_edits import (
    MOST_SNAP_M,
    Maker,
    resize_about_near_corner,
    set_size,
    split_track,
    static_track,
    trim_life,
)
from tests.labels.tracks import (
    DRIVE,
    FRAMES,
    after,
    apart,
    assert_same_places,
    cuboids_of,
    cut_after,
    timeline,
    track_of,
    way,
)

PLACE = SE3.from_yaw(0.3, [15.0, 4.0, 0.5])
LIDAR = np.array([0.0, 0.0, 1.7])
key_frames = st.sets(st.integers(0, FRAMES - 1), min_size=1, max_size=6)


def some_track(frames: set[int], *, is_static: bool, cut: int) -> LabelSet:
    """Keys in some frames; static ones live all along and lie a little apart."""
    fields: dict[str, Any] = {"is_static": True, "first_frame": 0, "last_frame": FRAMES - 1} if is_static else {}
    places = {i: way(i, 0.01 if is_static else 0.6) for i in sorted(frames)}
    return cut_after(track_of(places, **fields), cut)


@given(key_frames, st.booleans(), st.integers(-1, FRAMES), st.integers(0, FRAMES))
def test_a_split_moves_nothing(frames: set[int], is_static: bool, cut: int, at: int) -> None:
    labels = some_track(frames, is_static=is_static, cut=cut)
    before = cuboids_of(labels)
    if not min(before) < at <= max(before):
        with pytest.raises(LabelError, match="on one side of frame"):
            split_track(timeline(labels), "t", at, "new")
        return
    later = after(labels, split_track(timeline(labels), "t", at, "new"))
    assert_same_places(cuboids_of(later), {frame: each for frame, each in before.items() if frame < at})
    assert_same_places(cuboids_of(later, "new"), {frame: each for frame, each in before.items() if frame >= at})
    assert len(later.cuboids) <= len(labels.cuboids) + 2


def test_a_split_takes_answers_and_2d_boxes_along() -> None:
    labels = track_of({i: way(i) for i in (0, 10, 20)}, external_id="7", attributes={"colour": "red"})
    boxes = [ImageBox(f"b{i}", i, "cam", (0.0, 0.0, 9.0, 9.0), "tight", "t") for i in (3, 12)]
    labels = replace(labels, image_boxes={box.id: box for box in boxes})
    later = after(labels, split_track(timeline(labels), "t", 12, "new"))
    assert later.tracks["new"].attributes == {"colour": "red"}
    assert (later.tracks["t"].external_id, later.tracks["new"].external_id) == ("7", None)
    assert [later.image_boxes[f"b{i}"].track_id for i in (3, 12)] == ["t", "new"]


@given(key_frames, st.booleans(), st.integers(-1, FRAMES), st.integers(0, FRAMES - 1), st.integers(0, FRAMES - 1))
def test_a_shorter_life_moves_nothing_that_stays(
    frames: set[int], is_static: bool, cut: int, one: int, two: int
) -> None:
    labels, first, last = some_track(frames, is_static=is_static, cut=cut), min(one, two), max(one, two)
    stays = {frame: each for frame, each in cuboids_of(labels).items() if first <= frame <= last}
    if not stays:
        with pytest.raises(LabelError, match=r"no cuboid in frames"):
            trim_life(timeline(labels), "t", first, last)
        return
    later = after(labels, trim_life(timeline(labels), "t", first, last))
    assert_same_places(cuboids_of(later), stays)
    assert all(first <= key.frame_index <= last for key in later.cuboids.values())


def test_a_static_track_lives_longer_at_its_place() -> None:
    labels = track_of({10: PLACE}, is_static=True, first_frame=8, last_frame=12)
    later = after(labels, trim_life(timeline(labels), "t", 2, 20))
    assert sorted(cuboids_of(later)) == list(range(2, 21))
    assert len(later.cuboids) == 1


@given(st.floats(0.3, 3.0), st.floats(-3.0, 3.0), st.integers(0, 2))
def test_one_size_keeps_the_corner_nearest_to_the_lidar(factor: float, yaw_rad: float, side: int) -> None:
    places = {i: way(i) @ SE3.from_yaw(yaw_rad, np.zeros(3)) for i in (0, 7, 20)}
    labels = track_of(places)
    size = np.array([4.2, 1.8, 1.5])
    size[side] *= factor
    later = after(labels, set_size(labels, "t", size, LIDAR))
    for key_id, key in labels.cuboids.items():
        new = later.cuboids[key_id]
        assert new.size_lwh_m == pytest.approx(size)
        corner = int(np.linalg.norm(key.box_ego.corners() - LIDAR, axis=1).argmin())
        assert new.box_ego.corners()[corner] == pytest.approx(key.box_ego.corners()[corner], abs=1e-9)
    assert set_size(later, "t", size, LIDAR).is_empty


def test_a_size_of_nothing_is_refused() -> None:
    labels = track_of({0: PLACE})
    with pytest.raises(ValueError, match="above zero"):
        set_size(labels, "t", [0.0, 1.0, 1.0], LIDAR)
    with pytest.raises(LabelError, match="track x does not exist"):
        set_size(labels, "x", [1.0, 1.0, 1.0], LIDAR)


def test_the_same_size_is_the_same_box() -> None:
    box = Box(PLACE, np.array([4.0, 2.0, 1.5]))
    assert resize_about_near_corner(box, box.size_lwh_m, LIDAR) == box


def test_answers_of_an_import_fall_and_those_of_people_stand() -> None:
    labels = track_of({0: PLACE})
    key = replace(labels.cuboids["t-0"], attributes={"occluded": 2, "door": "open"})
    given_box = ImageBox("b", 0, "cam", (0.0, 0.0, 9.0, 9.0), "given", "t", {"kitti.occluded": 2})
    labels = replace(labels, cuboids={key.id: key}, image_boxes={"b": given_box})
    assert answers_of_people(labels, key) == {"door": "open"}
    later = after(labels, set_size(labels, "t", [5.0, 2.0, 1.5], LIDAR))
    assert later.cuboids["t-0"].attributes == {"door": "open"}


@given(key_frames, st.integers(-1, FRAMES), st.data())
def test_a_static_track_is_labelled_once(frames: set[int], cut: int, data: st.DataObject) -> None:
    labels = cut_after(track_of({i: way(i, 0.02) for i in sorted(frames)}), cut)
    before = cuboids_of(labels)
    frame = data.draw(st.sampled_from(sorted(before)))
    made = static_track(timeline(labels), "t", frame, maker=Maker("me"))
    later = after(labels, made.edit)
    found = cuboids_of(later)
    assert len(later.cuboids) == 1
    assert sorted(found) == list(range(min(before), max(before) + 1))
    assert sorted({*before, *made.frames_gained}) == sorted(found)
    world = DRIVE.poses[frame] @ before[frame].ego_from_object
    for index, cuboid in found.items():
        assert (DRIVE.poses[index] @ cuboid.ego_from_object).is_close(world, translation_m=1e-9, rotation_rad=1e-7)


@given(st.dictionaries(st.integers(0, FRAMES - 1), st.tuples(*[st.floats(-1, 1)] * 3), max_size=5))
def test_snaps_are_bounded(offsets: dict[int, tuple[float, float, float]]) -> None:
    labels = track_of({0: PLACE, FRAMES - 1: PLACE})
    made = static_track(timeline(labels), "t", 0, offsets_world=offsets)
    later = after(labels, made.edit)
    for frame, cuboid in cuboids_of(later).items():
        off = DRIVE.poses[frame].apply(cuboid.ego_from_object.translation) - PLACE.translation
        assert np.linalg.norm(off) <= MOST_SNAP_M + 1e-9
        if frame in offsets and frame not in {0, *made.snaps_bounded}:
            assert off == pytest.approx(offsets[frame], abs=1e-9)
    assert set(made.snaps_bounded) == {
        frame for frame, offset in offsets.items() if frame and np.linalg.norm(offset) > MOST_SNAP_M
    }


def test_a_box_in_one_frame_sets_all() -> None:
    labels = track_of({i: way(i, 0.01) for i in range(20)})
    box = Box(SE3.from_yaw(0.5, [9.0, 3.0, 0.4]), np.array([4.5, 1.9, 1.6]))
    later = after(labels, static_track(timeline(labels), "t", 7, box, maker=Maker("me")).edit)
    (key,) = later.cuboids.values()
    assert (key.id, key.source, key.confirmed_by) == ("t-7", "human", "me")
    assert max(apart(key, replace(key, ego_from_object=box.frame_from_object, size_lwh_m=box.size_lwh_m))) == 0.0


def test_what_cannot_stand_is_said() -> None:
    labels = track_of({5: PLACE, 9: PLACE})
    with pytest.raises(LabelError, match="has no cuboid in frame 2"):
        static_track(timeline(labels), "t", 2)
    from labels.timeline import Timeline

    with pytest.raises(LabelError, match="no vehicle poses"):
        static_track(Timeline(labels, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), "t", 5)


def test_new_keys_are_a_persons() -> None:
    labels = track_of({0: way(0), 20: way(20)})
    later = after(labels, split_track(timeline(labels), "t", 10, "new", Maker("me", new_id=iter("ab").__next__)))
    made: list[Cuboid] = [later.cuboids["a"], later.cuboids["b"]]
    assert [(key.frame_index, key.source, key.confirmed_by) for key in made] == [
        (9, "human", "me"),
        (10, "human", "me"),
    ]
