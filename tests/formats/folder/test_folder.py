from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from calibration import BrownConrady, KannalaBrandt, Pinhole
from formats import Dataset, FormatError, detect_format, get_format, inspect_dataset, open_dataset, open_scene
from formats.folder.calibration_file import NAME
from fusion import Scene, fuse_frame
from geometry import SE3
from pointcloud import PointCloud, read_kitti_bin, write_pcd

UTM_M = np.array([448_262.0, 5_428_765.0, 115.0])
CAMERA: dict[str, Any] = {
    "type": "camera",
    "files": "front/*.png",
    "width_px": 64,
    "height_px": 48,
    "fx_px": 50.0,
    "fy_px": 51.0,
    "cx_px": 31.5,
    "cy_px": 23.5,
}
LIDAR: dict[str, Any] = {
    "type": "lidar",
    "files": "top/*",
    "ego_from_sensor": {"translation_m": [1.0, 0.0, 1.8], "quaternion_wxyz": [1, 0, 0, 0]},
}
AHEAD: list[list[float]] = [[0, 0, 1, 0.5], [-1, 0, 0, 0.1], [0, -1, 0, 1.5], [0, 0, 0, 1]]


def rows(fields: int = 4, count: int = 2000, full: float = 1.0, seed: int = 0) -> np.ndarray:
    """A lidar's points around it: most far across, few high up; the laser in column 5, a time in column 6."""
    rng = np.random.default_rng(seed)
    points = np.zeros((count, 6), dtype="<f4")
    points[:, :2] = rng.normal(0, 30, (count, 2))
    points[:, 2] = rng.normal(-1, 1.5, count)
    points[:, 3] = rng.integers(0, int(full) + 1, count) if full > 1 else rng.uniform(0, 1, count)
    points[:, 4] = rng.integers(0, 32, count)
    points[:, 5] = rng.uniform(0, 0.1, count)
    return points[:, :fields]


