from __future__ import annotations

from pathlib import Path

import pytest

from formats import FormatError, all_formats, detect_format, get_format, open_dataset


def test_formats_are_found_by_themselves_under_unique_names() -> None:
    names = [item.name for item in all_formats()]
    assert {"kitti-raw", "kitti-tracking"} <= set(names)
    assert names == sorted(set(names))


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"format must be one of .*kitti-raw.*, got vhs"):
        get_format("vhs")


def test_a_folder_is_detected(tracking: Path, raw: Path) -> None:
    assert detect_format(tracking).name == "kitti-tracking"
    assert detect_format(tracking / "training").name == "kitti-tracking"
    assert detect_format(raw).name == "kitti-raw"
    assert detect_format(raw.parent).name == "kitti-raw"


def test_a_folder_that_is_no_dataset_says_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(FormatError) as caught:
        open_dataset(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path}: expected a dataset, found none of av2, ")
    assert "coco" not in message, "it is only written"
    assert "\n" not in message
    with pytest.raises(FormatError, match=r"expected label_02/\*\.txt"):
        open_dataset(tmp_path, "kitti-tracking")


def test_a_missing_folder_and_a_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="expected a dataset's folder, found nothing"):
        open_dataset(tmp_path / "none")
    (tmp_path / "a.zip").touch()
    with pytest.raises(FormatError, match="expected a dataset, found none of av2"):
        open_dataset(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["kitti-raw", "kitti-tracking"])
def test_a_folder_of_another_format_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError, match="found none"):
        open_dataset(tmp_path, name)


def test_the_object_set_is_not_taken_for_the_tracking_set(shared_data: Path) -> None:
    with pytest.raises(FormatError):
        open_dataset(shared_data / "kitti_object", "kitti-tracking")


def test_the_page_of_formats_names_every_one(repository: Path) -> None:
    lines = (repository / "docs" / "formats.md").read_text().splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("| format |"))
    rows = [line.split("|")[1].strip(" `") for line in lines[start + 2 : lines.index("", start)]]
    assert sorted(rows) == [item.name for item in all_formats()]
    assert sorted(line.removeprefix("### ").strip("` ") for line in lines if line.startswith("### `")) == sorted(rows)
