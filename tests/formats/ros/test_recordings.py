"""What recordings hold besides the plain case: fields, encodings, cameras, transforms, clocks, damage."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from calibration import BrownConrady, KannalaBrandt, Pinhole
from formats import FormatError, get_format, inspect_dataset, open_dataset
from fusion import ImageFileError, Scene, image_size, read_image
from geometry import SE3
from pointcloud import PointFileError
from tests.formats.ros.bags import KINDS, Recorder, cloud_rows

START = 1_700_000_000_000_000_000
STEP = 100_000_000
K = [100.0, 0, 31.5, 0, 101.0, 23.5, 0, 0, 1]
OPTICAL = SE3(np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]]), np.array([0.3, 0.0, 1.5]))
XYZ = np.random.default_rng(5).uniform(-40, 40, (60, 3)).astype(np.float32).astype(np.float64)


def png(shade: int = 90, size: tuple[int, int] = (64, 48)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (shade, 40, 10)).save(stream, "PNG")
    return stream.getvalue()


def simple(kind: str = "db3", frames: int = 3) -> Recorder:
    """Two lidars and a camera on a car that drives on."""
    recorder = Recorder(kind)
    recorder.transform("/tf_static", START, "base_link", "top", SE3.from_yaw(0.1, [1, 0, 2]))
    recorder.transform("/tf_static", START, "base_link", "rear", SE3.from_yaw(3.0, [-1, 0, 1]))
    recorder.transform("/tf_static", START, "base_link", "cam", OPTICAL)
    for i in range(frames):
        now = START + i * STEP
        recorder.transform("/tf", now, "odom", "base_link", SE3.from_yaw(0.01 * i, [1000.0 + i, 50, 3]))
        recorder.points("/top/points", now, "top", cloud_rows(XYZ))
        recorder.points("/rear/points", now + 7_000_000, "rear", cloud_rows(XYZ[:20]))
        recorder.info("/cam/camera_info", now, "cam", (64, 48), K)
        recorder.compressed("/cam/image_raw/compressed", now + 30_000_000, "cam", png(i))
    return recorder


def opened(recorder: Recorder, folder: Path, **assume: str) -> Scene:
    recorder.write(folder)
    (scene,) = open_dataset(folder, assume=assume).scenes
    return scene


def messages(scene: Scene) -> str:
    return "\n".join(problem.message for problem in scene.problems)


@pytest.mark.parametrize("kind", KINDS)
def test_several_sensors_meet_at_the_first_lidars_times(kind: str, tmp_path: Path) -> None:
    scene = opened(simple(kind), tmp_path)
    assert scene.rig.lidars == ("top", "rear")
    assert list(scene.rig.cameras) == ["cam"]
    assert messages(scene) == ""
    assert scene.frame_times_ns == tuple(START + i * STEP for i in range(3))
    for i, frame in enumerate(scene.frames):
        assert [sweep.timestamp_ns - frame.timestamp_ns for sweep in frame.sweeps] == [0, 7_000_000]
        assert frame.images[0].timestamp_ns - frame.timestamp_ns == 30_000_000
        assert frame.images[0].encoded() == png(i)
    assert scene.map_from_world is not None
    np.testing.assert_array_equal(scene.map_from_world.translation, [1000, 50, 3])
    assert scene.map_name == "odom"
    pose = scene.world_from_ego(2)
    assert pose is not None
    assert pose.is_close(SE3.from_yaw(0.02, [2, 0, 0]), translation_m=1e-6, rotation_rad=1e-6)


def test_a_tolerance_leaves_out_what_is_too_far(tmp_path: Path) -> None:
    scene = opened(simple(), tmp_path, tolerance_ms="10")
    assert all(len(frame.sweeps) == 2 and not frame.images for frame in scene.frames)
    assert "3 of 3 frames have no message of /cam/image_raw/compressed within 10 ms" in messages(scene)
    with pytest.raises(FormatError, match="above zero"):
        open_dataset(tmp_path, assume={"tolerance_ms": "soon"})


def test_topics_can_be_told(tmp_path: Path) -> None:
    scene = opened(simple(), tmp_path, lidars="/rear/points", cameras="none")
    assert scene.rig.lidars == ("rear",)
    assert scene.rig.cameras == {}
    assert scene.frame_times_ns[0] == START + 7_000_000
    with pytest.raises(FormatError, match="expected lidars of /rear/points, /top/points, found '/nowhere'"):
        open_dataset(tmp_path, assume={"lidars": "/nowhere"})
    with pytest.raises(FormatError, match="expected a world of"):
        open_dataset(tmp_path, assume={"world": "moon"})
    (placeless,) = open_dataset(tmp_path, assume={"world": "none"}).scenes
    assert placeless.trajectory is None


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


COLOR = np.random.default_rng(2).integers(0, 255, (48, 64, 3), dtype=np.uint8)
ALPHA = np.full((48, 64, 1), 9, np.uint8)


@pytest.mark.parametrize("row_pad", [0, 5])
@pytest.mark.parametrize(
    ("encoding", "pixels", "wanted"),
    [
        ("rgb8", COLOR, COLOR),
        ("bgr8", COLOR[:, :, ::-1], COLOR),
        ("rgba8", np.concatenate([COLOR, ALPHA], axis=2), COLOR),
        ("bgra8", np.concatenate([COLOR[:, :, ::-1], ALPHA], axis=2), COLOR),
        ("mono8", COLOR[:, :, 0], np.repeat(COLOR[:, :, :1], 3, axis=2)),
    ],
)
def test_raw_images_come_as_png(encoding: str, pixels: Any, wanted: Any, row_pad: int, tmp_path: Path) -> None:
    recorder = simple("bag", frames=1)
    recorder.messages = [item for item in recorder.messages if "compressed" not in item[0]]
    recorder.image("/cam/image_raw", START, "cam", pixels, encoding, row_pad)
    image = opened(recorder, tmp_path).frames[0].images[0]
    assert image_size(image) == (64, 48)
    assert image.encoded().startswith(b"\x89PNG")
    np.testing.assert_array_equal(read_image(image), wanted)


@pytest.mark.parametrize(
    ("encoding", "red_at", "blue_at"),
    [
        ("bayer_rggb8", (0, 0), (1, 1)),
        ("bayer_bggr8", (1, 1), (0, 0)),
        ("bayer_gbrg8", (1, 0), (0, 1)),
        ("bayer_grbg8", (0, 1), (1, 0)),
    ],
)
def test_a_bayer_pattern_of_one_colour_is_that_colour(encoding: str, red_at: Any, blue_at: Any, tmp_path: Path) -> None:
    raw = np.full((48, 64), 120, np.uint8)
    raw[red_at[0] :: 2, red_at[1] :: 2] = 200
    raw[blue_at[0] :: 2, blue_at[1] :: 2] = 30
    recorder = simple("db3", frames=1)
    recorder.messages = [item for item in recorder.messages if "compressed" not in item[0]]
    recorder.image("/cam/image_raw", START, "cam", raw, encoding)
    pixels = read_image(opened(recorder, tmp_path).frames[0].images[0])
    assert (pixels == [200, 120, 30]).all()


def test_pictures_that_nobody_can_look_at_are_refused_by_name(tmp_path: Path) -> None:
    recorder = simple(frames=2)
    for i in range(2):
        depth = np.zeros((48, 64), np.uint16)
        recorder.image("/depth/image_raw", START + i * STEP, "cam", depth, "16UC1")
        recorder.compressed("/thermal/compressedDepth", START + i * STEP, "cam", b"\0" * 40, "16UC1; compressedDepth")
    scene = opened(recorder, tmp_path)
    assert list(scene.rig.cameras) == ["cam"]
    assert "/depth/image_raw is no camera that can be shown: expected an image of rgb8" in messages(scene)
    assert "found '16UC1'" in messages(scene)
    assert "expected a JPEG or PNG, found '16UC1; compressedDepth'" in messages(scene)


def test_a_broken_picture_is_an_image_file_error(tmp_path: Path) -> None:
    recorder = simple(frames=2)
    recorder.messages[-1][3].data = np.zeros(30, np.uint8)
    scene = opened(recorder, tmp_path)
    with pytest.raises(ImageFileError, match="expected a JPEG or PNG"):
        scene.frames[1].images[0].encoded()


@pytest.mark.parametrize(
    ("info", "wanted"),
    [
        ({"d": [-0.1, 0.01, 0.001, 0.002, 0.0]}, BrownConrady),
        ({"d": [-0.1, 0.01, 0, 0, 0, 0.01, 0, 0], "model": "rational_polynomial"}, BrownConrady),
        ({"d": [-0.1] + [0.0] * 13, "model": "rational_polynomial"}, BrownConrady),
        ({"d": [0.1, 0.01, 0, 0], "model": "equidistant"}, KannalaBrandt),
        ({"d": [0.0] * 5}, Pinhole),
        ({"d": []}, Pinhole),
    ],
)
def test_lenses_of_raw_images(info: dict[str, Any], wanted: type, tmp_path: Path) -> None:
    recorder = simple(frames=1)
    recorder.messages = [item for item in recorder.messages if "camera_info" not in item[0]]
    recorder.info("/cam/camera_info", START, "cam", (64, 48), K, **info)
    scene = opened(recorder, tmp_path)
    camera = scene.rig.cameras["cam"]
    assert isinstance(camera, wanted)
    assert scene.rig.images_are == "raw"
    if isinstance(camera, BrownConrady | KannalaBrandt):
        np.testing.assert_array_equal(camera.coefficients[: len(info["d"][:4])], info["d"][:4])
    (rectified,) = open_dataset(tmp_path, assume={"images": "rectified"}).scenes
    assert rectified.rig.cameras["cam"] == Pinhole(100.0, 101.0, 31.5, 23.5, 64, 48)
    assert rectified.rig.images_are == "rectified"


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ({"d": [0.1, 0.2]}, "expected 4, 5, 8, 12 coefficients, found 2"),
        ({"d": [0.1] * 4, "model": "my_lens"}, "expected a distortion_model"),
        ({"d": [0.1] * 5, "model": "equidistant"}, "expected 4 coefficients"),
        ({"d": [float("nan")] * 4}, "finite"),
    ],
)
def test_a_lens_that_is_not_known_leaves_its_camera_out(info: dict[str, Any], message: str, tmp_path: Path) -> None:
    recorder = simple(frames=1)
    recorder.messages = [item for item in recorder.messages if "camera_info" not in item[0]]
    recorder.info("/cam/camera_info", START, "cam", (64, 48), K, **info)
    scene = opened(recorder, tmp_path)
    assert scene.rig.cameras == {}
    assert message in messages(scene)
    assert len(scene.frames[0].sweeps) == 2


def test_a_stereo_pair_in_one_frame_is_moved_by_its_projection(tmp_path: Path) -> None:
    recorder = simple(frames=1)
    turn = SE3.from_yaw(0.02, [0, 0, 0]).rotation
    p = np.array([[100.0, 0, 31.5, -54.0], [0, 100, 23.5, 0], [0, 0, 1, 0]])
    for side, column in (("left", 0.0), ("right", -54.0)):
        p[0, 3] = column
        recorder.info(f"/{side}/camera_info", START, "cam", (64, 48), K, p=p.copy(), r=turn)
        recorder.compressed(f"/{side}/image_rect", START, "cam", png())
    recorder.messages = [item for item in recorder.messages if not item[0].startswith("/cam/")]
    scene = opened(recorder, tmp_path)
    left_from_right = scene.rig.ego_from_sensor["left"].inverse() @ scene.rig.ego_from_sensor["right"]
    assert left_from_right.is_close(SE3(np.eye(3), np.array([0.54, 0, 0])), translation_m=1e-9)
    points_frame = np.array([[0.3, -0.2, 8.0]])
    uvw = np.append(turn @ points_frame[0], 1) @ p.T
    points_cam = scene.rig.cam_from_ego("right").apply(OPTICAL.apply(points_frame))
    uv, visible = scene.rig.cameras["right"].image_from_camera(points_cam)
    assert visible.all()
    np.testing.assert_allclose(uv[0], uvw[:2] / uvw[2], atol=1e-9)


def test_camera_frames_that_look_along_x_are_found(tmp_path: Path) -> None:
    recorder = simple(frames=1)
    recorder.messages = [
        item for item in recorder.messages if not (item[0] == "/tf_static" and "cam" in str(item[3].transforms))
    ]
    recorder.transform("/tf_static", START, "base_link", "cam", SE3(np.eye(3), OPTICAL.translation))
    scene = opened(recorder, tmp_path)
    assert scene.rig.ego_from_sensor["cam"].is_close(OPTICAL, rotation_rad=1e-9)


def test_odometry_places_the_ego_where_tf_does_not(tmp_path: Path) -> None:
    recorder = simple(frames=0)
    base_from_imu = SE3.from_yaw(0.5, [0.2, 0.1, 0.3])
    recorder.transform("/tf_static", START, "base_link", "imu", base_from_imu)
    poses = [SE3.from_yaw(0.1 * i, [500.0 + i, 7, 1]) for i in range(4)]
    for i, pose in enumerate(poses):
        recorder.odometry("/odometry", START + i * STEP, "map", "imu", pose @ base_from_imu)
        recorder.points("/top/points", START + i * STEP, "top", cloud_rows(XYZ))
    scene = opened(recorder, tmp_path)
    assert scene.map_name == "map"
    for i, pose in enumerate(poses):
        world_from_ego = scene.world_from_ego(i)
        assert world_from_ego is not None
        assert scene.map_from_world is not None
        assert (scene.map_from_world @ world_from_ego).is_close(pose, translation_m=1e-6, rotation_rad=1e-6)


def test_a_chain_of_moving_frames_is_interpolated(tmp_path: Path) -> None:
    recorder = simple(frames=3)
    recorder.transform("/tf", START, "map", "odom", SE3.from_yaw(0, [10, 0, 0]))
    recorder.transform("/tf", START + 2 * STEP, "map", "odom", SE3.from_yaw(0, [12, 0, 0]))
    scene = opened(recorder, tmp_path)
    assert scene.map_name == "map"
    pose = scene.world_from_ego(1)
    assert pose is not None
    np.testing.assert_allclose(pose.translation, [2, 0, 0], atol=1e-9)


def test_messages_without_times_take_those_of_the_recording(tmp_path: Path) -> None:
    recorder = Recorder("bag")
    for i in range(3):
        recorder.points("/points", 0, "lidar", cloud_rows(XYZ), late_ns=START + i * STEP)
    recorder.write(tmp_path)
    dataset = open_dataset(tmp_path)
    assert dataset.scenes[0].frame_times_ns == tuple(START + i * STEP for i in range(3))
    guess = next(guess for guess in dataset.guesses if guess.question == "time")
    assert guess.answer == "log"
    assert "3 of 3 messages have no time of their own" in guess.why


def test_repeated_times_and_moving_sensors_are_said(tmp_path: Path) -> None:
    recorder = simple(frames=2)
    recorder.points("/top/points", START, "top", cloud_rows(XYZ))
    recorder.transform("/tf_static", START + STEP, "base_link", "rear", SE3.from_yaw(2.0, [-1, 0, 1]))
    scene = opened(recorder, tmp_path)
    assert len(scene.frames) == 2
    assert "1 messages of /top/points have the time of another" in messages(scene)
    assert "expected rear to stay where it is" in messages(scene)


def test_a_sensor_that_tf_does_not_place_is_left_out(tmp_path: Path) -> None:
    recorder = simple(frames=1)
    recorder.points("/lost/points", START, "lost", cloud_rows(XYZ[:5]))
    scene = opened(recorder, tmp_path)
    assert scene.rig.lidars == ("top", "rear")
    assert "/lost/points is left out: expected a transform between lost and base_link" in messages(scene)


def test_bad_transforms_are_named_and_cycles_end(tmp_path: Path) -> None:
    recorder = simple(frames=1)
    recorder.transform("/tf", START, "base_link", "odom", SE3.identity())
    recorder.transform("/tf_static", START, "base_link", "rear", SE3.identity())
    recorder.messages[-1][3].transforms[0].transform.rotation.w = 7.0
    recorder.transform("/tf_static", START, "other", "rear", SE3.identity())
    scene = opened(recorder, tmp_path)
    assert "expected transforms with rotations of length 1, found 1 others" in messages(scene)
    assert "expected one parent of rear, found base_link and other" in messages(scene)


def test_recordings_of_one_folder_are_scenes_and_a_broken_one_is_named(tmp_path: Path) -> None:
    simple("bag").write(tmp_path, "first")
    simple("db3").write(tmp_path, "second")
    (tmp_path / "broken.bag").write_bytes(b"#ROSBAG V1.2\n")
    dataset = open_dataset(tmp_path)
    assert [scene.name for scene in dataset.scenes] == ["first", "second"]
    assert [problem.path for problem in dataset.problems] == ["broken.bag"]
    assert open_dataset(tmp_path / "first.bag").scenes[0].name == "first"
    report = inspect_dataset(tmp_path)
    assert [scene["frames"] for scene in report["scenes"]] == [3, 3]


def test_a_folder_packed_by_rosbag2_is_refused_with_advice(tmp_path: Path) -> None:
    path = simple("db3").write(tmp_path)
    text = (path / "metadata.yaml").read_text()
    (path / "metadata.yaml").write_text(text.replace("compression_mode: ''", "compression_mode: MESSAGE"))
    with pytest.raises(FormatError, match="packed by MESSAGE: unpack it first"):
        open_dataset(path)


def test_a_recording_in_object_storage_is_refused_with_advice() -> None:
    upath = pytest.importorskip("upath")
    for name in ("rosbag", "mcap"):
        with pytest.raises(FormatError, match="copy it first"):
            get_format(name).open_dataset(upath.UPath("memory://bucket/drive"))


def test_messages_of_other_encodings_are_said(tmp_path: Path) -> None:
    from mcap.writer import Writer

    with (tmp_path / "a.mcap").open("wb") as file:
        writer = Writer(file)
        writer.start()
        schema = writer.register_schema("sensor_msgs/msg/PointCloud2", "jsonschema", b"{}")
        channel = writer.register_channel("/points", "json", schema)
        writer.add_message(channel, START, b"{}", START)
        writer.finish()
    with pytest.raises(FormatError, match="expected topics of PointCloud2"):
        open_dataset(tmp_path)


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


def data_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [file for file in path.iterdir() if file.name != "metadata.yaml"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("db3", "bag-bz2")])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_recording_that_was_cut_off_reads_as_far_as_it_goes(kind: str, share: float, tmp_path: Path) -> None:
    recorder = simple(kind, frames=30)
    for i in range(30):
        recorder.points("/top/points", START + i * STEP + 50_000_000, "top", cloud_rows(np.tile(XYZ, (200, 1))))
    path = recorder.write(tmp_path)
    (file,) = data_files(path)
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    try:
        scene = open_dataset(tmp_path).scenes[0]
    except FormatError:
        # One packed chunk may be all there is.
        assert "4" in kind or "zst" in kind or "bz2" in kind
        return
    if len(scene.frames) == 60:
        # Only the index at the end is gone.
        return
    assert "cut off" in messages(scene) or "unpacking" in messages(scene) or "packed" in messages(scene)
    assert scene.frames
    assert len(scene.frames[0].sweeps[0].cloud()) in (60, 12_000)


@settings(max_examples=12)
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_broken_bytes_are_problems_or_a_format_error(
    kind: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    (file,) = data_files(simple(kind).write(folder))
    spoiled = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(spoiled[: data.draw(st.integers(len(spoiled) // 2, len(spoiled)))])
    try:
        report = inspect_dataset(folder, "mcap" if kind.startswith("mcap") else "rosbag")
    except FormatError:
        return
    assert "problems" in report


@pytest.mark.parametrize("name", ["a.bag", "a.mcap", "a.db3"])
@given(data=st.binary(max_size=300), starts=st.booleans())
def test_any_bytes_are_a_format_error(
    name: str, data: bytes, starts: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    magic = {"a.bag": b"#ROSBAG V2.0\n", "a.mcap": b"\x89MCAP0\r\n", "a.db3": b"SQLite format 3\0"}[name]
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes((magic if starts else b"") + data)
    with pytest.raises(FormatError):
        open_dataset(path)


def test_a_view_that_computes_for_ever_is_no_table(tmp_path: Path) -> None:
    import sqlite3

    database = sqlite3.connect(tmp_path / "a.db3")
    database.execute("CREATE TABLE topics(id INTEGER PRIMARY KEY, name, type, serialization_format)")
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS id, 1, 1, 1 FROM n"
    database.execute(f"CREATE VIEW messages AS {endless}")
    database.commit()
    database.close()
    with pytest.raises(FormatError, match="expected the tables messages and topics, found topics"):
        open_dataset(tmp_path / "a.db3")


def test_a_bomb_is_refused_within_bounds(tmp_path: Path) -> None:
    import bz2
    import struct
    import tracemalloc

    def field(name: bytes, value: bytes) -> bytes:
        return struct.pack("<I", len(name) + 1 + len(value)) + name + b"=" + value

    packed = bz2.compress(bytes(300_000_000))
    header = field(b"op", b"\x05") + field(b"compression", b"bz2") + field(b"size", struct.pack("<I", 1000))
    record = struct.pack("<I", len(header)) + header + struct.pack("<I", len(packed)) + packed
    (tmp_path / "a.bag").write_bytes(b"#ROSBAG V2.0\n" + record)
    tracemalloc.start()
    with pytest.raises(FormatError):
        open_dataset(tmp_path / "a.bag")
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()
