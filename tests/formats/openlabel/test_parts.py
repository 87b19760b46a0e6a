from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration import BrownConrady, KannalaBrandt, Pinhole
from formats import FormatError
from formats.openlabel import OpenLabel
from formats.openlabel.cuboid_values import decode_cuboid, encode_cuboid, turn_axes
from formats.openlabel.streams import decode_camera, encode_camera
from formats.openlabel.timestamps import decode_time, encode_time, frame_times, guess_unit, parse_time
from formats.openlabel.transforms import decode_transform
from geometry import SE3, Box

FORMAT = OpenLabel()


def write(path: Path, **parts: Any) -> Path:
    path.write_text(json.dumps({"openlabel": {"metadata": {"schema_version": "1.0.0"}} | parts}))
    return path


def car(values: list[float], system: str = "", **more: Any) -> dict[str, Any]:
    named = {"coordinate_system": system} if system else {}
    return {"objects": {"7": {"object_data": {"cuboid": [{"name": "c", "val": values} | named | more]}}}}


def test_a_quaternion_has_its_real_part_last() -> None:
    half = np.sqrt(0.5)
    place, size = decode_cuboid([1, 2, 3, 0, 0, half, half, 4, 2, 1.5])
    assert place.yaw_rad == pytest.approx(np.pi / 2)
    np.testing.assert_array_equal(size, [4, 2, 1.5])
    assert encode_cuboid(place, size) == pytest.approx([1, 2, 3, 0, 0, half, half, 4, 2, 1.5])


def test_angles_turn_about_z_then_y_then_x_along() -> None:
    place, _ = decode_cuboid([0, 0, 0, 0.1, 0.2, 0.3, 1, 1, 1])
    turn_z, turn_y, turn_x = (
        np.array([[np.cos(0.3), -np.sin(0.3), 0], [np.sin(0.3), np.cos(0.3), 0], [0, 0, 1]]),
        np.array([[np.cos(0.2), 0, np.sin(0.2)], [0, 1, 0], [-np.sin(0.2), 0, np.cos(0.2)]]),
        np.array([[1, 0, 0], [0, np.cos(0.1), -np.sin(0.1)], [0, np.sin(0.1), np.cos(0.1)]]),
    )
    np.testing.assert_allclose(place.rotation, turn_z @ turn_y @ turn_x, atol=1e-12)
    again, _ = decode_cuboid([0, 0, 0, *np.degrees([0.1, 0.2, 0.3]).tolist(), 1, 1, 1], "degrees")
    assert again.is_close(place)


@pytest.mark.parametrize("axes", ["iso8855", "y-forward", "y-down"])
def test_turned_axes_leave_the_box_where_it_is(axes: Any) -> None:
    place, size = decode_cuboid([1, 2, 3, 0.1, 0.2, 0.3, 4, 2, 1.5])
    turned = Box(*turn_axes(place, size, axes))
    corners = {tuple(np.round(corner, 9)) for corner in turned.corners()}
    assert corners == {tuple(np.round(corner, 9)) for corner in Box(place, size).corners()}
    ahead = {"iso8855": 0, "y-forward": 1, "y-down": 0}[axes]
    np.testing.assert_allclose(turned.frame_from_object.rotation[:, 0], place.rotation[:, ahead])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, 2, 3], "9 or 10 numbers"),
        ([0] * 11, "9 or 10 numbers"),
        (None, "9 or 10 numbers"),
        ([0, 0, 0, 0, 0, 0, 1, 1, -1], "above zero"),
        ([0, 0, 0, 0, 0, 0, 0, 1, 1, 1], "length 0"),
        ([float("inf"), 0, 0, 0, 0, 0, 1, 1, 1], "9 or 10 numbers"),
        ([10**400, 0, 0, 0, 0, 0, 1, 1, 1], "9 or 10 numbers"),
        ([True, 0, 0, 0, 0, 0, 1, 1, 1], "9 or 10 numbers"),
    ],
)
def test_what_is_no_cuboid_is_named(values: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decode_cuboid(values)


def test_the_three_ways_to_write_a_transform_are_one() -> None:
    wanted = SE3.from_yaw(0.3, [1, 2, 3])
    w, x, y, z = wanted.quat_wxyz.tolist()
    for value in (
        {"matrix4x4": wanted.matrix.ravel().tolist()},
        {"quaternion": [x, y, z, w], "translation": [1, 2, 3]},
        {"euler_angles": [0.3, 0, 0], "translation": [1, 2, 3]},
        {"euler_angles": [0, 0, 0.3], "sequence": "XYZ", "translation": [1, 2, 3]},
    ):
        assert decode_transform(value).is_close(wanted)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"matrix4x4": [0.0] * 16},
        {"matrix4x4": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 5, 1]},
        {"matrix4x4": [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]},
        {"quaternion": [0, 0, 0, 1]},
        {"euler_angles": [0, 0, 0], "sequence": "ZZX", "translation": [0, 0, 0]},
        {"euler_angles": [0, 0, 0], "sequence": 7, "translation": [0, 0, 0]},
    ],
)
def test_what_is_no_transform_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"expected|must"):
        decode_transform(value)


