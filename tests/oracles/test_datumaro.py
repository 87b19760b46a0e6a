"""datumaro reads what is written for it, for Supervisely and for KITTI; pandas reads PandaSet's tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formats.datumaro import Datumaro, Supervisely
from formats.kitti import KittiObject, KittiRaw, KittiTracking
from formats.pandaset import PandaSet
from formats.place_files import place_file
from formats.selection import select_cuboids
from fusion import Scene
from geometry import SE3
from labels import Cuboid, LabelSet, Track
from tests.formats.box_scenes import export_of, made_rig, made_scene, written

pytestmark = pytest.mark.oracle

Judge = Callable[..., dict[str, Any]]
ROUNDED = 0.006
"""datumaro keeps two decimals."""


def made_labels() -> LabelSet:
    """A car that drives, seen ahead, and a bus that is turned about all axes."""
    tilt = SE3.from_quat_wxyz([np.cos(0.1), np.sin(0.1), 0, 0], [0, 0, 0])
    cuboids = {}
    for frame in range(4):
        car = SE3.from_yaw(0.4, [15.0 + frame, 1.0, 0.8])
        size = np.array([4.5, 1.9, 1.6])
        cuboids[f"car{frame}"] = Cuboid(f"car{frame}", "car", frame, car, size, attributes={"lit": True})
    bus = SE3.from_yaw(-1.0, [22.0, -3.0, 1.5]) @ tilt
    cuboids["bus"] = Cuboid("bus", "bus", 2, bus, np.array([11.0, 2.8, 3.2]))
    return LabelSet(1, {"car": Track("car", "Car", 0, 3, "7"), "bus": Track("bus", "Bus", 2, 2)}, cuboids)


@pytest.mark.parametrize(("item", "name"), [(Datumaro(), "datumaro"), (Supervisely(), "sly_pointcloud")])
def test_cuboids_clouds_and_images_are_found(
    judge: Judge, tmp_path: Path, item: Datumaro | Supervisely, name: str
) -> None:
    scene, labels = made_scene(tmp_path / "in"), made_labels()
    out = written(item, export_of(scene, labels), tmp_path / "out")
    folder = out if name == "datumaro" else out / "made"
    found = judge("datumaro", "cuboids", str(folder), name)
    assert name in found["detected"]
    assert sorted(found["items"]) == [f"{index:06d}" for index in range(4)]
    assert all(entry["media"] and entry["images"] == 2 for entry in found["items"].values())
    lidar_from_ego = made_rig().ego_from_sensor["top"].inverse()
    for index in range(4):
        entry = found["items"][f"{index:06d}"]
        assert entry["attributes"]["frame"] == index
        wanted = [cuboid for cuboid in labels.cuboids.values() if cuboid.frame_index == index]
        assert len(entry["boxes"]) == len(wanted)
        for cuboid in wanted:
            category = labels.tracks[cuboid.track_id].category
            (box,) = [box for box in entry["boxes"] if box["label"] == category]
            assert box["kind"] == "cuboid_3d"
            place = lidar_from_ego @ cuboid.ego_from_object
            np.testing.assert_allclose(box["position"], place.translation, atol=ROUNDED)
            np.testing.assert_allclose(box["scale"], cuboid.size_lwh_m, atol=ROUNDED)
            if category == "Car":
                np.testing.assert_allclose(box["rotation"], [0, 0, place.yaw_rad], atol=ROUNDED)
                assert (box["attributes"]["track_id"], box["attributes"]["lit"]) == (7, True)


@pytest.mark.parametrize(("item", "name"), [(Datumaro(), "datumaro"), (Supervisely(), "sly_pointcloud")])
def test_an_error_of_30_cm_is_seen_as_30_cm(
    judge: Judge, tmp_path: Path, item: Datumaro | Supervisely, name: str
) -> None:
    scene, labels = made_scene(tmp_path / "in"), made_labels()
    place = labels.cuboids["car1"].ego_from_object
    off = SE3(place.rotation, place.translation + (0.0, 0.3, 0.0))
    moved = replace(labels.cuboids["car1"], ego_from_object=off)
    wrong = replace(labels, cuboids=dict(labels.cuboids) | {"car1": moved})
    centers = []
    for part, made in (("right", labels), ("wrong", wrong)):
        out = written(item, export_of(scene, made), tmp_path / part)
        found = judge("datumaro", "cuboids", str(out if name == "datumaro" else out / "made"), name)
        centers.append(np.array(found["items"]["000001"]["boxes"][0]["position"]))
    assert np.linalg.norm(centers[0] - centers[1]) == pytest.approx(0.3, abs=2 * ROUNDED)


def real_sequence(shared_data: Path) -> tuple[Scene, LabelSet]:
    """Sequence 0003 of KITTI's tracking set: 197 boxes of 6 objects."""
    folder = shared_data / "kitti_tracking" / "training"
    item = KittiTracking()
    (scene,) = [scene for scene in item.open_dataset(folder).scenes if scene.name == "0003"]
    return scene, item.read_labels(scene).labels


