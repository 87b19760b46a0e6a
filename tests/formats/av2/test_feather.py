from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.av2.arrow_sizes import decoded_size
from formats.av2.feather import count_rows, feather_bytes, read_feather, write_feather
from formats.av2.sweeps import count_av2_sweep, read_av2_sweep, write_av2_sweep
from formats.errors import FormatError
from pointcloud import PointCloud, PointFileError


@given(
    numbers=st.lists(st.floats(allow_nan=False), max_size=8),
    texts=st.lists(st.text(max_size=5), min_size=8, max_size=8),
)
def test_columns_come_back(tmp_path_factory: pytest.TempPathFactory, numbers: list[float], texts: list[str]) -> None:
    path, count = tmp_path_factory.mktemp("table") / "t.feather", len(numbers)
    columns: dict[str, Any] = {"x": np.array(numbers), "n": np.arange(count), "t": texts[:count]}
    write_feather(path, columns, {"a": [1, None]})
    table = read_feather(path, ("x", "n", "t", "absent"))
    assert table.numbers("x").tolist() == numbers
    assert table.whole_numbers("n").tolist() == list(range(count))
    assert table.texts("t") == texts[:count]
    assert table.carried == {"a": [1, None]}
    assert count_rows(path) == count
    assert path.read_bytes() == feather_bytes(columns, {"a": [1, None]})


@pytest.mark.parametrize("compression", ["lz4", "zstd", "uncompressed"])
def test_the_decoded_size_is_arrows_own(tmp_path: Path, compression: Literal["lz4", "zstd", "uncompressed"]) -> None:
    table = pa.table({"x": np.arange(100_000.0), "t": ["word"] * 100_000, "d": pa.array(["a", "b"] * 50_000)})
    table = table.set_column(2, "d", table["d"].combine_chunks().dictionary_encode())
    path = tmp_path / "t.feather"
    feather.write_feather(table, str(path), compression=compression, chunksize=30_000)
    size = decoded_size(pa.py_buffer(path.read_bytes()).slice(8))
    assert size.rows == 100_000
    # Dictionaries are counted too, and buffers are padded.
    assert abs(size.bytes - feather.read_table(path).nbytes) < 1000


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.feather"
    zeros = pa.chunked_array([pa.array(np.zeros(1 << 21))] * 20)
    feather.write_feather(pa.table({"x": zeros}), str(path), compression="zstd")
    assert path.stat().st_size < 1 << 20
    before = pa.default_memory_pool().max_memory()
    tracemalloc.start()
    with pytest.raises(FormatError, match="expected at most 20000000 rows of 256 MiB, found 41943040 rows of 320 MiB"):
        read_feather(path, ("x",))
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()
    assert pa.default_memory_pool().max_memory() == before


def test_a_declared_length_beyond_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "liar.feather"
    write_feather(path, {"x": np.zeros(1000)})
    data = path.read_bytes()
    # A compressed buffer begins with its decoded length.
    at = data.index((8000).to_bytes(8, "little"))
    path.write_bytes(data[:at] + (10 << 30).to_bytes(8, "little") + data[at + 8 :])
    with pytest.raises(FormatError, match="found 1000 rows of 10240 MiB"):
        read_feather(path, ("x",))


@pytest.mark.parametrize(
    ("data", "found"),
    [(b"", "an empty file"), (b"FEA1 old", r"begins with b'FEA1 old'"), (b"ARROW1\0\0", "cannot be decoded")],
)
def test_other_files_are_refused(tmp_path: Path, data: bytes, found: str) -> None:
    path = tmp_path / "t.feather"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=found):
        read_feather(path, ("x",))
    with pytest.raises(PointFileError, match=found):
        read_av2_sweep(path, "lidar")
    with pytest.raises(PointFileError, match=found):
        count_av2_sweep(path)


def test_a_sweep_keeps_its_channels(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    cloud = PointCloud(
        rng.uniform(-99, 99, (500, 3)).astype(np.float32),
        "ego",
        intensity=rng.uniform(0, 1, 500).astype(np.float32),
        ring=rng.integers(0, 64, 500).astype(np.uint16),
        time_offset_ns=rng.integers(0, 10**8, 500).astype(np.int32),
    )
    write_av2_sweep(tmp_path / "1.feather", cloud)
    again = read_av2_sweep(tmp_path / "1.feather", "ego")
    for name in ("xyz", "intensity", "ring", "time_offset_ns"):
        np.testing.assert_array_equal(getattr(again, name), getattr(cloud, name))
    assert count_av2_sweep(tmp_path / "1.feather") == 500


def test_a_sweep_of_half_floats_is_read(tmp_path: Path) -> None:
    half = np.array([[1.5, -2.25, 0.125], [np.inf, 0, 0]], dtype=np.float16)
    columns = {name: half[:, axis] for axis, name in enumerate("xyz")} | {"intensity": np.array([7, 255], np.uint8)}
    feather.write_feather(pa.table(columns), str(tmp_path / "1.feather"))
    cloud = read_av2_sweep(tmp_path / "1.feather", "lidar")
    assert cloud.xyz.tolist() == [[1.5, -2.25, 0.125]]
    assert cloud.dropped_count == 1
    assert cloud.ring is None


def test_a_sweep_without_coordinates_is_refused(tmp_path: Path) -> None:
    feather.write_feather(pa.table({"x": [1.0]}), str(tmp_path / "1.feather"))
    with pytest.raises(PointFileError, match="found no y, z"):
        read_av2_sweep(tmp_path / "1.feather", "lidar")
