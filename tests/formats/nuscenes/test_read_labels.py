"""A real sample, whose numbers an mmdet3d file gives, as tables of the standard's own layout."""

from __future__ import annotations

import json
import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from formats import open_dataset
from fusion import Scene, fuse_frame, image_size, read_image
from geometry import SE3
from labels import LabelSet
from tests.formats.nuscenes.made import FORMAT

STEM = "n015-2018-07-24-11-22-45+0800"
CATEGORIES = {
    "car": "vehicle.car",
    "truck": "vehicle.truck",
    "trailer": "vehicle.trailer",
    "bus": "vehicle.bus.rigid",
    "construction_vehicle": "vehicle.construction",
    "bicycle": "vehicle.bicycle",
    "motorcycle": "vehicle.motorcycle",
    "pedestrian": "human.pedestrian.adult",
    "traffic_cone": "movable_object.trafficcone",
    "barrier": "movable_object.barrier",
}
OTHER = "movable_object.pushable_pullable"
"""What the file has no name for."""
MICROS = 1_532_402_927_647_951
Row = dict[str, Any]


@dataclass(frozen=True)
class Demo:
    """The sample as a folder, and what its file says.

    Attributes:
        root: The dataset's root.
        info: The file's one entry.
        names: Category by label.
    """

    root: Path
    info: Row
    names: dict[int, str]


def place(matrix: Any) -> Row:
    """``translation`` and ``rotation`` w first, with scipy's own order put right by hand."""
    numbers = np.array(matrix, dtype=np.float64)
    x, y, z, w = Rotation.from_matrix(numbers[:3, :3]).as_quat()
    return {"translation": numbers[:3, 3].tolist(), "rotation": [w, x, y, z]}


def write_tables(folder: Path, tables: dict[str, list[Row]]) -> None:
    folder.mkdir()
    for name, rows in tables.items():
        (folder / f"{name}.json").write_text(json.dumps(rows, indent=0))


def upright(global_from_lidar: np.ndarray[Any, Any], yaw_rad: float) -> np.ndarray[Any, Any]:
    """The box that stands upright on the map and whose heading the file gives in the lidar's tilted frame."""
    rotation = global_from_lidar[:3, :3]
    heading = np.array([np.cos(yaw_rad), np.sin(yaw_rad), 0.0])
    heading[2] = -(rotation[2, :2] @ heading[:2]) / rotation[2, 2]
    x, y, _ = rotation @ heading
    box = np.eye(4)
    box[:3, :3] = Rotation.from_euler("z", np.arctan2(y, x)).as_matrix()
    return box


