from __future__ import annotations

import io
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointcloud import PointFileError
from pointcloud.npy import count_npy, read_npy


def saved(path: Path, array: Any) -> Path:
    np.save(path, array)
    return path


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<f2"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("columns", [3, 4, 6])
def test_rows_are_places_and_intensity(tmp_path: Path, dtype: str, order: Any, columns: int) -> None:
    rows = np.random.default_rng(1).uniform(-50, 50, (30, columns)).astype(dtype).copy(order)
    cloud = read_npy(saved(tmp_path / "a.npy", rows), "top")
    np.testing.assert_array_equal(cloud.xyz, rows[:, :3].astype(np.float32))
    assert cloud.frame == "top"
    assert (cloud.intensity is None) == (columns == 3)
    assert count_npy(tmp_path / "a.npy") == 30


def test_named_fields_are_read_by_name(tmp_path: Path) -> None:
    points = np.zeros(5, dtype=[("ring", "u1"), ("y", "f8"), ("x", "f8"), ("z", "f4"), ("intensity", "u2")])
    points["x"], points["ring"], points["intensity"] = 5e6, np.arange(5), 400
    cloud = read_npy(saved(tmp_path / "a.npy", points))
    np.testing.assert_array_equal(cloud.positions_m[:, 0], 5e6)
    np.testing.assert_array_equal(cloud.ring, np.arange(5))
    np.testing.assert_array_equal(cloud.intensity, 400)


def test_what_is_not_finite_is_left_out(tmp_path: Path) -> None:
    rows = np.ones((4, 4))
    rows[1, 2], rows[2, 0] = np.nan, np.inf
    cloud = read_npy(saved(tmp_path / "a.npy", rows))
    assert (len(cloud), cloud.dropped_count) == (2, 2)


class Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path("/tmp/never").touch, ())


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((3, 2)),
        np.zeros(3),
        np.zeros((2, 3, 4)),
        np.zeros((), dtype="f4"),
        np.array([["a", "b", "c"]]),
        np.zeros(2, dtype=[("x", "f4", (3,))]),
        np.zeros((5, 3), dtype="c16"),
        np.zeros((5, 3), dtype="M8[ns]"),
    ],
)
def test_other_arrays_are_refused(tmp_path: Path, array: Any) -> None:
    with pytest.raises(PointFileError):
        read_npy(saved(tmp_path / "a.npy", array))


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.array([Trap()], dtype=object), allow_pickle=True)
    with pytest.raises(PointFileError, match="numbers"):
        read_npy(path)
    path.write_bytes(pickle.dumps(np.zeros((3, 3))))
    with pytest.raises(PointFileError, match="NPY"):
        read_npy(path)


@pytest.mark.parametrize("shape", ["(10000000000, 3)", "(-3, 3)", "(2147483647, 3)"])
def test_a_header_of_gigabytes_is_refused(tmp_path: Path, shape: str) -> None:
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    path = tmp_path / "a.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + b"\0" * 100)
    with pytest.raises(PointFileError):
        count_npy(path)


@given(data=st.data())
def test_broken_bytes_are_a_point_file_error_or_points(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    stream = io.BytesIO()
    np.save(stream, np.ones((20, 4), dtype="<f4"))
    spoiled = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(0, 5))):
        spoiled[data.draw(st.integers(0, 140))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("npy") / "a.npy"
    path.write_bytes(spoiled[: data.draw(st.integers(0, len(spoiled)))])
    with suppress(PointFileError):
        assert len(read_npy(path)) <= 20 * 16
