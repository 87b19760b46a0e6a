from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from formats import ExportOptions, FormatError, all_formats, get_format, open_dataset
from formats.convert import ConvertReport, prepare_conversion, write_conversion
from formats.kitti.make_rows import RowMaker
from fusion import fuse_frame
from geometry import Box
from geometry.arrays import FloatArray
from labels import LabelSet

ALL = ("kitti-object", "kitti-raw", "kitti-tracking", "native")
OTHERS = tuple(
    item.name
    for item in all_formats()
    if item.can_read_scenes and item.can_read_labels and item.can_write_labels and item.name not in ALL
)


def run(path: Path, out: Path, to: str, **options: object) -> ConvertReport:
    chosen = ExportOptions(include_unconfirmed=True, **({"sensor_data": "link"} | options))  # type: ignore[arg-type]
    return write_conversion(prepare_conversion(path, to, options=chosen), out)


def files_of(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def labels_of(folder: Path) -> LabelSet:
    dataset = open_dataset(folder)
    return get_format(dataset.format).read_labels(dataset.scenes[0]).labels


def boxes_of(folder: Path) -> list[Box]:
    """The boxes in the lidar's frame, in the order of frames and places."""
    (scene,) = open_dataset(folder).scenes
    lidar_from_ego = scene.rig.ego_from_sensor["velodyne"].inverse()
    cuboids = sorted(labels_of(folder).cuboids.values(), key=lambda c: (c.frame_index, -c.size_lwh_m[0]))
    return [cuboid.box_ego.transform(lidar_from_ego) for cuboid in cuboids]


def seen_from_points(folder: Path) -> list[FloatArray]:
    """How far each box's centre is from the frame's first points: the same whatever the form calls ``ego``."""
    (scene,) = open_dataset(folder).scenes
    cuboids = sorted(labels_of(folder).cuboids.values(), key=lambda c: (c.frame_index, -c.size_lwh_m[0]))
    clouds = {cuboid.frame_index: fuse_frame(scene, cuboid.frame_index).cloud.positions_m[:5] for cuboid in cuboids}
    return [np.linalg.norm(clouds[c.frame_index] - c.ego_from_object.translation, axis=1) for c in cuboids]


@pytest.mark.parametrize("via", OTHERS)
def test_other_ecosystems_give_back_what_they_got(tracking: Path, tmp_path: Path, via: str) -> None:
    assert OTHERS
    run(tracking, tmp_path / "via", via)
    run(tmp_path / "via", tmp_path / "out", "kitti-tracking")
    rows = "training/label_02/0000.txt"
    assert (tmp_path / "out" / "label_02" / "0000.txt").read_text() == (tracking / rows).read_text()
    np.testing.assert_allclose(seen_from_points(tmp_path / "via"), seen_from_points(tracking), atol=1e-4)
    np.testing.assert_allclose(seen_from_points(tmp_path / "out"), seen_from_points(tracking), atol=1e-4)


@pytest.mark.parametrize("to", [*ALL, "openlabel"])
def test_converting_again_changes_no_byte(tracking: Path, tmp_path: Path, to: str) -> None:
    run(tracking, tmp_path / "one", to)
    run(tmp_path / "one", tmp_path / "two", to)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


@pytest.mark.parametrize("via", ALL)
@pytest.mark.parametrize("to", ALL)
def test_boxes_stay_where_they_are_through_every_format(tracking: Path, tmp_path: Path, via: str, to: str) -> None:
    run(tracking, tmp_path / "via", via)
    if via == "kitti-object" and to in ("kitti-raw", "kitti-tracking"):
        with pytest.raises(FormatError, match="make no drive"):
            run(tmp_path / "via", tmp_path / "out", to)
        return
    run(tmp_path / "via", tmp_path / "out", to)
    for before, after in zip(boxes_of(tracking), boxes_of(tmp_path / "out"), strict=True):
        np.testing.assert_allclose(after.center, before.center, atol=1e-5)
        np.testing.assert_allclose(after.size_lwh_m, before.size_lwh_m, atol=1e-9)
        assert (
            abs(after.yaw_rad - before.yaw_rad) < 2e-3
        )  # the rows' upright is the camera's, the tracklets' the lidar's


def test_a_passage_through_our_own_folder_loses_nothing(tracking: Path, tmp_path: Path) -> None:
    run(tracking, tmp_path / "native", "native")
    run(tmp_path / "native", tmp_path / "back", "kitti-tracking")
    assert (tmp_path / "back/label_02/0000.txt").read_bytes() == (tracking / "training/label_02/0000.txt").read_bytes()


def test_links_share_their_bytes_and_copies_do_not(tracking: Path, tmp_path: Path) -> None:
    source = tracking / "training" / "velodyne" / "0000" / "000000.bin"
    linked = run(tracking, tmp_path / "linked", "kitti-tracking")
    copied = run(tracking, tmp_path / "copied", "kitti-tracking", sensor_data="copy")
    assert source.samefile(tmp_path / "linked/velodyne/0000/000000.bin")
    assert not source.samefile(tmp_path / "copied/velodyne/0000/000000.bin")
    assert files_of(tmp_path / "linked") == files_of(tmp_path / "copied")
    assert (dict(linked.sensor_files), dict(copied.sensor_files)) == ({"linked": 21}, {"copied": 21})


def test_where_no_link_can_be_made_there_is_a_copy(
    tracking: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(os, "link", refuse)
    report = run(tracking, tmp_path / "out", "kitti-raw")
    assert set(report.sensor_files) == {"copied", "written"}
    assert len(open_dataset(tmp_path / "out").scenes[0].frames) == 5


def test_labels_alone_are_written_on_request(tracking: Path, tmp_path: Path) -> None:
    report = run(tracking, tmp_path / "out", "kitti-tracking", sensor_data="none")
    assert set(files_of(tmp_path / "out")) == {"label_02/0000.txt", "calib/0000.txt"}
    assert (report.scenes, report.rows, report.files, dict(report.sensor_files)) == (1, 5, 2, {})


def test_progress_rises_to_one(tracking: Path, tmp_path: Path) -> None:
    seen: list[float] = []
    write_conversion(prepare_conversion(tracking, "native"), tmp_path, lambda progress, _: seen.append(progress))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_rows_that_cannot_be_read_are_a_loss(tracking: Path) -> None:
    with (tracking / "training/label_02/0000.txt").open("a") as file:
        file.write("3 1 Car broken\n")
    conversion = prepare_conversion(tracking, "native")
    assert [(loss.message, loss.count) for loss in conversion.losses] == [
        ("rows, records or files that cannot be read: left out", 1)
    ]
    assert conversion.problems[0].path == "training/label_02/0000.txt"


def test_a_folder_in_the_dataset_is_refused(tracking: Path) -> None:
    before = files_of(tracking)
    for out in (tracking, tracking / "training", tracking / "training" / "new"):
        with pytest.raises(FormatError, match="outside the dataset"):
            run(tracking, out, "native")
    assert files_of(tracking) == before


def test_the_real_tracking_set_comes_back_byte_for_byte(shared_data: Path, tmp_path: Path) -> None:
    training = shared_data / "kitti_tracking" / "training"
    run(training.parent, tmp_path / "out", "kitti-tracking", sensor_data="none")
    for path in sorted((training / "label_02").glob("*.txt")):
        assert (tmp_path / "out" / "label_02" / path.name).read_bytes() == path.read_bytes()


def test_all_anew_derives_every_value_of_the_image(shared_data: Path) -> None:
    path = shared_data / "kitti_object"
    derived = prepare_conversion(path, "kitti-object", options=ExportOptions(derive_2d="all")).exports[0]
    kept = prepare_conversion(path, "kitti-object", options=ExportOptions()).exports[0]
    new, old = RowMaker(derived, "kitti-object").rows, RowMaker(kept, "kitti-object").rows
    assert all(a is not None and b is not None and a.bbox != b.bbox for a, b in zip(new, old, strict=True))
    assert all(a is not None and b is not None and a.location == b.location for a, b in zip(new, old, strict=True))
