from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats import FormatError, detect_format, get_format, open_dataset, open_scene
from formats.format import LabelReading
from formats.nuscenes.tables import NEEDED
from fusion import Problem, Scene
from geometry import TrueboxError
from tests.formats.nuscenes.made import FORMAT, read

VERSION = "v1.0-trainval"
Row = dict[str, Any]


def edit(dataset: Path, table: str, change: Callable[[list[Row]], object]) -> None:
    path = dataset / VERSION / f"{table}.json"
    rows = json.loads(path.read_text())
    change(rows)
    path.write_text(json.dumps(rows, indent=1))


def as_foreign(dataset: Path) -> None:
    """Take everything of ours out of the tables."""
    for path in (dataset / VERSION).glob("*.json"):
        if path.stem not in ("splits", "truebox"):
            rows = [
                {key: value for key, value in row.items() if key != "truebox"} for row in json.loads(path.read_text())
            ]
            path.write_text(json.dumps(rows, indent=0))
    (dataset / VERSION / "truebox.json").unlink()


def opened(dataset: Path) -> tuple[Scene, LabelReading]:
    (scene,) = open_dataset(dataset).scenes
    return scene, FORMAT.read_labels(scene)


def messages(problems: tuple[Problem, ...]) -> str:
    return "\n".join(f"{problem.path}: {problem.message}" for problem in problems)


def test_a_folder_is_opened_by_its_root_or_by_its_tables(dataset: Path) -> None:
    assert detect_format(dataset).name == detect_format(dataset / VERSION).name == "nuscenes"
    assert open_dataset(dataset).scenes == open_dataset(dataset / VERSION).scenes
    scene = open_dataset(dataset).scenes[0]
    assert scene.path == dataset / VERSION
    assert open_scene(scene.path, scene.name, "nuscenes") == scene


def test_tables_of_others_are_read_as_well(dataset: Path) -> None:
    scene, labels = read(dataset)
    as_foreign(dataset)
    found, found_labels = read(dataset)
    assert found.trajectory is not None
    assert scene.trajectory is not None
    assert len(found.trajectory.poses) == len(scene.trajectory.poses)
    first = found.trajectory.world_from_ego(0)
    assert abs(first.translation).max() == 0.0
    assert len(found_labels.cuboids) == len(labels.cuboids)
    car = next(item for item in found_labels.cuboids.values() if item.attributes.get("vehicle") == "moving")
    assert car.attributes["visibility"] == "v60-80"
    assert isinstance(car.attributes["nuscenes.num_lidar_pts"], int)
    assert (car.source, car.confirmed_by) == ("imported:nuscenes", "import")
    track = found_labels.tracks[car.track_id]
    assert len(track.external_id or "") == 32
    assert {found_labels.tracks[item.track_id].category for item in found_labels.cuboids.values()} == {
        "vehicle.car",
        "human.pedestrian.child",
        "static_object.bicycle_rack",
    }
    # The child grows, so it is not rigid; the car is.
    assert {track.category: track.is_rigid for track in found_labels.tracks.values()} == {
        "vehicle.car": True,
        "human.pedestrian.child": False,
        "static_object.bicycle_rack": True,
    }


def test_missing_sensor_files_are_summarised_and_the_scene_opens(dataset: Path) -> None:
    shutil.rmtree(dataset / "samples")
    scene, reading = opened(dataset)
    assert len(scene.frames) == 4
    assert all(not frame.sweeps and not frame.images for frame in scene.frames)
    assert len(scene.rig.cameras) == 3
    assert len(reading.labels.cuboids) == 6
    assert len(scene.problems) == 5
    assert "4 files that sample_data names are missing; the first: scene-0103__CAM_BACK" in messages(scene.problems)
    assert "../samples/CAM_BACK" in {problem.path for problem in scene.problems}


