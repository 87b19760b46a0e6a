"""KITTI rows as tables: axes, unknown values, and clear errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats import FormatError
from formats.kitti.label_rows import box_from_row, parse_object_row
from server.label_files import pair_label_files
from server.label_tables import LabelTables, boxes_from_rows, read_tables

ROW = "Car 0.10 1 -1.57 599.41 156.40 629.75 189.25 1.5 1.7 4.0 0.47 1.49 69.44 -1.56"
REGION = "DontCare -1 -1 -10 503 169 590 190 -1 -1 -1 -1000 -1000 -1000 -10"
FLAT = "Car -1 -1 -10 10 20 30 40 -1 -1 -1 -1000 -1000 -1000 -10 0.5"


def tables(folder: Path, truth: str, prediction: str = "", **options: bool) -> LabelTables:
    for name, text in (("truth", truth), ("prediction", prediction)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "0000.txt").write_text(text)
    return read_tables(pair_label_files(folder / "truth", folder / "prediction"), **options)


def test_columns_of_an_object_file(tmp_path: Path) -> None:
    read = tables(tmp_path, f"{ROW}\n\n{REGION}\n", f"{FLAT}\n")
    truth, prediction = read.truth, read.prediction
    assert (read.keys, read.names(), len(truth), len(prediction)) == ((("0000", 0),), ["0000"], 2, 1)
    assert (truth.is_region.tolist(), truth.has_box.tolist()) == ([False, True], [True, False])
    assert (prediction.has_box.tolist(), prediction.has_ltrb.tolist()) == ([False], [True])
    assert (prediction.category.tolist(), prediction.score.tolist()) == (["Car"], [0.5])
    assert np.isnan(prediction.alpha_rad[0])
    assert truth.score.tolist() == [1.0, 1.0]


@given(st.floats(-7, 7), st.floats(-40, 40), st.floats(0, 80))
def test_boxes_lie_as_the_camera_sees_them(rotation_y: float, x: float, z: float) -> None:
    """The same box as ``formats.kitti`` reads, turned from x right, y down, z forward to x forward, y left, z up."""
    words = ROW.split()
    words[11], words[13], words[14] = str(x), str(z), str(rotation_y)
    row = parse_object_row(" ".join(words), 0, Path("0.txt"), 1)
    box = box_from_row(row)
    turn = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    columns = boxes_from_rows([row], np.array([True]))
    np.testing.assert_allclose(columns.center[0], turn @ box.center, atol=1e-12)
    ahead = turn @ box.frame_from_object.rotation[:, 0]
    np.testing.assert_allclose([columns.cos_yaw[0], columns.sin_yaw[0], 0.0], ahead, atol=1e-12)
    np.testing.assert_allclose(2 * columns.half_lwh[0], box.size_lwh_m)


def test_tracking_frames_are_those_of_both_sides(tmp_path: Path) -> None:
    read = tables(tmp_path, f"0 1 {ROW}\n5 1 {ROW}\n", f"0 -1 {REGION}\n3 2 {ROW} 0.9\n")
    assert read.names() == ["0000/0", "0000/3", "0000/5"]
    assert (read.truth.frame.tolist(), read.prediction.frame.tolist()) == ([0, 2], [0, 1])
    sequences, names = read.sequences()
    assert (sequences.tolist(), names) == ([0, 0, 0], ["0000"])


@pytest.mark.parametrize(
    ("truth", "message"),
    [
        (f"{ROW}\n{ROW} 1 2", r"0000\.txt:2: expected 15 fields \(16 with a score\), found 17"),
        (ROW.replace("69.44", "far"), r"0000\.txt:1: expected a finite number for z, found 'far'"),
        (ROW.replace("4.0", "0"), r"0000\.txt:1: expected height, width, length above 0"),
        (f"0 1 {ROW}\n0 1 {ROW}", r"0000\.txt:2: expected each track once a frame, found 1 again"),
        (f"0 -1 {ROW}", r"0000\.txt:1: expected a track id of 0 or more, found -1"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, truth: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        tables(tmp_path, truth)


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = tmp_path_factory.mktemp("noise") / "0000.txt"
    path.write_bytes(ROW.encode() + b"\n" + noise)
    try:
        refusal = None if read_tables(pair_label_files(path, path)).keys else "no frame"
    except FormatError as error:
        refusal = str(error)
    assert refusal is None or "0000.txt" in refusal
