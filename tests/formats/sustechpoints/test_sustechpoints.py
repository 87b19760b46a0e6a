from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from formats.errors import FormatError
from formats.format import NO_ANSWERS, Dataset
from formats.registry import check_answers
from formats.sustechpoints import SustechPoints
from formats.sustechpoints.answers import settle_angles, settle_extrinsics
from fusion import Scene, fuse_frame, project_box
from geometry import SE3
from labels import Cuboid, LabelSet, Track
from pointcloud import read_pcd
from tests.formats.box_scenes import (
    assert_same_labels,
    export_of,
    json_values,
    label_sets,
    made_rig,
    made_scene,
    read_again,
    replaced,
    spoilt,
    survives,
    written,
)

FORMAT = SustechPoints()
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
LABELS = LabelSet(
    1,
    {"t": Track("t", "Car", 0, 1, "7")},
    {
        f"c{i}": Cuboid(f"c{i}", "t", i, SE3.from_yaw(2.0, [9.0, 2.0 + i, 0.5]), np.array([4.5, 1.9, 1.6]))
        for i in range(2)
    },
)


def only_scene(dataset: Dataset) -> Scene:
    (scene,) = dataset.scenes
    return scene


@settings(max_examples=25, suppress_health_check=SLOW)
@given(labels=label_sets(), with_world=st.booleans())
def test_all_comes_back(tmp_path_factory: pytest.TempPathFactory, labels: LabelSet, with_world: bool) -> None:
    folder = tmp_path_factory.mktemp("sustech")
    scene = made_scene(folder / "in", with_world=with_world)
    again, labels_again = read_again(FORMAT, written(FORMAT, export_of(scene, labels), folder / "out"))
    assert again.frame_times_ns == scene.frame_times_ns
    assert again.trajectory == scene.trajectory
    assert [frame.name for frame in again.frames] == [frame.name for frame in scene.frames]
    assert_same_labels(scene, labels, again, labels_again, tolerance=1e-9)


def test_the_drive_comes_back_with_its_sensors(tmp_path: Path) -> None:
    scene = made_scene(tmp_path / "in")
    again, _ = read_again(FORMAT, written(FORMAT, export_of(scene, LABELS), tmp_path / "out"))
    assert again.rig.lidars == ("top",)
    for camera in scene.rig.cameras:
        assert again.rig.cameras[camera] == scene.rig.cameras[camera]
        assert again.rig.ego_from_sensor[camera].is_close(scene.rig.ego_from_sensor[camera])
    own, read = (item.frames[2].sweeps[0].cloud() for item in (scene, again))
    np.testing.assert_array_equal(read.xyz, own.xyz)
    np.testing.assert_array_equal(read.intensity, own.intensity)
    assert [len(frame.images) for frame in again.frames] == [2] * 4
    assert pickle.loads(pickle.dumps(again)) == again
    assert FORMAT.open_scene(again.path, "made") == again
    # Its own clouds are PCD already, and go along as they are.
    (file, *_) = list(FORMAT.sensor_files(export_of(again, LABELS)))
    assert file.source == again.frames[0].sweeps[0].path


def test_without_our_file_ego_is_the_lidar_and_frames_run_at_10_hertz(tmp_path: Path) -> None:
    out = written(FORMAT, export_of(made_scene(tmp_path / "in"), LABELS), tmp_path / "out")
    (out / "made/truebox.json").unlink()
    scene = only_scene(FORMAT.open_dataset(out))
    assert scene.rig.lidars == ("lidar",)
    assert scene.rig.ego_from_sensor["lidar"] == SE3.identity()
    assert scene.frame_times_ns == (0, 100_000_000, 200_000_000, 300_000_000)
    labels = FORMAT.read_labels(scene).labels
    lidar_from_ego = made_rig().ego_from_sensor["top"].inverse()
    place = next(c for c in labels.cuboids.values() if c.frame_index == 1).ego_from_object
    assert place.is_close(lidar_from_ego @ LABELS.cuboids["c1"].ego_from_object)