def put_bins(folder: Path, names: list[str], **kwargs: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for i, name in enumerate(names):
        (folder / name).write_bytes(rows(**kwargs, seed=i).tobytes())


def put_images(folder: Path, names: list[str], size: tuple[int, int] = (64, 48)) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        Image.new("RGB", size, "teal").save(folder / name)


def put_calibration(folder: Path, sensors: dict[str, Any], **more: Any) -> None:
    (folder / NAME).write_text(yaml.safe_dump({"sensors": sensors, **more}))


def only(dataset: Dataset) -> Scene:
    (scene,) = dataset.scenes
    return scene


def guesses(dataset: Dataset) -> dict[str, str]:
    return {guess.question: guess.answer for guess in dataset.guesses}


def numbered(suffix: str, count: int = 3, start: int = 7) -> list[str]:
    return [f"{number:06d}{suffix}" for number in range(start, start + count)]


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    put_bins(tmp_path / "top", numbered(".bin"))
    put_images(tmp_path / "front", numbered(".png"))
    put_calibration(tmp_path, {"top": LIDAR, "front": {**CAMERA, "ego_from_sensor": {"matrix": AHEAD}}}, rate_hz=20)
    return tmp_path


def test_a_folder_with_a_calibration_is_a_scene(drive: Path) -> None:
    assert detect_format(drive).name == "folder"
    dataset = open_dataset(drive)
    scene = only(dataset)
    assert scene.problems == ()
    assert scene.frame_times_ns == (0, 50_000_000, 100_000_000)
    assert [frame.name for frame in scene.frames] == ["000007", "000008", "000009"]
    assert scene.rig.cameras == {"front": Pinhole(50.0, 51.0, 31.5, 23.5, 64, 48)}
    assert scene.rig.ego_from_sensor["front"].is_close(SE3.from_matrix(AHEAD))
    np.testing.assert_array_equal(scene.rig.ego_from_sensor["top"].translation, [1, 0, 1.8])
    assert scene.frames[0].sweeps[0].read is read_kitti_bin
    np.testing.assert_array_equal(scene.frames[1].sweeps[0].cloud().xyz, rows(seed=1)[:, :3])
    assert len(fuse_frame(scene, 2, color=True).cloud) == 2000
    assert guesses(dataset) == {"point_fields": "4", "intensity": "1", "points_in": "sensor", "pairing": "number"}
    assert all(guess.is_sure and guess.why for guess in dataset.guesses)


def test_a_scene_travels_and_opens_again(drive: Path) -> None:
    scene = only(open_dataset(drive, assume={"intensity": "255"}))
    assert scene.assume == {"intensity": "255"}
    again = open_scene(scene.path, scene.name, "folder", scene.assume)
    travelled = pickle.loads(pickle.dumps(scene))
    for other in (again, travelled):
        np.testing.assert_array_equal(other.frames[1].sweeps[0].cloud().intensity, rows(seed=1)[:, 3] / np.float32(255))
    with pytest.raises(FormatError, match="found none of that name"):
        open_scene(scene.path, "other", "folder")
    with pytest.raises(ValueError, match="must answer a question"):
        open_dataset(drive, assume={"colour": "blue"})


@pytest.mark.parametrize("fields", [4, 5, 6])
@pytest.mark.parametrize("full", [1.0, 255.0, 65535.0])
def test_point_fields_and_intensity_are_found_by_looking(tmp_path: Path, fields: int, full: float) -> None:
    # 2 000 points of 4, 5 or 6 numbers: the size alone says nothing.
    put_bins(tmp_path, numbered(".bin"), fields=fields, count=6000, full=full)
    dataset = open_dataset(tmp_path)
    found = {guess.question: guess for guess in dataset.guesses}
    assert found["point_fields"].answer == str(fields)
    assert found["point_fields"].is_sure
    assert found["intensity"].answer == str(int(full))
    sweep = only(dataset).frames[0].sweeps[0]
    cloud = sweep.cloud()
    wanted = rows(fields, 6000, full)
    assert len(cloud) == sweep.point_count() == 6000
    np.testing.assert_array_equal(cloud.xyz, wanted[:, :3])
    np.testing.assert_array_equal(cloud.intensity, wanted[:, 3] / np.float32(full))
    assert (cloud.ring is not None) == (fields > 4)


def test_a_person_decides_the_fields(tmp_path: Path) -> None:
    put_bins(tmp_path, ["a_1.bin"], fields=5, count=600)
    scene = only(open_dataset(tmp_path, assume={"point_fields": "6", "points_in": "sensor"}))
    assert scene.frames[0].sweeps[0].point_count() == 500


@pytest.mark.parametrize(
    ("names", "unit"),
    [
        ([f"{1_317_042_650_105_862_102 + i * 100_000_000}" for i in range(4)], "ns"),
        ([f"cloud_{1_317_042_650_105_862 + i * 100_000}" for i in range(4)], "us"),
        ([f"{1_317_042_650_105 + i * 100}" for i in range(4)], "ms"),
        ([f"{1_317_042_650 + i}" for i in range(4)], "s"),
        ([f"{1_317_042_650 + i}.105862102" for i in range(4)], "s"),
    ],
)
def test_times_in_names_are_found_with_their_unit(tmp_path: Path, names: list[str], unit: str) -> None:
    put_bins(tmp_path / "top", [f"{name}.bin" for name in names])
    dataset = open_dataset(tmp_path)
    assert guesses(dataset)["pairing"] == "time"
    assert guesses(dataset)["time_unit"] == unit
    times = only(dataset).frame_times_ns
    assert len(times) == 4
    assert times[0] // 10**9 == 1_317_042_650
    assert times[1] - times[0] in (10**8, 10**9)


def test_sensors_of_other_rates_are_paired_by_the_nearest_time(tmp_path: Path) -> None:
    start = 1_317_042_650_000_000_000
    put_bins(tmp_path / "lidar" / "top", [f"{start + i * 100_000_000}.bin" for i in range(5)])
    put_bins(tmp_path / "lidar" / "rear", [f"{start + 9_000_000 + i * 200_000_000}.bin" for i in range(3)])
    dataset = open_dataset(tmp_path)
    scene = only(dataset)
    assert scene.rig.lidars == ("top", "rear")
    assert [[sweep.sensor for sweep in frame.sweeps] for frame in scene.frames] == [
        ["top", "rear"],
        ["top"],
        ["top", "rear"],
        ["top"],
        ["top", "rear"],
    ]
    assert scene.frames[2].sweeps[1].timestamp_ns == start + 209_000_000
    assert any("2 of 5 frames have no file of rear" in problem.message for problem in scene.problems)
    strict = only(open_dataset(tmp_path, assume={"tolerance_ms": "5"}))
    assert all(len(frame.sweeps) == 1 for frame in strict.frames)


def test_sensors_of_one_folder_are_told_apart_by_their_names(tmp_path: Path) -> None:
    for name in ("front", "left"):
        put_bins(tmp_path / "clouds", [f"{name}_{i:03d}.bin" for i in range(3)])
    dataset = open_dataset(tmp_path)
    assert set(only(dataset).rig.lidars) == {"front", "left"}
    assert guesses(dataset)["pattern.front"] == "clouds/front_*.bin"
    told = only(open_dataset(tmp_path, assume={"pattern.nose": "clouds/front_*.bin"}))
    assert told.rig.lidars == ("nose",)
    assert len(told.frames) == 3


def test_what_was_guessed_can_be_told_and_gives_the_same(tmp_path: Path) -> None:
    put_bins(tmp_path / "a" / "data", numbered(".bin"))
    put_bins(tmp_path / "b", numbered(".bin"))
    first = open_dataset(tmp_path)
    again = open_dataset(tmp_path, assume=guesses(first))
    assert guesses(again) == guesses(first)
    assert only(again).frames == only(first).frames
    assert {guess.why for guess in again.guesses} == {"as told"}


def test_cameras_without_a_calibration_are_left_out_and_asked_about(tmp_path: Path) -> None:
    put_bins(tmp_path / "top", numbered(".bin"))
    put_images(tmp_path / "front", numbered(".png"))
    dataset = open_dataset(tmp_path)
    assert only(dataset).rig.cameras == {}
    guess = next(guess for guess in dataset.guesses if guess.question == "uncalibrated")
    assert (guess.answer, guess.is_sure) == ("leave_out", False)
    scene = only(open_dataset(tmp_path, assume={"uncalibrated": "nominal"}))
    assert list(scene.rig.cameras) == ["front"]
    assert "not right" in scene.problems[0].message
    assert len(scene.frames[0].images) == 1


def test_folders_of_the_same_folders_are_scenes(tmp_path: Path) -> None:
    for drive in ("monday", "tuesday"):
        put_bins(tmp_path / drive / "top", numbered(".bin"))
        put_bins(tmp_path / drive / "rear", numbered(".bin"))
    dataset = open_dataset(tmp_path)
    assert [scene.name for scene in dataset.scenes] == ["monday", "tuesday"]
    assert guesses(dataset)["scenes"] == "folders"
    assert len(open_dataset(tmp_path, assume={"scenes": "one"}).scenes) == 1
    assert open_scene(dataset.scenes[1].path, "tuesday", "folder").frames == dataset.scenes[1].frames


def test_map_coordinates_keep_their_millimetres(tmp_path: Path) -> None:
    wanted = UTM_M + np.random.default_rng(0).uniform(-50, 50, (200, 3))
    for i in range(2):
        write_pcd(tmp_path / f"tile_{i}.pcd", PointCloud.from_positions(wanted + i, "map"))
    dataset = open_dataset(tmp_path)
    assert guesses(dataset)["points_in"] == "map"
    scene = only(dataset)
    assert scene.map_from_world is not None
    for i in range(2):
        cloud = fuse_frame(scene, i).cloud
        assert not cloud.origin_m.any()
        ego_from_world = scene.world_from_ego(i)
        assert ego_from_world is not None
        map_m = (scene.map_from_world @ ego_from_world).apply(cloud.positions_m)
        assert np.abs(map_m - wanted - i).max() < 1e-3
    asked = only(open_dataset(tmp_path, assume={"points_in": "sensor"}))
    assert asked.frames[0].sweeps[0].cloud().origin_m.any()


def test_points_of_a_map_come_into_a_moving_ego(tmp_path: Path) -> None:
    wanted = UTM_M + np.random.default_rng(0).uniform(-50, 50, (200, 3))
    poses = [SE3.from_yaw(0.3 * i, UTM_M + [2.0 * i, 1.0, 0.5]) for i in range(3)]
    (tmp_path / "top").mkdir()
    for i in range(3):
        write_pcd(tmp_path / "top" / f"{i}.pcd", PointCloud.from_positions(wanted, "map"))
    text = [" ".join(repr(float(x)) for x in pose.matrix[:3].ravel()) for pose in poses]
    (tmp_path / "poses.txt").write_text("\n".join(text))
    put_calibration(tmp_path, {"top": LIDAR}, poses={"file": "poses.txt", "form": "kitti"})
    scene = only(open_dataset(tmp_path))
    assert scene.problems == ()
    assert scene.map_from_world is not None
    np.testing.assert_allclose(scene.map_from_world.translation, poses[0].translation, atol=1e-9)
    for i, pose in enumerate(poses):
        world_from_ego = scene.world_from_ego(i)
        assert world_from_ego is not None
        assert (scene.map_from_world @ world_from_ego).is_close(pose, translation_m=1e-6)
        ego_m = fuse_frame(scene, i).cloud.positions_m
        assert np.abs(pose.apply(ego_m) - wanted).max() < 1e-3


def test_poses_of_tum_are_read_in_seconds(tmp_path: Path) -> None:
    start = 1_317_042_650_123_456_789
    put_bins(tmp_path / "top", [f"{start + i * 10**8}.bin" for i in range(2)])
    (tmp_path / "poses.tum").write_text(
        "# time x y z qx qy qz qw\n1317042650.123456789 10 20 3 0 0 0 1\n"
        "1317042650.223456789 11 20 3 0 0 0.7071067811865476 0.7071067811865476\nnonsense\n1 2 3 4 5 6 7 8\n"
    )
    put_calibration(tmp_path, {"top": LIDAR}, poses={"file": "poses.tum"})
    scene = only(open_dataset(tmp_path))
    pose = scene.world_from_ego(1)
    assert pose is not None
    np.testing.assert_allclose(pose.translation, [1, 0, 0])
    assert pose.yaw_rad == pytest.approx(np.pi / 2)
    assert scene.map_from_world is not None
    np.testing.assert_array_equal(scene.map_from_world.translation, [10, 20, 3])
    assert [problem.message.split(":")[0] for problem in scene.problems] == ["line 4", "line 5"]


@pytest.mark.parametrize(
    ("extrinsics", "answers"),
    [
        ({"extrinsic": {"matrix": AHEAD}}, {"extrinsics": "ego_from_sensor"}),
        ({"extrinsic": {"matrix": np.linalg.inv(AHEAD).tolist()}}, {"extrinsics": "sensor_from_ego"}),
        ({"sensor_from_ego": {"matrix": np.linalg.inv(AHEAD).ravel().tolist()}}, {"matrix_order": "row"}),
        ({"ego_from_sensor": {"matrix": np.array(AHEAD).T.ravel().tolist()}}, {"matrix_order": "column"}),
        (
            {"ego_from_sensor": {"roll_pitch_yaw": [-90, 0, -90], "translation_m": [0.5, 0.1, 1.5]}},
            {"angles": "degrees"},
        ),
        ({"ego_from_sensor": {"roll_pitch_yaw_deg": [-90, 0, -90], "translation_m": [0.5, 0.1, 1.5]}}, {}),
    ],
)
def test_open_extrinsics_are_settled_by_looking(drive: Path, extrinsics: Any, answers: dict[str, str]) -> None:
    put_calibration(drive, {"top": LIDAR, "front": {**CAMERA, **extrinsics}})
    dataset = open_dataset(drive)
    assert only(dataset).rig.ego_from_sensor["front"].is_close(SE3.from_matrix(AHEAD), rotation_rad=1e-6)
    found = {guess.question: guess for guess in dataset.guesses}
    assert {name: found[name].answer for name in ("extrinsics", "matrix_order", "angles") if name in found} == answers
    assert all(found[name].is_sure for name in answers)


def test_camera_models_and_masks(drive: Path) -> None:
    put_images(drive / "masks", ["front.png"])
    place = {"ego_from_sensor": {"matrix": AHEAD}}
    brown = {**CAMERA, **place, "model": "brown_conrady", "coefficients": [-0.1, 0.01, 0, 0], "row_time_ns": -20_000}
    fish = {**CAMERA, **place, "model": "kannala_brandt", "coefficients": [0.1, 0, 0, 0], "mask": "masks/front.png"}
    put_calibration(drive, {"top": LIDAR, "front": brown, "fish": fish}, images_are="raw")
    scene = only(open_dataset(drive))
    assert isinstance(scene.rig.cameras["front"], BrownConrady)
    assert isinstance(scene.rig.cameras["fish"], KannalaBrandt)
    assert scene.rig.images_are == "raw"
    assert scene.masks == {"fish": (drive / "masks" / "front.png").resolve()}
    image = scene.frames[0].image("front")
    assert image is not None
    assert image.row_time_ns == -20_000
    put_calibration(drive, {"top": LIDAR, "front": brown})
    rectified = only(open_dataset(drive, assume={"uncalibrated": "leave_out"}))
    assert rectified.rig.cameras == {}
    assert "its lens bends lines, but images_are is not raw" in rectified.problems[0].message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "radar"}, "expected type lidar or camera"),
        ({"files": 3}, "expected files"),
        ({"fx_px": "wide"}, "expected numbers as fx_px|expected finite numbers as fx_px"),
        ({"fx_px": float("nan")}, "fx_px"),
        ({"width_px": 1e30}, "width_px"),
        ({"model": "thin"}, "expected a model"),
        ({"ego_from_sensor": {"matrix": [1, 2, 3]}}, "expected a matrix"),
        ({"ego_from_sensor": {"matrix": [0] * 12}}, "rotation"),
        ({"ego_from_sensor": {"quaternion_wxyz": [2, 0, 0, 0], "translation_m": [0, 0, 0]}}, "length 1"),
        ({"ego_from_sensor": {}}, "translation_m"),
        ({"ego_from_sensor": 5}, "mapping"),
        ({"row_time_ns": 10**30}, "row_time_ns"),
    ],
)
def test_a_bad_sensor_is_named_and_left_out(drive: Path, change: Any, message: str) -> None:
    camera = {**CAMERA, "ego_from_sensor": {"matrix": AHEAD}, **change}
    put_calibration(drive, {"top": LIDAR, "front": camera})
    scene = only(open_dataset(drive))
    assert scene.rig.cameras == {}
    assert len(scene.frames) == 3
    (problem,) = [problem for problem in scene.problems if "left out" in problem.message]
    assert problem.path == NAME
    assert any(part in problem.message for part in message.split("|"))


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(20)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} {{<<: [{','.join([f'*{chr(97 + i)}'] * 9)}]}}\n" for i in range(20)
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "sensors: 5",
        "sensors: {a: {type: lidar",
        "sensors: {}\nimages_are: sharp",
        "sensors: {}\ntime_unit: weeks",
        "sensors: {}\nrate_hz: -1",
        "sensors: {}\nposes: {form: words}",
        "sensors: !!python/object/apply:os.system [ls]",
        "? [a]\n: b",
        "{" * 100_000,
        "[" * 5_000 + "]" * 5_000,
        "x: 2001-99-99",
        "x: " + "9" * 10_000,
        f"{LAUGHS}sensors: *s\nimages_are: *s",
        f"{LAUGHS}sensors: {{}}\nimages_are: *s",
        f"{MERGES}sensors: *s",
        "\0\0",
        "%YAML 9\n",
    ],
)
def test_a_broken_calibration_file_is_refused(drive: Path, text: str) -> None:
    (drive / NAME).write_text(text)
    with pytest.raises(FormatError):
        open_dataset(drive)


