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

from calibration import BrownConrady, Pinhole
from formats.errors import FormatError
from formats.pandaset import PandaSet
from formats.pandaset.clouds import PandarReader
from formats.pandaset.data_frame import read_table
from formats.pandaset.write_table import table_bytes
from fusion import Frame, Scene, fuse_frame, image_size
from geometry import SE3
from labels import Cuboid, LabelSet, Track
from tests.formats.box_scenes import (
    MAP_FROM_WORLD,
    assert_same_labels,
    export_of,
    json_values,
    label_sets,
    made_scene,
    read_again,
    replaced,
    spoilt,
    survives,
    written,
)

FORMAT = PandaSet()
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def one_car(**changes: object) -> LabelSet:
    track = Track("t", "Car", 0, 3, "9")
    cuboids = {
        f"c{frame}": Cuboid(
            f"c{frame}", "t", frame, SE3.from_yaw(0.5, [10.0 + frame, 2.0, 0.8]), np.array([4.5, 1.9, 1.6])
        )
        for frame in range(4)
    }
    return LabelSet(1, {"t": replace(track, **changes)}, cuboids)  # type: ignore[arg-type]


@settings(max_examples=25, suppress_health_check=SLOW)
@given(labels=label_sets(), is_far=st.booleans(), with_world=st.booleans())
def test_all_comes_back(
    tmp_path_factory: pytest.TempPathFactory, labels: LabelSet, is_far: bool, with_world: bool
) -> None:
    folder = tmp_path_factory.mktemp("pandaset")
    scene = made_scene(folder / "in", map_from_world=MAP_FROM_WORLD if is_far else None, with_world=with_world)
    out = written(FORMAT, export_of(scene, labels, "none"), folder / "out")
    again, labels_again = read_without_clouds(out)
    assert again.frame_times_ns == scene.frame_times_ns
    assert (again.trajectory is None) == (not with_world)
    assert_same_labels(scene, labels, again, labels_again, tolerance=2e-8 if is_far else 1e-9)


def read_without_clouds(out: Path) -> tuple[Scene, LabelSet]:
    dataset = FORMAT.open_dataset(out)
    (scene,) = dataset.scenes
    reading = FORMAT.read_labels(scene)
    assert reading.problems == ()
    return scene, reading.labels


def test_the_drive_comes_back_with_its_sensors(tmp_path: Path) -> None:
    scene = made_scene(tmp_path / "in", lidars=("top", "low"), map_from_world=MAP_FROM_WORLD)
    out = written(FORMAT, export_of(scene, one_car()), tmp_path / "out")
    again, _ = read_again(FORMAT, out)
    assert again.rig.lidars == ("top", "low")
    assert again.trajectory is not None
    assert scene.trajectory is not None
    assert again.map_from_world is not None
    for index, frame in enumerate(scene.frames):
        assert again.trajectory.poses[index].is_close(scene.trajectory.poses[index], translation_m=1e-8)
        for name in ("top", "low"):
            own = {sweep.sensor: sweep.cloud() for sweep in frame.sweeps}[name]
            read = {sweep.sensor: sweep.cloud() for sweep in again.frames[index].sweeps}[name]
            np.testing.assert_allclose(read.positions_m, own.positions_m, atol=1e-5)
            np.testing.assert_array_equal(read.intensity, own.intensity)
            np.testing.assert_array_equal(read.time_offset_ns, np.zeros(50))
        assert [sweep.point_count() for sweep in again.frames[index].sweeps] == [50, 50]
        assert [image.timestamp_ns for image in again.frames[index].images] == [
            image.timestamp_ns for image in frame.images
        ]
    assert again.map_from_world.is_close(MAP_FROM_WORLD, translation_m=1e-8)
    for camera in scene.rig.cameras:
        place = again.rig.ego_from_sensor[camera]
        assert place.is_close(scene.rig.ego_from_sensor[camera], translation_m=1e-7, rotation_rad=1e-8)
        assert again.rig.cameras[camera] == scene.rig.cameras[camera]
    assert FORMAT.open_scene(again.path, "made") == again
    assert pickle.loads(pickle.dumps(again)) == again
    assert len(fuse_frame(again, 2).cloud) == 100


