from __future__ import annotations

from pathlib import Path

import pytest

from formats.kitti.files import missing_ranges
from formats.listing import MAX_FRAMES, Listing


def test_files_are_found_by_number(tmp_path: Path) -> None:
    for name in ("000000.png", "000002.jpg", "000003.JPG", "notes.txt", "x1.png", "²³.png", ".DS_Store"):
        (tmp_path / name).touch()
    listing = Listing(tmp_path, tmp_path)
    assert sorted(listing.numbered(tmp_path, (".png", ".jpg"))) == [0, 2, 3]
    assert listing.problems == []


def test_a_missing_folder_holds_nothing(tmp_path: Path) -> None:
    assert Listing(tmp_path, tmp_path).numbered(tmp_path / "none", (".png",)) == {}


def test_links_out_of_the_dataset_are_refused_and_named(tmp_path: Path) -> None:
    root, secret = tmp_path / "set", tmp_path / "secret"
    (root / "velodyne").mkdir(parents=True)
    secret.mkdir()
    (secret / "1.bin").touch()
    (root / "velodyne" / "0.bin").touch()
    (root / "velodyne" / "1.bin").symlink_to(secret / "1.bin")
    (root / "velodyne" / "2.bin").symlink_to(root / "velodyne" / "0.bin")
    (root / "image_02").symlink_to(secret)
    listing = Listing(root, root)
    assert sorted(listing.numbered(root / "velodyne", (".bin",))) == [0, 2]
    assert listing.numbered(root / "image_02", (".bin",)) == {}
    assert [problem.path for problem in listing.problems] == ["velodyne/1.bin", "image_02"]
    assert "leaves the dataset's folder" in listing.problems[0].message


def test_a_slip_of_a_number_makes_no_endless_scene(tmp_path: Path) -> None:
    (tmp_path / "4000000000.bin").touch()
    listing = Listing(tmp_path, tmp_path)
    assert listing.numbered(tmp_path, (".bin",)) == {}
    assert f"expected a frame number below {MAX_FRAMES}" in listing.problems[0].message


@pytest.mark.parametrize(
    ("present", "text"),
    [
        ([0, 1], "2–9"),
        (range(1, 10), "0"),
        ([1, 3, 4, 9], "0, 2, 5–8"),
        (range(10), ""),
    ],
)
def test_ranges_read_well(present: list[int], text: str) -> None:
    assert missing_ranges(10, present) == text


def test_many_ranges_do_not_drown_the_line() -> None:
    assert missing_ranges(40, range(0, 40, 2)) == "1, 3, 5, 7, 9 and 15 more ranges"
