"""A small scene with known geometry and labels: a lidar, a camera ahead, and a fisheye to the left."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from calibration import KannalaBrandt, Pinhole, SensorRig
from fusion import CameraImage, Frame, Scene, Sweep
from geometry import SE3, Trajectory
from labels import Category, Cuboid, LabelSet, Taxonomy, Track
from pointcloud import PointCloud, count_kitti_bin, read_kitti_bin, write_kitti_bin
from viewer import LabeledScene

EGO_FROM_AHEAD = SE3(np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]]), np.array([0.5, 0.0, 1.0]))
EGO_FROM_LEFT = SE3(SE3.from_yaw(np.pi / 2, [0, 0, 0]).rotation @ EGO_FROM_AHEAD.rotation, np.array([0.0, 0.3, 1.0]))
EGO_FROM_LIDAR = SE3.from_yaw(0.1, [1.0, 0.0, 1.5])
AHEAD = Pinhole(300.0, 300.0, 299.5, 149.5, 600, 300)
LEFT = KannalaBrandt(150.0, 150.0, 299.5, 149.5, 600, 300, (0.01, 0.0, 0.0, 0.0))
STEP_NS = 100_000_000
CAR_RGB, IMAGE_RGB = (255, 0, 255), (60, 60, 60)
TAXONOMY = Taxonomy("made", 1, (Category("Car", "#ff00ff", (4, 2, 1.5)),))


def ground_cloud() -> PointCloud:
    """A flat ground half a metre under ego's origin, and a wall."""
    rng = np.random.default_rng(5)
    ground = np.column_stack([rng.uniform(-30, 30, (4000, 2)), np.full(4000, -0.5)])
    wall = np.column_stack([np.full(800, 25.0), rng.uniform(-8, 8, 800), rng.uniform(-0.5, 3, 800)])
    points_lidar = EGO_FROM_LIDAR.inverse().apply(np.concatenate([ground, wall]))
    intensity = rng.uniform(0, 1, len(points_lidar)).astype(np.float32)
    return PointCloud(points_lidar.astype(np.float32), "top", intensity=intensity)


def cuboid(identity: str, track: str, frame_index: int, ego_from_object: SE3, size: tuple[float, ...]) -> Cuboid:
    return Cuboid(identity, track, frame_index, ego_from_object, np.array(size), "human")


def labels() -> LabelSet:
    """A car with keys in the frames 0 and 2, and something of an unknown category in frame 0."""
    tracks = {
        "car": Track("car", "Car", 0, 2, external_id="7"),
        "thing": Track("thing", "Thing", 0, 0),
    }
    cuboids = [
        cuboid("a", "car", 0, SE3.from_yaw(0.3, [10.0, 1.0, 0.25]), (4.0, 2.0, 1.5)),
        cuboid("b", "car", 2, SE3.from_yaw(0.3, [12.0, 1.0, 0.25]), (4.0, 2.0, 1.5)),
        # Half behind the camera that looks ahead.
        cuboid("c", "thing", 0, SE3.from_yaw(0.0, [0.5, -2.0, 0.5]), (3.0, 1.0, 2.0)),
    ]
    return LabelSet(tracks=tracks, cuboids={each.id: each for each in cuboids})


@pytest.fixture
def labeled(tmp_path: Path) -> LabeledScene:
    """Three frames: whole; with nothing but labels; with a cut-off cloud and an image that is none."""
    rig = SensorRig(
        {"ahead": EGO_FROM_AHEAD, "left": EGO_FROM_LEFT, "top": EGO_FROM_LIDAR},
        {"ahead": AHEAD, "left": LEFT},
        ("top",),
        images_are="raw",
    )
    for index in (0, 2):
        write_kitti_bin(tmp_path / f"{index}.bin", ground_cloud())
        for name in rig.cameras:
            Image.new("RGB", (600, 300), IMAGE_RGB).save(tmp_path / f"{name}{index}.png")
    (tmp_path / "2.bin").write_bytes((tmp_path / "2.bin").read_bytes()[:-3])
    (tmp_path / "left2.png").write_bytes(b"no image at all")
    frames = []
    for index in range(3):
        time_ns = index * STEP_NS
        sweeps = (Sweep("top", time_ns, tmp_path / f"{index}.bin", read_kitti_bin, count_kitti_bin),)
        images = tuple(CameraImage(name, time_ns, tmp_path / f"{name}{index}.png") for name in rig.cameras)
        frames.append(Frame(index, time_ns, sweeps if index != 1 else (), images if index != 1 else ()))
    poses = [SE3.identity() for _ in frames]
    trajectory = Trajectory.from_poses([frame.timestamp_ns for frame in frames], poses)
    return LabeledScene(Scene("made", tmp_path, "made", rig, tuple(frames), trajectory), labels(), TAXONOMY)


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A display in memory."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed: no display to open a window on")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        monkeypatch.setenv("DISPLAY", f":{number}")
        yield f":{number}"
        process.terminate()
