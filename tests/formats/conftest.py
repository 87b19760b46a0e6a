"""A small drive as KITTI's tracking and raw folders, made by this package's own writer."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from calibration import Pinhole, SensorRig
from formats.kitti import DriveFrame, write_drive
from geometry import SE3
from pointcloud import PointCloud

FRAME_COUNT = 5
AHEAD = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])

LABELS = """\
0 -1 DontCare -1 -1 -10.000000 3.500000 4.250000 20.000000 30.000000 -1000.000000 -1000.000000 -1000.000000 \
-10.000000 -1.000000 -1.000000 -1.000000
0 7 Car 0 1 -1.640000 100.000000 40.000000 120.000000 60.000000 1.500000 1.600000 4.000000 1.000000 1.800000 \
15.000000 -1.570796
0 2 Pedestrian 0 0 0.100000 50.000000 40.000000 60.000000 60.000000 1.800000 0.600000 0.800000 -4.000000 1.700000 \
12.000000 0.300000
1 7 Car 0 2 -1.640000 101.000000 40.000000 121.000000 60.000000 1.500000 1.600000 4.000000 1.100000 1.800000 \
14.000000 -1.570796
4 7 Car 1 0 -1.640000 110.000000 40.000000 199.000000 60.000000 1.500000 1.600000 4.000000 2.000000 1.800000 \
11.000000 -1.500000
"""


def made_rig() -> SensorRig:
    """A camera ahead and one to each side; the side cameras need a general P."""
    turns = {"image_02": 0.0, "image_00": 1.1, "image_03": -1.1}
    places = {
        name: SE3(SE3.from_yaw(turn, [0, 0, 0]).rotation @ AHEAD, np.array([0.3, turn / 4, 0.4]))
        for name, turn in turns.items()
    }
    cameras = {name: Pinhole(150.0, 150.0, 99.5, 49.5, 200, 100) for name in turns}
    return SensorRig(places | {"velodyne": SE3.from_yaw(0.02, [-0.2, 0.1, 0.8])}, cameras, ("velodyne",))


def made_frames() -> list[DriveFrame]:
    rng = np.random.default_rng(11)
    frames = []
    for index in range(FRAME_COUNT):
        xyz = rng.uniform([-40, -40, -2], [40, 40, 3], (300, 3)).astype(np.float32)
        cloud = PointCloud(xyz, "velodyne", intensity=rng.uniform(0, 1, 300).astype(np.float32))
        images = {name: rng.integers(0, 256, (100, 200, 3), dtype=np.uint8) for name in made_rig().cameras}
        frames.append(
            DriveFrame(cloud, images, SE3.from_yaw(0.3 + 0.05 * index, [1.2 * index, 0.1 * index, 0.02 * index]))
        )
    return frames


@pytest.fixture
def rig() -> SensorRig:
    return made_rig()


@pytest.fixture
def drive_frames() -> list[DriveFrame]:
    return made_frames()


@pytest.fixture(scope="session")
def drive_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("drive")
    write_drive(root / "training", "0000", made_rig(), made_frames())
    (root / "training" / "label_02").mkdir()
    (root / "training" / "label_02" / "0000.txt").write_text(LABELS)
    return root


@pytest.fixture
def tracking(drive_template: Path, tmp_path: Path) -> Path:
    """A tracking folder with one sequence ``0000`` of five frames, to spoil at will."""
    return Path(shutil.copytree(drive_template, tmp_path / "tracking"))


RAW_CALIB = """\
calib_time: 09-Jan-2012 13:57:47
S_rect_02: 2.000000e+02 1.000000e+02
R_rect_00: 1 0 0 0 1 0 0 0 1
P_rect_00: 150 0 99.5 0 0 150 49.5 0 0 0 1 0
P_rect_01: 150 0 99.5 -75 0 150 49.5 0 0 0 1 0
P_rect_02: 150 0 99.5 9 0 150 49.5 0 0 0 1 0
P_rect_03: 150 0 99.5 -66 0 150 49.5 0 0 0 1 0
"""


@pytest.fixture
def raw(drive_template: Path, tmp_path: Path) -> Path:
    """A raw drive of five frames with one camera, below its date's folder."""
    date = tmp_path / "2011_09_26"
    drive = date / "2011_09_26_drive_0042_sync"
    training = drive_template / "training"
    for source, target in (("velodyne", "velodyne_points"), ("image_02", "image_02")):
        (drive / target / "data").mkdir(parents=True)
        for path in sorted((training / source / "0000").iterdir()):
            shutil.copy(path, drive / target / "data" / f"{int(path.stem):010d}{path.suffix}")
        times = "".join(f"2011-09-26 13:10:5{i}.1{i}5862102\n" for i in range(FRAME_COUNT))
        (drive / target / "timestamps.txt").write_text(times)
    (drive / "oxts" / "data").mkdir(parents=True)
    for index, row in enumerate((training / "oxts" / "0000.txt").read_text().splitlines()):
        (drive / "oxts" / "data" / f"{index:010d}.txt").write_text(f"{row}\n")
    shutil.copy(drive / "image_02" / "timestamps.txt", drive / "oxts" / "timestamps.txt")
    (date / "calib_cam_to_cam.txt").write_text(RAW_CALIB)
    (date / "calib_velo_to_cam.txt").write_text("R: 0 -1 0 0 0 -1 1 0 0\nT: 0 -0.08 -0.27\ndelta_f: 0 0\n")
    (date / "calib_imu_to_velo.txt").write_text("R: 1 0 0 0 1 0 0 0 1\nT: -0.81 0.32 -0.8\n")
    return drive
