"""Datasets in an object store, against a real S3-compatible server that the test starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formats import FormatError, check_scene, get_format, inspect_dataset, open_dataset, open_scene
from formats.convert import prepare_conversion, write_conversion
from formats.location import is_remote, location_text, parse_location
from fusion import fuse_frame, read_image


def test_a_drive_in_a_bucket_is_the_drive_of_the_folder(tracking: Path, store: Any) -> None:
    remote = store.upload(tracking, "kitti")
    (there,), (here,) = open_dataset(remote).scenes, open_dataset(tracking).scenes
    assert (there.name, there.format, there.rig, there.trajectory) == (
        here.name,
        here.format,
        here.rig,
        here.trajectory,
    )
    for index in range(len(here.frames)):
        np.testing.assert_array_equal(fuse_frame(there, index).cloud.xyz, fuse_frame(here, index).cloud.xyz)
        assert [image.camera for image in there.frames[index].images] == [i.camera for i in here.frames[index].images]
    image = there.frames[0].images[0]
    np.testing.assert_array_equal(read_image(image), read_image(here.frames[0].images[0]))
    item = get_format(here.format)
    assert item.read_labels(there).labels == item.read_labels(here).labels
    assert check_scene(there) == check_scene(here)
    assert inspect_dataset(remote)["scenes"] == inspect_dataset(tracking)["scenes"]


def test_other_layouts_open_from_a_bucket_too(tracking: Path, store: Any, tmp_path: Path) -> None:
    for name in ("native", "kitti-raw", "kitti-object"):
        folder = tmp_path / name
        write_conversion(prepare_conversion(tracking, name), folder)
        (there,), (here,) = open_dataset(store.upload(folder, name)).scenes, open_dataset(folder).scenes
        assert there.format == here.format == name
        assert there.frame_times_ns == here.frame_times_ns
        item = get_format(name)
        assert item.read_labels(there).labels == item.read_labels(here).labels
        np.testing.assert_array_equal(fuse_frame(there, 1).cloud.xyz, fuse_frame(here, 1).cloud.xyz)


def test_a_scene_is_found_again_by_its_text(tracking: Path, store: Any) -> None:
    (scene,) = open_dataset(store.upload(tracking, "kitti")).scenes
    again = open_scene(parse_location(location_text(scene.path)), scene.name, scene.format)
    assert again.frame_times_ns == scene.frame_times_ns
    assert is_remote(again.path)


def test_converting_from_a_bucket_copies(tracking: Path, store: Any, tmp_path: Path) -> None:
    remote = store.upload(tracking, "kitti")
    for source, out in ((remote, tmp_path / "there"), (tracking, tmp_path / "here")):
        done = write_conversion(prepare_conversion(source, "kitti-tracking"), out)
        assert set(done.sensor_files) == ({"copied"} if source is remote else {"linked"})
    files = sorted(path.relative_to(tmp_path / "here") for path in (tmp_path / "here").rglob("*") if path.is_file())
    assert files
    for file in files:
        assert (tmp_path / "there" / file).read_bytes() == (tmp_path / "here" / file).read_bytes()


def test_a_cut_off_cloud_in_a_bucket_is_named(tracking: Path, store: Any) -> None:
    remote = store.upload(tracking, "kitti")
    cloud = next(iter(sorted(tracking.rglob("*.bin"))))
    store.put(f"kitti/{cloud.relative_to(tracking)}", cloud.read_bytes()[:-3])
    (scene,) = open_dataset(remote).scenes
    (problem,) = check_scene(scene)
    assert problem.path.endswith(cloud.name)
    assert "expected whole points" in problem.message


def test_what_changed_in_the_bucket_is_seen(tracking: Path, store: Any) -> None:
    location = store.upload(tracking, "kitti")
    assert len(open_dataset(location).scenes[0].frames) == 5
    last = sorted(tracking.rglob("velodyne/0000/*.bin"))[-1]
    store.put("kitti/training/velodyne/0000/000005.bin", last.read_bytes())
    assert len(open_dataset(parse_location(location_text(location))).scenes[0].frames) == 6


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("text", ["s3://drives/none", "s3://no-such-bucket/kitti"])
def test_what_is_not_there_is_one_line(text: str) -> None:
    with pytest.raises(FormatError, match=r"^s3://.*expected a dataset's folder, found nothing$"):
        open_dataset(parse_location(text))


@pytest.mark.usefixtures("store")
def test_a_store_that_does_not_answer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(FormatError, match="expected an object store that answers, found") as caught:
        open_dataset(parse_location("s3://drives/kitti"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["http://127.0.0.1/x", "ssh://host/x", "file:///etc", "memory://x", "zip://a::b"])
def test_other_stores_are_refused(text: str) -> None:
    with pytest.raises(FormatError, match="expected a folder, or an object store"):
        parse_location(text)


def test_a_folder_is_a_path(tmp_path: Path) -> None:
    assert parse_location(str(tmp_path)) == tmp_path
    assert parse_location("~") == Path.home()
    assert location_text(tmp_path / "a" / ".." / "b") == str(tmp_path.resolve() / "b")
