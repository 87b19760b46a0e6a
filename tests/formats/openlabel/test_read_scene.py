from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formats import FormatError
from formats.openlabel import OpenLabel
from geometry import SE3

FORMAT = OpenLabel()


def write(path: Path, **parts: Any) -> Path:
    path.write_text(json.dumps({"openlabel": {"metadata": {"schema_version": "1.0.0"}} | parts}))
    return path


def car(values: list[float], system: str = "", **more: Any) -> dict[str, Any]:
    named = {"coordinate_system": system} if system else {}
    return {"objects": {"7": {"object_data": {"cuboid": [{"name": "c", "val": values} | named | more]}}}}


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
