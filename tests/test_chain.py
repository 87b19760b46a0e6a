"""A drive that goes through three other ecosystems and comes home as it left."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from formats import get_format, open_dataset
from formats.convert import Conversion, prepare_conversion, write_conversion
from fusion import Scene, fuse_frame
from labels import Cuboid, LabelSet

CHAIN = ("openlabel", "nuscenes", "av2", "kitti-tracking")
MAX_SHIFT_M, MAX_TURN_RAD = 0.002, 2e-4


def read(folder: Path) -> tuple[Scene, LabelSet]:
    dataset = open_dataset(folder)
    (scene,) = dataset.scenes
    reading = get_format(dataset.format).read_labels(scene)
    assert reading.problems == ()
    return scene, reading.labels


def through(chain: tuple[str, ...], source: Path, out: Path) -> list[Conversion]:
    """Convert from one to the next; what each said before it wrote."""
    said: list[Conversion] = []
    for number, name in enumerate(chain):
        conversion = prepare_conversion(source, name)
        source = out / f"{number}-{name}"
        write_conversion(conversion, source)
        said.append(conversion)
    return said


def by_track_and_frame(labels: LabelSet) -> dict[tuple[str | None, int], Cuboid]:
    keys = {(labels.tracks[c.track_id].external_id, c.frame_index): c for c in labels.cuboids.values()}
    assert len(keys) == len(labels.cuboids)
    return keys


@pytest.fixture(scope="module")
def sequence(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sequence 0003 with its 72 frames of clouds and images."""
    root, source = tmp_path_factory.mktemp("0003"), shared_data / "kitti_tracking" / "training"
    if not (source / "velodyne" / "0003").is_dir():
        pytest.skip("the data folder lacks tracking sequence 0003")
    for name in ("label_02", "calib", "oxts"):
        (root / "training" / name).mkdir(parents=True)
        shutil.copy(source / name / "0003.txt", root / "training" / name)
    for name in ("velodyne", "image_02"):
        shutil.copytree(source / name / "0003", root / "training" / name / "0003")
    return root


@pytest.fixture(scope="module")
def chained(sequence: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Conversion]]:
    out = tmp_path_factory.mktemp("chain")
    return out / f"{len(CHAIN) - 1}-{CHAIN[-1]}", through(CHAIN, sequence, out)


def test_every_cuboid_ends_where_it_began(sequence: Path, chained: tuple[Path, list[Conversion]]) -> None:
    (_, first), (_, last) = read(sequence), read(chained[0])
    before, after = by_track_and_frame(first), by_track_and_frame(last)
    assert set(before) == set(after)
    assert len(before) == 197
    for key, cuboid in before.items():
        other = after[key]
        shift = np.abs(cuboid.ego_from_object.translation - other.ego_from_object.translation)
        assert shift.max() <= MAX_SHIFT_M
        turn = Rotation.from_matrix(cuboid.ego_from_object.rotation.T @ other.ego_from_object.rotation)
        assert turn.magnitude() <= MAX_TURN_RAD
        assert np.abs(cuboid.size_lwh_m - other.size_lwh_m).max() <= MAX_SHIFT_M
        assert first.tracks[cuboid.track_id].category == last.tracks[other.track_id].category


def test_tracks_are_one_to_one_and_vans_are_vans_again(sequence: Path, chained: tuple[Path, list[Conversion]]) -> None:
    (_, first), (_, last) = read(sequence), read(chained[0])
    names = {track.external_id: track.category for track in first.tracks.values()}
    assert names == {track.external_id: track.category for track in last.tracks.values()}
    assert set(names.values()) == {"Car", "Van"}


def test_regions_that_nobody_labeled_come_back(sequence: Path, chained: tuple[Path, list[Conversion]]) -> None:
    (_, first), (_, last) = read(sequence), read(chained[0])
    ignored = [
        sorted((box.frame_index, box.ltrb_px) for box in labels.image_boxes.values() if box.kind == "ignore")
        for labels in (first, last)
    ]
    assert ignored[0] == ignored[1]
    assert len(ignored[0]) == 258


def test_the_rows_are_those_that_left(sequence: Path, chained: tuple[Path, list[Conversion]]) -> None:
    rows = (sequence / "training" / "label_02" / "0003.txt").read_text().splitlines()
    assert (chained[0] / "label_02" / "0003.txt").read_text().splitlines() == rows


def test_the_cameras_offset_is_kept(sequence: Path, chained: tuple[Path, list[Conversion]]) -> None:
    """KITTI's second camera sits 6 cm beside the rectified frame, and so it does again."""
    (first, _), (last, _) = read(sequence), read(chained[0])
    points_ego = np.random.default_rng(0).uniform((5, -10, -2), (60, 10, 2), (500, 3))
    pixels = []
    for scene in (first, last):
        camera = scene.rig.cameras["image_02"]
        pixels.append(camera.image_from_camera(scene.rig.cam_from_ego("image_02").apply(points_ego))[0])
    np.testing.assert_allclose(pixels[0], pixels[1], atol=1e-6)


def test_clouds_images_and_poses_go_along(sequence: Path, chained: tuple[Path, list[Conversion]]) -> None:
    (first, _), (last, _) = read(sequence), read(chained[0])
    for index in (0, 71):
        here, there = first.frames[index], last.frames[index]
        # Argoverse's sweeps lie in ego, so that the lidar's own frame is another one when they come home.
        np.testing.assert_allclose(
            fuse_frame(last, index).cloud.positions_m, fuse_frame(first, index).cloud.positions_m, atol=1e-4
        )
        assert there.images[0].encoded() == here.images[0].encoded()
        before, after = first.world_from_ego(index), last.world_from_ego(index)
        assert before is not None
        assert after is not None
        np.testing.assert_allclose(after.translation, before.translation, atol=1e-3)


def test_what_each_step_cannot_hold_was_said(chained: tuple[Path, list[Conversion]]) -> None:
    said = {item.target.name: [loss.message for loss in item.losses] for item in chained[1]}
    assert said["openlabel"] == said["nuscenes"] == []
    assert said["av2"] == ["images of image_02: av2's loader lists cameras by its own names only"]
    became = {item.target.name: {(row.category, row.target) for row in item.categories} for item in chained[1]}
    assert became["nuscenes"] == {("Car", "vehicle.car"), ("Van", "vehicle.car")}
    assert became["kitti-tracking"] == {("REGULAR_VEHICLE", "Car"), ("REGULAR_VEHICLE", "Van")}
