"""Two tracks become one: nothing moves but what gives way, and that is reported."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import ImageBox, LabelError, LabelSet
from labels.merge_tracks import Side, merge_tracks
from labels.track_edits import split_track
from tests.labels.tracks import (
    FRAMES,
    after,
    assert_same_places,
    cuboids_of,
    cut_after,
    timeline,
    together,
    track_of,
    way,
)

key_frames = st.sets(st.integers(0, FRAMES - 1), min_size=1, max_size=6)


def two(
    first: set[int], second: set[int], cuts: tuple[int, int], static: tuple[bool, bool], frame: str = "world"
) -> LabelSet:
    one = track_of({i: way(i) for i in sorted(first)}, is_static=static[0])
    other = track_of(
        {i: way(i, start=(13.0, 3.0)) for i in sorted(second)},
        "o",
        is_static=static[1],
        last_frame=FRAMES - 1,
        interpolate_in=frame,
    )
    return together(cut_after(one, cuts[0]), cut_after(other, cuts[1]))


@given(
    key_frames,
    key_frames,
    st.tuples(st.integers(-1, FRAMES), st.integers(-1, FRAMES)),
    st.tuples(st.booleans(), st.booleans()),
    st.sampled_from(["into", "other"]),
    st.sampled_from(["world", "ego"]),
)
def test_every_frame_has_the_winners_cuboid(
    first: set[int], second: set[int], cuts: tuple[int, int], static: tuple[bool, bool], keep: Side, frame: str
) -> None:
    labels = two(first, second, cuts, static, frame)
    mine, theirs = cuboids_of(labels), cuboids_of(labels, "o")
    merge = merge_tracks(timeline(labels), "t", "o", keep=keep)
    later = after(labels, merge.edit)
    assert set(later.tracks) == {"t"}
    assert_same_places(cuboids_of(later), {**theirs, **mine} if keep == "into" else {**mine, **theirs})
    frames = [conflict.frame_index for conflict in merge.conflicts if conflict.kind == "cuboid"]
    assert frames == sorted(mine.keys() & theirs.keys())


@given(key_frames, st.integers(1, FRAMES - 1), st.integers(-1, FRAMES))
def test_a_split_is_mended(frames: set[int], at: int, cut: int) -> None:
    labels = cut_after(track_of({i: way(i) for i in sorted(frames)}), cut)
    before = cuboids_of(labels)
    if not min(before) < at <= max(before):
        return
    apart = after(labels, split_track(timeline(labels), "t", at, "new"))
    merge = merge_tracks(timeline(apart), "t", "new")
    assert merge.conflicts == ()
    assert_same_places(cuboids_of(after(apart, merge.edit)), before)


def test_a_gap_is_bridged_on_request() -> None:
    labels = two({0, 4}, {10, 14}, (-1, -1), (False, False))
    apart, bridged = (
        cuboids_of(after(labels, merge_tracks(timeline(labels), "t", "o", bridge=bridge).edit))
        for bridge in (False, True)
    )
    assert sorted(apart) == [*range(5), *range(10, 15)]
    assert sorted(bridged) == list(range(15))


def test_what_contradicts_is_reported() -> None:
    labels = two({0, 4}, {4, 8}, (-1, -1), (False, False))
    tracks = {
        "t": replace(labels.tracks["t"], attributes={"colour": "red"}),
        "o": replace(labels.tracks["o"], category="Van", attributes={"colour": "blue", "plate": "x"}),
    }
    boxes = [ImageBox(name, 4, "cam", (0.0, 0.0, 9.0, 9.0), "tight", name[0]) for name in ("t4", "o4")]
    boxes.append(ImageBox("o8", 8, "cam", (0.0, 0.0, 9.0, 9.0), "tight", "o"))
    labels = replace(labels, tracks=tracks, image_boxes={box.id: box for box in boxes})
    merge = merge_tracks(timeline(labels), "t", "o")
    found = [(conflict.kind, conflict.frame_index) for conflict in merge.conflicts]
    assert found == [("category", None), ("attribute", None), ("cuboid", 4), ("image_box", 4)]
    assert merge.conflicts[2].iou == pytest.approx(3.2 / 5.2, abs=0.06)
    later = after(labels, merge.edit)
    assert later.tracks["t"].attributes == {"colour": "red", "plate": "x"}
    assert sorted(later.image_boxes) == ["o8", "t4"]
    other = after(labels, merge_tracks(timeline(labels), "t", "o", keep="other").edit)
    assert sorted(other.image_boxes) == ["o4", "o8"]


def test_a_merge_needs_two_tracks() -> None:
    labels = two({0}, {4}, (-1, -1), (False, False))
    with pytest.raises(ValueError, match="into itself"):
        merge_tracks(timeline(labels), "t", "t")
    with pytest.raises(LabelError, match="track x does not exist"):
        merge_tracks(timeline(labels), "t", "x")
