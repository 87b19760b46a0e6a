"""Recordings made for tests by other people's writers: rosbags for bags, mcap for MCAP."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from mcap.writer import CompressionType
from mcap.writer import Writer as McapWriter
from rosbags.rosbag1 import Writer as BagWriter
from rosbags.rosbag2 import CompressionFormat, CompressionMode, StoragePlugin
from rosbags.rosbag2 import Writer as Bag2Writer
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

from geometry import SE3

KINDS = (
    "bag",
    "bag-bz2",
    "bag-lz4",
    "db3",
    "ros2-mcap",
    "ros2-mcap-zstd",
    "mcap-ros2-none",
    "mcap-ros2-zstd",
    "mcap-ros1-lz4",
    "mcap-unchunked",
)
KITTI_FIELDS = [("x", "<f4"), ("y", "<f4"), ("z", "<f4"), ("intensity", "<f4")]
DATATYPES = {"i1": 1, "u1": 2, "i2": 3, "u2": 4, "i4": 5, "u4": 6, "f4": 7, "f8": 8}


@dataclass
class Recorder:
    """Builds messages of ROS 1 or 2 and keeps them until they are written."""

    kind: str
    messages: list[tuple[str, str, int, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.is_ros1 = self.kind.startswith("bag") or "ros1" in self.kind
        self.store = get_typestore(Stores.ROS1_NOETIC if self.is_ros1 else Stores.ROS2_HUMBLE)
        if self.is_ros1:
            self.store.register(
                get_types_from_msg("geometry_msgs/TransformStamped[] transforms", "tf2_msgs/msg/TFMessage")
            )

    def make(self, kind: str, *values: Any) -> Any:
        return self.store.types[kind](*values)

    def header(self, time_ns: int, frame: str) -> Any:
        stamp = self.make("builtin_interfaces/msg/Time", time_ns // 10**9, time_ns % 10**9)
        return self.make("std_msgs/msg/Header", *((0,) if self.is_ros1 else ()), stamp, frame)

    def add(self, topic: str, message: Any, log_time_ns: int) -> None:
        self.messages.append((topic, message.__msgtype__, log_time_ns, message))

    def points(
        self,
        topic: str,
        time_ns: int,
        frame: str,
        points: np.ndarray,
        *,
        height: int = 1,
        row_pad: int = 0,
        late_ns: int = 0,
    ) -> None:
        """A structured array as PointCloud2, its fields where the dtype has them."""
        dtype = points.dtype
        assert dtype.fields is not None
        fields = [
            self.make("sensor_msgs/msg/PointField", name, offset, DATATYPES[kind.str[1:]], 1)
            for name, (kind, offset, *_) in dtype.fields.items()
        ]
        is_big = any(kind.str[0] == ">" for kind, *_ in dtype.fields.values())
        width = len(points) // height
        rows = np.frombuffer(points.tobytes(), np.uint8).reshape(height, width * dtype.itemsize)
        rows = np.concatenate([rows, np.full((height, row_pad), 0xAB, np.uint8)], axis=1)
        message = self.make(
            "sensor_msgs/msg/PointCloud2",
            self.header(time_ns, frame),
            height,
            width,
            fields,
            is_big,
            dtype.itemsize,
            rows.shape[1],
            rows.ravel(),
            False,
        )
        self.add(topic, message, time_ns + late_ns)

    def compressed(self, topic: str, time_ns: int, frame: str, data: bytes, form: str = "png") -> None:
        pixels = np.frombuffer(data, np.uint8)
        kind = "sensor_msgs/msg/CompressedImage"
        self.add(topic, self.make(kind, self.header(time_ns, frame), form, pixels), time_ns)

    def image(self, topic: str, time_ns: int, frame: str, pixels: np.ndarray, encoding: str, row_pad: int = 0) -> None:
        height, width = pixels.shape[:2]
        rows = np.ascontiguousarray(pixels).view(np.uint8).reshape(height, -1)
        rows = np.concatenate([rows, np.full((height, row_pad), 7, np.uint8)], axis=1)
        message = self.make(
            "sensor_msgs/msg/Image",
            self.header(time_ns, frame),
            height,
            width,
            encoding,
            0,
            rows.shape[1],
            rows.ravel(),
        )
        self.add(topic, message, time_ns)

    def info(
        self,
        topic: str,
        time_ns: int,
        frame: str,
        size: tuple[int, int],
        k: Any,
        d: Any = (),
        p: Any = None,
        r: Any = None,
        model: str = "plumb_bob",
    ) -> None:
        k = np.asarray(k, dtype=np.float64)
        if p is None:
            p = np.hstack([k.reshape(3, 3), np.zeros((3, 1))])
        r = np.eye(3) if r is None else np.asarray(r)
        roi = self.make("sensor_msgs/msg/RegionOfInterest", 0, 0, 0, 0, False)
        message = self.make(
            "sensor_msgs/msg/CameraInfo",
            self.header(time_ns, frame),
            size[1],
            size[0],
            model,
            np.asarray(d, dtype=np.float64),
            k.ravel(),
            r.ravel().astype(np.float64),
            np.asarray(p, dtype=np.float64).ravel(),
            0,
            0,
            roi,
        )
        self.add(topic, message, time_ns)

    def transform(self, topic: str, time_ns: int, parent: str, child: str, parent_from_child: SE3) -> None:
        w, x, y, z = parent_from_child.quat_wxyz
        place = self.make("geometry_msgs/msg/Vector3", *parent_from_child.translation)
        turn = self.make("geometry_msgs/msg/Quaternion", x, y, z, w)
        item = self.make(
            "geometry_msgs/msg/TransformStamped",
            self.header(time_ns, parent),
            child,
            self.make("geometry_msgs/msg/Transform", place, turn),
        )
        self.add(topic, self.make("tf2_msgs/msg/TFMessage", [item]), time_ns)

    def odometry(self, topic: str, time_ns: int, parent: str, child: str, parent_from_child: SE3) -> None:
        w, x, y, z = parent_from_child.quat_wxyz
        pose = self.make(
            "geometry_msgs/msg/Pose",
            self.make("geometry_msgs/msg/Point", *parent_from_child.translation),
            self.make("geometry_msgs/msg/Quaternion", x, y, z, w),
        )
        zero = self.make("geometry_msgs/msg/Vector3", 0.0, 0.0, 0.0)
        message = self.make(
            "nav_msgs/msg/Odometry",
            self.header(time_ns, parent),
            child,
            self.make("geometry_msgs/msg/PoseWithCovariance", pose, np.zeros(36)),
            self.make(
                "geometry_msgs/msg/TwistWithCovariance", self.make("geometry_msgs/msg/Twist", zero, zero), np.zeros(36)
            ),
        )
        self.add(topic, message, time_ns)

    def serialized(self, kind: str, message: Any) -> bytes:
        data = self.store.serialize_ros1(message, kind) if self.is_ros1 else self.store.serialize_cdr(message, kind)
        return bytes(data)

    def write(self, folder: Path, name: str = "drive") -> Path:
        """Write everything in order of its time; returns the recording's file or folder."""
        self.messages.sort(key=lambda item: item[2])
        if self.kind.startswith("mcap"):
            return self._write_mcap(folder / f"{name}.mcap")
        if self.kind.startswith("bag"):
            path = folder / f"{name}.bag"
            writer: Any = BagWriter(path)
            if self.kind != "bag":
                writer.set_compression(BagWriter.CompressionFormat[self.kind.split("-")[1].upper()])
        else:
            path = folder / name
            plugin = StoragePlugin.SQLITE3 if self.kind == "db3" else StoragePlugin.MCAP
            writer = Bag2Writer(path, version=9, storage_plugin=plugin)
            if self.kind == "ros2-mcap-zstd":
                writer.set_compression(CompressionMode.STORAGE, CompressionFormat.ZSTD)
        with writer:
            connections: dict[str, Any] = {}
            for topic, kind, time_ns, message in self.messages:
                if topic not in connections:
                    connections[topic] = writer.add_connection(topic, kind, typestore=self.store)
                writer.write(connections[topic], time_ns, self.serialized(kind, message))
        return path

    def _write_mcap(self, path: Path) -> Path:
        packed = CompressionType[self.kind.rsplit("-", 1)[1].upper()] if self.kind != "mcap-unchunked" else None
        with path.open("wb") as file:
            writer = McapWriter(file, compression=packed or CompressionType.NONE, use_chunking=packed is not None)
            writer.start(profile="ros1" if self.is_ros1 else "ros2")
            channels: dict[str, int] = {}
            for topic, kind, time_ns, message in self.messages:
                if topic not in channels:
                    text, _ = self.store.generate_msgdef(kind, ros_version=1 if self.is_ros1 else 2)
                    named = kind.replace("/msg/", "/") if self.is_ros1 else kind
                    encoding = "ros1msg" if self.is_ros1 else "ros2msg"
                    schema = writer.register_schema(named, encoding, text.encode())
                    channels[topic] = writer.register_channel(topic, "ros1" if self.is_ros1 else "cdr", schema)
                writer.add_message(channels[topic], time_ns, self.serialized(kind, message), time_ns)
            writer.finish()
        return path


def cloud_rows(xyz: Any, intensity: Any = 0.5, fields: Any = KITTI_FIELDS) -> np.ndarray:
    """A structured array of points as most drivers send them."""
    xyz = np.asarray(xyz, dtype=np.float64)
    rows = np.zeros(len(xyz), dtype=fields)
    for axis, name in enumerate("xyz"):
        rows[name] = xyz[:, axis]
    rows["intensity"] = intensity
    return rows


def float_bits(value: float) -> bytes:
    return struct.pack("<f", value)