def make_tables(info: Row, names: dict[int, str]) -> dict[str, list[Row]]:
    global_from_ego = np.array(info["ego2global"])
    ego_from_lidar = np.array(info["lidar_points"]["lidar2ego"])
    sensors: dict[str, tuple[str, Any, Any, int, str]] = {
        "LIDAR_TOP": ("lidar", ego_from_lidar, [], MICROS, f"{STEM}__LIDAR_TOP__{MICROS}.pcd.bin")
    }
    for name, image in info["images"].items():
        micros = round(image["timestamp"] * 1e6)
        sensors[name] = ("camera", np.array(image["cam2ego"]), image["cam2img"], micros, image["img_path"])
    tables: dict[str, list[Row]] = {name: [] for name in ("sensor", "calibrated_sensor", "ego_pose", "sample_data")}
    for name, (modality, ego_from_sensor, matrix, micros, file) in sensors.items():
        # The file gives the lidar's pose at its own time; a camera's pose is what takes its lidar2cam there.
        pose = global_from_ego
        if modality == "camera":
            cam_from_lidar = np.array(info["images"][name]["lidar2cam"])
            pose = global_from_ego @ ego_from_lidar @ np.linalg.inv(cam_from_lidar) @ np.linalg.inv(ego_from_sensor)
        tables["sensor"].append({"token": f"s{name}", "channel": name, "modality": modality})
        tables["calibrated_sensor"].append(
            {"token": f"c{name}", "sensor_token": f"s{name}", "camera_intrinsic": matrix} | place(ego_from_sensor)
        )
        tables["ego_pose"].append({"token": f"d{name}", "timestamp": micros} | place(pose))
        tables["sample_data"].append(
            {
                "token": f"d{name}",
                "sample_token": info["token"],
                "ego_pose_token": f"d{name}",
                "calibrated_sensor_token": f"c{name}",
                "timestamp": micros,
                "fileformat": "pcd" if modality == "lidar" else "jpg",
                "is_key_frame": True,
                "height": 0 if modality == "lidar" else 900,
                "width": 0 if modality == "lidar" else 1600,
                "filename": f"samples/{name}/{file}",
                "prev": "",
                "next": "",
            }
        )
    global_from_lidar = global_from_ego @ ego_from_lidar
    tables |= {"instance": [], "sample_annotation": []}
    for number, item in enumerate(info["instances"]):
        x, y, z, length, width, height, yaw = item["bbox_3d"]
        box = upright(global_from_lidar, yaw)
        box[:3, 3] = (global_from_lidar @ [x, y, z, 1.0])[:3]
        token = f"{number:032x}"
        tables["instance"].append({"token": token, "category_token": names.get(item["bbox_label_3d"], OTHER)})
        tables["sample_annotation"].append(
            {
                "token": f"a{number}",
                "sample_token": info["token"],
                "instance_token": token,
                "visibility_token": "4",
                "attribute_tokens": [],
                "size": [width, length, height],
                "prev": "",
                "next": "",
                "num_lidar_pts": int(item["num_lidar_pts"]),
                "num_radar_pts": int(item["num_radar_pts"]),
            }
            | place(box)
        )
    tables["category"] = [{"token": name, "name": name, "description": ""} for name in (*CATEGORIES.values(), OTHER)]
    tables["visibility"] = [{"token": "4", "level": "v80-100", "description": ""}]
    tables["attribute"] = []
    tables["log"] = [{"token": "log", "logfile": STEM, "location": "singapore-onenorth"}]
    tables["scene"] = [{"token": "scene", "log_token": "log", "name": "scene-0061", "nbr_samples": 1}]
    tables["sample"] = [{"token": info["token"], "timestamp": MICROS, "prev": "", "next": "", "scene_token": "scene"}]
    return tables


