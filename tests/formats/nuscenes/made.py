"""A small scene with two lidars, three cameras, poses and sweeps between its frames, and its labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from calibration import Pinhole, SensorRig
from formats import ExportOptions, SceneExport, get_format, open_dataset
from formats.nuscenes.sweep_bin import count_sweep_bin, read_sweep_bin, write_sweep_bin
from formats.place_files import place_file
from fusion import CameraImage, Frame, Scene, Sweep
from geometry import SE3, Trajectory
from labels import Cuboid, FrameState, ImageBox, LabelSet, Track
from labels.label_set import Attributes
from pointcloud import PointCloud

FORMAT = get_format("nuscenes")
START_NS = 1_532_402_927_647_951_000
STEP_NS = 500_000_000
FRAME_COUNT = 4
SIZE = (64, 36)
AHEAD = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])
ON_MAP = SE3(np.eye(3), np.array([4_411_303.924, 1_180_890.38, 3.5]))
OPTIONS = ExportOptions(include_unconfirmed=True, sensor_data="copy")


def made_rig() -> SensorRig:
    turns = {"CAM_FRONT": 0.0, "CAM_FRONT_RIGHT": -1.0, "CAM_BACK": 3.1}
    places = {
        name: SE3(SE3.from_yaw(turn, [0, 0, 0]).rotation @ AHEAD, np.array([1.5, turn / 4, 1.4]))
        for name, turn in turns.items()
    }
    cameras = {name: Pinhole(50.0, 51.0, 31.5, 17.5, *SIZE) for name in turns}
    lidars = {"LIDAR_TOP": SE3.from_yaw(-np.pi / 2, [0.94, 0, 1.84]), "LIDAR_REAR": SE3.from_yaw(0.3, [-2, 0.1, 0.8])}
    return SensorRig(places | lidars, cameras, tuple(lidars))


def pose_at(offset_ns: int) -> SE3:
    seconds = offset_ns / 1e9
    turn = SE3.from_yaw(0.7 + 0.1 * seconds, [8.0 * seconds, seconds, 0.02 * seconds])
    tilt = SE3.from_quat_wxyz(np.array([np.cos(0.01), np.sin(0.01), 0, 0]), np.zeros(3))
    return turn @ tilt


def made_scene(folder: Path) -> Scene:
    """Clouds and images in a folder that is no dataset; times of their own for every sensor, poses at all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(5)
    rig = made_rig()
    frames: list[Frame] = []
    between: list[Sweep] = []
    times: set[int] = set()

    def sweep(lidar: str, stamp: int) -> Sweep:
        path = folder / f"{lidar}_{stamp}.pcd.bin"
        xyz = rng.uniform([-30, -30, -2], [30, 30, 3], (400, 3)).astype(np.float32)
        ring = rng.integers(0, 32, 400).astype(np.uint16)
        write_sweep_bin(path, PointCloud(xyz, lidar, rng.uniform(0, 255, 400).astype(np.float32), ring=ring))
        times.add(stamp)
        return Sweep(lidar, stamp, path, read_sweep_bin, count_sweep_bin, deskew="done")

    def image(camera: str, stamp: int) -> CameraImage:
        path = folder / f"{camera}_{stamp}.jpg"
        Image.fromarray(rng.integers(0, 256, (SIZE[1], SIZE[0], 3), dtype=np.uint8)).save(path)
        times.add(stamp)
        return CameraImage(camera, stamp, path)

    for index in range(FRAME_COUNT):
        stamp = START_NS + index * STEP_NS
        sweeps = (sweep("LIDAR_TOP", stamp), sweep("LIDAR_REAR", stamp + 13_000_000))
        images = tuple(image(name, stamp - 35_000_000 + 8_000_000 * i) for i, name in enumerate(rig.cameras))
        frames.append(Frame(index, stamp, sweeps, images))
        between.append(sweep("LIDAR_TOP", stamp + 50_000_000))
    poses = Trajectory.from_poses(sorted(times), [pose_at(time - START_NS) for time in sorted(times)])
    return Scene(
        "scene-0103",
        folder,
        "made",
        rig,
        tuple(frames),
        poses,
        map_from_world=ON_MAP,
        map_name="singapore-onenorth",
        sweeps_between=tuple(between),
    )


def made_labels() -> LabelSet:
    tracks = {
        "car": Track("car", "vehicle.car", 0, 3, external_id="7"),
        "child": Track("child", "human.pedestrian.child", 1, 2, is_rigid=False, attributes={"note": "runs"}),
        "rack": Track("rack", "static_object.bicycle_rack", 0, 0, interpolate_in="ego"),
    }
    boxes = {
        ("car", 0): SE3.from_yaw(0.3, [10, 2, 0.5]),
        ("car", 1): SE3.from_yaw(0.35, [9, 2, 0.5]),
        ("car", 3): SE3.from_yaw(0.4, [7, 2.5, 0.5]),
        ("child", 1): SE3.from_quat_wxyz(np.array([0.9, 0.3, 0.3, 0.1]), [-5, 1, 0]),
        ("child", 2): SE3.from_yaw(-3, [-5, 2, 0]),
        ("rack", 0): SE3.from_yaw(1.2, [3, -8, 0]),
    }
    sizes = {"car": [4.5, 1.9, 1.6], "child": [0.5, 0.6, 1.2], "rack": [2, 7, 1.3]}
    answers: dict[str, Attributes] = {
        "car": {"vehicle": "moving", "visibility": "v60-80", "seen": 3},
        "child": {"pedestrian": "moving"},
    }
    cuboids = {
        f"{track}{frame}": Cuboid(
            f"{track}{frame}",
            track,
            frame,
            place,
            np.array(sizes[track]) * (1 + 0.1 * frame * (track == "child")),
            source="human" if track == "car" else "model:made@1",
            score=None if track == "car" else 0.25,
            attributes=answers.get(track, {}),
            ends_segment=(track, frame) == ("car", 1),
        )
        for (track, frame), place in boxes.items()
    }
    image_boxes = {
        "b": ImageBox("b", 2, "CAM_BACK", (1.0, 2.0, 30.5, 20.0), "tight", "child", {"by": "hand"}),
        "i": ImageBox("i", 0, "CAM_FRONT", (0.0, 0.0, 5.0, 5.0), "ignore"),
    }
    return LabelSet(1, tracks, cuboids, image_boxes, {"1": FrameState(1, "done")})


def write(export: SceneExport, out: Path) -> None:
    """What convert does."""
    FORMAT.write_labels(export, out)
    if export.options.sensor_data == "copy":
        for file in FORMAT.sensor_files(export):
            place_file(file, out, "copy")


def read(folder: Path, **assume: str) -> tuple[Scene, LabelSet]:
    """The one scene of a folder and its labels, all without a problem."""
    dataset = open_dataset(folder, "nuscenes", assume)
    (scene,) = dataset.scenes
    reading = FORMAT.read_labels(scene)
    assert (dataset.problems, scene.problems, reading.problems) == ((), (), ())
    return scene, reading.labels