def test_real_example(shared_data: Path, tmp_path: Path) -> None:
    dataset = FORMAT.open_dataset(shared_data / "sustechpoints_example")
    assert [(guess.question, guess.answer, guess.is_sure) for guess in dataset.guesses] == [
        ("extrinsics", "row-major", True),
        ("angles", "radians", True),
    ]
    scene = only_scene(dataset)
    assert (scene.problems, dataset.problems) == ((), ())
    assert [frame.name for frame in scene.frames] == ["000965", "000970", "000975"]
    assert list(scene.rig.cameras) == ["front", "left", "right"]
    reading = FORMAT.read_labels(scene)
    assert reading.problems == ()
    assert (len(reading.labels.cuboids), len(reading.labels.tracks)) == (68, 24)
    seen = dict.fromkeys(scene.rig.cameras, 0)
    for frame in scene.frames:
        points = fuse_frame(scene, frame.index).cloud.positions_m
        for cuboid in reading.labels.cuboids.values():
            if cuboid.frame_index == frame.index:
                assert cuboid.box_ego.contains(points).any()
                for camera in seen:
                    box_cam = cuboid.box_ego.transform(scene.rig.cam_from_ego(camera))
                    box = project_box(box_cam, scene.rig.cameras[camera])
                    seen[camera] += box is not None and box.truncation < 0.5
    assert min(seen.values()) >= 5, seen
    again, labels = read_again(FORMAT, written(FORMAT, export_of(scene, reading.labels), tmp_path))
    assert_same_labels(scene, reading.labels, again, labels, tolerance=1e-9)
    for camera in scene.rig.cameras:
        assert again.rig.ego_from_sensor[camera].is_close(scene.rig.ego_from_sensor[camera], rotation_rad=1e-8)


def test_the_order_of_angles_is_what_lays_real_boxes_on_one_ground(shared_data: Path) -> None:
    """Boxes tilted with the road share one up, whatever their headings: in the order XYZ alone."""
    scene = only_scene(FORMAT.open_dataset(shared_data / "sustechpoints_example"))
    rotations = [c.ego_from_object.rotation for c in FORMAT.read_labels(scene).labels.cuboids.values()]
    tilted = np.array([rotation for rotation in rotations if rotation[2, 2] < 1 - 1e-5])
    assert len(tilted) > 20
    angles = Rotation.from_matrix(tilted).as_euler("XYZ")
    other = Rotation.from_euler("xyz", angles).as_matrix()
    assert np.linalg.norm(tilted[:, :, 2].std(axis=0)) < 0.6 * np.linalg.norm(other[:, :, 2].std(axis=0))


def as_columns(folder: Path) -> None:
    for path in (folder / "calib/camera").iterdir():
        value = json.loads(path.read_text())
        value["extrinsic"] = np.array(value["extrinsic"]).reshape(4, 4).T.ravel().tolist()
        path.write_text(json.dumps(value))


def as_degrees(folder: Path) -> None:
    for path in (folder / "label").iterdir():
        boxes = json.loads(path.read_text())
        for box in boxes:
            box["psr"]["rotation"] = {axis: float(np.degrees(v)) for axis, v in box["psr"]["rotation"].items()}
        path.write_text(json.dumps(boxes))


def test_columns_and_degrees_are_seen(tmp_path: Path) -> None:
    scene = made_scene(tmp_path / "in")
    out = written(FORMAT, export_of(scene, LABELS), tmp_path / "out")
    as_columns(out / "made")
    as_degrees(out / "made")
    dataset = FORMAT.open_dataset(out)
    assert {guess.question: guess.answer for guess in dataset.guesses} == {
        "extrinsics": "column-major",
        "angles": "degrees",
    }
    again, labels = read_again(FORMAT, out)
    for camera in scene.rig.cameras:
        assert again.rig.ego_from_sensor[camera].is_close(scene.rig.ego_from_sensor[camera])
    assert_same_labels(scene, replace(LABELS), again, labels, tolerance=1e-9)