def test_one_of_several_versions_is_opened_and_said(dataset: Path) -> None:
    shutil.copytree(dataset / VERSION, dataset / "v1.0-mini")
    edit(dataset, "scene", lambda rows: rows[0].update(name="other"))
    found = open_dataset(dataset)
    assert found.scenes[0].name == "other"
    assert next(guess for guess in found.guesses if guess.question == "version").answer == VERSION
    told = open_dataset(dataset, "nuscenes", {"version": "v1.0-mini"})
    assert told.scenes[0].name == "scene-0103"
    assert told.scenes[0].assume == {"version": "v1.0-mini"}
    with pytest.raises(FormatError, match=r"found v1\.0-trainval, v1\.0-mini"):
        open_dataset(dataset, "nuscenes", {"version": "v1.0-test"})
    with pytest.raises(ValueError, match="frames must be one of key, all"):
        open_dataset(dataset, "nuscenes", {"frames": "some"})


def test_changed_tables_are_read_anew(dataset: Path) -> None:
    assert read(dataset)[0].name == "scene-0103"
    edit(dataset, "scene", lambda rows: rows[0].update(name="a longer name"))
    assert open_dataset(dataset).scenes[0].name == "a longer name"


@pytest.mark.parametrize("table", NEEDED)
def test_a_folder_without_a_needed_table_is_refused(dataset: Path, table: str) -> None:
    (dataset / VERSION / f"{table}.json").unlink()
    with pytest.raises(FormatError, match=f"no {table}|found none"):
        open_dataset(dataset, "nuscenes")
    with pytest.raises(FormatError):
        open_scene(dataset / VERSION, "scene-0103", "nuscenes")


def test_a_set_without_annotations_has_no_labels(dataset: Path) -> None:
    (dataset / VERSION / "sample_annotation.json").unlink()
    _, reading = opened(dataset)
    assert (reading.labels.tracks, reading.problems) == ({}, ())


def test_there_is_no_scene_of_another_name(dataset: Path) -> None:
    with pytest.raises(FormatError, match="expected the scene none"):
        open_scene(dataset / VERSION, "none", "nuscenes")


def test_links_out_of_the_dataset_are_not_followed(dataset: Path, tmp_path: Path) -> None:
    cloud = next((dataset / "samples" / "LIDAR_TOP").iterdir())
    shutil.move(cloud, tmp_path / "outside")
    cloud.symlink_to(tmp_path / "outside")
    scene, _ = opened(dataset)
    assert len([frame for frame in scene.frames if frame.sweeps[0].sensor == "LIDAR_TOP"]) == 3
    assert "1 files that sample_data names are missing" in messages(scene.problems)
    table = dataset / VERSION / "sample_annotation.json"
    shutil.move(table, tmp_path / "annotations")
    table.symlink_to(tmp_path / "annotations")
    assert "a link that leaves" in messages(opened(dataset)[1].problems)
    shutil.move(dataset / VERSION, tmp_path / "tables")
    (dataset / VERSION).symlink_to(tmp_path / "tables")
    with pytest.raises(FormatError, match="a link that leaves"):
        open_dataset(dataset, "nuscenes")


BAD_VALUES: list[tuple[str, str, Any, str]] = [
    ("sample_annotation", "translation", [1, 2], "expected 3 finite numbers"),
    ("sample_annotation", "translation", [1, 2, 1e300], "expected 3 finite numbers"),
    ("sample_annotation", "translation", [1, 2, 10**400], "expected 3 finite numbers"),
    ("sample_annotation", "rotation", [1, 1, 1, 1], "length 1"),
    ("sample_annotation", "rotation", None, "expected 4 finite numbers"),
    ("sample_annotation", "size", [1, 0, 2], "above zero"),
    ("sample_annotation", "size", [1, -4, 2], "above zero"),
    ("sample_annotation", "size", "large", "above zero"),
    ("sample_annotation", "instance_token", 7, "instance_token"),
    ("sample_annotation", "instance_token", "none", "an object with a category"),
    ("instance", "category_token", "none", "an object with a category"),
    ("sample_annotation", "truebox", {"score": 7}, "score must lie in 0"),
    ("truebox", "image_boxes", [{"frame_index": 99}], "image_boxes[0]"),
    ("truebox", "frame_states", {"99": "done"}, "frame states"),
]


