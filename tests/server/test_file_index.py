"""The state of raw files: what changed since an import is noticed, what only looks changed is not."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration import SensorRig
from formats import open_scene
from fusion import CameraImage, Frame, Scene
from geometry import SE3
from server.file_index import BLOCK_BYTES, BLOCKS, FileIndex, FileState, check_scene_files, file_state, index_scene

LARGE = BLOCKS * BLOCK_BYTES + 1000


@pytest.fixture
def scene(dataset: Any) -> Scene:
    return open_scene(dataset.training, "0000", "kitti-tracking")


def messages(index: FileIndex, scene: Scene) -> dict[str, str]:
    found: dict[str, str] = {}
    for problem in check_scene_files(index, scene).problems:
        found[problem.path] = found.get(problem.path, "") + problem.message
    return found


def test_nothing_changed_is_nothing_found(scene: Scene) -> None:
    index = index_scene(scene)
    assert len(index.files) == 6
    check = check_scene_files(index, scene)
    assert (check.problems, check.index) == ((), index)
    assert FileIndex.unpacked(index.packed()) == index


def test_a_file_that_grew_or_went_is_named(scene: Scene, dataset: Any) -> None:
    index = index_scene(scene)
    cloud, image = dataset.cloud(1), dataset.image(2)
    cloud.write_bytes(cloud.read_bytes() + bytes(16))
    image.unlink()
    found = messages(index, scene)
    assert set(found) == {"velodyne/0000/000001.bin", "image_02/0000/000002.jpg"}
    assert "expected 3200 bytes, found 3216" in found["velodyne/0000/000001.bin"]
    assert found["image_02/0000/000002.jpg"] == "expected the file that was imported, found none"


def test_other_bytes_of_the_same_size_are_noticed(scene: Scene, dataset: Any) -> None:
    index = index_scene(scene)
    cloud = dataset.cloud(0)
    data = bytearray(cloud.read_bytes())
    data[len(data) // 2] ^= 1
    cloud.write_bytes(data)
    os.utime(cloud, ns=(1, 1))
    assert "same size, but other bytes" in messages(index, scene)["velodyne/0000/000000.bin"]


def test_another_time_alone_is_taken_without_a_word(scene: Scene, dataset: Any) -> None:
    index = index_scene(scene)
    os.utime(dataset.cloud(0), ns=(5, 7))
    check = check_scene_files(index, scene)
    assert check.problems == ()
    assert check.index.files["velodyne/0000/000000.bin"].mtime_ns == 7
    assert check_scene_files(check.index, scene).index == check.index


def test_a_file_is_read_only_where_its_time_differs(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    index = index_scene(scene)

    def fail(path: Path) -> FileState:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr("server.file_index.file_state", fail)
    assert check_scene_files(index, scene).problems == ()


def test_another_calibration_other_poses_and_other_frames_are_noticed(scene: Scene) -> None:
    index = index_scene(scene)
    assert scene.trajectory is not None
    places = dict(scene.rig.ego_from_sensor) | {"velodyne": SE3.from_yaw(0.1, [0, 0, 1])}
    turned = replace(scene, rig=replace(scene.rig, ego_from_sensor=places))
    assert "the calibration" in messages(index, turned)["."]
    assert "the poses" in messages(index, replace(scene, trajectory=None))["."]
    assert "its frames, of which there are 2 now" in messages(index, replace(scene, frames=scene.frames[:2]))["."]


@pytest.mark.parametrize("place", [0, BLOCK_BYTES, LARGE // 2, LARGE - 1])
def test_a_large_file_is_told_by_blocks_with_both_ends(tmp_path: Path, place: int) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(LARGE))
    before = file_state(path)
    with path.open("r+b") as file:
        file.seek(place - place % BLOCK_BYTES if place != LARGE - 1 else place)
        file.write(b"\1" * min(BLOCK_BYTES, LARGE - place))
    after = file_state(path)
    assert after.size == before.size
    # A block between two that are read may differ unseen; the ends never.
    assert (after.digest != before.digest) or place not in (0, LARGE - 1)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_small_files_differ_where_their_bytes_differ(
    tmp_path_factory: pytest.TempPathFactory, one: bytes, other: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "one").write_bytes(one)
    (folder / "other").write_bytes(other)
    same = file_state(folder / "one").digest == file_state(folder / "other").digest
    assert same == (one == other)


def test_a_thousand_frames_of_seven_sensors_are_cheap(tmp_path: Path) -> None:
    """At most a second beside the reading of a few blocks a file, and at most a megabyte."""
    frames = []
    random = np.random.default_rng(1)
    for sensor in range(7):
        (tmp_path / f"camera_{sensor}").mkdir()
    for number in range(1000):
        paths = [tmp_path / f"camera_{sensor}" / f"{number:010d}.png" for sensor in range(7)]
        for path in paths:
            path.write_bytes(random.bytes(64))
        images = tuple(CameraImage(f"camera_{sensor}", number, path) for sensor, path in enumerate(paths))
        frames.append(Frame(number, number, images=images))
    scene = Scene("long", tmp_path, "folder", SensorRig({}, {}, ()), tuple(frames))
    start = time.process_time()
    index = index_scene(scene)
    packed = index.packed()
    spent_s = time.process_time() - start
    assert len(index.files) == 7000
    assert len(packed) < 400_000
    assert spent_s < 3.0  # 0.4 s on the machine it was written on; a bound for slow ones
