from __future__ import annotations

import contextlib
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration import BrownConrady
from formats import Dataset, open_dataset, open_scene
from formats.errors import FormatError
from formats.format import SceneExport
from formats.registry import detect_format, get_format
from formats.waymo import Waymo
from formats.waymo.range_image import RangeImageReader
from fusion import ImageFileError, Scene, fuse_frame, read_image
from geometry import TrueboxError
from labels import LabelSet
from pointcloud import PointFileError

FORMAT = Waymo()
SEGMENT = "1234_made_segment"
MICROS = (1_550_000_000_000_000, 1_550_000_000_100_000, 1_550_000_000_200_000)
MAP = np.array([12_345.5, -4_321.25, 55.0])


def only_scene(dataset: Dataset) -> Scene:
    (scene,) = dataset.scenes
    return scene


def messages(scene: Scene) -> dict[str, str]:
    return {problem.path: problem.message for problem in scene.problems}


def change(path: Path, name: str, make: Callable[[Any], Any]) -> None:
    """Replace a column by what ``make`` gives for its list of values."""
    table = pq.read_table(path)
    index = table.schema.names.index(name)
    pq.write_table(table.set_column(index, name, make(table.column(index).to_pylist())), path)


def test_a_segment_is_the_same_by_its_split_and_the_folder_around_it(waymo: Any) -> None:
    scenes = [only_scene(open_dataset(path)) for path in (waymo.folder, waymo.folder.parent)]
    assert scenes[0] == scenes[1]
    assert detect_format(waymo.folder).name == "waymo"
    assert scenes[0].name == SEGMENT
    assert scenes[0].problems == ()
    assert open_scene(scenes[0].path, SEGMENT, "waymo") == scenes[0]
    assert pickle.loads(pickle.dumps(scenes[0])) == scenes[0]


def test_a_frame_is_at_the_time_of_its_pose_and_named_by_its_timestamp(waymo: Any) -> None:
    scene = only_scene(open_dataset(waymo.folder))
    assert [frame.name for frame in scene.frames] == [str(micros) for micros in MICROS]
    assert scene.frame_times_ns == tuple((micros + 50_000) * 1000 for micros in MICROS)
    assert scene.map_name == "location_sf"
    assert scene.trajectory is not None
    assert scene.map_from_world is not None
    np.testing.assert_array_equal(scene.trajectory.poses[0].translation, [0, 0, 0])
    np.testing.assert_allclose(scene.map_from_world.translation, MAP, atol=1.0)


def test_without_images_frames_are_at_their_own_timestamps(waymo: Any) -> None:
    waymo.path("camera_image").unlink()
    scene = only_scene(open_dataset(waymo.folder))
    assert scene.frame_times_ns == tuple(micros * 1000 for micros in MICROS)
    assert "camera_image/1234_made_segment.parquet" in messages(scene)


def test_points_of_a_moving_turning_lidar_lie_on_the_ground_and_on_the_car(waymo: Any) -> None:
    scene = only_scene(open_dataset(waymo.folder))
    labels = FORMAT.read_labels(scene).labels
    for frame in scene.frames:
        by_name = {sweep.sensor: sweep for sweep in frame.sweeps}
        assert by_name["lidar_top"].deskew == "done"
        assert by_name["lidar_front"].deskew == "off"
        # The first return alone: the second is made up.
        reader = by_name["lidar_top"].read
        assert isinstance(reader, RangeImageReader)
        read = replace(reader, returns="first")
        cloud = read(by_name["lidar_top"].path, "lidar_top")
        (box,) = (cuboid.box_ego for cuboid in labels.cuboids.values() if cuboid.frame_index == frame.index)
        world_from_ego = scene.world_from_ego(frame.index)
        assert world_from_ego is not None
        assert scene.map_from_world is not None
        points_ego = scene.rig.ego_from_sensor["lidar_top"] @ cloud.positions_m
        points_map = (scene.map_from_world @ world_from_ego) @ points_ego
        on_car = box.contains(points_ego, margin_m=0.01)
        assert cloud.intensity is not None
        np.testing.assert_array_equal(cloud.intensity == 0.75, on_car)
        assert on_car.sum() == waymo.car_points[frame.index] > 5
        # The pixels' places are float32 of kilometres: within a millimetre.
        assert np.abs(points_map[~on_car, 2] - MAP[2]).max() < 2e-3


