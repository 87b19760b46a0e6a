"""The av2 package reads, counts, projects and scores what is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from calibration import Pinhole, SensorRig
from formats import open_dataset
from formats.av2 import Av2
from formats.format import ExportOptions, SceneExport
from formats.place_files import place_file
from fusion import CameraImage, Frame, Scene, Sweep
from geometry import SE3, Trajectory
from labels import Cuboid, LabelSet, Track
from pointcloud import PointCloud, count_kitti_bin, read_kitti_bin, write_kitti_bin

pytestmark = pytest.mark.oracle

Judge = Callable[..., dict[str, Any]]
LOG, CAMERA = "made", "ring_front_center"
FRAMES, STEP_NS, LATE_NS = 4, 100_000_000, 20_000_000
AHEAD = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])
COUNTS = (5, 1, 40, 12, 0)
FORMAT = Av2()


def made_scene(folder: Path) -> tuple[Scene, LabelSet]:
    """A turning drive far from the map's origin: cars and people with known points in them, images 20 ms late."""
    rng = np.random.default_rng(7)
    ego_from_lidar = SE3.from_yaw(0.1, [1.0, 0.0, 1.7])
    tracks = {
        str(i): Track(str(i), "REGULAR_VEHICLE" if i < 3 else "PEDESTRIAN", 0, FRAMES - 1, f"object-{i}")
        for i in range(len(COUNTS))
    }
    cuboids: dict[str, Cuboid] = {}
    frames: list[Frame] = []
    for index in range(FRAMES):
        inside: list[Any] = []
        for number, count in enumerate(COUNTS):
            tilt = SE3.from_quat_wxyz([np.cos(0.1), np.sin(0.1), 0, 0], [0, 0, 0])
            ego_from_object = (
                SE3.from_yaw(0.4 * number, [12.0 + 7 * number, 3.0 * number - 6 + 0.3 * index, 0.5]) @ tilt
            )
            size = np.array([4.5, 1.9, 1.6]) if number < 3 else np.array([0.8, 0.7, 1.8])
            cuboid = Cuboid(f"{number}-{index}", str(number), index, ego_from_object, size)
            cuboids[cuboid.id] = cuboid
            inside.append(ego_from_object @ (rng.uniform(-0.45, 0.45, (count, 3)) * size))
        points = np.concatenate([*inside, rng.uniform([-60, -60, 5], [-5, 60, 9], (200, 3))])
        time_ns = 1_000_000_000 + index * STEP_NS
        cloud, picture = folder / f"{index}.bin", folder / f"{index}.jpg"
        write_kitti_bin(cloud, PointCloud.from_positions(ego_from_lidar.inverse() @ points, "top"))
        Image.fromarray(rng.integers(0, 255, (100, 200, 3), dtype=np.uint8)).save(picture)
        sweep = Sweep("top", time_ns, cloud, read_kitti_bin, count_kitti_bin)
        frames.append(Frame(index, time_ns, (sweep,), (CameraImage(CAMERA, time_ns + LATE_NS, picture),)))
    rig = SensorRig(
        {"top": ego_from_lidar, CAMERA: SE3(AHEAD, np.array([1.6, 0.0, 1.4]))},
        {CAMERA: Pinhole(90.0, 90.0, 99.5, 49.5, 200, 100)},
        ("top",),
    )
    times = [1_000_000_000 + STEP_NS // 2 * i for i in range(2 * FRAMES)]
    poses = [SE3.from_yaw(0.05 * i, [0.7 * i, 0.02 * i * i, 0.01 * i]) for i in range(2 * FRAMES)]
    far = SE3(np.eye(3), np.array([5_172_668.2, -2_419_102.7, 66.9]))
    scene = Scene(
        LOG,
        folder,
        "made",
        rig,
        tuple(frames),
        Trajectory.from_poses(times, poses),
        map_from_world=far,
        map_name="PIT",
    )
    return scene, LabelSet(tracks=tracks, cuboids=cuboids)


def written(scene: Scene, labels: LabelSet, out: Path) -> Path:
    """The split folder of an export with its sensor data."""
    export = SceneExport(scene, labels, ExportOptions(sensor_data="copy"))
    report = FORMAT.write_labels(export, out)
    for file in FORMAT.sensor_files(export):
        place_file(file, out, "copy")
    return out / Path(report.files[0]).parts[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scene, LabelSet, Path]:
    scene, labels = made_scene(tmp_path_factory.mktemp("made"))
    return scene, labels, written(scene, labels, tmp_path_factory.mktemp("written"))


def test_its_loader_reads_every_cuboid_and_counts_the_points_we_counted(
    judge: Judge, made: tuple[Scene, LabelSet, Path]
) -> None:
    answer = judge("av2", "load", str(made[2]), LOG)
    assert answer["logs"] == [LOG]
    assert answer["cuboids"] == FRAMES * len(COUNTS)
    assert answer["categories"] == ["PEDESTRIAN", "REGULAR_VEHICLE"]
    assert answer["sweeps"] == FRAMES
    assert answer["points_counted"] == answer["points_written"] == list(COUNTS) * FRAMES


def test_its_projection_between_two_times_is_ours(judge: Judge, made: tuple[Scene, LabelSet, Path]) -> None:
    scene, labels, split = made
    answer = judge("av2", "project", str(split), LOG, CAMERA)
    assert answer["images"] == [frame.images[0].timestamp_ns for frame in scene.frames]
    assert scene.trajectory is not None
    ours: list[list[float]] = []
    for frame in scene.frames:
        world_from_ego = scene.trajectory.world_from_ego(frame.timestamp_ns)
        ego_then_from_world = scene.trajectory.world_from_ego(frame.images[0].timestamp_ns).inverse()
        cam_from_ego = scene.rig.cam_from_ego(CAMERA) @ ego_then_from_world @ world_from_ego
        centers = [c.ego_from_object.translation for c in labels.cuboids.values() if c.frame_index == frame.index]
        uv, _ = scene.rig.cameras[CAMERA].image_from_camera(cam_from_ego @ np.array(centers))
        ours += uv.tolist()
    seen = [index for index, pixel in enumerate(answer["pixels"]) if pixel]
    assert len(seen) > FRAMES
    theirs = np.array([answer["pixels"][index] for index in seen])
    # Places of millions of metres leave float64 about a nanometre.
    np.testing.assert_allclose(np.array(ours)[seen], theirs, atol=1e-4)


def test_its_evaluation_of_ours_against_ours_is_perfect(judge: Judge, made: tuple[Scene, LabelSet, Path]) -> None:
    answer = judge("av2", "score", str(made[2]), str(made[2]), LOG)
    assert answer["evaluated"] == FRAMES * sum(count > 0 for count in COUNTS)
    perfect = {"AP": 1.0, "ATE": 0.0, "ASE": 0.0, "AOE": 0.0, "CDS": 1.0}
    assert answer["metrics"] == {"PEDESTRIAN": perfect, "REGULAR_VEHICLE": perfect}


def test_it_sees_an_error_of_0_3_m_as_0_3_m(judge: Judge, made: tuple[Scene, LabelSet, Path], tmp_path: Path) -> None:
    scene, labels, split = made
    shift = SE3(np.eye(3), np.array([0.0, 0.3, 0.0]))
    moved = {
        key: replace(cuboid, ego_from_object=shift @ cuboid.ego_from_object) for key, cuboid in labels.cuboids.items()
    }
    # The points are left where they are, so the counts would change: the scene is written without its clouds.
    blind = replace(scene, frames=tuple(replace(frame, sweeps=()) for frame in scene.frames))
    answer = judge("av2", "score", str(split), str(written(blind, replace(labels, cuboids=moved), tmp_path)), LOG)
    for metrics in answer["metrics"].values():
        assert metrics["AP"] == 1.0
        assert metrics["ATE"] == pytest.approx(0.3, abs=1e-3)
        assert metrics["ASE"] == metrics["AOE"] == 0.0


def test_a_real_log_is_the_same_after_a_round(judge: Judge, shared_data: Path, tmp_path: Path) -> None:
    dataset = open_dataset(shared_data / "argoverse2", "av2")
    scene = dataset.scenes[0]
    split = written(scene, FORMAT.read_labels(scene).labels, tmp_path)
    answer = judge("av2", "load", str(split), scene.name)
    assert answer["cuboids"] == 11364
    assert answer["points_counted"] == answer["points_written"]
    assert len(answer["points_counted"]) == 162
    scores = judge("av2", "score", str(scene.path.parent), str(split), scene.name)
    assert scores["evaluated"] == 8945
    assert {metrics["AP"] for metrics in scores["metrics"].values()} == {1.0}
    assert {metrics["ATE"] for metrics in scores["metrics"].values()} == {0.0}
