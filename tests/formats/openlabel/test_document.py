from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from formats import FormatError
from formats.openlabel import OpenLabel

FORMAT = OpenLabel()
EYE = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
WHOLE: dict[str, Any] = {
    "metadata": {"schema_version": "1.0.0"},
    "coordinate_systems": {
        "odom": {"type": "scene_cs", "parent": "", "children": ["base"]},
        "base": {"type": "local_cs", "parent": "odom", "children": ["cam"]},
        "cam": {"type": "sensor_cs", "parent": "base", "pose_wrt_parent": {"matrix4x4": EYE}},
    },
    "streams": {
        "cam": {
            "type": "camera",
            "stream_properties": {
                "intrinsics_pinhole": {
                    "width_px": 640,
                    "height_px": 480,
                    "camera_matrix": [500, 0, 320, 0, 0, 500, 240, 0, 0, 0, 1, 0],
                    "distortion_coeffs": [0.1, 0, 0, 0, 0],
                }
            },
        },
        "lidar": {"type": "lidar"},
    },
    "objects": {"0": {"name": "a", "type": "Car", "frame_intervals": [{"frame_start": 0, "frame_end": 1}]}},
    "frames": {
        str(number): {
            "frame_properties": {
                "timestamp": number / 10,
                "transforms": {"t": {"src": "base", "dst": "odom", "transform_src_to_dst": {"matrix4x4": EYE}}},
                "streams": {"cam": {"uri": "x.png", "stream_properties": {"sync": {"timestamp": 1}}}},
            },
            "objects": {
                "0": {
                    "object_data": {
                        "cuboid": [{"name": "c", "coordinate_system": "cam", "val": [1, 2, 3, 0, 0, 0, 4, 2, 1]}],
                        "bbox": [{"name": "b", "coordinate_system": "cam", "val": [10, 10, 4, 4]}],
                        "num": [{"name": "n", "val": 1}],
                    }
                }
            },
        }
        for number in range(2)
    },
    "frame_intervals": [{"frame_start": 0, "frame_end": 1}],
}
OWN: dict[str, Any] = {
    "version": 1,
    "coordinate_systems": {"ego": "base", "world": "odom", "map": "odom"},
    "rig": {"images_are": "raw", "revision": 2, "clock_offset_ns": {"cam": 5}},
    "origin_wgs84": [1, 2, 3],
    "trajectory": [{"timestamp": "0.1", "world_from_ego": {"matrix4x4": EYE}}],
    "tracks": {"0": {"external_id": None, "is_rigid": True}},
    "image_boxes": [
        {"frame_index": 0, "camera": "cam", "ltrb_px": [1, 2, 3, 4], "kind": "given", "track": "0", "attributes": {}}
    ],
    "frame_states": {"0": "done"},
    "taxonomy": {"name": "x", "version": 1, "categories": [], "attributes": []},
}
ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    10**400,
    1e308,
    "",
    "x" * 300,
    "\x00",
    [],
    {},
    [[]],
    {"a": {}},
    [1] * 40,
    "base",
    -1.5,
]


def places_in(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, child in children for found in places_in(child, (*place, key)))]


WITH_OWN = WHOLE | {"metadata": {"schema_version": "1.0.0", "truebox": OWN}}
PLACES = places_in(WITH_OWN)


def read_all(folder: Path) -> int:
    """Opens and reads whatever can be read; nothing but ``FormatError`` may come out."""
    try:
        dataset = FORMAT.open_dataset(folder)
    except FormatError:
        return 0
    count = 0
    for scene in dataset.scenes:
        labels = FORMAT.read_labels(scene).labels
        assert all(cuboid.track_id in labels.tracks for cuboid in labels.cuboids.values())
        assert all(cuboid.frame_index < len(scene.frames) for cuboid in labels.cuboids.values())
        assert len({(c.track_id, c.frame_index) for c in labels.cuboids.values()}) == len(labels.cuboids)
        count += len(labels.cuboids)
    return count