def test_a_persons_answer_decides(tmp_path: Path) -> None:
    out = written(FORMAT, export_of(made_scene(tmp_path / "in"), LABELS), tmp_path / "out")
    as_degrees(out / "made")
    told = {"angles": "radians", "extrinsics": "column-major"}
    dataset = FORMAT.open_dataset(out, told)
    assert [guess.why for guess in dataset.guesses] == ["as told", "as told"]
    scene = only_scene(dataset)
    assert scene.assume == told
    assert scene.rig.cameras == {}  # columns for rows make no rigid transform
    assert "laid out column-major" in scene.problems[0].message
    by_radians, by_degrees = (
        next(iter(FORMAT.read_labels(only_scene(FORMAT.open_dataset(out, answers))).labels.cuboids.values()))
        for answers in (told, NO_ANSWERS)
    )
    assert by_radians.ego_from_object != by_degrees.ego_from_object
    with pytest.raises(ValueError, match="assume angles must be one of radians, degrees"):
        check_answers(FORMAT, {"angles": "gon"})


def test_open_questions_are_guessed_with_their_figures() -> None:
    down = np.eye(4)
    down[:3, :3] = np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]])
    by_rows = settle_extrinsics({"a": down.ravel().tolist()}, NO_ANSWERS)
    by_columns = settle_extrinsics({"a": down.T.ravel().tolist()}, NO_ANSWERS)
    assert (by_rows.answer, by_columns.answer, by_rows.is_sure) == ("row-major", "column-major", True)
    assert by_rows.why == "no shift; cameras' y has -1.00 of the lidar's z read by rows, 0.00 by columns"
    assert not settle_extrinsics({}, NO_ANSWERS).is_sure
    assert not settle_angles([0.0, 0.01], NO_ANSWERS).is_sure
    assert settle_angles([90.0], NO_ANSWERS).answer == "degrees"


def test_a_rect_turns_the_camera(tmp_path: Path) -> None:
    out = written(FORMAT, export_of(made_scene(tmp_path / "in"), LABELS), tmp_path / "out")
    path = out / "made/calib/camera/ahead.json"
    before = only_scene(FORMAT.open_dataset(out)).rig.cam_from_ego("ahead")
    turn = SE3(Rotation.from_euler("y", 0.1).as_matrix(), np.zeros(3))
    for rect in (turn.matrix.ravel().tolist(), turn.rotation.ravel().tolist(), turn.matrix.tolist()):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"rect": rect}))
        assert only_scene(FORMAT.open_dataset(out)).rig.cam_from_ego("ahead").is_close(turn @ before)


def test_boxes_without_an_id_are_objects_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    (folder / "label").mkdir(parents=True)
    psr = {name: {"x": 1.0, "y": 1.0, "z": 1.0} for name in ("position", "scale", "rotation")}
    boxes: list[dict[str, Any]] = [{"obj_type": "Car", "psr": psr}, {"obj_type": "Car", "psr": psr, "obj_id": ""}]
    boxes += [{"obj_type": "Car", "psr": psr, "obj_id": 5}, {"obj_type": "Car", "psr": psr, "obj_id": "5"}]
    (folder / "label/1.json").write_text(json.dumps({"objs": boxes}))
    (folder / "label/10.json").write_text(json.dumps(boxes[2:3]))
    (folder / "label/2.json").write_text(json.dumps([*boxes[2:3], 3]))
    scene = only_scene(FORMAT.open_dataset(tmp_path))
    assert [frame.name for frame in scene.frames] == ["1", "2", "10"]
    reading = FORMAT.read_labels(scene)
    assert sorted(str(track.external_id) for track in reading.labels.tracks.values()) == ["5", "None", "None"]
    assert len(reading.labels.cuboids) == 5
    assert [problem.message for problem in reading.problems] == [
        "expected boxes that are objects, found 1 that are not",
        "box 3: expected one box of 5 a frame, found a second",
    ]


def test_labels_without_a_cloud_and_cameras_without_calibration_are_named(tmp_path: Path) -> None:
    out = written(FORMAT, export_of(made_scene(tmp_path / "in"), LABELS), tmp_path / "out")
    (out / "made/label/000009.json").write_text("[]")
    (out / "made/calib/camera/left.json").unlink()
    (out / "made/camera/ahead/000001.jpg").unlink()
    scene = only_scene(FORMAT.open_dataset(out))
    assert {problem.path: problem.message for problem in scene.problems} == {
        "label/000009.json": "expected a cloud of this name beside the labels, found none: left out",
        "calib/camera/left.json": "expected the calibration of left, found none: its images are not used",
        "camera/ahead": "1 of 4 frames have no image",
    }


