from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from calibration import SensorRig
from formats import FormatError
from formats.write_files import check_not_own, write_files
from fusion import Scene


def test_texts_and_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    assert write_files(tmp_path, {"a/b.txt": "é\n", "c.bin": b"\0\r\n"}) == ("a/b.txt", "c.bin")
    assert (tmp_path / "a/b.txt").read_bytes() == "é\n".encode()
    assert (tmp_path / "c.bin").read_bytes() == b"\0\r\n"


def test_nothing_is_written_over_what_was_read(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (tmp_path / "link").symlink_to(own)
    scene = Scene("own", own, "made", SensorRig({}, {}, ()), ())
    check_not_own(tmp_path / "other", scene)
    check_not_own(tmp_path, replace(scene, path=own))
    for folder in (own, tmp_path / "link"):
        with pytest.raises(FormatError, match="the dataset's own"):
            check_not_own(folder, scene)