def test_kitti_raw_drives_are_read_as_kitti_raw(judge: Judge, shared_data: Path, tmp_path: Path) -> None:
    scene, labels = real_sequence(shared_data)
    item = KittiRaw()
    export = export_of(scene, labels, "none")
    item.write_labels(export, tmp_path)
    (tracklets,) = tmp_path.rglob("tracklet_labels.xml")
    found = judge("datumaro", "cuboids", str(tracklets.parent), "kitti_raw")
    assert "kitti_raw" in found["detected"]
    boxes = {int(entry["attributes"]["frame"]): entry["boxes"] for entry in found["items"].values()}
    lidar_from_ego = scene.rig.ego_from_sensor["velodyne"].inverse()
    # datumaro leaves out poses outside the image and behind the camera, and takes those after them for earlier frames.
    skipped = len(re.findall(r"<truncation>(?:2|3|99)<", tracklets.read_text()))
    assert sum(map(len, boxes.values())) == 197 - skipped
    assert skipped < 10
    for frame_index, entries in boxes.items():
        frames = range(frame_index, frame_index + skipped + 1)
        cuboids = [c.cuboid for c in select_cuboids(export).cuboids if c.cuboid.frame_index in frames]
        bottoms = [(lidar_from_ego @ c.ego_from_object).apply([0, 0, -c.size_lwh_m[2] / 2]) for c in cuboids]
        for box in entries:
            distances = np.linalg.norm(np.array(bottoms) - box["position"], axis=1)
            nearest = cuboids[int(distances.argmin())]
            assert distances.min() < 0.05
            # Height, width, length, in this program.
            np.testing.assert_allclose(box["scale"], nearest.size_lwh_m[::-1], atol=ROUNDED)
            turn = box["rotation"][2] - (lidar_from_ego @ nearest.ego_from_object).yaw_rad
            assert abs(np.angle(np.exp(1j * turn))) < 0.01


def test_kitti_object_sets_are_read_as_kitti3d(judge: Judge, shared_data: Path, tmp_path: Path) -> None:
    scene, labels = real_sequence(shared_data)
    item = KittiObject()
    export = export_of(scene, labels, "copy")
    item.write_labels(export, tmp_path)
    for file in item.sensor_files(export):
        place_file(file, tmp_path, "copy")
    found = judge("datumaro", "cuboids", str(tmp_path / "0003"), "kitti3d")
    assert "kitti3d" in found["detected"]
    assert len(found["items"]) == 72
    assert all(entry["media"] for entry in found["items"].values())
    kinds = [box["label"] for entry in found["items"].values() for box in entry["boxes"]]
    ignored = sum(box.kind == "ignore" for box in labels.image_boxes.values())
    assert (len(kinds), kinds.count("DontCare")) == (197 + ignored, ignored)
    rect_from_ego = scene.rig.ego_from_sensor["rect"].inverse()
    for index, entry in enumerate(found["items"][name] for name in sorted(found["items"])):
        cuboids = [c for c in labels.cuboids.values() if c.frame_index == index]
        centers = np.array([rect_from_ego.apply(c.ego_from_object.translation) for c in cuboids])
        for box in entry["boxes"]:
            if box["label"] == "DontCare":
                continue
            height, width, length = box["attributes"]["dimensions"]
            middle = np.array(box["attributes"]["location"]) - (0.0, height / 2, 0.0)
            distances = np.linalg.norm(centers - middle, axis=1)
            assert distances.min() < 0.02
            size = cuboids[int(distances.argmin())].size_lwh_m
            np.testing.assert_allclose([length, width, height], size, atol=0.01)


def test_pandas_reads_pandasets_tables(judge: Judge, tmp_path: Path) -> None:
    scene, labels = made_scene(tmp_path / "in", lidars=("top", "low")), made_labels()
    out = written(PandaSet(), export_of(scene, labels), tmp_path / "out") / "made"
    cuboids = judge("datumaro", "table", str(out / "annotations/cuboids/02.pkl.gz"))
    assert cuboids["rows"] == 2
    assert sorted(cuboids["values"]["label"]) == ["Bus", "Car"]
    kinds = {name: cuboids["kinds"][name] for name in ("uuid", "yaw", "stationary", "camera_used", "position.x")}
    assert kinds == {"uuid": "O", "yaw": "f", "stationary": "b", "camera_used": "i", "position.x": "f"}
    row = cuboids["values"]["label"].index("Car")
    assert [cuboids["values"][f"dimensions.{axis}"][row] for axis in "xyz"] == [1.9, 4.5, 1.6]
    assert scene.trajectory is not None
    expected = scene.trajectory.poses[2].apply(labels.cuboids["car2"].ego_from_object.translation)
    np.testing.assert_allclose([cuboids["values"][f"position.{axis}"][row] for axis in "xyz"], expected)
    cloud = judge("datumaro", "table", str(out / "lidar/02.pkl.gz"))
    assert cloud["rows"] == 100
    assert cloud["kinds"] == {"x": "f", "y": "f", "z": "f", "i": "f", "t": "f", "d": "i"}
    assert cloud["values"]["d"] == [0.0] * 50 + [1.0] * 50
    empty = judge("datumaro", "table", str(_without_boxes(tmp_path)))
    assert empty["rows"] == 0


def _without_boxes(tmp_path: Path) -> Path:
    out = written(PandaSet(), export_of(made_scene(tmp_path / "in2"), LabelSet(), "none"), tmp_path / "empty")
    return out / "made/annotations/cuboids/00.pkl.gz"
