from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from formats import ExportOptions, FormatError, SceneExport, get_format, open_dataset, open_scene
from formats.kitti.label_rows import LabelRow, parse_row
from formats.kitti.make_rows import RowMaker
from fusion import Scene, project_box
from geometry import SE3
from labels import Attribute, Cuboid, FrameState, ImageBox, LabelSet, Track

FORMAT = get_format("kitti-tracking")
SEQUENCES = ["0001", *(f"{number:04d}" for number in range(3, 12))]


def opened(tracking: Path) -> tuple[Scene, LabelSet]:
    (scene,) = open_dataset(tracking).scenes
    return scene, FORMAT.read_labels(scene).labels


def label_texts(export: SceneExport) -> list[str]:
    return RowMaker(export).texts()


def rows_of(texts: list[str]) -> list[LabelRow]:
    return [parse_row(text, Path("x"), 1) for text in texts]


def with_human_car(labels: LabelSet, **changes: object) -> LabelSet:
    """One more track, drawn by a person with keys in frames 1 and 3."""
    track = Track("mine", "Car", 1, 3)
    keys = {
        f"k{frame}": Cuboid(
            f"k{frame}", "mine", frame, SE3.from_yaw(0.2, [12.0 + frame, 1.0, 0.1]), np.array([4, 1.7, 1.5])
        )
        for frame in (1, 3)
    }
    keys = {name: replace(key, **changes) for name, key in keys.items()}  # type: ignore[arg-type]
    return replace(labels, tracks={**labels.tracks, "mine": track}, cuboids={**labels.cuboids, **keys})


def test_what_is_read_is_written_byte_for_byte(tracking: Path, tmp_path: Path) -> None:
    scene, labels = opened(tracking)
    report = FORMAT.write_labels(SceneExport(scene, labels), tmp_path / "out")
    assert report.rows == 5
    assert report.files == ("label_02/0000.txt", "calib/0000.txt")
    source = tracking / "training" / "label_02" / "0000.txt"
    assert (tmp_path / "out" / "label_02" / "0000.txt").read_bytes() == source.read_bytes()