def test_a_second_writing_links_the_clouds_as_they_are(tmp_path: Path) -> None:
    scene = made_scene(tmp_path / "in")
    again, labels = read_again(FORMAT, written(FORMAT, export_of(scene, one_car()), tmp_path / "one"))
    written(FORMAT, export_of(again, labels), tmp_path / "two")
    for path in sorted([*(tmp_path / "one/made/lidar").glob("*.gz"), *(tmp_path / "one").rglob("*.jpg")]):
        assert (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes() == path.read_bytes(), path


def test_conventions_are_pandasets(tmp_path: Path) -> None:
    """Width first, world coordinates, a heading of 0 looks along +y; poses look along y with x to the right."""
    scene = made_scene(tmp_path / "in")
    assert scene.trajectory is not None
    ahead = SE3.from_yaw(0.0, [20.0, 0.0, 1.0])
    labels = LabelSet(1, {"t": Track("t", "Car", 1, 1)}, {"c": Cuboid("c", "t", 1, ahead, np.array([4.0, 2.0, 1.5]))})
    out = written(FORMAT, export_of(scene, labels), tmp_path / "out")
    row = {name: values[0] for name, values in read_table(out / "made/annotations/cuboids/01.pkl.gz").items()}
    assert (row["dimensions.x"], row["dimensions.y"], row["dimensions.z"]) == (2.0, 4.0, 1.5)
    world_from_ego = scene.trajectory.poses[1]
    center = world_from_ego.apply(np.array([20.0, 0.0, 1.0]))
    np.testing.assert_allclose([row[f"position.{axis}"] for axis in "xyz"], center)
    heading = SE3.from_yaw(row["yaw"], [0, 0, 0]).rotation @ (0.0, 1.0, 0.0)
    np.testing.assert_allclose(heading, world_from_ego.rotation @ (1.0, 0.0, 0.0), atol=1e-12)
    pose = json.loads((out / "made/lidar/poses.json").read_text())[1]
    world_from_lidar = SE3.from_quat_wxyz(
        [pose["heading"][part] for part in "wxyz"], [pose["position"][axis] for axis in "xyz"]
    )
    np.testing.assert_allclose(world_from_lidar.rotation @ (0.0, 1.0, 0.0), heading, atol=1e-12)
    np.testing.assert_allclose(world_from_lidar.translation, world_from_ego.apply(np.array([0.7, 0.0, 1.8])))
    cloud = read_table(out / "made/lidar/01.pkl.gz")
    own = scene.frames[1].sweeps[0].cloud().positions_m
    expected = world_from_ego.apply(scene.rig.ego_from_sensor["top"].apply(own))
    np.testing.assert_allclose(np.stack([cloud[axis] for axis in "xyz"], axis=1), expected, atol=1e-5)
    assert set(cloud["d"].tolist()) == {0}


def test_a_folder_that_truebox_did_not_write(tmp_path: Path) -> None:
    """As PandaSet publishes it: two lidars by number, times for each point, cuboids without anything of ours."""
    folder = tmp_path / "001"
    heading = {"w": 1.0, "x": 0.0, "y": 0.0, "z": 0.0}
    poses = [{"position": {"x": 5.0 * i, "y": 1.0, "z": 2.0}, "heading": heading} for i in range(2)]
    for name in ("lidar", "annotations/cuboids", "camera/front_camera"):
        (folder / name).mkdir(parents=True)
    for index in range(2):
        table = {
            "x": np.array([1.0, 2.0, np.nan]),
            "y": np.zeros(3),
            "z": np.zeros(3),
            "i": np.array([7.0, 8.0, 9.0]),
            "t": 100.0 + 0.1 * index + np.array([0.0, 0.05, 0.0]),
            "d": np.array([0, 1, 0]),
        }
        (folder / "lidar" / f"{index:02d}.pkl.gz").write_bytes(table_bytes(table))
        cuboids: dict[str, Any] = {
            "uuid": ["a", "b"],
            "label": ["Car", "Pedestrian"],
            "yaw": np.array([0.0, np.pi / 2]),
            "stationary": np.array([True, False]),
            "camera_used": np.array([-1, 2]),
            "position.x": np.array([5.0, 6.0]),
            "position.y": np.array([11.0, 1.0]),
            "position.z": np.ones(2),
            "dimensions.x": np.array([2.0, 0.6]),
            "dimensions.y": np.array([4.0, 0.7]),
            "dimensions.z": np.ones(2),
            "attributes.object_motion": ["Parked", ""],
            "cuboids.sensor_id": np.array([-1, 1]),
        }
        (folder / "annotations" / "cuboids" / f"{index:02d}.pkl.gz").write_bytes(table_bytes(cuboids))
    for name in ("lidar", "camera/front_camera"):
        (folder / name / "poses.json").write_text(json.dumps(poses))
        (folder / name / "timestamps.json").write_text("[100.0, 100.1]")
    intrinsics = {"fx": 1970.0, "fy": 1970.1, "cx": 960.0, "cy": 540.0}
    (folder / "camera/front_camera/intrinsics.json").write_text(json.dumps(intrinsics))
    (scene,) = FORMAT.open_dataset(tmp_path).scenes
    assert scene.rig.lidars == ("pandar64", "pandar_gt")
    assert scene.rig.cameras["front_camera"] == Pinhole(1970.0, 1970.1, 960.0, 540.0, 1920, 1080)
    assert scene.frame_times_ns == (100_000_000_000, 100_100_000_000)
    spinning, ahead = scene.frames[1].sweeps
    assert (spinning.point_count(), ahead.point_count(), spinning.deskew) == (2, 1, "done")
    assert spinning.cloud().dropped_count == 1
    np.testing.assert_allclose(spinning.cloud().xyz, [[-4.0, -1.0, -2.0]])
    np.testing.assert_array_equal(ahead.cloud().time_offset_ns, [50_000_000])
    reading = FORMAT.read_labels(scene)
    assert reading.problems == ()
    by_id = {
        reading.labels.tracks[c.track_id].external_id: c for c in reading.labels.cuboids.values() if c.frame_index == 0
    }
    # The car stands 10 m along +y of the map, which is ahead of the vehicle, and looks there.
    np.testing.assert_allclose(by_id["a"].ego_from_object.translation, [10.0, -5.0, -1.0], atol=1e-12)
    assert by_id["a"].ego_from_object.yaw_rad == pytest.approx(0.0)
    assert by_id["b"].ego_from_object.yaw_rad == pytest.approx(np.pi / 2)
    assert by_id["a"].size_lwh_m.tolist() == [4.0, 2.0, 1.0]
    assert dict(by_id["a"].attributes) == {"object_motion": "Parked"}
    assert dict(by_id["b"].attributes) == {"camera_used": 2, "sensor_id": 1}
    tracks = {track.external_id: track for track in reading.labels.tracks.values()}
    assert (tracks["a"].is_static, tracks["b"].is_static) == (True, False)


def test_what_another_program_changed_wins_over_what_was_carried(tmp_path: Path) -> None:
    scene = made_scene(tmp_path / "in")
    labels = one_car()
    labels = replace(
        labels, cuboids={key: replace(c, attributes={"object_motion": "Parked"}) for key, c in labels.cuboids.items()}
    )
    out = written(FORMAT, export_of(scene, labels), tmp_path / "out")
    path = out / "made/annotations/cuboids/02.pkl.gz"
    columns = {
        name: values if values.dtype.kind != "O" else values.tolist() for name, values in read_table(path).items()
    }
    path.write_bytes(table_bytes(columns | {"attributes.object_motion": ["Moving"], "label": ["Bus"]}))
    dataset = FORMAT.open_dataset(out)
    reading = FORMAT.read_labels(dataset.scenes[0])
    (changed,) = [cuboid for cuboid in reading.labels.cuboids.values() if cuboid.frame_index == 2]
    assert changed.attributes["object_motion"] == "Moving"
    assert [problem.message for problem in reading.problems] == [
        "row 0: expected t to stay Car, found Bus: Car is kept"
    ]


def test_what_cannot_be_held_is_said(tmp_path: Path) -> None:
    scene = made_scene(tmp_path / "in")
    bent = BrownConrady(150, 150, 99.5, 49.5, 200, 100, coefficients=(0.1, 0.0, 0.0, 0.0))
    rig = replace(scene.rig, cameras={"ahead": bent}, images_are="raw")
    (loss, *_) = FORMAT.losses([export_of(replace(scene, rig=rig), one_car(), "none")])
    assert loss.message == "the lens distortion of ahead: only focal lengths and the principal point are written"
    losses = FORMAT.losses([export_of(scene, one_car())])
    assert [(item.message, item.count) for item in losses] == [
        ("clouds of top: written as x, y, z, intensity and time alone", 4)
    ]
    with pytest.raises(FormatError, match="frames that follow each other"):
        FORMAT.losses([export_of(replace(scene, is_sequential=False), one_car())])
    again, labels = read_again(FORMAT, written(FORMAT, export_of(scene, one_car()), tmp_path / "out"))
    assert FORMAT.losses([export_of(again, labels)]) == []
    with pytest.raises(FormatError, match="the dataset's own"):
        FORMAT.write_labels(export_of(again, labels), tmp_path / "out")


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("lidar/timestamps.json", "[1, 2, 2, 3]", "expected times that rise"),
        ("lidar/timestamps.json", '[1, 2, 3, "4"]', "expected seconds since 1970"),
        ("lidar/timestamps.json", "[1, 2]", "expected times of 4 frames, found 2: taken as 10 Hz"),
        ("lidar/poses.json", "{}", "expected a list with one entry a frame"),
        ("lidar/poses.json", '[{"position": {"x": 1}}]', "entry 0: expected position x y z and a unit heading"),
        (
            "camera/left/intrinsics.json",
            '{"fx": 0, "fy": 1, "cx": 1, "cy": 1}',
            "expected the numbers fx, fy (above 0)",
        ),
        ("annotations/truebox.json", "[", "expected JSON"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, file: str, text: str, message: str) -> None:
    out = written(FORMAT, export_of(made_scene(tmp_path / "in"), one_car()), tmp_path / "out")
    (out / "made" / file).write_text(text)
    (scene,) = FORMAT.open_dataset(out).scenes
    found = [problem.message for problem in scene.problems if problem.path == file]
    assert any(message in line for line in found), scene.problems
    FORMAT.read_labels(scene)


def test_a_camera_that_is_not_fixed_is_named(tmp_path: Path) -> None:
    out = written(FORMAT, export_of(made_scene(tmp_path / "in"), one_car()), tmp_path / "out")
    path = out / "made/camera/left/poses.json"
    poses = json.loads(path.read_text())
    poses[1]["position"]["x"] += 1.0
    path.write_text(json.dumps(poses))
    (scene,) = FORMAT.open_dataset(out).scenes
    assert "found one that moves by" in scene.problems[0].message


def test_links_out_of_the_dataset_are_not_followed(tmp_path: Path) -> None:
    out = written(FORMAT, export_of(made_scene(tmp_path / "in"), one_car()), tmp_path / "out")
    for file in ("lidar/01.pkl.gz", "annotations/cuboids/02.pkl.gz", "camera/left/poses.json"):
        path = out / "made" / file
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    (scene,) = FORMAT.open_dataset(out).scenes
    assert scene.frames[1].sweeps == ()
    messages = [problem.message for problem in (*scene.problems, *FORMAT.read_labels(scene).problems)]
    assert sum("leaves the dataset's folder" in message for message in messages) >= 3
    assert len(FORMAT.read_labels(scene).labels.cuboids) == 3


@pytest.fixture(scope="module")
def sequence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    return written(FORMAT, export_of(made_scene(folder / "in"), one_car()), folder / "out")


@settings(max_examples=150, suppress_health_check=SLOW)
@given(data=st.data())
def test_spoilt_files_give_problems_alone(sequence: Path, data: st.DataObject) -> None:
    files = ["lidar/poses.json", "lidar/timestamps.json", "camera/left/poses.json", "camera/left/intrinsics.json"]
    files += ["annotations/truebox.json", "annotations/cuboids/01.pkl.gz", "lidar/01.pkl.gz"]
    path = sequence / "made" / data.draw(st.sampled_from(files))
    good = path.read_bytes()
    if path.suffix == ".json" and data.draw(st.booleans()):
        value = replaced(json.loads(good), data.draw(st.integers(0, 60)), data.draw(json_values()))
        bad = json.dumps(value).encode()
    else:
        bad = data.draw(spoilt(good))
    try:
        path.write_bytes(bad)
        survives(lambda: _read_all(sequence))
    finally:
        path.write_bytes(good)


def _read_all(folder: Path) -> None:
    for scene in FORMAT.open_dataset(folder).scenes:
        FORMAT.read_labels(scene)
        for frame in scene.frames:
            survives(lambda frame=frame: [sweep.cloud() for sweep in frame.sweeps])  # type: ignore[misc]


def test_a_thousand_frames_open_as_references(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "long"
    (folder / "lidar").mkdir(parents=True)
    (folder / "annotations/cuboids").mkdir(parents=True)
    for index in range(1000):
        (folder / "lidar" / f"{index:02d}.pkl.gz").touch()
    pose = {"position": {"x": 0, "y": 0, "z": 0}, "heading": {"w": 1, "x": 0, "y": 0, "z": 0}}
    (folder / "lidar/poses.json").write_text(json.dumps([pose] * 1000))
    (folder / "lidar/timestamps.json").write_text(json.dumps([0.1 * i for i in range(1000)]))
    monkeypatch.setattr(PandarReader, "__call__", None)
    (scene,) = FORMAT.open_dataset(folder).scenes
    assert len(scene.frames) == 1000
    assert isinstance(scene.frames[999], Frame)
    assert scene.problems == ()


def test_images_are_there(sequence: Path) -> None:
    (scene,) = FORMAT.open_dataset(sequence).scenes
    image = scene.frames[0].image("left")
    assert image is not None
    assert image_size(image) == (160, 80)
