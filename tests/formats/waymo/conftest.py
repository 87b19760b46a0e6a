"""A made segment of three frames in the form that Waymo documents, with a ground and a car that rays are cast at."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from geometry import SE3, Box

SEGMENT = "1234_made_segment"
MICROS = (1_550_000_000_000_000, 1_550_000_000_100_000, 1_550_000_000_200_000)
POSE_LATE_US = 50_000
TOP, FRONT, HEIGHT, WIDTH = 1, 2, 16, 180
MAP = np.array([12_345.5, -4_321.25, 55.0])
EGO_FROM_TOP = SE3.from_yaw(2.6, [1.4, 0.0, 2.2])
EGO_FROM_FRONT = SE3.from_yaw(0.3, [4.0, 0.1, 0.7]) @ SE3.from_quat_wxyz([np.cos(0.02), 0, np.sin(0.02), 0], [0, 0, 0])
INCLINATIONS = tuple(np.sort(np.concatenate([np.linspace(-0.4, -0.05, 12), [0.0, 0.01, 0.02, 0.04]])).tolist())
FRONT_RANGE = (-0.5, 0.1)
CAMERA = {"f_u": 110.0, "f_v": 112.0, "c_u": 100.5, "c_v": 50.25}
LENS = {"k1": 0.04, "k2": -0.3, "p1": 0.001, "p2": 0.0002, "k3": 0.01}
EGO_FROM_CAMERA = SE3.from_yaw(0.05, [1.5, 0.02, 2.1])
CAR_MAP = Box.from_yaw(MAP + [14.0, 2.0, 0.85], [4.6, 2.0, 1.7], 0.35)
SHUTTER_S, TRIGGER_S, READ_OUT_S = 0.004, -0.010, 0.034
"""Exposure; trigger and end of readout after the pose's time."""

TRANSFORM = pa.list_(pa.float64(), 16)
FRAME = [("key.segment_context_name", pa.string()), ("key.frame_timestamp_micros", pa.int64())]
PICTURE = {"values": pa.list_(pa.float32()), "shape": pa.list_(pa.int32(), 3)}
SCHEMAS: dict[str, list[tuple[str, Any]]] = {
    "vehicle_pose": [*FRAME, ("[VehiclePoseComponent].world_from_vehicle.transform", TRANSFORM)],
    "lidar": [
        *FRAME,
        ("key.laser_name", pa.int8()),
        *((f"[LiDARComponent].range_image_return{n}.{part}", kind) for n in (1, 2) for part, kind in PICTURE.items()),
    ],
    "lidar_pose": [
        *FRAME,
        ("key.laser_name", pa.int8()),
        *((f"[LiDARPoseComponent].range_image_return1.{part}", kind) for part, kind in PICTURE.items()),
    ],
    "lidar_calibration": [
        FRAME[0],
        ("key.laser_name", pa.int8()),
        ("[LiDARCalibrationComponent].extrinsic.transform", TRANSFORM),
        ("[LiDARCalibrationComponent].beam_inclination.min", pa.float64()),
        ("[LiDARCalibrationComponent].beam_inclination.max", pa.float64()),
        ("[LiDARCalibrationComponent].beam_inclination.values", pa.list_(pa.float64())),
    ],
    "camera_calibration": [
        FRAME[0],
        ("key.camera_name", pa.int8()),
        *((f"[CameraCalibrationComponent].intrinsic.{name}", pa.float64()) for name in (*CAMERA, *LENS)),
        ("[CameraCalibrationComponent].extrinsic.transform", TRANSFORM),
        ("[CameraCalibrationComponent].width", pa.int32()),
        ("[CameraCalibrationComponent].height", pa.int32()),
        ("[CameraCalibrationComponent].rolling_shutter_direction", pa.int8()),
    ],
    "camera_image": [
        *FRAME,
        ("key.camera_name", pa.int8()),
        ("[CameraImageComponent].image", pa.binary()),
        ("[CameraImageComponent].pose.transform", TRANSFORM),
        *((f"[CameraImageComponent].velocity.linear_velocity.{axis}", pa.float32()) for axis in "xyz"),
        *((f"[CameraImageComponent].velocity.angular_velocity.{axis}", pa.float64()) for axis in "xyz"),
        ("[CameraImageComponent].pose_timestamp", pa.float64()),
        ("[CameraImageComponent].rolling_shutter_params.shutter", pa.float64()),
        ("[CameraImageComponent].rolling_shutter_params.camera_trigger_time", pa.float64()),
        ("[CameraImageComponent].rolling_shutter_params.camera_readout_done_time", pa.float64()),
    ],
    "lidar_box": [
        *FRAME,
        ("key.laser_object_id", pa.string()),
        *((f"[LiDARBoxComponent].box.{part}.{axis}", pa.float64()) for part in ("center", "size") for axis in "xyz"),
        ("[LiDARBoxComponent].box.heading", pa.float64()),
        ("[LiDARBoxComponent].type", pa.int8()),
        ("[LiDARBoxComponent].num_lidar_points_in_box", pa.int64()),
        ("[LiDARBoxComponent].num_top_lidar_points_in_box", pa.int64()),
        *((f"[LiDARBoxComponent].{part}.{axis}", pa.float64()) for part in ("speed", "acceleration") for axis in "xyz"),
        ("[LiDARBoxComponent].difficulty_level.detection", pa.int8()),
        ("[LiDARBoxComponent].difficulty_level.tracking", pa.int8()),
    ],
    "stats": [*FRAME, ("[StatsComponent].location", pa.string())],
}


