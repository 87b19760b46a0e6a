from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formats import inspect_dataset, open_dataset
from geometry import SE3
from pointcloud import PointFileError
from tests.formats.ros.bags import Recorder, cloud_rows
from tests.formats.ros.recordings import START, STEP, XYZ, opened

FIELDS: dict[str, Any] = {
    "velodyne": [("x", "<f4"), ("y", "<f4"), ("z", "<f4"), ("intensity", "<f4"), ("ring", "<u2"), ("time", "<f4")],
    "ouster": {
        "names": ["x", "y", "z", "intensity", "t", "reflectivity", "ring"],
        "formats": ["<f4", "<f4", "<f4", "<f4", "<u4", "<u2", "u1"],
        "offsets": [0, 4, 8, 16, 20, 24, 26],
        "itemsize": 48,
    },
    "hesai": [("x", "<f4"), ("y", "<f4"), ("z", "<f4"), ("intensity", "<f4"), ("timestamp", "<f8"), ("ring", "<u2")],
    "big-endian": [("x", ">f4"), ("y", ">f4"), ("z", ">f4"), ("intensity", ">u2"), ("ring", ">u2"), ("t", ">u4")],
    "doubles": [("intensity", "u1"), ("z", "<f8"), ("y", "<f8"), ("x", "<f8"), ("ring", "<i4"), ("t", "<u4")],
}


@pytest.mark.parametrize("layout", FIELDS)
@pytest.mark.parametrize(("height", "row_pad"), [(1, 0), (6, 0), (6, 13)])
def test_points_of_any_layout(layout: str, height: int, row_pad: int, tmp_path: Path) -> None:
    rows = cloud_rows(XYZ, 200, fields=FIELDS[layout])
    rows["ring"] = np.arange(60) % 32
    offsets_ns = np.arange(60) * 1_000_000
    names = rows.dtype.names or ()
    if "t" in names:
        rows["t"] = offsets_ns
    elif "time" in names:
        rows["time"] = offsets_ns * 1e-9
    else:
        rows["timestamp"] = START * 1e-9 + offsets_ns * 1e-9
    rows["x"][3] = np.nan
    recorder = Recorder("db3")
    recorder.points("/points", START, "lidar", rows, height=height, row_pad=row_pad)
    scene = opened(recorder, tmp_path)
    sweep = scene.frames[0].sweeps[0]
    cloud = sweep.cloud()
    kept = np.arange(60) != 3
    assert (len(cloud), cloud.dropped_count, sweep.point_count()) == (59, 1, 60)
    np.testing.assert_array_equal(cloud.xyz, XYZ[kept].astype(np.float32))
    assert cloud.intensity is not None
    np.testing.assert_allclose(cloud.intensity, 200 / 255, rtol=1e-6)
    np.testing.assert_array_equal(cloud.ring, (np.arange(60) % 32)[kept])
    assert cloud.time_offset_ns is not None
    assert np.abs(cloud.time_offset_ns - offsets_ns[kept]).max() < 1000
    assert scene.trajectory is None
    assert scene.rig.ego_from_sensor[sweep.sensor].is_close(SE3.identity())


def test_clouds_that_contradict_themselves_are_point_file_errors(tmp_path: Path) -> None:
    recorder = Recorder("mcap-ros2-none")
    changes: list[dict[str, Any]] = [
        {"width": 2**31},
        {"point_step": 0},
        {"point_step": 5},
        {"height": 3, "row_step": 1},
        {"data": np.zeros(40, np.uint8)},
        {"fields": []},
        {},
    ]
    for i, change in enumerate(changes):
        recorder.points("/points", START + i * STEP, "lidar", cloud_rows(XYZ))
        for name, value in change.items():
            setattr(recorder.messages[-1][3], name, value)
    scene = opened(recorder, tmp_path)
    assert len(scene.frames) == len(changes)
    for frame in scene.frames[:-1]:
        with pytest.raises(PointFileError, match="message"):
            frame.sweeps[0].cloud()
    with pytest.raises(PointFileError, match="expected 2147483648 points"):
        scene.frames[0].sweeps[0].point_count()
    assert len(scene.frames[-1].sweeps[0].cloud()) == 60
    assert any("2147483648" in problem["message"] for problem in inspect_dataset(tmp_path)["problems"])


def test_points_written_by_the_recorders_own_library(tmp_path: Path) -> None:
    """mcap-ros2-support packs messages by itself: nothing of it is shared with what reads here."""
    from mcap_ros2.writer import Writer
    from rosbags.typesys import Stores, get_typestore

    kind = "sensor_msgs/msg/PointCloud2"
    text, _ = get_typestore(Stores.ROS2_HUMBLE).generate_msgdef(kind, ros_version=2)
    rows = cloud_rows(XYZ)
    message = {
        "header": {"stamp": {"sec": START // 10**9, "nanosec": 5}, "frame_id": "lidar_top"},
        "height": 1,
        "width": len(rows),
        "fields": [
            {"name": n, "offset": 4 * i, "datatype": 7, "count": 1} for i, n in enumerate(rows.dtype.names or ())
        ],
        "is_bigendian": False,
        "point_step": 16,
        "row_step": 16 * len(rows),
        "data": rows.tobytes(),
        "is_dense": True,
    }
    with (tmp_path / "a.mcap").open("wb") as file:
        writer = Writer(file)
        schema = writer.register_msgdef(kind, text)
        writer.write_message("/points", schema, message, START, START)
        writer.finish()
    (scene,) = open_dataset(tmp_path).scenes
    assert scene.frame_times_ns == (START + 5,)
    np.testing.assert_array_equal(scene.frames[0].sweeps[0].cloud().xyz, XYZ.astype(np.float32))
