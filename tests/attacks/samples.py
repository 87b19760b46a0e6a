"""A small whole dataset of every format that is read, for tests that spoil it: one maker for each shape it comes in."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import laspy
import numpy as np
import yaml
from PIL import Image

from calibration import Pinhole, SensorRig
from formats import ExportOptions, SceneExport, get_format
from formats.folder.calibration_file import NAME
from formats.place_files import place_file
from fusion import CameraImage, Frame, Scene, Sweep
from geometry import SE3, Trajectory
from labels import Cuboid, FrameState, ImageBox, LabelSet, Track
from pointcloud import PointCloud, count_kitti_bin, read_kitti_bin, write_kitti_bin
from tests.formats.cvat.test_cvat import put as put_cvat
from tests.formats.cvat.test_cvat import zipped as zip_cvat
from tests.formats.labelcloud.test_labelcloud import SAMPLE as LABELCLOUD
from tests.formats.ros.bags import Recorder, cloud_rows
from tests.formats.waymo.conftest import SEGMENT, Made, rows_of, write_component

Maker = Callable[[Path], Path]
"""Makes a dataset in a folder that does not exist yet; returns what is opened."""
FRAME_COUNT = 2
START_NS = 1_557_539_924_049_983_001
STEP_NS = 100_000_007
SIZE_PX = (48, 32)
AHEAD = SE3(np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]]), np.array([1.2, 0.1, 1.4]))
MAP_FROM_WORLD = SE3.from_yaw(0.0, [4_512_345.25, 612_345.5, 31.0])


def made_points(index: int, count: int = 24) -> np.ndarray:
    """Points all around (N, 4): x, y, z in metres, intensity 0…1."""
    rng = np.random.default_rng(index)
    return rng.uniform([-40, -40, -2, 0], [40, 40, 3, 1], (count, 4)).astype(np.float32)


def made_cloud(index: int) -> PointCloud:
    rows = made_points(index)
    return PointCloud(rows[:, :3], "top", intensity=rows[:, 3])


def picture(index: int, form: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", SIZE_PX, (90, 40 + index, 10)).save(stream, form)
    return stream.getvalue()


def made_scene(folder: Path) -> Scene:
    """Two frames of one lidar and one camera, on a drive that turns."""
    folder.mkdir(parents=True)
    rig = SensorRig(
        {"ahead": AHEAD, "top": SE3.from_yaw(0.1, [0.7, 0.2, 1.8])},
        {"ahead": Pinhole(40.0, 41.0, 23.5, 15.5, *SIZE_PX)},
        ("top",),
    )
    frames = []
    for index in range(FRAME_COUNT):
        time_ns = START_NS + STEP_NS * index
        cloud, image = folder / f"top-{index}.bin", folder / f"ahead-{index}.jpg"
        write_kitti_bin(cloud, made_cloud(index))
        image.write_bytes(picture(index, "JPEG"))
        sweep = Sweep("top", time_ns, cloud, read_kitti_bin, count_kitti_bin)
        frames.append(Frame(index, time_ns, (sweep,), (CameraImage("ahead", time_ns, image),), f"{index:06d}"))
    poses = [SE3.from_yaw(0.05 * index, [1.2 * index, 0.1 * index, 0.0]) for index in range(FRAME_COUNT)]
    trajectory = Trajectory.from_poses([frame.timestamp_ns for frame in frames], poses)
    return Scene("made", folder, "made", rig, tuple(frames), trajectory, map_from_world=MAP_FROM_WORLD)


def made_labels(category: str) -> LabelSet:
    """A car through both frames, a tilted box in one, and an ignore region."""
    tilted = SE3.from_quat_wxyz([0.9, 0.1, -0.3, 0.3], [18.0, -3.0, 0.5])
    places = {("a", 0): SE3.from_yaw(2.0, [9.0, 2.0, 0.5]), ("a", 1): SE3.from_yaw(2.1, [9.5, 2.0, 0.5])}
    cuboids = {
        f"{track}{index}": Cuboid(
            f"{track}{index}", track, index, place, np.array([4.5, 1.9, 1.6]), source="human", attributes={"lit": True}
        )
        for (track, index), place in (places | {("b", 1): tilted}).items()
    }
    tracks = {"a": Track("a", category, 0, 1, "7"), "b": Track("b", category, 1, 1, "8", is_rigid=False)}
    ignored = ImageBox("i", 1, "ahead", (1.5, 2.0, 30.25, 20.0), "ignore", None)
    return LabelSet(1, tracks, cuboids, {"i": ignored}, {"1": FrameState(1, "done")})


def written(name: str, folder: Path) -> Path:
    """Through the format's own writer, with all sensor data."""
    item = get_format(name)
    categories = [category.name for category in item.default_taxonomy.categories]
    labels = made_labels(categories[0] if categories else "Car")
    options = ExportOptions(include_unconfirmed=True, sensor_data="copy")
    export = SceneExport(made_scene(folder / "in"), labels, options, item.default_taxonomy)
    out = folder / "out"
    out.mkdir()
    item.write_labels(export, out)
    for file in item.sensor_files(export):
        place_file(file, out, "copy")
    return out


