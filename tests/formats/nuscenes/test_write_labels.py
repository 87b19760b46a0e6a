from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formats import ExportOptions, FormatError, SceneExport, open_dataset
from formats.convert import prepare_conversion, write_conversion
from fusion import Scene
from geometry import SE3
from labels import Cuboid, LabelSet, Track
from tests.formats.nuscenes.made import FORMAT, OPTIONS, made_labels, read, write

LABELS_ONLY = ExportOptions(include_unconfirmed=True)
VERSION = "v1.0-trainval"
STANDARD = {
    "attribute",
    "calibrated_sensor",
    "category",
    "ego_pose",
    "instance",
    "log",
    "map",
    "sample",
    "sample_annotation",
    "sample_data",
    "scene",
    "sensor",
    "visibility",
}


def named(scene: Scene, name: str) -> SceneExport:
    return SceneExport(replace(scene, name=name), made_labels(), LABELS_ONLY)


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / VERSION).iterdir())}


def test_all_13_tables_of_the_standard_are_written_and_every_token_leads_somewhere(template: Path) -> None:
    found = {path.stem: json.loads(path.read_text()) for path in (template / VERSION).iterdir()}
    assert found.keys() == STANDARD | {"truebox", "splits"}
    tokens = {name: {row["token"] for row in rows} for name, rows in found.items() if name != "splits"}
    links = {
        "scene": {"log_token": "log", "first_sample_token": "sample", "last_sample_token": "sample"},
        "sample": {"scene_token": "scene"},
        "sample_data": {
            "sample_token": "sample",
            "ego_pose_token": "ego_pose",
            "calibrated_sensor_token": "calibrated_sensor",
        },
        "calibrated_sensor": {"sensor_token": "sensor"},
        "instance": {
            "category_token": "category",
            "first_annotation_token": "sample_annotation",
            "last_annotation_token": "sample_annotation",
        },
        "sample_annotation": {"sample_token": "sample", "instance_token": "instance"},
    }
    for table, fields in links.items():
        for field, target in fields.items():
            assert {row[field] for row in found[table]} <= tokens[target], (table, field)
    for table in ("sample", "sample_data", "sample_annotation"):
        by_token = {row["token"]: row for row in found[table]}
        for row in found[table]:
            assert not row["next"] or by_token[row["next"]]["prev"] == row["token"]
            assert not row["prev"] or by_token[row["prev"]]["next"] == row["token"]
    assert (template / found["map"][0]["filename"]).is_file()
    assert found["map"][0]["log_tokens"] == [found["log"][0]["token"]]
    car = found["sample_annotation"][0]
    assert car["size"] == [1.9, 4.5, 1.6]
    assert found["splits"] == {"all": ["scene-0103"]}


def test_points_are_counted_in_all_clouds_of_a_frame(template: Path) -> None:
    scene, labels = read(template)
    rows = json.loads((template / VERSION / "sample_annotation.json").read_text())
    counts = sorted(row["num_lidar_pts"] for row in rows)
    from fusion import fuse_frame

    expected = [
        int(item.box_ego.contains(fuse_frame(scene, item.frame_index).cloud.positions_m).sum())
        for item in labels.cuboids.values()
    ]
    assert counts == sorted(expected)
    assert max(counts) > 0


def test_counts_that_came_with_a_cuboid_stand_until_it_moves(dataset: Path, tmp_path: Path) -> None:
    (dataset / VERSION / "truebox.json").unlink()
    path = dataset / VERSION / "sample_annotation.json"
    rows = json.loads(path.read_text())
    for row in rows:
        row |= {"num_lidar_pts": 4321, "num_radar_pts": 3, "truebox": {}}
    path.write_text(json.dumps(rows))
    (scene,) = open_dataset(dataset).scenes
    labels = FORMAT.read_labels(scene).labels
    moved = next(item for item in labels.cuboids.values() if item.frame_index == 0)
    place = SE3.from_yaw(0.1, [3.0, 3.0, 3.0])
    labels = replace(labels, cuboids={**labels.cuboids, moved.id: replace(moved, ego_from_object=place)})
    write(SceneExport(scene, labels, LABELS_ONLY), tmp_path / "out")
    again = json.loads((tmp_path / "out" / VERSION / "sample_annotation.json").read_text())
    assert sorted(row["num_lidar_pts"] == 4321 for row in again) == [False, *[True] * 5]
    assert sorted(row["num_radar_pts"] for row in again) == [0, *[3] * 5]