@pytest.mark.parametrize("content", [WHOLE, WITH_OWN])
def test_the_whole_file_can_be_read(tmp_path: Path, content: dict[str, Any]) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"openlabel": content}))
    assert read_all(tmp_path) == 2


@settings(max_examples=150, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(ODD)), min_size=1, max_size=3))
def test_a_value_of_the_wrong_kind_is_no_surprise(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[Any, ...], Any]]
) -> None:
    content: Any = {"openlabel": json.loads(json.dumps(WITH_OWN))}
    for place, value in changes:
        parent = content
        for key in ("openlabel", *place)[:-1]:
            inside = isinstance(parent, dict) and key in parent
            inside |= isinstance(parent, list) and isinstance(key, int) and key < len(parent)
            if not inside:
                break
            parent = parent[key]
        else:
            last = ("openlabel", *place)[-1]
            if isinstance(parent, dict) or (isinstance(parent, list) and isinstance(last, int) and last < len(parent)):
                parent[last] = value
    folder = tmp_path_factory.mktemp("bad")
    (folder / "a.json").write_text(json.dumps(content))
    read_all(folder)


@settings(max_examples=60, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 1), junk=st.binary(max_size=12))
def test_cut_off_and_spoilt_files_are_named(tmp_path_factory: pytest.TempPathFactory, cut: float, junk: bytes) -> None:
    data = json.dumps({"openlabel": WITH_OWN}).encode()
    at = int(cut * len(data))
    folder = tmp_path_factory.mktemp("cut")
    (folder / "a.json").write_bytes(data[:at] + junk)
    read_all(folder)
    (folder / "a.json").write_bytes(data[:at] + junk + data[at + len(junk) :])
    read_all(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"openlabel": 7}', "expected an object under openlabel"),
        ('{"openlabel": {"a": NaN}}', "NaN"),
        ('{"openlabel": {"a": ', "expected JSON"),
        ('{"openlabel": ' + '{"a":' * 100_000, "expected"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_problem_of_the_dataset(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.json").write_text(text)
    (tmp_path / "b.json").write_text(json.dumps({"openlabel": WHOLE}))
    dataset = FORMAT.open_dataset(tmp_path)
    assert [scene.name for scene in dataset.scenes] == ["b"]
    assert [problem.path for problem in dataset.problems] == ["a.json"]
    assert message in dataset.problems[0].message
    with pytest.raises(FormatError, match=message):
        FORMAT.open_dataset(tmp_path / "a.json")


def test_intervals_of_a_billion_frames_are_left_out(tmp_path: Path) -> None:
    content = WHOLE | {"frame_intervals": [{"frame_start": 0, "frame_end": 10**8}]}
    (tmp_path / "a.json").write_text(json.dumps({"openlabel": content}))
    (scene,) = FORMAT.open_dataset(tmp_path).scenes
    assert len(scene.frames) == 2
    assert "expected at most" in scene.problems[0].message


def test_systems_in_a_circle_have_no_place(tmp_path: Path) -> None:
    systems = {
        "a": {"type": "local_cs", "parent": "b", "pose_wrt_parent": {"matrix4x4": EYE}},
        "b": {"type": "sensor_cs", "parent": "a", "pose_wrt_parent": {"matrix4x4": EYE}},
        "c": {"type": "sensor_cs", "parent": "nowhere", "pose_wrt_parent": {"matrix4x4": EYE}},
    }
    objects = WHOLE["frames"]["0"]["objects"]
    objects["0"]["object_data"]["cuboid"][0]["coordinate_system"] = "c"
    content = WHOLE | {"coordinate_systems": systems, "frames": {"0": {"objects": objects}}}
    (tmp_path / "a.json").write_text(json.dumps({"openlabel": content}))
    (scene,) = FORMAT.open_dataset(tmp_path).scenes
    reading = FORMAT.read_labels(scene)
    assert not reading.labels.cuboids
    assert any("expected a coordinate system with a place, found 'c'" in p.message for p in reading.problems)