@pytest.fixture(scope="module")
def demo(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    source = shared_data / "nuscenes_demo"
    if not source.is_dir():
        pytest.skip(f"real data not found at {source}")
    content = pickle.loads((source / f"{STEM}.pkl").read_bytes())
    info = content["data_list"][0]
    names = {label: CATEGORIES[name] for name, label in content["metainfo"]["categories"].items()}
    root = tmp_path_factory.mktemp("nuscenes")
    tables = make_tables(info, names)
    write_tables(root / "v1.0-mini", tables)
    for row in tables["sample_data"]:
        target = root / row["filename"]
        target.parent.mkdir(parents=True)
        shutil.copy(source / target.name, target)
    return Demo(root, info, names)


@pytest.fixture(scope="module")
def opened(demo: Demo) -> tuple[Scene, LabelSet]:
    dataset = open_dataset(demo.root)
    assert (dataset.format, dataset.problems, dataset.guesses) == ("nuscenes", (), ())
    (scene,) = dataset.scenes
    reading = FORMAT.read_labels(scene)
    assert (scene.problems, reading.problems) == ((), ())
    return scene, reading.labels


def test_the_scene_has_its_lidar_six_cameras_and_all_69_boxes(demo: Demo, opened: tuple[Scene, LabelSet]) -> None:
    scene, labels = opened
    assert (scene.name, scene.map_name, len(scene.frames)) == ("scene-0061", "singapore-onenorth", 1)
    assert scene.frames[0].name == demo.info["token"]
    assert next(iter(scene.rig.cameras)) == "CAM_FRONT"
    assert len(scene.rig.cameras) == len(scene.frames[0].images) == 6
    assert all(image_size(image) == (1600, 900) for image in scene.frames[0].images)
    assert len(labels.cuboids) == len(labels.tracks) == 69
    cloud = scene.frames[0].sweeps[0].cloud()
    assert len(cloud) == scene.frames[0].sweeps[0].point_count() == 34_688
    assert cloud.ring is not None
    assert cloud.intensity is not None
    assert cloud.ring.max() == 31
    assert 200 < cloud.intensity.max() <= 255
    levels = {item.attributes["visibility"] for item in labels.cuboids.values()}
    assert levels == {"v80-100"}


def test_the_world_begins_at_the_car_and_lies_on_the_map(demo: Demo, opened: tuple[Scene, LabelSet]) -> None:
    scene, _ = opened
    world_from_ego = scene.world_from_ego(0)
    assert scene.map_from_world is not None
    assert world_from_ego is not None
    # The first pose is that of the first image, taken 43 ms before the lidar's.
    assert np.linalg.norm(world_from_ego.translation) < 1.0
    expected = SE3.from_matrix(demo.info["ego2global"])
    assert (scene.map_from_world @ world_from_ego).is_close(expected, translation_m=1e-6, rotation_rad=1e-6)


def test_boxes_hold_the_points_that_the_dataset_counted(demo: Demo, opened: tuple[Scene, LabelSet]) -> None:
    scene, labels = opened
    points = fuse_frame(scene, 0).cloud.positions_m
    cuboids = list(labels.cuboids.values())
    ours = np.array([int(item.box_ego.contains(points).sum()) for item in cuboids])
    theirs = np.array([item.attributes["nuscenes.num_lidar_pts"] for item in cuboids])
    assert sorted(theirs) == sorted(item["num_lidar_pts"] for item in demo.info["instances"])
    assert ours.tolist() == theirs.tolist()


def test_boxes_project_into_the_six_cameras_where_the_file_says(demo: Demo, opened: tuple[Scene, LabelSet]) -> None:
    scene, labels = opened
    compared = 0
    for image in scene.frames[0].images:
        world_from_ego = scene.world_from_ego(0)
        assert scene.trajectory is not None
        assert world_from_ego is not None
        ego_then_from_ego = scene.trajectory.world_from_ego(image.timestamp_ns).inverse() @ world_from_ego
        cam_from_ego = scene.rig.cam_from_ego(image.camera) @ ego_then_from_ego
        centers = np.array([cam_from_ego.apply(item.box_ego.center) for item in labels.cuboids.values()])
        pixels, visible = scene.rig.cameras[image.camera].image_from_camera(centers)
        for expected in demo.info["cam_instances"][image.camera]:
            miss = np.hypot(*(pixels[visible] - expected["center_2d"]).T).min()
            assert miss < 2.0, (image.camera, expected["center_2d"])
            compared += 1
        assert read_image(image).shape == (900, 1600, 3)
    assert compared == sum(len(items) for items in demo.info["cam_instances"].values()) > 60


def test_lidar_to_camera_is_that_of_the_file(demo: Demo, opened: tuple[Scene, LabelSet]) -> None:
    scene, _ = opened
    assert scene.trajectory is not None
    world_from_ego = scene.world_from_ego(0)
    assert world_from_ego is not None
    for image in scene.frames[0].images:
        ego_then_from_ego = scene.trajectory.world_from_ego(image.timestamp_ns).inverse() @ world_from_ego
        ego_from_lidar = scene.rig.ego_from_sensor["LIDAR_TOP"]
        cam_from_lidar = scene.rig.cam_from_ego(image.camera) @ ego_then_from_ego @ ego_from_lidar
        expected = SE3.from_matrix(demo.info["images"][image.camera]["lidar2cam"])
        assert cam_from_lidar.is_close(expected, translation_m=1e-3, rotation_rad=1e-4)