def test_what_cannot_be_held_is_said(tmp_path: Path) -> None:
    scene = made_scene(tmp_path / "in", lidars=("top", "low"), map_from_world=SE3.identity())
    losses = {loss.message: loss.count for loss in FORMAT.losses([export_of(scene, LABELS)])}
    assert losses == {
        "places on a map: the drive begins at zero": 1,
        "clouds of low: a frame has one cloud": 4,
        "times of images of ahead: taken as the frame's": 3,
        "times of images of left: taken as the frame's": 3,
    }
    frames = tuple(replace(frame, cameras=("ahead",)) for frame in scene.frames)
    with pytest.raises(FormatError, match="expected one calibration of all frames"):
        FORMAT.losses([export_of(replace(scene, frames=frames), LABELS)])
    again, labels = read_again(FORMAT, written(FORMAT, export_of(made_scene(tmp_path / "b"), LABELS), tmp_path / "out"))
    assert FORMAT.losses([export_of(again, labels)]) == []
    with pytest.raises(FormatError, match="the dataset's own"):
        FORMAT.write_labels(export_of(again, labels), tmp_path / "out")


def test_a_cloud_of_another_time_is_written_as_it_was_at_the_frames(tmp_path: Path) -> None:
    scene = made_scene(tmp_path / "in")
    late = replace(scene.frames[1].sweeps[0], timestamp_ns=scene.frames[2].timestamp_ns)
    frames = (scene.frames[0], replace(scene.frames[1], sweeps=(late,)), *scene.frames[2:])
    moved = replace(scene, frames=frames)
    out = written(FORMAT, export_of(moved, LABELS), tmp_path / "out")
    expected = fuse_frame(moved, 1).cloud.transform(scene.rig.ego_from_sensor["top"].inverse(), "top")
    np.testing.assert_allclose(read_pcd(out / "made/lidar/000001.pcd").xyz, expected.xyz, atol=1e-5)


def test_links_out_of_the_dataset_are_not_followed(tmp_path: Path) -> None:
    out = written(FORMAT, export_of(made_scene(tmp_path / "in"), LABELS), tmp_path / "out")
    for file in ("lidar/000001.pcd", "label/000000.json", "calib/camera/left.json"):
        (out / "made" / file).rename(tmp_path / "elsewhere")
        (out / "made" / file).symlink_to(tmp_path / "elsewhere")
    scene = only_scene(FORMAT.open_dataset(out))
    assert "left" not in scene.rig.cameras
    assert len(FORMAT.read_labels(scene).labels.cuboids) == 0
    assert sum("leaves the dataset's folder" in problem.message for problem in scene.problems) >= 2


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    return written(FORMAT, export_of(made_scene(folder / "in"), LABELS), folder / "out")


@settings(max_examples=200, suppress_health_check=SLOW)
@given(data=st.data())
def test_spoilt_files_give_problems_alone(example: Path, data: st.DataObject) -> None:
    files = ["label/000000.json", "calib/camera/left.json", "truebox.json", "camera/left/000000.jpg"]
    path = example / "made" / data.draw(st.sampled_from(files))
    good = path.read_bytes()
    if path.suffix == ".json" and data.draw(st.booleans()):
        value = replaced(json.loads(good), data.draw(st.integers(0, 80)), data.draw(json_values()))
        bad = json.dumps(value).encode()
    else:
        bad = data.draw(spoilt(good))
    try:
        path.write_bytes(bad)
        survives(lambda: [FORMAT.read_labels(scene) for scene in FORMAT.open_dataset(example).scenes])
    finally:
        path.write_bytes(good)


def test_a_thousand_frames_open_as_references(tmp_path: Path) -> None:
    folder = tmp_path / "long"
    for name in ("lidar", "label"):
        (folder / name).mkdir(parents=True)
    for index in range(1000):
        (folder / "lidar" / f"{index:06d}.pcd").touch()
        (folder / "label" / f"{index:06d}.json").write_text("[]")
    assert len(only_scene(FORMAT.open_dataset(folder)).frames) == 1000