@dataclass
class Made:
    """A segment's folder and what is true of it."""

    folder: Path
    car_points: list[int] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)

    def path(self, component: str) -> Path:
        """One of its files."""
        return self.folder / component / f"{SEGMENT}.parquet"


def map_from_ego(seconds: float) -> SE3:
    """The vehicle, seconds after the first frame's timestamp: 8 m/s, turning, on a slope of its suspension."""
    tilt = SE3.from_quat_wxyz([np.cos(0.005), np.sin(0.005), 0, 0], [0, 0, 0])
    return SE3.from_yaw(0.2 + 0.5 * seconds, MAP + [8.0 * seconds, 1.5 * seconds, 0.0]) @ tilt


def frame_map_from_ego(index: int) -> SE3:
    """At a frame's pose, in the middle of the turn."""
    return map_from_ego(0.1 * index + POSE_LATE_US * 1e-6)


def cast(origins: np.ndarray, rays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ranges (…) from places along unit rays (…, 3) to the ground or the car, 0 for none; and which hit the car."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ground = np.where(rays[..., 2] < 0, (MAP[2] - origins[..., 2]) / rays[..., 2], np.inf)
        car_from_map = CAR_MAP.frame_from_object.inverse()
        start, ray = car_from_map @ origins, rays @ car_from_map.rotation.T
        sides = np.stack([(-CAR_MAP.size_lwh_m / 2 - start) / ray, (CAR_MAP.size_lwh_m / 2 - start) / ray])
    near, far = sides.min(axis=0).max(axis=-1), sides.max(axis=0).min(axis=-1)
    car = np.where((near < far) & (near > 0), near, np.inf)
    ranges = np.minimum(ground, car)
    is_seen = ranges < 70.0
    return np.where(is_seen, ranges, 0.0), is_seen & (car < ground)


def turn_rays(ego_from_lidar: SE3, inclinations: np.ndarray) -> np.ndarray:
    """Unit rays (H, W, 3) in the lidar: the picture's middle looks along the vehicle's x, its left side to the left."""
    yaw = np.arctan2(ego_from_lidar.rotation[1, 0], ego_from_lidar.rotation[0, 0])
    azimuth = np.linspace(np.pi, -np.pi, WIDTH, endpoint=False) - np.pi / WIDTH - yaw
    tilt, turn = np.meshgrid(inclinations[::-1], azimuth, indexing="ij")
    return np.stack([np.cos(tilt) * np.cos(turn), np.cos(tilt) * np.sin(turn), np.sin(tilt)], axis=-1)


def top_rows(index: int) -> tuple[np.ndarray, np.ndarray, int]:
    """The top lidar's picture (H, W, 4), its pixels' poses (H, W, 6), and the pixels on the car."""
    rays = turn_rays(EGO_FROM_TOP, np.array(INCLINATIONS))
    picture, poses = np.zeros((HEIGHT, WIDTH, 4)), np.zeros((HEIGHT, WIDTH, 6))
    on_car = 0
    for column in range(WIDTH):
        vehicle = map_from_ego(0.1 * index + 0.1 * column / WIDTH)
        roll = np.arctan2(vehicle.rotation[2, 1], vehicle.rotation[2, 2])
        pitch = -np.arcsin(vehicle.rotation[2, 0])
        poses[:, column] = [roll, pitch, vehicle.yaw_rad, *vehicle.translation]
        map_from_lidar = vehicle @ EGO_FROM_TOP
        aimed = rays[:, column] @ map_from_lidar.rotation.T
        ranges, hits = cast(np.broadcast_to(map_from_lidar.translation, aimed.shape), aimed)
        picture[:, column, 0] = ranges
        picture[:, column, 1] = hits * 0.75
        on_car += int(hits.sum())
    picture[..., 0][picture[..., 0] == 0] = -1.0
    return picture, poses, on_car


def front_rows(index: int) -> np.ndarray:
    """The front lidar's picture (H, W, 4), all at the frame's pose, with evenly spread beams."""
    low, high = FRONT_RANGE
    edges = np.linspace(low, high, HEIGHT + 1)
    rays = turn_rays(EGO_FROM_FRONT, (edges[:-1] + edges[1:]) / 2)
    map_from_lidar = frame_map_from_ego(index) @ EGO_FROM_FRONT
    aimed = rays @ map_from_lidar.rotation.T
    picture = np.zeros((HEIGHT, WIDTH, 4))
    picture[..., 0], _ = cast(np.broadcast_to(map_from_lidar.translation, aimed.shape), aimed)
    return picture


def cells(picture: np.ndarray | None, prefix: str) -> dict[str, Any]:
    """A picture as its two columns."""
    if picture is None:
        return {f"{prefix}.values": None, f"{prefix}.shape": None}
    return {f"{prefix}.values": picture.astype(np.float32).ravel(), f"{prefix}.shape": list(picture.shape)}


def rows_of(made: Made) -> dict[str, list[dict[str, Any]]]:
    """The rows of every component."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    rng = np.random.default_rng(5)
    for index, micros in enumerate(MICROS):
        key = {"key.segment_context_name": SEGMENT, "key.frame_timestamp_micros": micros}
        vehicle = frame_map_from_ego(index)
        picture, poses, on_car = top_rows(index)
        made.car_points.append(on_car)
        second = np.zeros((HEIGHT, WIDTH, 4))
        second[3, 5:8, 0] = 30.0
        one, two = "[LiDARComponent].range_image_return1", "[LiDARComponent].range_image_return2"
        rows["lidar"] += [
            key | {"key.laser_name": FRONT} | cells(front_rows(index), one) | cells(None, two),
            key | {"key.laser_name": TOP} | cells(picture, one) | cells(second, two),
        ]
        rows["lidar_pose"].append(
            key | {"key.laser_name": TOP} | cells(poses, "[LiDARPoseComponent].range_image_return1")
        )
        rows["vehicle_pose"].append(
            key | {"[VehiclePoseComponent].world_from_vehicle.transform": vehicle.matrix.ravel()}
        )
        stream = io.BytesIO()
        Image.fromarray(rng.integers(0, 255, (100, 200, 3), dtype=np.uint8)).save(stream, "JPEG")
        made.pictures.append(stream.getvalue())
        image, seconds = "[CameraImageComponent]", (micros + POSE_LATE_US) * 1e-6
        rows["camera_image"].append(
            key
            | {"key.camera_name": 1, f"{image}.image": stream.getvalue()}
            | {f"{image}.pose.transform": vehicle.matrix.ravel(), f"{image}.pose_timestamp": seconds}
            | {f"{image}.rolling_shutter_params.shutter": SHUTTER_S}
            | {f"{image}.rolling_shutter_params.camera_trigger_time": seconds + TRIGGER_S}
            | {f"{image}.rolling_shutter_params.camera_readout_done_time": seconds + READ_OUT_S}
        )
        car, label = CAR_MAP.transform(vehicle.inverse()), "[LiDARBoxComponent]"
        rows["lidar_box"].append(
            key
            | {"key.laser_object_id": "car-A", f"{label}.type": 1, f"{label}.box.heading": car.yaw_rad}
            | {f"{label}.box.center.{axis}": value for axis, value in zip("xyz", car.center, strict=True)}
            | {f"{label}.box.size.{axis}": value for axis, value in zip("xyz", car.size_lwh_m, strict=True)}
            | {f"{label}.num_lidar_points_in_box": on_car, f"{label}.difficulty_level.detection": 1 + index % 2}
        )
        rows["stats"].append(key | {"[StatsComponent].location": "location_sf"})
    rows["lidar_calibration"] = [lidar_row(TOP, EGO_FROM_TOP, INCLINATIONS), lidar_row(FRONT, EGO_FROM_FRONT, None)]
    prefix = "[CameraCalibrationComponent]"
    rows["camera_calibration"] = [
        {"key.segment_context_name": SEGMENT, "key.camera_name": 1}
        | {f"{prefix}.intrinsic.{name}": value for name, value in (CAMERA | LENS).items()}
        | {f"{prefix}.extrinsic.transform": EGO_FROM_CAMERA.matrix.ravel(), f"{prefix}.width": 200}
        | {f"{prefix}.height": 100, f"{prefix}.rolling_shutter_direction": 1}
    ]
    return rows


def lidar_row(number: int, ego_from_lidar: SE3, inclinations: tuple[float, ...] | None) -> dict[str, Any]:
    """One row of ``lidar_calibration``."""
    prefix = "[LiDARCalibrationComponent]"
    low, high = FRONT_RANGE if inclinations is None else (min(inclinations), max(inclinations))
    return {
        "key.segment_context_name": SEGMENT,
        "key.laser_name": number,
        f"{prefix}.extrinsic.transform": ego_from_lidar.matrix.ravel(),
        f"{prefix}.beam_inclination.min": low,
        f"{prefix}.beam_inclination.max": high,
        f"{prefix}.beam_inclination.values": inclinations,
    }


def write_component(path: Path, component: str, rows: list[dict[str, Any]], row_group_size: int = 4) -> None:
    """Rows as a file of the documented schema; what a row does not name is null."""
    schema = pa.schema(SCHEMAS[component])
    columns = {name: [row.get(name) for row in rows] for name in schema.names}
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns, schema=schema), path, row_group_size=row_group_size, compression="zstd")


@pytest.fixture(scope="session")
def waymo_template(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("waymo") / "training")
    for component, rows in rows_of(made).items():
        write_component(made.path(component), component, rows)
    return made


@pytest.fixture
def waymo(waymo_template: Made, tmp_path: Path) -> Made:
    """A segment to spoil at will."""
    folder = Path(shutil.copytree(waymo_template.folder, tmp_path / "set" / "training"))
    return Made(folder, waymo_template.car_points, waymo_template.pictures)
