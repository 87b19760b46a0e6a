from __future__ import annotations

from pathlib import Path

from formats.box_records import FileBox, carried_box, carried_parts, labels_from_boxes, record_track_id
from formats.carried import carried_cuboid, carried_track
from formats.listing import Listing
from formats.selection import SelectedCuboid
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


def test_what_a_box_carries_comes_back_in_two_parts() -> None:
    labels, _ = built(box(0))
    (track,), (cuboid,) = labels.tracks.values(), labels.cuboids.values()
    item = SelectedCuboid(cuboid, track, True, cuboid)
    assert carried_parts(carried_box(item, "a", ())) == (carried_cuboid(cuboid), carried_track(track) | {})
    assert carried_box(item, "other", ())["track"]["external_id"] == "a"
    assert carried_parts([1]) == carried_parts(None) == (None, None)
