"""The nuScenes development kit reads, counts and evaluates what the nuscenes writer writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration import Pinhole, SensorRig
from formats import ExportOptions, SceneExport, get_format, open_dataset
from formats.convert import prepare_conversion, write_conversion
from formats.nuscenes.sweep_bin import count_sweep_bin, read_sweep_bin, write_sweep_bin
from formats.place_files import place_file
from fusion import Frame, Scene, Sweep, fuse_frame
from geometry import SE3, Box, Trajectory
from labels import Cuboid, LabelSet, Track
from pointcloud import PointCloud

pytestmark = pytest.mark.oracle

Judge = Callable[..., dict[str, Any]]
FORMAT = get_format("nuscenes")
VERSION = "v1.0-trainval"
FRAME_COUNT, STEP_NS, START_NS = 3, 500_000_000, 1_700_000_000_000_000_000
OBJECTS = {
    "vehicle.car": ([4.5, 1.9, 1.6], {"vehicle": "moving"}),
    "vehicle.truck": ([7.0, 2.5, 2.8], {"vehicle": "stopped"}),
    "vehicle.bus.rigid": ([11.0, 2.9, 3.4], {"vehicle": "parked"}),
    "vehicle.trailer": ([12.0, 2.9, 3.8], {"vehicle": "parked"}),
    "vehicle.construction": ([6.4, 2.8, 3.2], {"vehicle": "moving"}),
    "human.pedestrian.adult": ([0.7, 0.6, 1.7], {"pedestrian": "moving"}),
    "vehicle.motorcycle": ([2.1, 0.8, 1.4], {"cycle": "with_rider"}),
    "vehicle.bicycle": ([1.7, 0.6, 1.3], {"cycle": "without_rider"}),
    "movable_object.trafficcone": ([0.4, 0.4, 1.0], {}),
    "movable_object.barrier": ([0.5, 2.5, 1.0], {}),
}
"""One category of each of the evaluator's classes."""
AHEAD = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])


def pose(index: int) -> SE3:
    tilt = SE3.from_quat_wxyz([np.cos(0.01), np.sin(0.01), 0.0, 0.0], np.zeros(3))
    return SE3.from_yaw(0.4 + 0.05 * index, [4.0 * index, 0.5 * index, 0.0]) @ tilt


def made_export(folder: Path) -> SceneExport:
    """Every class of the evaluator once, near the car, with points in every cuboid, on a map far away."""
    rng = np.random.default_rng(3)
    lidar = SE3.from_yaw(-np.pi / 2, [0.94, 0.0, 1.84])
    front = SE3(AHEAD, np.array([1.7, 0.0, 1.5]))
    camera = Pinhole(300.0, 300.0, 319.5, 179.5, 640, 360)
    rig = SensorRig({"top": lidar, "CAM_FRONT": front}, {"CAM_FRONT": camera}, ("top",))
    times = [START_NS + index * STEP_NS for index in range(FRAME_COUNT)]
    tracks, cuboids, frames = {}, {}, []
    for index, time in enumerate(times):
        inside: list[np.ndarray[Any, Any]] = [rng.uniform([-40, -40, -2], [40, 40, 4], (3000, 3))]
        for number, (category, (size, answers)) in enumerate(OBJECTS.items()):
            turn = 2 * np.pi * number / len(OBJECTS)
            center = [18 * np.cos(turn) + 0.4 * index, 18 * np.sin(turn), 0.8]
            tilt = SE3.from_quat_wxyz([np.cos(0.02), 0.0, np.sin(0.02), 0.0], np.zeros(3))
            box = Box(SE3.from_yaw(turn + 0.1 * index, center) @ tilt, np.array(size))
            inside.append(box.frame_from_object.apply(rng.uniform(-0.49, 0.49, (20 + number, 3)) * size))
            tracks[category] = Track(category, category, 0, FRAME_COUNT - 1)
            key = f"{category}/{index}"
            cuboids[key] = Cuboid(key, category, index, box.frame_from_object, box.size_lwh_m, attributes=answers)
        path = folder / f"{index}.pcd.bin"
        write_sweep_bin(path, PointCloud(lidar.inverse().apply(np.concatenate(inside)).astype(np.float32), "top"))
        frames.append(Frame(index, time, (Sweep("top", time, path, read_sweep_bin, count_sweep_bin),)))
    scene = Scene(
        "drive-1",
        folder,
        "made",
        rig,
        tuple(frames),
        Trajectory.from_poses(times, [pose(index) for index in range(FRAME_COUNT)]),
        map_from_world=SE3(np.eye(3), np.array([351_000.25, 4_512_000.5, 12.0])),
        map_name="somewhere",
    )
    return SceneExport(scene, LabelSet(tracks=tracks, cuboids=cuboids), ExportOptions(sensor_data="copy"))