@pytest.mark.parametrize(("table", "field", "value", "said"), BAD_VALUES)
def test_bad_label_rows_are_named_and_left_out(dataset: Path, table: str, field: str, value: Any, said: str) -> None:
    edit(dataset, table, lambda rows: rows[0].update({field: value}))
    scene, reading = opened(dataset)
    assert scene.problems == ()
    assert said in messages(reading.problems)
    assert len(reading.labels.cuboids) >= 3


def test_two_boxes_of_an_object_in_a_sample_are_one(dataset: Path) -> None:
    edit(dataset, "sample_annotation", lambda rows: rows.append({**rows[0], "token": "second"}))
    _, reading = opened(dataset)
    assert len(reading.labels.cuboids) == 6
    assert "found a second" in messages(reading.problems)


BAD_SCENE_VALUES: list[tuple[str, str, Any, str]] = [
    ("sample", "timestamp", "noon", "whole microseconds"),
    ("sample", "timestamp", -4, "whole microseconds"),
    ("sample", "timestamp", 1e30, "whole microseconds"),
    ("sample_data", "filename", "../../etc/passwd", "below the dataset's folder"),
    ("sample_data", "filename", "/etc/passwd", "below the dataset's folder"),
    ("sample_data", "filename", "a\0b", "below the dataset's folder"),
    ("sample_data", "filename", None, "filename"),
    ("sample_data", "is_key_frame", "yes", "true or false"),
    ("sample_data", "timestamp", [], "whole microseconds"),
    ("sample_data", "ego_pose_token", "none", "poses that clouds or images name are missing"),
    ("sample_data", "calibrated_sensor_token", "none", "calibrations that clouds or images name are missing"),
    ("ego_pose", "rotation", [0, 0, 0, 0], "length 1"),
    ("ego_pose", "translation", ["a", 0, 0], "3 finite numbers"),
    ("calibrated_sensor", "rotation", [], "4 finite numbers"),
    ("calibrated_sensor", "sensor_token", "none", "no sensor with a channel"),
    ("sensor", "channel", 7, "no sensor with a channel"),
]


@pytest.mark.parametrize(("table", "field", "value", "said"), BAD_SCENE_VALUES)
def test_bad_scene_rows_are_named_and_the_scene_opens(
    dataset: Path, table: str, field: str, value: Any, said: str
) -> None:
    edit(dataset, table, lambda rows: rows[0].update({field: value}))
    found = open_dataset(dataset)
    (scene,) = found.scenes
    assert said in messages(found.problems + scene.problems)
    FORMAT.read_labels(scene)


@pytest.mark.parametrize("matrix", [[], [[1, 0, 0]] * 3, [[0, 0, 1], [0, 1, 1], [0, 0, 1]], [[5, "a", 1]] * 3, None])
def test_a_camera_without_a_usable_matrix_is_left_out(dataset: Path, matrix: Any) -> None:
    def spoil(rows: list[Row]) -> None:
        next(row for row in rows if row["camera_intrinsic"]).update(camera_intrinsic=matrix)

    edit(dataset, "calibrated_sensor", spoil)
    scene, _ = opened(dataset)
    assert len(scene.rig.cameras) == 2
    assert "1 calibrations cannot be used; the first: CAM_FRONT" in messages(scene.problems)


def test_scenes_and_samples_that_repeat_are_left_out(dataset: Path) -> None:
    edit(dataset, "scene", lambda rows: rows.append({**rows[0], "token": "again"}))
    edit(dataset, "sample", lambda rows: rows.append({**rows[0], "token": "again"}))
    found = open_dataset(dataset)
    (scene,) = found.scenes
    assert "has no name of its own" in messages(found.problems)
    assert "1 samples repeat a token or a time" in messages(scene.problems)
    assert len(scene.frames) == 4


