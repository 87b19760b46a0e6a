from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formats import LabelReading, get_format, open_dataset
from formats.given import cuboid_fingerprint
from labels import Cuboid, ImageBox, LabelChange, LabelSet, Track, apply

SOURCE = "imported:kitti-tracking"


def read(tracking: Path, rows: str | None = None) -> LabelReading:
    if rows is not None:
        (tracking / "training" / "label_02" / "0000.txt").write_text(rows)
    (scene,) = open_dataset(tracking).scenes
    return get_format("kitti-tracking").read_labels(scene)


def lines(tracking: Path) -> list[str]:
    return (tracking / "training" / "label_02" / "0000.txt").read_text().splitlines()


def track_named(labels: LabelSet, external_id: str) -> Track:
    (track,) = [track for track in labels.tracks.values() if track.external_id == external_id]
    return track


def test_rows_become_tracks_keys_and_image_boxes(tracking: Path) -> None:
    reading = read(tracking)
    labels = reading.labels
    assert reading.problems == ()
    car = track_named(labels, "7")
    assert (car.category, car.first_frame, car.last_frame, car.is_rigid) == ("Car", 0, 4, True)
    keys = labels.keys_of_track(car.id)
    assert [key.frame_index for key in keys] == [0, 1, 4]
    assert {key.source for key in keys} == {SOURCE}
    assert {key.confirmed_by for key in keys} == {"import"}
    assert [key.attributes["occluded"] for key in keys] == [1, 2, 0]
    np.testing.assert_allclose(keys[0].size_lwh_m, [4.0, 1.6, 1.5])
    kinds = [box.kind for box in labels.image_boxes.values()]
    assert (kinds.count("given"), kinds.count("ignore")) == (4, 1)


def test_nothing_is_derived_where_rows_are_missing(tracking: Path) -> None:
    labels = read(tracking).labels
    keys = labels.keys_of_track(track_named(labels, "7").id)
    assert [key.ends_segment for key in keys] == [False, True, False]


def test_given_values_know_their_cuboid(tracking: Path) -> None:
    labels = read(tracking).labels
    for box in labels.image_boxes.values():
        if box.kind == "given":
            assert box.track_id is not None
            (cuboid,) = [c for c in labels.keys_of_track(box.track_id) if c.frame_index == box.frame_index]
            assert box.camera == "image_02"
            category = labels.tracks[box.track_id].category
            assert box.attributes["given_for"] == cuboid_fingerprint(cuboid, category)


def test_a_second_reading_gives_the_same_records(tracking: Path) -> None:
    assert read(tracking) == read(tracking)


def test_the_records_pass_the_integrity_checks_of_a_change(tracking: Path) -> None:
    labels = read(tracking).labels
    tables: dict[str, tuple[Track | Cuboid | ImageBox, ...]] = {
        "tracks": tuple(labels.tracks.values()),
        "cuboids": tuple(labels.cuboids.values()),
        "image_boxes": tuple(labels.image_boxes.values()),
    }
    change = LabelChange("c", "s", "import:kitti-tracking", "2026-01-01T00:00:00Z", 0, added=tables)  # type: ignore[arg-type]
    assert apply(LabelSet(), change).cuboids == labels.cuboids


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda row: " ".join(row.split()[:14]), "line 2: expected 17 fields (18 with a score), found 14"),
        (lambda row: row.replace("15.000000", "nan"), "line 2: expected a finite number for z, found 'nan'"),
    ],
)
def test_a_bad_row_costs_itself_only(tracking: Path, spoil: object, message: str) -> None:
    rows = lines(tracking)
    rows[1] = spoil(rows[1])  # type: ignore[operator]
    reading = read(tracking, "\n".join(rows))
    assert [(problem.path, problem.message) for problem in reading.problems] == [("label_02/0000.txt", message)]
    assert len(reading.labels.cuboids) == 3


def test_a_second_box_of_a_track_in_a_frame_is_named(tracking: Path) -> None:
    rows = lines(tracking)
    reading = read(tracking, "\n".join([*rows, rows[1]]))
    assert reading.problems[0].message == "line 6: expected one box of track 7 in frame 0, found a second"
    assert len(reading.labels.cuboids) == 4


def test_a_track_keeps_its_first_category(tracking: Path) -> None:
    rows = lines(tracking)
    rows[3] = rows[3].replace("Car", "Van")
    reading = read(tracking, "\n".join(rows))
    assert reading.problems[0].message == "line 4: expected track 7 to stay Car, found Van: Car is kept"


def test_changing_sizes_make_a_track_that_is_not_rigid(tracking: Path) -> None:
    rows = lines(tracking)
    rows[3] = rows[3].replace("1.500000 1.600000", "1.600000 1.600000")
    labels = read(tracking, "\n".join(rows)).labels
    assert not track_named(labels, "7").is_rigid


def test_rows_without_a_track_are_objects_of_their_own(tracking: Path) -> None:
    rows = [" ".join([row.split()[0], "-1", *row.split()[2:]]) for row in lines(tracking)]
    labels = read(tracking, "\n".join(rows)).labels
    assert [track.external_id for track in labels.tracks.values()] == [None] * 4


def test_a_score_goes_to_the_cuboid(tracking: Path) -> None:
    rows = [f"{row} 0.5" if "DontCare" not in row else row for row in lines(tracking)]
    labels = read(tracking, "\n".join(rows)).labels
    assert {cuboid.score for cuboid in labels.cuboids.values()} == {0.5}


def test_no_label_file_means_no_labels(tracking: Path) -> None:
    (tracking / "training" / "label_02" / "0000.txt").unlink()
    assert read(tracking) == LabelReading(LabelSet())