def recorded(kind: str, folder: Path) -> Path:
    """A bag of a lidar, a camera and a drive, in a folder of its own."""
    recorder = Recorder(kind)
    recorder.transform("/tf_static", START_NS, "base_link", "top", SE3.from_yaw(0.1, [1, 0, 2]))
    recorder.transform("/tf_static", START_NS, "base_link", "cam", AHEAD)
    for index in range(FRAME_COUNT):
        now_ns = START_NS + STEP_NS * index
        rows = made_points(index)
        recorder.transform("/tf", now_ns, "odom", "base_link", SE3.from_yaw(0.01 * index, [1000.0 + index, 50, 3]))
        recorder.points("/top/points", now_ns, "top", cloud_rows(rows[:, :3], rows[:, 3]))
        recorder.info("/cam/camera_info", now_ns, "cam", SIZE_PX, [40, 0, 23.5, 0, 41, 15.5, 0, 0, 1])
        if index:
            recorder.compressed("/cam/image", now_ns, "cam", picture(index))
        else:
            pixels = np.asarray(Image.open(io.BytesIO(picture(index))))
            recorder.image("/cam/image_raw", now_ns, "cam", pixels, "rgb8")
    folder.mkdir(parents=True)
    recorder.write(folder)
    return folder


def ascii_pcd(rows: np.ndarray) -> bytes:
    """The form with one point a line."""
    count = len(rows)
    head = (
        "VERSION 0.7\nFIELDS x y z intensity\nSIZE 4 4 4 4\nTYPE F F F F\nCOUNT 1 1 1 1\n"
        f"WIDTH {count}\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS {count}\nDATA ascii\n"
    )
    return (head + "".join(" ".join(f"{value:.6g}" for value in row) + "\n" for row in rows)).encode()


def binary_ply(rows: np.ndarray) -> bytes:
    """Little-endian, with the intensity."""
    names = "".join(f"property float {name}\n" for name in ("x", "y", "z", "intensity"))
    head = f"ply\nformat binary_little_endian 1.0\nelement vertex {len(rows)}\n{names}end_header\n"
    return head.encode() + rows.astype("<f4").tobytes()


def npy(rows: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, rows)
    return stream.getvalue()


def las(rows: np.ndarray, is_packed: bool) -> bytes:
    las = laspy.create(point_format=6)
    las.header.scales = np.full(3, 0.001)
    las.x, las.y, las.z = rows[:, :3].astype(float).T
    las.intensity = (rows[:, 3] * 65_535).astype(np.uint16)
    stream = io.BytesIO()
    las.write(stream, do_compress=is_packed)
    return stream.getvalue()


CLOUDS: dict[str, Callable[[np.ndarray], bytes]] = {
    "pcd": ascii_pcd,
    "ply": binary_ply,
    "npy": npy,
    "las": partial(las, is_packed=False),
    "laz": partial(las, is_packed=True),
    "bin": lambda rows: rows.astype("<f4").tobytes(),
}


def any_folder(kind: str, folder: Path) -> Path:
    """Clouds of one kind and images beside a calibration file and poses."""
    (folder / "top").mkdir(parents=True)
    (folder / "front").mkdir()
    for index in range(FRAME_COUNT):
        (folder / f"top/{index:06d}.{kind}").write_bytes(CLOUDS[kind](made_points(index)))
        (folder / f"front/{index:06d}.png").write_bytes(picture(index))
    place = {"translation_m": [1.0, 0.0, 1.8], "quaternion_wxyz": [1, 0, 0, 0]}
    camera = {"width_px": SIZE_PX[0], "height_px": SIZE_PX[1], "fx_px": 40.0, "fy_px": 41.0, "cx_px": 23.5}
    sensors = {
        "top": {"type": "lidar", "files": "top/*", "ego_from_sensor": place},
        "front": {"type": "camera", "files": "front/*.png", "cy_px": 15.5, **camera, "ego_from_sensor": place},
    }
    (folder / NAME).write_text(yaml.safe_dump({"sensors": sensors, "poses": {"file": "poses.txt", "form": "kitti"}}))
    poses = [f"1 0 0 {5 + index} 0 1 0 0 0 0 1 0\n" for index in range(FRAME_COUNT)]
    (folder / "poses.txt").write_text("".join(poses))
    return folder


def waymo(folder: Path) -> Path:
    """The made segment of Waymo's own tests."""
    made = Made(folder)
    for component, rows in rows_of(made).items():
        write_component(made.path(component), component, rows)
    assert made.path("lidar").name.startswith(SEGMENT)
    return folder


def labelcloud(folder: Path) -> Path:
    """Two clouds' labels."""
    (folder / "labels").mkdir(parents=True)
    (folder / "labels/_classes.json").write_text(json.dumps({"classes": [], "format": "centroid_abs"}))
    for index in range(FRAME_COUNT):
        (folder / f"labels/{index}.json").write_text(json.dumps(LABELCLOUD))
    return folder


def cvat_zip(folder: Path) -> Path:
    """A backup as CVAT gives it."""
    folder.mkdir(parents=True)
    zip_cvat(folder / "task.zip")
    return folder


WRITTEN = (
    *("av2", "datumaro", "kitti-object", "kitti-raw", "kitti-tracking", "native", "nuscenes", "openlabel", "pandaset"),
    *("supervisely", "sustechpoints"),
)
SAMPLES: dict[str, Maker] = {
    **{name: partial(written, name) for name in WRITTEN},
    **{f"folder:{kind}": partial(any_folder, kind) for kind in CLOUDS},
    **{f"rosbag:{kind}": partial(recorded, kind) for kind in ("bag", "bag-bz2", "bag-lz4", "db3", "ros2-mcap-zstd")},
    **{f"mcap:{kind}": partial(recorded, kind) for kind in ("mcap-ros2-zstd", "mcap-ros1-lz4", "mcap-unchunked")},
    "cvat:folder": put_cvat,
    "cvat:zip": cvat_zip,
    "labelcloud": labelcloud,
    "waymo": waymo,
}
"""By the format's name and, after a colon, what differs where it comes in several shapes."""
