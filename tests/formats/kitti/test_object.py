from __future__ import annotations

import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration import Pinhole
from formats import ExportOptions, FormatError, LabelReading, SceneExport, detect_format, get_format, open_dataset
from formats.convert import prepare_conversion, write_conversion
from formats.inspect import inspect_dataset
from formats.kitti.label_rows import parse_object_row, short_number
from fusion import Scene, fuse_frame
from geometry import SE3
from labels import Cuboid, ImageBox, LabelSet, Track

FORMAT = get_format("kitti-object")
CAR = "Car 0.00 0 -1.57 614.24 181.78 727.31 284.77 1.57 1.73 4.15 1.00 1.75 13.22 1.62"


@pytest.fixture
def samples(drive_template: Path, tmp_path: Path) -> Path:
    """A split of four samples with a gap: 000000, 000001, 000003, 000004, their files as the object set has them."""
    root = tmp_path / "object"
    write_conversion(prepare_conversion(drive_template, "kitti-object"), root)
    split = (root / "0000").rename(root / "training")
    for path in split.rglob("000002.*"):
        path.unlink()
    return root


def opened(path: Path) -> tuple[Scene, LabelReading]:
    (scene,) = open_dataset(path, "kitti-object").scenes
    return scene, FORMAT.read_labels(scene)


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.glob("*.txt"))}


def test_a_split_is_one_scene_of_samples_that_do_not_follow_each_other(samples: Path) -> None:
    assert detect_format(samples).name == detect_format(samples / "training").name == "kitti-object"
    scene, reading = opened(samples)
    assert scene == opened(samples / "training")[0]
    assert (scene.name, scene.is_sequential, scene.trajectory) == ("training", False, None)
    assert [frame.name for frame in scene.frames] == ["000000", "000001", "000003", "000004"]
    assert [len(frame.sweeps) + len(frame.images) for frame in scene.frames] == [4, 4, 4, 4]
    assert reading.problems == ()
    assert len(fuse_frame(scene, 2, color=True).cloud) == 300
    assert FORMAT.open_scene(scene.path, "training") == scene
    assert pickle.loads(pickle.dumps(scene)) == scene


def test_every_cuboid_is_a_track_of_its_own(samples: Path) -> None:
    labels = opened(samples)[1].labels
    assert len(labels.tracks) == len(labels.cuboids) == 4
    assert sorted(cuboid.frame_index for cuboid in labels.cuboids.values()) == [0, 0, 1, 3]
    assert {cuboid.source for cuboid in labels.cuboids.values()} == {"imported:kitti-object"}
    assert [box.frame_index for box in labels.image_boxes.values() if box.kind == "ignore"] == [0]


def test_files_are_written_under_the_samples_own_names_and_again_the_same(samples: Path, tmp_path: Path) -> None:
    scene, reading = opened(samples)
    report = FORMAT.write_labels(SceneExport(scene, reading.labels), tmp_path / "out")
    assert report.rows == 5
    for folder in ("label_2", "calib"):
        assert texts(tmp_path / "out" / "training" / folder) == texts(samples / "training" / folder)


def test_labels_and_calibration_alone_are_a_dataset(samples: Path) -> None:
    for folder in ("velodyne", "image_2", "image_0", "image_3"):
        shutil.rmtree(samples / "training" / folder)
    scene, reading = opened(samples)
    assert len(scene.frames) == 4
    assert len(reading.labels.cuboids) == 4
    assert [problem.path for problem in scene.problems] == ["velodyne", "image_2"]


def test_samples_of_two_calibrations_have_their_own_cameras(samples: Path, tmp_path: Path) -> None:
    path = samples / "training" / "calib" / "000003.txt"
    path.write_text(path.read_text().replace("P2: 1.500000000000e+02", "P2: 1.600000000000e+02"))
    scene, _ = opened(samples)
    assert scene.cameras_of(0) == ("image_02", "image_03", "image_00")
    assert scene.cameras_of(2) == ("image_02~2", "image_03~2", "image_00~2")
    assert [image.camera for image in scene.frames[2].images] == list(scene.cameras_of(2))
    other, first = scene.rig.cameras["image_02~2"], scene.rig.cameras["image_02"]
    assert isinstance(other, Pinhole)
    assert isinstance(first, Pinhole)
    assert (first.fx_px, other.fx_px) == (150.0, 160.0)
    (samples / "training" / "label_2" / "000003.txt").write_text(CAR + "\n")
    labels = opened(samples)[1].labels
    options = ExportOptions(derive_2d="all")
    FORMAT.write_labels(SceneExport(scene, labels, options), tmp_path / "out")
    row = parse_object_row((tmp_path / "out/training/label_2/000003.txt").read_text(), 2, Path("x"), 1)
    assert row.bbox != parse_object_row(CAR, 2, Path("x"), 1).bbox
    assert texts(tmp_path / "out" / "training" / "calib") == texts(samples / "training" / "calib")


def test_a_sample_without_calibration_keeps_its_points_and_names_its_labels(samples: Path) -> None:
    (samples / "training" / "calib" / "000001.txt").unlink()
    scene, reading = opened(samples)
    assert scene.cameras_of(1) == ()
    assert "1 of 4 samples has no calibration (000001)" in [problem.message for problem in scene.problems]
    (problem,) = reading.problems
    assert (problem.path, "cannot be placed" in problem.message) == ("label_2/000001.txt", True)


