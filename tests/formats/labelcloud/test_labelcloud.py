from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.errors import FormatError
from formats.labelcloud import LabelCloud
from geometry import SE3, Box
from pointcloud import read_ply
from tests.formats.box_scenes import json_values, replaced, spoilt, survives

FORMAT = LabelCloud()
SAMPLE = {
    "folder": "pointclouds",
    "filename": "a.ply",
    "objects": [
        {
            "name": "cart",
            "centroid": {"x": 1.0, "y": 2.0, "z": 3.0},
            "dimensions": {"length": 4.0, "width": 2.0, "height": 1.0},
            "rotations": {"x": 0, "y": 0, "z": 90},
        }
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/_classes.json").write_text(json.dumps({"classes": [], "format": "centroid_abs"}))
    for name in ("10", "9"):
        (tmp_path / f"labels/{name}.json").write_text(json.dumps(SAMPLE))
    return tmp_path


def test_boxes_are_read_by_cloud(folder: Path) -> None:
    assert FORMAT.detect(folder)
    assert FORMAT.detect(folder / "labels")
    (scene,) = FORMAT.open_dataset(folder).scenes
    assert [frame.name for frame in scene.frames] == ["9", "10"]
    reading = FORMAT.read_labels(scene)
    assert reading.problems == ()
    assert len(reading.labels.tracks) == 2
    cuboid = next(iter(reading.labels.cuboids.values()))
    assert cuboid.ego_from_object.is_close(SE3.from_yaw(np.pi / 2, [1, 2, 3]))
    assert cuboid.size_lwh_m.tolist() == [4, 2, 1]
    assert FORMAT.open_scene(scene.path, scene.name) == scene


def test_relative_centroids_have_radians(folder: Path) -> None:
    (folder / "labels/_classes.json").write_text(json.dumps({"format": "centroid_rel"}))
    (scene,) = FORMAT.open_dataset(folder).scenes
    cuboid = next(iter(FORMAT.read_labels(scene).labels.cuboids.values()))
    assert cuboid.ego_from_object.is_close(SE3.from_yaw(90.0, [1, 2, 3]))


def test_the_box_of_the_real_sample_is_turned_as_its_points_are(shared_data: Path) -> None:
    """In degrees, counter-clockwise from +x: no other heading holds as many of the cart's points."""
    folder = shared_data / "peers_outputs" / "labelcloud"
    (scene,) = FORMAT.open_dataset(folder).scenes
    reading = FORMAT.read_labels(scene)
    assert reading.problems == ()
    (cuboid,) = reading.labels.cuboids.values()
    points = read_ply(folder / "pointclouds/exemplary.ply").positions_m
    counts = []
    for turn_rad in np.radians(np.arange(0, 180, 15)):
        turned = SE3.from_yaw(turn_rad, [0, 0, 0]).rotation @ cuboid.ego_from_object.rotation
        box = Box(SE3(turned, cuboid.ego_from_object.translation), cuboid.size_lwh_m)
        counts.append(int(box.contains(points).sum()))
    assert counts[0] == max(counts) > 3000


def test_bad_objects_are_named(folder: Path) -> None:
    bad = [{}, 7, SAMPLE["objects"][0] | {"dimensions": {"length": 1, "width": -1, "height": 1}}]  # type: ignore[operator]
    (folder / "labels/9.json").write_text(json.dumps({"objects": bad}))
    (folder / "labels/10.json").write_text("[]")
    (scene,) = FORMAT.open_dataset(folder).scenes
    messages = [(problem.path, problem.message) for problem in FORMAT.read_labels(scene).problems]
    expected = "expected name, centroid, dimensions above 0 and rotations, found something else"
    assert messages == [
        *(("labels/9.json", f"objects[{index}]: {expected}") for index in range(3)),
        ("labels/10.json", "expected an object, found something else"),
    ]


def test_other_folders_are_refused(tmp_path: Path) -> None:
    assert not FORMAT.detect(tmp_path)
    with pytest.raises(FormatError, match="found none"):
        FORMAT.open_dataset(tmp_path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_spoilt_files_give_problems_alone(folder: Path, data: st.DataObject) -> None:
    path = folder / "labels" / data.draw(st.sampled_from(["9.json", "_classes.json"]))
    good = path.read_bytes()
    if data.draw(st.booleans()):
        bad = json.dumps(replaced(json.loads(good), data.draw(st.integers(0, 20)), data.draw(json_values()))).encode()
    else:
        bad = data.draw(spoilt(good))
    try:
        path.write_bytes(bad)
        survives(lambda: [FORMAT.read_labels(scene) for scene in FORMAT.open_dataset(folder).scenes])
    finally:
        path.write_bytes(good)
