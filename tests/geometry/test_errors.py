"""Errors say where, and survive the way between processes."""

from __future__ import annotations

import pickle
from pathlib import PurePosixPath

from geometry import DataFileError


def test_message_names_file_and_line() -> None:
    error = DataFileError("label_02/0003.txt", "expected 17 fields, found 14", line=12)
    assert str(error) == "label_02/0003.txt:12: expected 17 fields, found 14"


def test_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(DataFileError(PurePosixPath("a.bin"), "too short")))
    assert str(error) == "a.bin: too short"
    assert error.line is None


def test_a_message_is_one_line_whatever_names_hold() -> None:
    error = DataFileError("/a\nb", "found \x1b[31m, \x00, \udcff and \u2028; … ² 노트 stay")
    assert str(error) == r"/a\nb: found \x1b[31m, \x00, \udcff and \u2028; … ² 노트 stay"