def test_scenes_are_added_and_written_again_in_place(source_scene: Scene, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        report = FORMAT.write_labels(named(source_scene, name), tmp_path / "out")
        assert report.rows == 7
        assert all((tmp_path / "out" / file).is_file() for file in report.files)
    first = tables(tmp_path / "out")
    for name in ("a", "b", "c"):
        FORMAT.write_labels(named(source_scene, name), tmp_path / "out")
    assert tables(tmp_path / "out") == first
    found = open_dataset(tmp_path / "out")
    assert [scene.name for scene in found.scenes] == ["a", "b", "c"]
    assert [len(FORMAT.read_labels(scene).labels.cuboids) for scene in found.scenes] == [6, 6, 6]
    fewer = replace(named(source_scene, "b"), labels=LabelSet())
    FORMAT.write_labels(fewer, tmp_path / "out")
    sizes = {
        scene.name: len(FORMAT.read_labels(scene).labels.cuboids) for scene in open_dataset(tmp_path / "out").scenes
    }
    assert sizes == {"a": 6, "b": 0, "c": 6}
    found_rows = {name: len(json.loads(content)) for name, content in tables(tmp_path / "out").items()}
    assert (found_rows["scene.json"], found_rows["log.json"], found_rows["calibrated_sensor.json"]) == (3, 3, 15)
    assert found_rows["ego_pose.json"] == found_rows["sample_data.json"] == 72
    logs = json.loads(tables(tmp_path / "out")["map.json"])[0]["log_tokens"]
    assert len(logs) == 3


def test_a_scene_that_moves_to_another_map_leaves_the_first(source_scene: Scene, tmp_path: Path) -> None:
    FORMAT.write_labels(named(source_scene, "a"), tmp_path)
    FORMAT.write_labels(named(replace(source_scene, map_name="elsewhere"), "a"), tmp_path)
    maps = json.loads(tables(tmp_path)["map.json"])
    assert sorted(len(row["log_tokens"]) for row in maps) == [0, 1]
    assert open_dataset(tmp_path).scenes[0].map_name == "elsewhere"


def test_the_datasets_own_folder_and_tables_of_others_are_refused(dataset: Path, source_scene: Scene) -> None:
    scene, labels = read(dataset)
    before = tables(dataset)
    with pytest.raises(FormatError, match="the dataset's own"):
        FORMAT.write_labels(SceneExport(scene, labels), dataset)
    (dataset / VERSION / "truebox.json").unlink()
    with pytest.raises(FormatError, match="tables that another program wrote"):
        FORMAT.write_labels(named(source_scene, "a"), dataset)
    del before["truebox.json"]
    assert tables(dataset) == before


@pytest.mark.parametrize("name", ["", "a/b", "..", "con\0"])
def test_names_that_are_no_file_names_are_refused(source_scene: Scene, tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError, match="a scene's name"):
        FORMAT.write_labels(named(source_scene, name), tmp_path)
    with pytest.raises(FormatError, match="a scene's name"):
        FORMAT.losses([named(source_scene, name)])


def test_times_before_1970_are_refused_before_anything_is_written(source_scene: Scene, tmp_path: Path) -> None:
    first = replace(source_scene.frames[0], timestamp_ns=-5)
    scene = replace(source_scene, frames=(first, *source_scene.frames[1:]))
    with pytest.raises(FormatError, match="from 1970 on"):
        FORMAT.write_labels(named(scene, "a"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_derived_cuboids_are_written_with_their_keys_answers(source_scene: Scene, tmp_path: Path) -> None:
    track = Track("car", "vehicle.car", 0, 3)
    keys = {
        str(frame): Cuboid(
            str(frame),
            "car",
            frame,
            SE3.from_yaw(0.1, [5.0 + frame, 0, 0]),
            np.array([4, 2, 1.5]),
            attributes={"vehicle": "parked", "pedestrian": "moving"},
        )
        for frame in (0, 3)
    }
    write(SceneExport(source_scene, LabelSet(tracks={"car": track}, cuboids=keys), OPTIONS), tmp_path)
    rows = json.loads(tables(tmp_path)["sample_annotation.json"])
    assert len(rows) == 4
    assert all(len(row["attribute_tokens"]) == 1 for row in rows)
    _, labels = read(tmp_path)
    answers = {item.frame_index: item.attributes for item in labels.cuboids.values()}
    assert answers[0] == answers[3] == {"vehicle": "parked", "pedestrian": "moving"}
    assert answers[1] == {"vehicle": "parked"}


def test_losses_name_what_the_tables_cannot_hold(bent_scene: Scene, source_scene: Scene) -> None:
    assert FORMAT.losses([SceneExport(source_scene, made_labels(), OPTIONS)]) == []
    labels = made_labels()
    labels = replace(labels, tracks={**labels.tracks, "none": Track("none", "vehicle.car", 0, 1)})
    scene = replace(
        bent_scene,
        trajectory=None,
        is_sequential=False,
        frames=tuple(replace(frame, sweeps=()) for frame in bent_scene.frames),
        masks={"CAM_BACK": Path("mask.png")},
    )
    found = {loss.message.split(":")[0]: loss.count for loss in FORMAT.losses([SceneExport(scene, labels, OPTIONS)])}
    assert found == {
        "cuboids in frames without a cloud": 6,
        "tracks without a cuboid to write": 1,
        "cameras with a lens that bends lines": 1,
        "scenes without poses": 1,
        "scenes whose samples do not follow each other": 1,
        "masks of the own vehicle": 1,
    }


def test_a_kitti_sequence_comes_back_from_it(tracking: Path, tmp_path: Path) -> None:
    there = prepare_conversion(tracking, "nuscenes")
    report = write_conversion(there, tmp_path / "nuscenes")
    assert report.sensor_files["linked"] > 0
    back = prepare_conversion(tmp_path / "nuscenes", "kitti-tracking")
    write_conversion(back, tmp_path / "kitti")
    assert back.problems == ()
    before, after = there.exports[0], back.exports[0]
    assert after.scene.frame_times_ns == before.scene.frame_times_ns
    assert after.scene.rig.lidars == before.scene.rig.lidars
    assert list(after.scene.rig.cameras) == list(before.scene.rig.cameras)
    places = {(round(item.box_ego.center[0], 6), item.frame_index) for item in before.labels.cuboids.values()}
    assert {(round(item.box_ego.center[0], 6), item.frame_index) for item in after.labels.cuboids.values()} == places
    ids = {track.external_id for track in before.labels.tracks.values()}
    assert {track.external_id for track in after.labels.tracks.values()} == ids
    rows = (tracking / "training" / "label_02" / "0000.txt").read_text().splitlines()
    written = (tmp_path / "kitti" / "label_02" / "0000.txt").read_text().splitlines()
    assert sorted(row.split()[:5] for row in written) == sorted(row.split()[:5] for row in rows)