@pytest.mark.parametrize(
    "camera",
    [
        Pinhole(700.5, 701, 320.25, 240, 640, 480),
        BrownConrady(700, 701, 320, 240, 640, 480, coefficients=(0.1, 0.01, 0, 1e-3)),
        BrownConrady(700, 701, 320, 240, 640, 480, coefficients=(0.1, 0.01, 0, 1e-3, 0.2)),
        KannalaBrandt(300, 301, 320, 240, 640, 480, coefficients=(0.1, 0.01, 0, 1e-3)),
        KannalaBrandt(300, 301, 320, 240, 640, 480, coefficients=(0.1, 0, 0, 1e-3), lens_angle_rad=1.4),
    ],
)
def test_cameras_come_back(camera: Any) -> None:
    made, place = decode_camera(json.loads(json.dumps(encode_camera(camera))))
    assert made == camera
    assert place == SE3.identity()


def test_a_fisheye_of_five_coefficients_scales_its_focal_length() -> None:
    fields = {"width_px": 640, "height_px": 480, "center_x": 320.0, "center_y": 240.0, "model": "kannala"}
    made, _ = decode_camera({"intrinsics_fisheye": fields | {"lens_coeffs_1xN": [300.0, 30.0, 0.0, 0.0, 3.0]}})
    assert isinstance(made, KannalaBrandt)
    assert (made.fx_px, made.coefficients) == (300.0, (0.1, 0.0, 0.0, 0.01))


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({}, "found none"),
        ({"intrinsics_cylindrical": {"width_px": 1}}, "found intrinsics_cylindrical"),
        ({"intrinsics_custom": {}}, "found intrinsics_custom"),
        ({"intrinsics_fisheye": {"model": "radial_poly", "lens_coeffs_1xN": [1, 2, 3, 4]}}, "radial_poly"),
        ({"intrinsics_fisheye": {"lens_coeffs": [1, 2]}}, "4 or 5 numbers"),
        ({"intrinsics_pinhole": {"camera_matrix": [1] * 12}}, "width_px"),
        ({"intrinsics_pinhole": {"camera_matrix": "x"}}, "12 or 9 numbers"),
    ],
)
def test_other_cameras_are_refused(properties: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decode_camera(properties)


def test_a_camera_that_is_refused_is_named_and_the_rest_read(tmp_path: Path) -> None:
    systems = {
        "vehicle-iso8855": {"type": "local_cs", "parent": "", "children": ["round"]},
        "round": {
            "type": "sensor_cs",
            "parent": "vehicle-iso8855",
            "pose_wrt_parent": {"matrix4x4": np.eye(4).ravel().tolist()},
        },
    }
    streams = {"round": {"type": "camera", "stream_properties": {"intrinsics_cylindrical": {}}}}
    write(
        tmp_path / "a.json",
        coordinate_systems=systems,
        streams=streams,
        frames={"0": {"frame_properties": {"timestamp": 1.5}}},
    )
    (scene,) = FORMAT.open_dataset(tmp_path).scenes
    assert (list(scene.rig.cameras), scene.frame_times_ns) == ([], (1_500_000_000,))
    (problem,) = scene.problems
    assert problem.message.startswith(
        "stream round: expected intrinsics_pinhole or intrinsics_fisheye, found intrinsics_c"
    )
    assert problem.message.endswith(": the camera is left out")


@given(st.integers(-(2**61), 2**61))
def test_times_keep_every_nanosecond(time_ns: int) -> None:
    assert decode_time(encode_time(time_ns), "s") == time_ns


@pytest.mark.parametrize(
    ("values", "unit", "first_ns"),
    [
        ([1632321743.25, 1632321743.35], "s", 1632321743_250_000_000),
        (["1632321743.100000072", "1632321743.2"], "s", 1632321743_100_000_072),
        ([1632321743250, 1632321743350], "ms", 1632321743_250_000_000),
        ([1632321743250000, 1632321743350000], "us", 1632321743_250_000_000),
        ([1632321743250000072, 1632321743350000072], "ns", 1632321743_250_000_072),
        ([0.0, 0.1, 0.2], "s", 0),
        ([100, 200, 300], "ms", 100_000_000),
        ([0, 100_000_000, 200_000_000], "ns", 0),
    ],
)
def test_the_unit_of_times_is_found(values: list[Any], unit: str, first_ns: int) -> None:
    times, guess, fault = frame_times(values, range(len(values)), None)
    assert guess is not None
    assert (guess.answer, times[0], fault) == (unit, first_ns, "")


def test_dates_are_times() -> None:
    assert parse_time("2021-09-22T14:42:23.1000000721Z") == 1632321743_100_000_072
    assert parse_time("2021-09-22T16:42:23+02:00") == 1632321743 * 10**9
    assert parse_time("noon") is None
    assert parse_time("1e999999999") is None
    assert guess_unit([Decimal(5)]).is_sure is False


@pytest.mark.parametrize("values", [[None, None], [1, None], [2, 1], [1, 1], ["x", "y"], [1e18, 3e18], [True, False]])
def test_times_that_cannot_be_are_taken_as_10_hz(values: list[Any]) -> None:
    times, _, fault = frame_times(values, [3, 4], "s")
    assert times == [300_000_000, 400_000_000]
    assert fault.endswith("frames are read as 10 Hz")


def test_a_static_cuboid_of_the_world_is_in_every_frame_of_its_interval(tmp_path: Path) -> None:
    systems = {
        "odom": {"type": "scene_cs", "parent": "", "children": ["vehicle-iso8855"]},
        "vehicle-iso8855": {"type": "local_cs", "parent": "odom"},
    }

    def frame(x: float) -> dict[str, Any]:
        matrix = SE3.from_yaw(0.0, [5e6 + x, 0, 0]).matrix.ravel().tolist()
        transform = {"src": "vehicle-iso8855", "dst": "odom", "transform_src_to_dst": {"matrix4x4": matrix}}
        return {"frame_properties": {"timestamp": str(x / 10), "transforms": {"ego": transform}}}

    wall = {
        "name": "w",
        "type": "Wall",
        "frame_intervals": [{"frame_start": 11, "frame_end": 12}],
        "object_data": {
            "cuboid": [{"name": "c", "coordinate_system": "odom", "val": [5e6 + 10, 2, 0, 0, 0, 0, 1, 4, 2]}]
        },
    }
    frames = {str(number): frame(number - 10.0) for number in (10, 11, 12)}
    write(tmp_path / "a.json", coordinate_systems=systems, objects={"3": wall}, frames=frames)
    (scene,) = FORMAT.open_dataset(tmp_path, {"cuboid-axes.odom": "iso8855"}).scenes
    assert [frame.name for frame in scene.frames] == ["10", "11", "12"]
    assert scene.trajectory is not None
    assert scene.map_from_world is not None
    np.testing.assert_allclose(scene.map_from_world.translation, [5e6, 0, 0])
    np.testing.assert_allclose(scene.trajectory.poses[2].translation, [2, 0, 0])
    cuboids = list(FORMAT.read_labels(scene).labels.cuboids.values())
    assert [cuboid.frame_index for cuboid in cuboids] == [1, 2]
    np.testing.assert_allclose([c.ego_from_object.translation for c in cuboids], [[9, 2, 0], [8, 2, 0]], atol=1e-8)


def test_a_convention_is_asked_of_every_coordinate_system(tmp_path: Path) -> None:
    objects = {"7": {"name": "a", "type": "Car"}}
    frames = {str(i): car([10, 0, 1, 0, 0, 0, 1, 1.8, 4.2, 1.5]) for i in range(12)}
    write(tmp_path / "a.json", objects=objects, frames=frames)
    dataset = FORMAT.open_dataset(tmp_path)
    (_, axes) = dataset.guesses
    assert (axes.question, axes.answer, axes.is_sure) == ("cuboid-axes.vehicle-iso8855", "y-forward", True)
    assert "12 of 12 cuboids" in axes.why
    cuboid = next(iter(FORMAT.read_labels(dataset.scenes[0]).labels.cuboids.values()))
    np.testing.assert_allclose(cuboid.size_lwh_m, [4.2, 1.8, 1.5])
    told = FORMAT.open_dataset(tmp_path, {"cuboid-axes.vehicle-iso8855": "iso8855"})
    assert told.guesses[1].why == "as told"
    cuboid = next(iter(FORMAT.read_labels(told.scenes[0]).labels.cuboids.values()))
    np.testing.assert_allclose(cuboid.size_lwh_m, [1.8, 4.2, 1.5])


def test_attributes_scores_and_streams_are_taken(tmp_path: Path) -> None:
    systems = {
        "base": {"type": "local", "parent": "", "children": ["lidar"]},
        "lidar": {
            "type": "sensor",
            "parent": "base",
            "pose_wrt_parent": {"quaternion": [0, 0, 0, 1], "translation": [1, 0, 2]},
        },
    }
    said = {
        "num": [{"name": "score", "val": 0.5}, {"name": "doors", "val": 4}],
        "text": [{"name": "stream", "val": "lidar"}],
    }
    entry = car([10, 0, 1, 0, 0, 0, 1, 4.2, 1.8, 1.5], attributes=said)
    entry["objects"]["7"]["object_data"] |= {
        "boolean": [{"name": "parked", "val": True}],
        "vec": [{"name": "v", "val": [1, "a"]}],
    }
    thing = {"name": "a", "type": "Car", "object_data": {"text": [{"name": "make", "val": "one"}]}}
    write(tmp_path / "a.json", coordinate_systems=systems, objects={"7": thing}, frames={"0": entry})
    (scene,) = FORMAT.open_dataset(tmp_path).scenes
    labels = FORMAT.read_labels(scene).labels
    (cuboid,) = labels.cuboids.values()
    (track,) = labels.tracks.values()
    np.testing.assert_allclose(cuboid.ego_from_object.translation, [11, 0, 3])
    assert (cuboid.score, track.attributes) == (0.5, {"make": "one"})
    assert cuboid.attributes == {"doors": 4, "stream": "lidar", "parked": True, "v": '[1, "a"]'}


def test_files_that_streams_name_are_sensor_data_where_they_lie_inside(tmp_path: Path) -> None:
    inside = tmp_path / "set"
    (inside / "points").mkdir(parents=True)
    np.zeros((5, 4), np.float32).tofile(inside / "points" / "0.bin")
    np.zeros((5, 4), np.float32).tofile(tmp_path / "1.bin")
    (inside / "points" / "2.bin").symlink_to(tmp_path / "1.bin")
    uris = ["points/0.bin", "../1.bin", "points/2.bin", "http://x/points/0.bin", "points/9.bin"]
    frames = {
        str(i): {"frame_properties": {"timestamp": i / 10, "streams": {"lidar": {"uri": uri}}}}
        for i, uri in enumerate(uris)
    }
    write(inside / "a.json", streams={"lidar": {"type": "lidar"}}, frames=frames)
    (scene,) = FORMAT.open_dataset(inside).scenes
    assert [len(frame.sweeps) for frame in scene.frames] == [1, 0, 0, 0, 0]
    assert scene.frames[0].sweeps[0].point_count() == 5
    assert sorted(problem.message.split(":")[0] for problem in scene.problems) == [
        "a link that leaves the dataset's folder is not followed",
        "stream lidar",
    ]


def test_a_single_file_opens_and_others_are_passed_over(tmp_path: Path) -> None:
    file = write(tmp_path / "a.json")
    (tmp_path / "instances.json").write_text('{"images": []}')
    assert FORMAT.detect(file)
    assert FORMAT.detect(tmp_path)
    assert not FORMAT.detect(tmp_path / "instances.json")
    assert [scene.name for scene in FORMAT.open_dataset(file).scenes] == ["a"]
    assert [scene.name for scene in FORMAT.open_dataset(tmp_path).scenes] == ["a"]
    assert FORMAT.open_scene(tmp_path, "a").name == "a"
    with pytest.raises(FormatError, match="expected the scene b"):
        FORMAT.open_scene(tmp_path, "b")