def test_bad_rows_are_named_and_the_rest_is_read(samples: Path) -> None:
    path = samples / "training" / "label_2" / "000004.txt"
    path.write_text(f"{CAR}\nCar 0 0\n{CAR.replace('1.57', 'nan', 1)}\n{CAR} 0.9\n")
    labels, problems = opened(samples)[1].labels, opened(samples)[1].problems
    assert [problem.message for problem in problems] == [
        "line 2: expected 15 fields (16 with a score), found 3",
        "line 3: expected a finite number for alpha, found '-nan'",
    ]
    assert len(labels.cuboids) == 5
    assert [cuboid.score for cuboid in labels.cuboids.values() if cuboid.score is not None] == [0.9]


def test_results_keep_their_scores(samples: Path, tmp_path: Path) -> None:
    folder = samples / "training" / "label_2"
    for path in folder.iterdir():
        path.write_text("")
    (folder / "000001.txt").write_text(f"{CAR} -3.25\n{CAR.replace('Car', 'Van')} 12.50\n")
    scene, reading = opened(samples)
    FORMAT.write_labels(SceneExport(scene, reading.labels), tmp_path)
    assert texts(tmp_path / "training" / "label_2") == texts(folder)


def test_truncation_is_a_share_here_and_a_level_in_the_tracking_set(tracking: Path, tmp_path: Path) -> None:
    write_conversion(prepare_conversion(tracking, "kitti-object"), tmp_path)
    rows = [
        parse_object_row(line, 0, Path("x"), 1)
        for text in texts(tmp_path / "0000" / "label_2").values()
        for line in text.splitlines()
        if not line.startswith("DontCare")
    ]
    assert [row.bbox[0] for row in rows] == [100.0, 50.0, 101.0, 110.0]
    assert all(0.0 <= row.truncated < 1.0 for row in rows)


def test_a_datasets_own_labels_are_never_overwritten(samples: Path) -> None:
    scene, reading = opened(samples)
    before = texts(samples / "training" / "label_2")
    with pytest.raises(FormatError, match="its labels would be lost"):
        FORMAT.write_labels(SceneExport(scene, reading.labels), samples)
    assert texts(samples / "training" / "label_2") == before


def test_samples_make_no_drive(samples: Path, tmp_path: Path) -> None:
    scene, reading = opened(samples)
    for name in ("kitti-tracking", "kitti-raw"):
        for call in (
            lambda item, export: item.losses([export]),
            lambda item, export: item.write_labels(export, tmp_path),
        ):
            with pytest.raises(FormatError, match=r"frames that follow each other.*use kitti-object or native"):
                call(get_format(name), SceneExport(scene, reading.labels))


def test_what_samples_cannot_hold_is_said(tracking: Path) -> None:
    losses = prepare_conversion(tracking, "kitti-object").losses
    assert {loss.message: loss.count for loss in losses} == {
        "scenes whose frames follow each other: samples do not, so poses and times are left out": 1,
        "tracks: every cuboid stands for itself, ids are left out": 2,
    }


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.0, "1.00"), (0.5, "0.50"), (-10.0, "-10.00"), (1.234567, "1.234567"), (1.2345, "1.2345"), (-1e-17, "0.00")],
)
def test_numbers_have_as_many_digits_as_they_need(number: float, text: str) -> None:
    assert short_number(number) == text


def test_a_drawn_cuboid_keeps_its_place_to_the_micrometre(samples: Path, tmp_path: Path) -> None:
    scene, reading = opened(samples)
    place = SE3.from_yaw(0.3333333, [14.123456, 1.234567, -0.5])
    cuboid = Cuboid("c", "t", 1, place, np.array([4.123456, 1.7, 1.5]))
    labels = replace(
        reading.labels,
        tracks={**reading.labels.tracks, "t": Track("t", "Car", 1, 1)},
        cuboids={**reading.labels.cuboids, "c": cuboid},
    )
    FORMAT.write_labels(SceneExport(scene, labels), tmp_path)
    again = FORMAT.read_labels(open_dataset(tmp_path).scenes[0]).labels
    (back,) = [c for c in again.cuboids.values() if c.frame_index == 1 and c.size_lwh_m[0] == 4.123456]
    np.testing.assert_allclose(back.ego_from_object.translation, place.translation, atol=2e-6)
    # A row holds no tilt: the camera of this rig looks level, so only the lidar's own turn is between both.
    assert back.ego_from_object.yaw_rad == pytest.approx(place.yaw_rad, abs=1e-5)


def test_an_ignore_region_drawn_by_a_person_becomes_dont_care(samples: Path, tmp_path: Path) -> None:
    scene, _ = opened(samples)
    region = ImageBox("i", 2, "image_02", (1.0, 2.0, 3.5, 4.0), "ignore")
    FORMAT.write_labels(SceneExport(scene, LabelSet(image_boxes={"i": region})), tmp_path)
    text = (tmp_path / "training" / "label_2" / "000003.txt").read_text()
    assert text == "DontCare -1 -1 -10 1.00 2.00 3.50 4.00 -1 -1 -1 -1000 -1000 -1000 -10\n"


def test_the_real_object_set(shared_data: Path, tmp_path: Path) -> None:
    root = shared_data / "kitti_object"
    report = inspect_dataset(root)
    (scene,) = report["scenes"]
    assert (report["format"], scene["name"], scene["frames"], scene["sequential"]) == (
        "kitti-object",
        "training",
        7,
        False,
    )
    assert (scene["labels"], scene["ignored"]) == (25, 17)
    write_conversion(prepare_conversion(root, "kitti-object"), tmp_path)
    for path in sorted(path for path in (root / "training").rglob("*") if path.is_file()):
        assert (tmp_path / path.relative_to(root)).read_bytes() == path.read_bytes()