def test_lidars_with_even_beams_fit_too(waymo: Any) -> None:
    scene = only_scene(open_dataset(waymo.folder))
    world_from_ego = scene.world_from_ego(1)
    assert world_from_ego is not None
    assert scene.map_from_world is not None
    (sweep,) = (sweep for sweep in scene.frames[1].sweeps if sweep.sensor == "lidar_front")
    cloud = sweep.cloud()
    assert len(cloud) == sweep.point_count() > 1000
    ego_from_lidar = scene.rig.ego_from_sensor["lidar_front"]
    heights = (scene.map_from_world @ world_from_ego @ ego_from_lidar @ cloud.positions_m)[:, 2] - MAP[2]
    assert heights.min() > -1e-3
    assert heights.max() < 1.71
    assert np.mean(heights < 1e-3) > 0.8


def test_the_middle_of_a_picture_looks_ahead_and_its_left_side_to_the_left(waymo: Any) -> None:
    scene = only_scene(open_dataset(waymo.folder))
    (sweep,) = (sweep for sweep in scene.frames[0].sweeps if sweep.sensor == "lidar_front")
    ego_from_lidar = scene.rig.ego_from_sensor["lidar_front"]
    points_ego = (
        ego_from_lidar.rotation @ sweep.cloud().positions_m[-180:].T
    )  # the lowest beam meets the ground all around
    azimuth = np.arctan2(points_ego[1], points_ego[0])
    assert azimuth[len(azimuth) // 4] > 1.0
    assert abs(azimuth[len(azimuth) // 2]) < 0.1
    assert azimuth[3 * len(azimuth) // 4] < -1.0


def test_both_returns_are_points_unless_told_otherwise(waymo: Any) -> None:
    both = only_scene(open_dataset(waymo.folder))
    first = only_scene(open_dataset(waymo.folder, assume={"lidar_returns": "first"}))
    counts = [scene.frames[0].sweeps[0].point_count() for scene in (both, first)]
    assert counts[0] == counts[1] + 3
    assert [len(scene.frames[0].sweeps[0].cloud()) for scene in (both, first)] == counts
    assert open_dataset(waymo.folder).guesses[0].answer == "both"
    assert open_dataset(waymo.folder, assume={"lidar_returns": "first"}).guesses[0].why == "as told"


def test_cameras_see_along_the_optical_axis_through_waymos_lens(waymo: Any) -> None:
    scene = only_scene(open_dataset(waymo.folder))
    camera = scene.rig.cameras["camera_front"]
    assert scene.rig.images_are == "raw"
    assert isinstance(camera, BrownConrady)
    # Waymo's camera: x ahead, y left, z up, and pixel 0 at the edge.
    ahead, left, up = 10.0, 1.5, -0.7
    x, y = -left / ahead, -up / ahead
    r2 = x * x + y * y
    radial = 1 + 0.04 * r2 - 0.3 * r2**2 + 0.01 * r2**3
    u = 110.0 * (x * radial + 2 * 0.001 * x * y + 0.0002 * (r2 + 2 * x * x)) + 100.5
    v = 112.0 * (y * radial + 0.001 * (r2 + 2 * y * y) + 2 * 0.0002 * x * y) + 50.25
    (cam,) = (row for row in [scene.rig.cam_from_ego("camera_front")])
    from_mount = np.array([ahead, left, up])
    mount = np.array([[np.cos(0.05), -np.sin(0.05), 0], [np.sin(0.05), np.cos(0.05), 0], [0, 0, 1]])
    point_ego = mount @ from_mount + [1.5, 0.02, 2.1]
    uv, visible = camera.image_from_camera((cam @ point_ego)[np.newaxis])
    assert visible.all()
    np.testing.assert_allclose(uv[0], [u - 0.5, v - 0.5], atol=1e-9)


def test_images_have_their_own_time_row_time_and_bytes(waymo: Any) -> None:
    scene = only_scene(open_dataset(waymo.folder))
    for index, frame in enumerate(scene.frames):
        image = frame.image("camera_front")
        assert image is not None
        assert image.encoded() == waymo.pictures[index]
        assert read_image(image).shape == (100, 200, 3)
        # The middle of trigger and end of readout, 12 ms after the pose; 40 ms of readout over 100 rows.
        assert image.timestamp_ns == frame.timestamp_ns + 12_000_000
        assert image.row_time_ns == 400_000


@pytest.mark.parametrize(("direction", "row_time_ns"), [(3, -400_000), (2, 0), (5, 0), (0, 0)])
def test_only_shutters_that_roll_over_rows_have_a_row_time(waymo: Any, direction: int, row_time_ns: int) -> None:
    column = "[CameraCalibrationComponent].rolling_shutter_direction"
    change(waymo.path("camera_calibration"), column, lambda _: pa.array([direction], pa.int8()))
    image = only_scene(open_dataset(waymo.folder)).frames[0].image("camera_front")
    assert image is not None
    assert image.row_time_ns == row_time_ns


def test_boxes_are_tracks_with_difficulty_and_points(waymo: Any) -> None:
    scene = only_scene(open_dataset(waymo.folder))
    reading = FORMAT.read_labels(scene)
    assert reading.problems == ()
    (track,) = reading.labels.tracks.values()
    assert (track.category, track.external_id, track.first_frame, track.last_frame) == ("TYPE_VEHICLE", "car-A", 0, 2)
    assert FORMAT.read_labels(scene).labels == reading.labels
    keys = reading.labels.keys_of_track(track.id)
    assert [key.attributes["difficulty"] for key in keys] == [1, 2, 1]
    assert [key.attributes["waymo.num_lidar_points_in_box"] for key in keys] == waymo.car_points
    # The same car, parked: one place in the world.
    assert scene.trajectory is not None
    poses = [scene.trajectory.world_from_ego(time_ns) for time_ns in scene.frame_times_ns]
    places = [poses[key.frame_index] @ key.ego_from_object for key in keys]
    assert places[2].is_close(places[0], translation_m=1e-6, rotation_rad=0.02)


def test_a_frame_fuses_all_its_lidars(waymo: Any) -> None:
    scene = only_scene(open_dataset(waymo.folder))
    fused = fuse_frame(scene, 2, color=True)
    assert fused.problems == ()
    assert set(fused.point_counts) == {"lidar_top", "lidar_front"}


def test_bad_rows_are_named_and_left_out(waymo: Any) -> None:
    boxes = waymo.path("lidar_box")
    change(boxes, "[LiDARBoxComponent].box.size.x", lambda v: pa.array([0.0, *v[1:]]))
    change(boxes, "[LiDARBoxComponent].type", lambda v: pa.array([*v[:2], 9], pa.int8()))
    change(waymo.path("lidar"), "key.laser_name", lambda v: pa.array([7, *v[1:]], pa.int8()))
    change(waymo.path("vehicle_pose"), MATRIX, lambda v: pa.array([[0.0] * 16, *v[1:]], pa.list_(pa.float64(), 16)))
    scene = only_scene(open_dataset(waymo.folder))
    found = [problem.message for problem in scene.problems]
    assert any(line.startswith("row 0: expected a frame and lidar of its own") for line in found)
    assert any(line.startswith("row 0: rotation must be orthonormal") for line in found)
    reading = FORMAT.read_labels(scene)
    assert len(reading.labels.cuboids) == 1
    lines = [problem.message for problem in reading.problems]
    assert lines[0].startswith("row 0: expected a box with sizes above zero")
    assert lines[1] == "row 2: expected a type of 0 to 4, found 9"


MATRIX = "[VehiclePoseComponent].world_from_vehicle.transform"


@pytest.mark.parametrize(
    ("component", "column"),
    [
        ("vehicle_pose", MATRIX),
        ("lidar_calibration", "[LiDARCalibrationComponent].beam_inclination.values"),
        ("camera_calibration", "[CameraCalibrationComponent].intrinsic.f_u"),
        ("camera_image", "[CameraImageComponent].pose_timestamp"),
        ("lidar", "key.laser_name"),
    ],
)
def test_a_column_of_another_type_is_a_problem_of_its_file(waymo: Any, component: str, column: str) -> None:
    change(waymo.path(component), column, lambda values: pa.array(["no number"] * len(values)))
    scene = only_scene(open_dataset(waymo.folder))
    assert any(column.rsplit(".", 1)[-1] in problem.message for problem in scene.problems), scene.problems


def test_a_range_image_of_another_shape_is_a_point_file_error(waymo: Any) -> None:
    column = "[LiDARComponent].range_image_return1.shape"
    change(waymo.path("lidar"), column, lambda values: pa.array([[1, 2, 4]] * len(values), pa.list_(pa.int32(), 3)))
    sweep = only_scene(open_dataset(waymo.folder)).frames[0].sweeps[0]
    with pytest.raises(PointFileError, match=r"expected a shape of rows, columns and 4"):
        sweep.cloud()
    with pytest.raises(PointFileError, match=r"expected a shape of rows, columns and 4"):
        sweep.point_count()


def test_it_is_read_only_and_says_so(waymo: Any, tmp_path: Path) -> None:
    export = SceneExport(only_scene(open_dataset(waymo.folder)), LabelSet())
    assert not get_format("waymo").can_write_labels
    for call in (lambda: FORMAT.write_labels(export, tmp_path), lambda: FORMAT.losses([export])):
        with pytest.raises(FormatError, match="read alone"):
            call()


def test_another_folder_is_refused(tmp_path: Path, waymo: Any) -> None:
    with pytest.raises(FormatError, match="expected vehicle_pose"):
        FORMAT.open_dataset(tmp_path / "set" / "training" / "stats")
    with pytest.raises(FormatError, match="expected the segment"):
        FORMAT.open_scene(waymo.folder, "../training/1234_made_segment")


def test_a_link_out_of_the_set_is_not_followed(waymo: Any, tmp_path: Path) -> None:
    target = waymo.path("lidar").rename(tmp_path / "outside.parquet")
    waymo.path("lidar").symlink_to(target)
    scene = only_scene(open_dataset(waymo.folder))
    assert not any(frame.sweeps for frame in scene.frames)
    assert any("link" in problem.message for problem in scene.problems)


def read_everything(folder: Path) -> None:
    """Open, read labels, clouds and pictures; nothing but this project's errors may come out."""
    for scene in FORMAT.open_dataset(folder).scenes:
        FORMAT.read_labels(scene)
        for frame in scene.frames:
            fuse_frame(scene, frame.index)
            for image in frame.images:
                try:
                    read_image(image)
                except ImageFileError:
                    continue


FUZZED = ("lidar_calibration", "vehicle_pose", "lidar", "lidar_pose", "camera_image", "lidar_box")


@pytest.mark.parametrize("component", FUZZED)
@settings(max_examples=12)
@given(data=st.data())
def test_whatever_the_bytes_only_our_errors_come_out(
    waymo_template: Any, tmp_path_factory: pytest.TempPathFactory, component: str, data: st.DataObject
) -> None:
    whole = waymo_template.path(component).read_bytes()
    # The file's length differs from run to run, so places are drawn without it: near its end, or as a share of it.
    if data.draw(st.booleans()):
        spoiled = whole[: round(data.draw(st.floats(0.0, 1.0)) * len(whole))]
    else:
        last = len(whole) - 1
        from_end = st.integers(0, 600).map(lambda back: max(last - back, 0))
        start = data.draw(st.one_of(from_end, st.floats(0.0, 1.0).map(lambda share: int(share * last))))
        patch = data.draw(st.binary(min_size=1, max_size=8))
        spoiled = whole[:start] + patch + whole[start + len(patch) :]
    folder = tmp_path_factory.mktemp("spoiled") / "training"
    for source in waymo_template.folder.iterdir():
        (folder / source.name).mkdir(parents=True)
        target = folder / source.name / f"{SEGMENT}.parquet"
        if source.name == component:
            target.write_bytes(spoiled)
        else:
            target.symlink_to(waymo_template.path(source.name))
    for name in ("lidar_calibration", "vehicle_pose", "lidar", "camera_calibration"):
        target = folder / name / f"{SEGMENT}.parquet"
        if target.is_symlink():
            target.unlink()
            target.hardlink_to(waymo_template.path(name))
    with contextlib.suppress(TrueboxError):
        read_everything(folder)
