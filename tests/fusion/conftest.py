"""A small scene with known geometry: a lidar, a camera ahead and one to the left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from calibration import Pinhole, SensorRig
from fusion import CameraImage, Frame, Scene, Sweep
from geometry import SE3, Trajectory
from pointcloud import PointCloud, count_kitti_bin, read_kitti_bin, write_kitti_bin

# Columns: the camera's x (right), y (down), z (ahead) in ego.
EGO_FROM_AHEAD = SE3(np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]]), np.array([0.5, 0.0, 1.0]))
EGO_FROM_LEFT = SE3(SE3.from_yaw(np.pi / 2, [0, 0, 0]).rotation @ EGO_FROM_AHEAD.rotation, np.array([0.0, 0.3, 1.0]))
EGO_FROM_LIDAR = SE3.from_yaw(0.1, [1.0, 0.0, 2.0])
CAMERA = Pinhole(100.0, 100.0, 99.5, 49.5, 200, 100)
STEP_NS = 100_000_000


@pytest.fixture
def rig() -> SensorRig:
    return SensorRig(
        {"ahead": EGO_FROM_AHEAD, "left": EGO_FROM_LEFT, "top": EGO_FROM_LIDAR},
        {"ahead": CAMERA, "left": CAMERA},
        ("top",),
    )


@pytest.fixture
def scene(tmp_path: Path, rig: SensorRig) -> Scene:
    """Three frames: whole; without a cloud; with a cut-off cloud and an image that is none."""
    rng = np.random.default_rng(5)
    for index in (0, 2):
        write_kitti_bin(tmp_path / f"{index}.bin", PointCloud(rng.uniform(-30, 30, (400, 3)).astype(np.float32), "top"))
        Image.new("RGB", (200, 100), (200, 10, 10)).save(tmp_path / f"ahead{index}.png")
        Image.new("RGB", (200, 100), (10, 10, 200)).save(tmp_path / f"left{index}.png")
    (tmp_path / "2.bin").write_bytes((tmp_path / "2.bin").read_bytes()[:-3])
    (tmp_path / "left2.png").write_bytes(b"no image at all")
    frames = []
    for index in range(3):
        time_ns = index * STEP_NS
        sweeps = (Sweep("top", time_ns, tmp_path / f"{index}.bin", read_kitti_bin, count_kitti_bin),)
        images = tuple(CameraImage(name, time_ns, tmp_path / f"{name}{index}.png") for name in ("ahead", "left"))
        frames.append(Frame(index, time_ns, sweeps if index != 1 else (), images if index != 1 else ()))
    poses = [SE3.from_yaw(0.0, [10.0 * index, 0, 0]) for index in range(3)]
    trajectory = Trajectory.from_poses([frame.timestamp_ns for frame in frames], poses)
    return Scene("made", tmp_path, "made", rig, tuple(frames), trajectory)