def test_an_export_alone_is_a_dataset_and_writing_it_again_changes_nothing(tracking: Path, tmp_path: Path) -> None:
    scene, labels = opened(tracking)
    FORMAT.write_labels(SceneExport(scene, with_human_car(labels)), tmp_path / "one")
    again, read_back = opened(tmp_path / "one")
    FORMAT.write_labels(SceneExport(again, read_back), tmp_path / "two")
    for file in ("label_02/0000.txt", "calib/0000.txt"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_real_rows_come_back_as_they_were(shared_data: Path, sequence: str) -> None:
    training = shared_data / "kitti_tracking" / "training"
    scene = open_scene(training, sequence, "kitti-tracking")
    reading = FORMAT.read_labels(scene)
    assert reading.problems == ()
    texts = label_texts(SceneExport(scene, reading.labels))
    assert texts == (training / "label_02" / f"{sequence}.txt").read_text().splitlines()
    assert FORMAT.losses([SceneExport(scene, reading.labels)]) == []


def test_real_geometry_survives_a_second_reading(shared_data: Path, tmp_path: Path) -> None:
    scene = open_scene(shared_data / "kitti_tracking" / "training", "0003", "kitti-tracking")
    labels = FORMAT.read_labels(scene).labels
    FORMAT.write_labels(SceneExport(scene, labels), tmp_path)
    again_scene = open_scene(tmp_path, "0003", "kitti-tracking")
    again = FORMAT.read_labels(again_scene).labels
    assert list(again.cuboids) == list(labels.cuboids)
    for cuboid_id, cuboid in labels.cuboids.items():
        other = again.cuboids[cuboid_id]
        assert other.ego_from_object.is_close(cuboid.ego_from_object, translation_m=1e-6, rotation_rad=1e-6)
        np.testing.assert_array_equal(other.size_lwh_m, cuboid.size_lwh_m)
    FORMAT.write_labels(SceneExport(again_scene, again), tmp_path / "again")
    first, second = (folder / "label_02" / "0003.txt" for folder in (tmp_path, tmp_path / "again"))
    assert first.read_bytes() == second.read_bytes()


def test_derived_image_boxes_are_those_of_real_cars(shared_data: Path) -> None:
    training = shared_data / "kitti_tracking" / "training"
    scene = open_scene(training, "0003", "kitti-tracking")
    labels = FORMAT.read_labels(scene).labels
    texts = label_texts(SceneExport(scene, labels, ExportOptions(derive_2d="all")))
    derived = {(row.frame, row.track_id): row for row in rows_of(texts)}
    given = rows_of((training / "label_02" / "0003.txt").read_text().splitlines())
    cars = [(row, derived[row.frame, row.track_id]) for row in given if row.type == "Car"]
    assert len(cars) == 189
    assert np.median([iou_2d(a.bbox, b.bbox) for a, b in cars]) >= 0.97
    assert np.mean([a.truncated == b.truncated for a, b in cars]) >= 0.95
    turns = [abs(np.angle(np.exp(1j * (a.alpha - b.alpha)))) for a, b in cars if a.truncated == 0]
    assert max(turns) < 0.03


def iou_2d(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    common = max(width, 0.0) * max(height, 0.0)
    return common / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - common)


def test_a_refined_rig_is_written_anew(tracking: Path, tmp_path: Path) -> None:
    scene, labels = opened(tracking)
    refined = replace(scene, rig=replace(scene.rig, revision=2))
    FORMAT.write_labels(SceneExport(refined, labels), tmp_path)
    written = (tmp_path / "calib" / "0000.txt").read_text()
    assert "R_rect 1.0" in written
    assert not [problem for problem in opened(tmp_path)[0].problems if "calib" in problem.path]


def test_a_datasets_own_labels_are_never_overwritten(tracking: Path) -> None:
    scene, labels = opened(tracking)
    before = (tracking / "training" / "label_02" / "0000.txt").read_bytes()
    with pytest.raises(FormatError, match="its labels would be lost"):
        FORMAT.write_labels(SceneExport(scene, labels), tracking / "training")
    assert (tracking / "training" / "label_02" / "0000.txt").read_bytes() == before


def test_labels_of_a_dataset_without_any_may_be_written_beside_it(tracking: Path) -> None:
    scene, labels = opened(tracking)
    path = tracking / "training" / "label_02" / "0000.txt"
    before = path.read_bytes()
    path.unlink()
    FORMAT.write_labels(SceneExport(scene, labels), tracking / "training")
    assert path.read_bytes() == before


def test_a_moved_cuboid_gets_new_image_values_and_keeps_its_line(tracking: Path) -> None:
    scene, labels = opened(tracking)
    (car,) = [c for c in labels.cuboids.values() if c.frame_index == 0 and c.size_lwh_m[0] == 4.0]
    moved = replace(car, ego_from_object=SE3.from_yaw(0, [0.2, 0, 0]) @ car.ego_from_object)
    texts = label_texts(SceneExport(scene, replace(labels, cuboids={**labels.cuboids, car.id: moved})))
    source = (tracking / "training" / "label_02" / "0000.txt").read_text().splitlines()
    assert [text for text in texts if text not in source] == [texts[1]]
    row = parse_row(texts[1], Path("x"), 1)
    assert row.track_id == 7
    assert row.bbox != (100.0, 40.0, 120.0, 60.0)
    expected = project_box(moved.box_ego.transform(scene.rig.cam_from_ego("image_02")), scene.rig.cameras["image_02"])
    assert expected is not None
    assert expected.trunc_ltrb_px is not None
    np.testing.assert_allclose(row.bbox, expected.trunc_ltrb_px, atol=1e-5)
    assert row.alpha == pytest.approx(row.rotation_y - np.arctan2(row.location[0], row.location[2]), abs=1e-6)


@pytest.mark.parametrize("change", ["place", "size", "category", "all", "nothing"])
def test_an_imported_occlusion_stands_until_the_cuboid_changes(tracking: Path, change: str) -> None:
    """KITTI said 2 of a car that nothing hides, so that a suggestion differs from it."""
    scene, labels = opened(tracking)
    car = next(c for c in labels.cuboids.values() if c.frame_index == 0 and c.size_lwh_m[0] == 4.0)
    said = with_given_occlusion(labels, car.id, 2)
    changed = replace(
        said.cuboids[car.id],
        ego_from_object=SE3.from_yaw(0, [0.2 * (change == "place"), 0, 0]) @ car.ego_from_object,
        size_lwh_m=car.size_lwh_m + 0.1 * (change == "size"),
    )
    track = replace(said.tracks[car.track_id], category="Van" if change == "category" else "Car")
    said = replace(said, cuboids={**said.cuboids, car.id: changed}, tracks={**said.tracks, track.id: track})
    options = ExportOptions(derive_2d="all" if change == "all" else "missing")
    (row,) = [r for r in rows_of(label_texts(SceneExport(scene, said, options))) if (r.frame, r.track_id) == (0, 7)]
    assert (row.occluded == 2) == (change == "nothing")


def test_a_persons_occlusion_stands_always(tracking: Path) -> None:
    """The answer differs from what the import said, or the import's word is gone since a person gave the same."""
    scene, labels = opened(tracking)
    car = next(c for c in labels.cuboids.values() if c.frame_index == 0 and c.size_lwh_m[0] == 4.0)
    moved = replace(car, ego_from_object=SE3.from_yaw(0, [0.2, 0, 0]) @ car.ego_from_object, attributes={"occluded": 3})
    for said in (labels, with_given_occlusion(labels, car.id, None)):
        changed = replace(said, cuboids={**said.cuboids, car.id: moved})
        texts = label_texts(SceneExport(scene, changed, ExportOptions(derive_2d="all")))
        assert [r.occluded for r in rows_of(texts) if (r.frame, r.track_id) == (0, 7)] == [3]


def with_given_occlusion(labels: LabelSet, cuboid_id: str, level: int | None) -> LabelSet:
    """Labels whose import said that of a cuboid, or nothing."""
    cuboid = labels.cuboids[cuboid_id]
    boxes = dict(labels.image_boxes)
    for key, box in boxes.items():
        if (box.track_id, box.frame_index) == (cuboid.track_id, cuboid.frame_index):
            rest = {name: value for name, value in box.attributes.items() if name != "kitti.occluded"}
            boxes[key] = replace(box, attributes=rest if level is None else {**rest, "kitti.occluded": level})
    answers = {} if level is None else {"occluded": level}
    return replace(
        labels, image_boxes=boxes, cuboids={**labels.cuboids, cuboid_id: replace(cuboid, attributes=answers)}
    )


def test_a_new_category_gets_new_image_values(tracking: Path) -> None:
    scene, labels = opened(tracking)
    tracks = {key: replace(t, category="Van") if t.external_id == "7" else t for key, t in labels.tracks.items()}
    (row, *_) = [
        row for row in rows_of(label_texts(SceneExport(scene, replace(labels, tracks=tracks)))) if row.type == "Van"
    ]
    assert row.bbox != (100.0, 40.0, 120.0, 60.0)


def test_a_box_drawn_by_a_person_always_wins(tracking: Path) -> None:
    scene, labels = opened(tracking)
    labels = with_human_car(labels)
    drawn = ImageBox("t", 1, "image_02", (90.0, 41.0, 99.0, 55.0), "tight", "mine")
    labels = replace(labels, image_boxes={**labels.image_boxes, "t": drawn})
    texts = label_texts(SceneExport(scene, labels, ExportOptions(derive_2d="all")))
    assert (90.0, 41.0, 99.0, 55.0) in [row.bbox for row in rows_of(texts)]


def test_cuboids_between_two_keys_are_rows_too(tracking: Path) -> None:
    scene, labels = opened(tracking)
    labels = with_human_car(labels, attributes={"occluded": 1})
    rows = rows_of(label_texts(SceneExport(scene, labels)))
    mine = [row for row in rows if row.track_id == 0]
    assert [row.frame for row in mine] == [1, 2, 3]
    assert [row.occluded for row in mine] == [1, 1, 1]
    assert [row.frame for row in rows] == sorted(row.frame for row in rows)


def test_what_nobody_said_of_occlusion_is_suggested(tracking: Path) -> None:
    scene, labels = opened(tracking)
    rows = rows_of(label_texts(SceneExport(scene, with_human_car(labels))))
    assert {row.occluded for row in rows if row.track_id == 0} <= {0, 1, 2}


def test_cuboids_outside_the_image_are_left_out_and_counted(tracking: Path) -> None:
    scene, labels = opened(tracking)
    behind = with_human_car(labels, ego_from_object=SE3.from_yaw(0.0, [-20.0, 0, 0]))
    export = SceneExport(scene, behind)
    assert len(label_texts(export)) == 5
    (loss,) = FORMAT.losses([export])
    assert (loss.message, loss.count) == ("cuboids outside image_02: left out, as rows need an image box", 3)


def test_ignore_regions_drawn_by_a_person_become_dont_care(tracking: Path) -> None:
    scene, labels = opened(tracking)
    mine = ImageBox("i", 2, "image_02", (1.0, 2.0, 3.0, 4.0), "ignore")
    texts = label_texts(SceneExport(scene, replace(labels, image_boxes={**labels.image_boxes, "i": mine})))
    assert texts[4] == (
        "2 -1 DontCare -1 -1 -10.000000 1.000000 2.000000 3.000000 4.000000 "
        "-1000.000000 -1000.000000 -1000.000000 -10.000000 -1.000000 -1.000000 -1.000000"
    )


def test_a_moved_ignore_region_keeps_the_rest_of_its_row(tracking: Path) -> None:
    scene, labels = opened(tracking)
    (region,) = [box for box in labels.image_boxes.values() if box.kind == "ignore"]
    moved = replace(region, ltrb_px=(0.0, 4.25, 20.0, 30.0))
    first = label_texts(SceneExport(scene, replace(labels, image_boxes={**labels.image_boxes, region.id: moved})))[0]
    assert first.startswith("0 -1 DontCare -1 -1 -10.000000 0.000000 4.250000 20.000000 30.000000 -1000.000000")


def test_losses_are_counted_by_what_is_lost(tracking: Path) -> None:
    scene, labels = opened(tracking)
    tilt = SE3(Rotation.from_rotvec([0.1, 0, 0]).as_matrix(), np.array([12.0, 1.0, 0.1]))
    labels = with_human_car(labels, ego_from_object=tilt, attributes={"mood": "grim"}, score=0.5)
    mine = Track("mine", "Traffic cone", 1, 3, external_id="x", is_static=True, attributes={"brand": "A"})
    state = FrameState(0, "done")
    elsewhere = ImageBox("e", 0, "image_03", (0, 0, 1, 1), "ignore")
    labels = replace(
        labels,
        tracks={**labels.tracks, "mine": mine},
        frame_states={state.id: state},
        image_boxes={**labels.image_boxes, "e": elsewhere},
    )
    losses = {loss.message: loss.count for loss in FORMAT.losses([SceneExport(scene, labels)])}
    assert losses == {
        "cuboids tilted by more than 2°: written upright": 3,
        "attribute mood of cuboids: left out": 2,
        "scores of cuboids: left out, as not every cuboid has one": 2,
        "category Traffic cone: written as it is, but KITTI's evaluators do not know it": 3,
        "tracks marked as standing still: every frame gets a row, the mark is not kept": 1,
        "tracks whose id is no whole number: numbered anew": 1,
        "attribute brand of tracks: left out": 1,
        "frames marked done or empty: rows do not say so": 1,
        "image boxes of other cameras than image_02: left out": 1,
    }


def test_a_category_of_two_words_stays_one_field(tracking: Path) -> None:
    scene, labels = opened(tracking)
    labels = with_human_car(labels)
    labels = replace(labels, tracks={**labels.tracks, "mine": Track("mine", "Traffic cone", 1, 3)})
    assert "Traffic_cone" in {row.type for row in rows_of(label_texts(SceneExport(scene, labels)))}


def test_words_of_any_language_survive(tracking: Path, tmp_path: Path) -> None:
    scene, labels = opened(tracking)
    labels = with_human_car(labels)
    labels = replace(labels, tracks={**labels.tracks, "mine": Track("mine", "보행자", 1, 3)})
    FORMAT.write_labels(SceneExport(scene, labels), tmp_path)
    assert "보행자" in {track.category for track in opened(tmp_path)[1].tracks.values()}


def test_attributes_that_were_spoilt_do_not_stop_an_export(tracking: Path) -> None:
    scene, labels = opened(tracking)
    spoilt = {"kitti.alpha": "x", "kitti.truncated": "y", "kitti.line": "z", "kitti.row": "1 2\n3"}
    boxes = {key: replace(box, attributes={**box.attributes, **spoilt}) for key, box in labels.image_boxes.items()}
    texts = label_texts(SceneExport(scene, replace(labels, image_boxes=boxes)))
    assert len(rows_of(texts)) == 5


def test_a_scene_without_a_camera_is_refused(tracking: Path, tmp_path: Path) -> None:
    scene, labels = opened(tracking)
    blind = replace(scene, rig=replace(scene.rig, cameras={}))
    with pytest.raises(FormatError, match="expected a camera, found none"):
        FORMAT.write_labels(SceneExport(blind, labels), tmp_path)


@pytest.mark.parametrize("name", ["../evil", "a/b", "..", "a\\b"])
def test_a_name_that_leaves_the_folder_is_refused(tracking: Path, tmp_path: Path, name: str) -> None:
    scene, labels = opened(tracking)
    with pytest.raises(FormatError, match="name that can name a file"):
        FORMAT.write_labels(SceneExport(replace(scene, name=name), labels), tmp_path)


def test_the_taxonomy_asks_for_occlusion() -> None:
    assert FORMAT.default_taxonomy.attributes == (Attribute("occluded", "cuboid", (0, 1, 2, 3)),)
    assert FORMAT.default_taxonomy.category("Car") is not None
