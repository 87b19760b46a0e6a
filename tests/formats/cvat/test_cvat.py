from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.cvat import Cvat, backup
from formats.errors import FormatError
from formats.format import LabelReading
from fusion import Scene
from geometry import SE3
from labels import Resolver
from tests.formats.box_scenes import json_values, replaced, spoilt, survives

FORMAT = Cvat()


def points(x: float, yaw_rad: float = 0.0) -> list[float]:
    return [x, 2.0, 3.0, 0.0, 0.0, yaw_rad, 4.0, 2.0, 1.5, *[0.0] * 7]


def shape(frame: int, x: float, **more: Any) -> dict[str, Any]:
    return {"type": "cuboid", "frame": frame, "points": points(x), "occluded": False, "attributes": []} | more


ANNOTATIONS = [
    {
        "version": 0,
        "tags": [],
        "shapes": [
            shape(1, 5.0, label="car", occluded=True, attributes=[{"name": "lit", "value": "True"}]),
            shape(1, 6.0, label="car", points=[float(i) for i in range(16)]),
        ],
        "tracks": [
            {
                "label": "bus",
                "frame": 0,
                "attributes": [{"name": "line", "value": "7"}],
                "shapes": [
                    shape(0, 0.0, outside=False),
                    shape(2, 2.0, outside=False),
                    shape(4, 2.0, outside=True),
                    shape(6, 9.0, outside=False),
                ],
            }
        ],
    }
]
MANIFEST = "\n".join(
    [
        '{"version":"1.1"}',
        '{"type":"images"}',
        *(f'{{"name":"pointcloud/scan{i}","extension":".pcd"}}' for i in range(9)),
    ]
)
FILES = {
    "task.json": json.dumps({"name": "t", "version": "1.0", "data": {"start_frame": 0, "stop_frame": 8}}),
    "annotations.json": json.dumps(ANNOTATIONS),
    "data/manifest.jsonl": MANIFEST,
}