def test_a_scene_without_samples_is_left_out(dataset: Path) -> None:
    edit(dataset, "scene", lambda rows: rows.append({"token": "empty", "name": "empty"}))
    found = open_dataset(dataset)
    assert [scene.name for scene in found.scenes] == ["scene-0103"]
    assert "scene empty has no sample" in messages(found.problems)


def test_without_poses_labels_cannot_be_placed(dataset: Path) -> None:
    as_foreign(dataset)
    (dataset / VERSION / "ego_pose.json").write_text("[]")
    scene, reading = opened(dataset)
    assert scene.trajectory is None
    assert "it has no world" in messages(scene.problems)
    assert "labels cannot be placed" in messages(reading.problems)


def test_a_second_calibration_in_a_scene_is_said(dataset: Path) -> None:
    def second(rows: list[Row]) -> None:
        rows.append({**rows[0], "token": "second"})

    edit(dataset, "calibrated_sensor", second)
    edit(
        dataset,
        "sample_data",
        lambda rows: [row for row in rows if "LIDAR_TOP" in row["filename"]][-1].update(
            calibrated_sensor_token="second"
        ),
    )
    scene, _ = opened(dataset)
    assert "1 clouds or images of a second calibration" in messages(scene.problems)


def test_a_lidar_of_pcd_files_is_read_and_others_are_named(dataset: Path) -> None:
    folder = dataset / "samples" / "LIDAR_REAR"
    cloud = sorted(folder.iterdir())[0]
    cloud.rename(cloud.with_name("a.laz"))

    def rename(rows: list[Row]) -> None:
        next(row for row in rows if cloud.name in row["filename"]).update(filename="samples/LIDAR_REAR/a.laz")

    edit(dataset, "sample_data", rename)
    scene, _ = opened(dataset)
    assert "1 clouds are neither .bin nor .pcd" in messages(scene.problems)


def anything(folder: Path) -> None:
    """All that a program may ask of a folder; only our own errors may come."""
    try:
        dataset = open_dataset(folder, "nuscenes")
    except TrueboxError:
        return
    for scene in dataset.scenes:
        FORMAT.read_labels(scene)
        open_dataset(folder, "nuscenes", {"frames": "all"})


TABLES = (
    "scene",
    "sample",
    "sample_data",
    "ego_pose",
    "calibrated_sensor",
    "sensor",
    "sample_annotation",
    "instance",
    "truebox",
)
junk: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, True, -1, 0.5, 1e308, 10**400, "", "x", "\ud800", [], {}]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["token", "a"]), inner, max_size=2),
    max_leaves=4,
)


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120)
def test_no_value_of_any_field_breaks_the_reader(template: Path, tmp_path: Path, data: st.DataObject) -> None:
    folder = tmp_path / "fuzz"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template / VERSION, folder / VERSION)
    path = folder / VERSION / f"{data.draw(st.sampled_from(TABLES))}.json"
    rows = json.loads(path.read_text())
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.sampled_from(sorted(row)))] = data.draw(junk)
    path.write_text(json.dumps(rows))
    anything(folder)


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120)
def test_no_bytes_break_the_reader(template: Path, tmp_path: Path, data: st.DataObject) -> None:
    folder = tmp_path / "fuzz"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template / VERSION, folder / VERSION)
    path = folder / VERSION / f"{data.draw(st.sampled_from(TABLES))}.json"
    content = path.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 40))
    path.write_bytes(content[:start] + data.draw(st.binary(max_size=20)) + content[start + length :])
    if data.draw(st.booleans()):
        path.write_bytes(path.read_bytes()[: data.draw(st.integers(0, len(content)))])
    anything(folder)


def test_the_format_says_what_it_asks() -> None:
    assert [question.name for question in get_format("nuscenes").questions] == ["frames", "version"]
    assert len(FORMAT.default_taxonomy.categories) == 23