def write(export: SceneExport, out: Path) -> None:
    FORMAT.write_labels(export, out)
    for file in FORMAT.sensor_files(export):
        place_file(file, out, "copy")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scenes, written one after the other."""
    folder = tmp_path_factory.mktemp("nuscenes")
    (folder / "source").mkdir()
    export = made_export(folder / "source")
    write(export, folder / "out")
    write(replace(export, scene=replace(export.scene, name="drive-2")), folder / "out")
    return folder / "out"


def our_points(folder: Path) -> list[int]:
    """The points of every cuboid, as this program counts them."""
    counts: list[int] = []
    for scene in open_dataset(folder).scenes:
        by_frame = {frame.index: fuse_frame(scene, frame.index).cloud.positions_m for frame in scene.frames}
        cuboids = FORMAT.read_labels(scene).labels.cuboids.values()
        counts += [int(item.box_ego.contains(by_frame[item.frame_index]).sum()) for item in cuboids]
    return sorted(counts)


def test_the_kit_loads_both_scenes_and_counts_the_same_points(written: Path, judge: Judge) -> None:
    found = judge("nuscenes", "load", str(written), VERSION)
    boxes = 2 * FRAME_COUNT * len(OBJECTS)
    tables = found["tables"]
    assert (tables["scene"], tables["sample"], tables["instance"]) == (2, 2 * FRAME_COUNT, 2 * len(OBJECTS))
    assert tables["sample_annotation"] == len(found["annotations"]) == boxes
    assert all(item["points"] == item["num_lidar_pts"] >= 20 for item in found["annotations"].values())
    assert sorted(item["points"] for item in found["annotations"].values()) == our_points(written)


def test_the_kit_sees_each_box_where_it_is(written: Path, judge: Judge) -> None:
    found = judge("nuscenes", "load", str(written), VERSION)
    scene = open_dataset(written).scenes[0]
    lidar_from_ego = scene.rig.ego_from_sensor["top"].inverse()
    places = np.array([item["center_lidar"] for item in found["annotations"].values()])
    labels = FORMAT.read_labels(scene).labels
    for cuboid in labels.cuboids.values():
        center = lidar_from_ego.apply(cuboid.box_ego.center)
        assert np.linalg.norm(places - center, axis=1).min() < 1e-6
    instances = {
        name: {item["instance"] for item in found["annotations"].values() if item["category"] == name}
        for name in OBJECTS
    }
    assert all(len(tokens) == 2 for tokens in instances.values())


def test_the_kit_finds_our_labels_perfect(written: Path, judge: Judge) -> None:
    found = judge("nuscenes", "evaluate", str(written), VERSION, "0")
    assert found["mean_ap"] == pytest.approx(1.0, abs=1e-9)
    assert found["nd_score"] == pytest.approx(1.0, abs=1e-6)
    assert all(error == pytest.approx(0.0, abs=1e-6) for error in found["tp_errors"].values())


def test_the_kit_sees_thirty_centimetres_as_thirty_centimetres(written: Path, judge: Judge) -> None:
    found = judge("nuscenes", "evaluate", str(written), VERSION, "0.3")
    assert found["mean_ap"] == pytest.approx(1.0, abs=1e-9)
    errors = {name: classes["trans_err"] for name, classes in found["label_tp_errors"].items()}
    assert len(errors) == len(OBJECTS)
    assert all(error == pytest.approx(0.3, abs=1e-6) for error in errors.values())


def test_the_kit_reads_a_real_kitti_sequence(shared_data: Path, tmp_path: Path, judge: Judge) -> None:
    source = shared_data / "kitti_tracking" / "training"
    if not (source / "velodyne" / "0003").is_dir():
        pytest.skip(f"real data not found at {source}")
    folder = tmp_path / "kitti" / "training"
    for name in ("label_02/0003.txt", "calib/0003.txt", "oxts/0003.txt"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes((source / name).read_bytes())
    for index in range(12):
        for name in (f"velodyne/0003/{index:06d}.bin", f"image_02/0003/{index:06d}.jpg"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((source / name).read_bytes())
    options = ExportOptions(include_unconfirmed=True, sensor_data="copy")
    conversion = prepare_conversion(tmp_path / "kitti", "nuscenes", options=options)
    report = write_conversion(conversion, tmp_path / "out")
    labels = conversion.exports[0].labels
    found = judge("nuscenes", "load", str(tmp_path / "out"), VERSION)
    assert found["tables"]["sample_annotation"] == len(labels.cuboids)
    assert report.rows == len(labels.cuboids) + sum(box.kind == "ignore" for box in labels.image_boxes.values())
    with_clouds = [item for item in found["annotations"].values() if item["num_lidar_pts"]]
    assert len(with_clouds) > 20
    assert all(item["points"] == item["num_lidar_pts"] for item in with_clouds)
