from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.datumaro import Datumaro, Supervisely
from formats.errors import FormatError
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

Either = Datumaro | Supervisely
BOTH: tuple[Either, ...] = (Datumaro(), Supervisely())
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
SIZE = np.array([4.5, 1.9, 1.6])
LABELS = LabelSet(
    1,
    {"t": Track("t", "car", 0, 1, "7")},
    {
        f"c{i}": Cuboid(
            f"c{i}",
            "t",
            i,
            SE3.from_yaw(2.0, [9.0, 2.0 + i, 0.5]),
            np.array([4.5, 1.9, 1.6]),
            attributes={"lit": i == 0},
        )
        for i in range(2)
    },
)


@pytest.mark.parametrize("item", BOTH, ids=lambda item: item.name)
@settings(max_examples=25, suppress_health_check=SLOW)
@given(labels=label_sets(), with_world=st.booleans())
def test_all_comes_back(
    tmp_path_factory: pytest.TempPathFactory, item: Either, labels: LabelSet, with_world: bool
) -> None:
    folder = tmp_path_factory.mktemp(item.name)
    scene = made_scene(folder / "in", with_world=with_world)
    again, labels_again = read_again(item, written(item, export_of(scene, labels), folder / "out"))
    assert again.frame_times_ns == scene.frame_times_ns
    assert again.trajectory == scene.trajectory
    assert [frame.name for frame in again.frames] == [frame.name for frame in scene.frames]
    assert_same_labels(scene, labels, again, labels_again, tolerance=1e-9)
    assert item.open_scene(again.path, again.name) == again


@pytest.mark.parametrize("item", BOTH, ids=lambda item: item.name)
def test_boxes_are_in_the_clouds_frame(tmp_path: Path, item: Either) -> None:
    scene = made_scene(tmp_path / "in")
    out = written(item, export_of(scene, LABELS), tmp_path / "out")
    if item.name == "datumaro":
        value = json.loads((out / "annotations/made.json").read_text())
        box = value["items"][1]["annotations"][0]
        position, rotation, size = box["position"], box["rotation"], box["scale"]
        assert (box["attributes"], value["categories"]["label"]["labels"][box["label_id"]]["name"]) == (
            {"lit": False, "track_id": 7},
            "car",
        )
        cloud = out / "point_clouds/made" / value["items"][1]["point_cloud"]["path"]
        pictures = [out / "images/made" / entry["path"] for entry in value["items"][1]["related_images"]]
    else:
        value = json.loads((out / "made/ds0/ann/000001.pcd.json").read_text())
        geometry = value["figures"][0]["geometry"]
        position, rotation, size = ([geometry[n][a] for a in "xyz"] for n in ("position", "rotation", "dimensions"))
        assert value["objects"][0]["tags"][0]["value"] == "false"
        cloud = out / "made/ds0/pointcloud/000001.pcd"
        pictures = [out / "made/ds0/related_images/000001_pcd" / name for name in ("ahead.jpg", "left.jpg")]
        about = json.loads((out / "made/ds0/related_images/000001_pcd/left.jpg.json").read_text())
        cam_from_lidar = scene.rig.cam_from_ego("left") @ scene.rig.ego_from_sensor["top"]
        np.testing.assert_allclose(
            about["meta"]["sensorsData"]["extrinsicMatrix"], cam_from_lidar.matrix[:3].ravel(), atol=1e-12
        )
    place = made_rig().ego_from_sensor["top"].inverse() @ LABELS.cuboids["c1"].ego_from_object
    np.testing.assert_allclose(position, place.translation)
    np.testing.assert_allclose(rotation, [0.0, 0.0, place.yaw_rad], atol=1e-12)
    np.testing.assert_allclose(size, [4.5, 1.9, 1.6])
    np.testing.assert_array_equal(read_pcd(cloud).xyz, scene.frames[1].sweeps[0].cloud().xyz)
    assert [picture.is_file() for picture in pictures] == [True, True]