def put(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def zipped(path: Path, prefix: str = "", compress: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compress) as archive:
        for name, text in FILES.items():
            archive.writestr(prefix + name, text)
        archive.writestr(prefix + "data/scan0.pcd", b"\0" * 1000)
    return path


def opened(path: Path) -> tuple[Scene, LabelReading]:
    (scene,) = FORMAT.open_dataset(path).scenes
    assert FORMAT.open_scene(scene.path, scene.name) == scene
    return scene, FORMAT.read_labels(scene)


@pytest.mark.parametrize("kind", ["folder", "zip", "zip in a folder", "project", "project zip"])
def test_a_backup_is_the_same_however_it_lies(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "in"
    path.mkdir()
    if kind == "folder":
        put(path)
    elif kind == "zip":
        path = zipped(tmp_path / "in.zip")
    elif kind == "zip in a folder":
        zipped(path / "a.zip")
    elif kind == "project":
        put(path / "task_1")
        (path / "project.json").write_text("{}")
    else:
        path = zipped(tmp_path / "in.zip", "task_1/")
    assert FORMAT.detect(path) == (kind != "zip in a folder")
    scene, reading = opened(path)
    assert [frame.name for frame in scene.frames] == [f"scan{i}" for i in range(9)]
    assert [problem.message for problem in reading.problems] == [
        "job 0, shape 1: expected a cuboid of a cloud with a label, a frame and a size above 0, found something else"
    ]
    labels = reading.labels
    car, bus = (next(t for t in labels.tracks.values() if t.category == name) for name in ("car", "bus"))
    (single,) = labels.keys_of_track(car.id)
    assert single.ego_from_object.is_close(SE3.from_yaw(0.0, [5.0, 2.0, 3.0]))
    assert single.size_lwh_m.tolist() == [4.0, 2.0, 1.5]
    assert dict(single.attributes) == {"lit": True, "occluded": True}
    assert (dict(bus.attributes), bus.interpolate_in) == ({"line": "7"}, "ego")
    # Derived between keys, held until it is outside, gone, and held again to the end: as CVAT shows it.
    resolver = Resolver(labels, scene.frame_times_ns)
    found = [resolver.track_in_frame(bus.id, index) for index in range(9)]
    xs = [None if item is None else round(float(item.cuboid.ego_from_object.translation[0]), 6) for item in found]
    assert xs == [0.0, 1.0, 2.0, 2.0, None, None, 9.0, 9.0, 9.0]


def test_frames_follow_the_tasks_own_start_and_step(tmp_path: Path) -> None:
    put(tmp_path)
    data = {"start_frame": 1, "stop_frame": 8, "frame_filter": "step=3"}
    (tmp_path / "task.json").write_text(json.dumps({"data": data}))
    (tmp_path / "annotations.json").write_text(json.dumps({"shapes": [shape(4, 1.0, label="car")], "tracks": []}))
    scene, reading = opened(tmp_path)
    assert [frame.name for frame in scene.frames] == ["scan1", "scan4", "scan7", "000003", "000004"]
    assert [cuboid.frame_index for cuboid in reading.labels.cuboids.values()] == [4]


def test_angles_turn_about_the_boxes_own_axes(tmp_path: Path) -> None:
    put(tmp_path)
    tilted = points(0.0)
    tilted[3:6] = [0.1, 0.2, 0.3]
    boxes = {"shapes": [shape(0, 0.0, label="car", points=tilted)]}
    (tmp_path / "annotations.json").write_text(json.dumps(boxes))
    _, reading = opened(tmp_path)
    (cuboid,) = reading.labels.cuboids.values()
    about_x = np.array([[1, 0, 0], [0, np.cos(0.1), -np.sin(0.1)], [0, np.sin(0.1), np.cos(0.1)]])
    about_y = np.array([[np.cos(0.2), 0, np.sin(0.2)], [0, 1, 0], [-np.sin(0.2), 0, np.cos(0.2)]])
    about_z = SE3.from_yaw(0.3, [0, 0, 0]).rotation
    np.testing.assert_allclose(cuboid.ego_from_object.rotation, about_x @ about_y @ about_z, atol=1e-12)


def test_a_zip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("task.json", "{}")
        with archive.open("annotations.json", "w") as member:
            for _ in range(130):
                member.write(b" " * (1 << 20))
    with pytest.raises(FormatError, match=r"annotations.json: expected a file of at most 12 MiB unpacked"):
        FORMAT.open_dataset(path)
    monkeypatch.setattr(backup, "MAX_MEMBERS", 1)
    with pytest.raises(FormatError, match="expected a zip file of at most 1 files, found 2"):
        FORMAT.open_dataset(path)


def test_a_zip_that_lies_about_sizes_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "liar.zip")
    data = bytearray(path.read_bytes())
    place = data.rindex(b"annotations.json") - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    data[place + 20 : place + 28] = struct.pack("<II", 0xFFFFFFF0, 0xFFFFFFF0)
    path.write_bytes(bytes(data))
    survives(lambda: opened(path))


@pytest.mark.parametrize("name", ["test_canvas3d.zip", "test_velodyne_points.zip"])
def test_archives_of_clouds_alone_are_no_backups(shared_data: Path, name: str) -> None:
    path = shared_data / "peers_outputs/cvat_test_assets" / name
    assert not FORMAT.detect(path)
    with pytest.raises(FormatError, match=r"expected task.json beside annotations.json"):
        FORMAT.open_dataset(path)


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK but no more")
    assert not FORMAT.detect(path)
    with pytest.raises(FormatError, match="expected a zip file, found another"):
        FORMAT.open_dataset(path)
    with pytest.raises(FormatError, match="found none"):
        FORMAT.open_dataset(tmp_path / "none")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_spoilt_backups_give_problems_alone(tmp_path: Path, data: st.DataObject) -> None:
    if data.draw(st.booleans()):
        path = zipped(tmp_path / "a.zip", "", data.draw(st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])))
        path.write_bytes(data.draw(spoilt(path.read_bytes())))
        survives(lambda: opened_all(path))
        return
    folder = put(tmp_path / "folder")
    file = data.draw(st.sampled_from(sorted(FILES)))
    good = FILES[file].encode()
    if file.endswith(".json") and data.draw(st.booleans()):
        bad = json.dumps(replaced(json.loads(good), data.draw(st.integers(0, 60)), data.draw(json_values()))).encode()
    else:
        bad = data.draw(spoilt(good))
    (folder / file).write_bytes(bad)
    survives(lambda: opened_all(folder))


def opened_all(path: Path) -> None:
    for scene in FORMAT.open_dataset(path).scenes:
        FORMAT.read_labels(scene)