@settings(max_examples=60)
@given(data=st.data())
def test_any_bytes_are_a_problem_or_a_format_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in data.draw(st.lists(st.sampled_from(["a1.bin", "b2.pcd", "c3.ply", "d4.las", "e5.npy", NAME, "f.png"]))):
        (folder / name).write_bytes(data.draw(st.binary(max_size=200)))
    try:
        report = inspect_dataset(folder, "folder")
    except FormatError:
        return
    assert report["scenes"]


def test_files_outside_are_not_read(drive: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "000010.bin"
    outside.write_bytes(rows().tobytes())
    (drive / "top" / "000010.bin").symlink_to(outside)
    put_calibration(drive, {"top": LIDAR}, poses={"file": "../../etc/passwd"})
    scene = only(open_dataset(drive))
    assert len(scene.frames) == 3
    assert any("leaves the dataset" in problem.message for problem in scene.problems)
    assert any("expected a file of poses" in problem.message for problem in scene.problems)


def test_a_folder_in_object_storage_is_read_as_a_local_one(drive: Path) -> None:
    upath = pytest.importorskip("upath")
    bucket = upath.UPath("memory://bucket/drive")
    for path in sorted(drive.rglob("*")):
        if path.is_file():
            target = bucket / path.relative_to(drive).as_posix()
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    assert get_format("folder").detect(bucket)
    remote, local = only(open_dataset(bucket, "folder")), only(open_dataset(drive))
    assert remote.problems == ()
    assert remote.rig == local.rig
    assert remote.frame_times_ns == local.frame_times_ns
    for there, here in zip(remote.frames, local.frames, strict=True):
        np.testing.assert_array_equal(there.sweeps[0].cloud().xyz, here.sweeps[0].cloud().xyz)
        assert there.images[0].encoded() == here.images[0].encoded()


def test_an_empty_folder_is_no_dataset(tmp_path: Path) -> None:
    item = get_format("folder")
    assert not item.detect(tmp_path)
    with pytest.raises(FormatError):
        item.open_dataset(tmp_path)
    assert item.is_last_resort
    put_images(tmp_path, ["a.png"])
    with pytest.raises(FormatError, match="expected a lidar, or cameras with a calibration"):
        item.open_dataset(tmp_path)


def test_a_thousand_frames_open_without_reading_them(tmp_path: Path) -> None:
    for name in ("top", "rear"):
        (tmp_path / name).mkdir()
        for i in range(1000):
            (tmp_path / name / f"{i}.bin").write_bytes(b"" if i else rows().tobytes())
    scene = only(open_dataset(tmp_path))
    assert len(scene.frames) == 1000


def test_a_real_frame(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "kitti_raw_pcd_drive_0048")
    assert dataset.format == "folder"
    scene = only(dataset)
    assert len(scene.frames) == 1
    assert scene.frames[0].sweeps[0].point_count() == 119_978
    assert guesses(dataset)["intensity"] == "1"
    assert guesses(dataset)["points_in"] == "sensor"


def test_real_files_of_every_form(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "formats")
    assert [scene.name for scene in dataset.scenes] == ["las_laspy", "pcd_loadersgl", "pcd_pypcd4"]
    las = dataset.scenes[0]
    assert len(las.frames) == 6
    assert las.map_from_world is not None
    assert not las.is_sequential
    report = inspect_dataset(shared_data / "formats" / "las_laspy")
    assert report["scenes"][0]["lidars"][0]["points"] == 110_000 + 3 * 1065 + 1000 + 22_600
    assert report["problems"] == []
    pcd = inspect_dataset(shared_data / "formats" / "pcd_pypcd4")
    assert {problem["path"] for problem in pcd["problems"]} == {
        "ascii_invalid_header.pcd",
        "ascii_with_empty_points.pcd",
    }


def test_a_real_drive_of_kitti_without_its_folders(shared_data: Path, tmp_path: Path) -> None:
    drive = shared_data / "kitti_raw/2011_09_26/2011_09_26_drive_0013_sync/velodyne_points/data"
    dataset = open_dataset(drive)
    scene = only(dataset)
    assert len(scene.frames) == 12
    assert (guesses(dataset)["point_fields"], guesses(dataset)["intensity"]) == ("4", "1")
    assert scene.frames[0].sweeps[0].read is read_kitti_bin
    nuscenes = shared_data / "nuscenes_demo"
    (bin_file,) = nuscenes.glob("*.pcd.bin")
    (tmp_path / "000001.bin").write_bytes(bin_file.read_bytes())
    dataset = open_dataset(tmp_path)
    assert (guesses(dataset)["point_fields"], guesses(dataset)["intensity"]) == ("5", "255")
    cloud = only(dataset).frames[0].sweeps[0].cloud()
    assert len(cloud) == 34_688
    assert cloud.ring is not None
    assert cloud.ring.max() == 31