def test_a_file_of_datumaro_alone(tmp_path: Path) -> None:
    """As CVAT exports it: frames in any order, marks of its tracks, shapes without a number, other annotations."""
    box: dict[str, Any] = {"type": "cuboid_3d", "label_id": 0, "position": [1, 2, 3], "scale": [4, 2, 1]}
    value = {
        "categories": {"label": {"labels": [{"name": "car", "parent": ""}]}},
        "items": [
            {"id": "b", "attr": {"frame": 1}, "annotations": [box | {"rotation": [0, 0, 1]}, {"type": "label"}]},
            {
                "id": "a",
                "attr": {"frame": 0},
                "annotations": [
                    box | {"attributes": {"track_id": 3, "keyframe": True, "occluded": True}},
                    box | {"attributes": {"track_id": 4, "outside": True}},
                    box | {"label_id": 9},
                    box | {"scale": [1, 0, 1]},
                ],
            },
        ],
    }
    (tmp_path / "annotations").mkdir()
    (tmp_path / "annotations/task.json").write_text(json.dumps(value))
    item = Datumaro()
    assert item.detect(tmp_path)
    (scene,) = item.open_dataset(tmp_path).scenes
    assert [frame.name for frame in scene.frames] == ["a", "b"]
    assert scene.rig.lidars == ("lidar",)
    reading = item.read_labels(scene)
    assert [problem.message.split(": ", 1) for problem in reading.problems] == [
        ["items[1].annotations[2]", "expected a label_id below 1, found 9"],
        [
            "items[1].annotations[3]",
            "expected position, rotation and a scale above 0 of 3 numbers each, found something else",
        ],
        ["1 annotations are no cuboid_3d", "left out"],
    ]
    ids = sorted(str(track.external_id) for track in reading.labels.tracks.values())
    assert ids == ["3", "None"]
    assert {c.frame_index: dict(c.attributes) for c in reading.labels.cuboids.values()} == {
        0: {"occluded": True},
        1: {},
    }


def test_a_project_with_several_datasets(tmp_path: Path) -> None:
    project = written(Supervisely(), export_of(made_scene(tmp_path / "in"), LABELS, "none"), tmp_path / "out") / "made"
    (project / "ds0").rename(project / "monday")
    (project / "truebox.json").unlink()
    (project / "tuesday/ann").mkdir(parents=True)
    (project / "tuesday/ann/x.pcd.json").write_text('{"objects": [], "figures": []}')
    item = Supervisely()
    scenes = item.open_dataset(tmp_path / "out").scenes
    assert [scene.name for scene in scenes] == ["made monday", "made tuesday"]
    assert len(item.read_labels(scenes[0]).labels.cuboids) == 2
    assert item.open_scene(project, "made tuesday") == scenes[1]
    with pytest.raises(FormatError, match="expected the project x"):
        item.open_scene(project, "x")


@pytest.mark.parametrize("item", BOTH, ids=lambda item: item.name)
def test_what_cannot_be_held_is_said(tmp_path: Path, item: Either) -> None:
    scene = made_scene(tmp_path / "in", lidars=("top", "low"))
    losses = {loss.message: loss.count for loss in item.losses([export_of(scene, LABELS)])}
    assert losses == {
        "the calibration of ahead: boxes alone are read back": 1,
        "the calibration of left: boxes alone are read back": 1,
        "clouds of low: a frame has one cloud": 4,
    }
    with pytest.raises(FormatError, match="name that can name a file"):
        item.write_labels(export_of(replace(scene, name="../x"), LABELS), tmp_path / "out")
    again, labels = read_again(item, written(item, export_of(scene, LABELS), tmp_path / "out"))
    assert item.losses([export_of(again, labels)]) == []
    with pytest.raises(FormatError, match="the dataset's own"):
        item.write_labels(export_of(again, labels), tmp_path / "out")


@pytest.mark.parametrize("item", BOTH, ids=lambda item: item.name)
def test_other_folders_are_refused(tmp_path: Path, item: Either) -> None:
    assert not item.detect(tmp_path)
    with pytest.raises(FormatError, match="found none"):
        item.open_dataset(tmp_path)
    (tmp_path / "annotations").mkdir()
    (tmp_path / "annotations/instances_default.json").write_text('{"images": []}')
    assert not item.detect(tmp_path)
    with pytest.raises(FormatError, match="found none"):
        item.open_dataset(tmp_path)


def test_links_out_of_the_dataset_are_not_followed(tmp_path: Path) -> None:
    out = written(Supervisely(), export_of(made_scene(tmp_path / "in"), LABELS, "none"), tmp_path / "out")
    path = out / "made/ds0/ann/000001.pcd.json"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    (scene,) = Supervisely().open_dataset(out).scenes
    assert [frame.name for frame in scene.frames] == ["000000", "000002", "000003"]
    assert "leaves the dataset's folder" in scene.problems[0].message


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("fuzz")
    scene = made_scene(folder / "in")
    return {item.name: written(item, export_of(scene, LABELS, "none"), folder / item.name) for item in BOTH}


@settings(max_examples=200, suppress_health_check=SLOW)
@given(data=st.data())
def test_spoilt_files_give_problems_alone(folders: dict[str, Path], data: st.DataObject) -> None:
    item: Either = data.draw(st.sampled_from(BOTH))
    folder = folders[item.name]
    path = data.draw(st.sampled_from(sorted(path for path in folder.rglob("*.json") if "00002" not in path.name)))
    good = path.read_bytes()
    if data.draw(st.booleans()):
        bad = json.dumps(replaced(json.loads(good), data.draw(st.integers(0, 150)), data.draw(json_values()))).encode()
    else:
        bad = data.draw(spoilt(good))
    try:
        path.write_bytes(bad)
        survives(lambda: [item.read_labels(scene) for scene in item.open_dataset(folder).scenes])
    finally:
        path.write_bytes(good)
