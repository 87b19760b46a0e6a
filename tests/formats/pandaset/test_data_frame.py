from __future__ import annotations

import gzip
import os
import pickle
import resource
import struct
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.errors import FormatError
from formats.pandaset import data_frame
from formats.pandaset.data_frame import read_table
from formats.pandaset.pickle_tree import PickleError, read_tree
from formats.pandaset.write_table import table_bytes
from tests.formats.box_scenes import spoilt, survives

MADE_BY_PANDAS = sorted((Path(__file__).parent / "data").glob("*.pkl.gz"))
"""A table as pandas 1.5, 2.3 and 3.0 pickle it, and in the form of 0.25, as ``DataFrame.to_pickle`` writes."""


def packed(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "table.pkl.gz"
    path.write_bytes(gzip.compress(data))
    return path


@pytest.mark.parametrize("path", MADE_BY_PANDAS, ids=lambda path: path.name)
def test_tables_of_every_pandas_are_read_without_it(path: Path) -> None:
    columns = read_table(path)
    assert columns["uuid"].tolist() == ["a-1", "b-2", "c-3"]
    assert columns["label"].tolist() == ["Car", "Bus", "Ä"]
    assert columns["yaw"].tolist() == [0.5, -1.0, 3.25]
    assert columns["stationary"].tolist() == [True, False, True]
    assert columns["camera_used"].tolist() == [-1, 2, 0]
    assert columns["position.x"].tolist() == [1.0, 2.0, 4512345.25]
    assert columns["attributes.object_motion"].tolist()[:2] == ["Parked", ""]
    assert next(iter(columns)) == "uuid"


@given(
    numbers=st.lists(st.floats(allow_nan=False), max_size=5),
    texts=st.lists(st.text(max_size=5), min_size=5, max_size=5),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[float], texts: list[str]
) -> None:
    count = len(numbers)
    table: dict[str, Any] = {
        "x": np.array(numbers),
        "d": np.arange(count),
        "on": np.arange(count) % 2 == 0,
        "texts": texts[:count],
        "small": np.arange(count, dtype=np.float32),
    }
    path = tmp_path_factory.mktemp("table") / "t.pkl.gz"
    path.write_bytes(table_bytes(table))
    columns = read_table(path)
    assert {name: values.tolist() for name, values in columns.items()} == {
        name: list(values) if isinstance(values, list) else values.tolist() for name, values in table.items()
    }
    assert table_bytes(table) == path.read_bytes()


class Evil:
    def __reduce__(self) -> Any:
        return os.system, ("touch /tmp/owned",)


class EvilState:
    def __reduce__(self) -> Any:
        return getattr, (dict, "get")


@pytest.mark.parametrize("value", [Evil(), {"a": [Evil()]}, EvilState(), Path("x"), {1: 2}, {1, 2}, 1 + 2j, slice(1)])
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_a_pickle_of_anything_else_is_refused(tmp_path: Path, value: object, protocol: int) -> None:
    with pytest.raises(FormatError, match="expected a pickle of a plain pandas table, found"):
        read_table(packed(tmp_path, pickle.dumps(value, protocol)))


def test_no_name_is_ever_imported() -> None:
    with pytest.raises(PickleError, match=r"os\.system"):
        read_tree(b"\x80\x04cos\nsystem\n)R.", frozenset(("pandas.DataFrame",)))
    with pytest.raises(PickleError, match="the step"):
        read_tree(b"(S'true'\nios\nsystem\n.", frozenset())
    with pytest.raises(PickleError, match="the step PERSID"):
        read_tree(b"Pme\n.", frozenset())
    with pytest.raises(PickleError, match="the step EXT1"):
        read_tree(b"\x82\x01.", frozenset())


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04r\xff\xff\xff\xff.",  # a memo of four thousand million entries
        b"\x80\x04\x8e" + struct.pack("<Q", 10 << 30) + b"x.",  # ten gigabytes of bytes declared
        b"\x80\x04\x95" + struct.pack("<Q", 1 << 62) + b".",
        b"\x80\x04" + b"\x85" * 300_000 + b".",
        b"\x80\x04)" + b"\x85" * 300_000 + b".",
        b"\x80\x04]" + b"\x94h\x00a" * 100_000 + b".",
        b"\x80\x04" + b"N" * 1_100_000 + b".",
        b"L" + b"9" * 100_000 + b"L\n.",
        b"",
        b".",
    ],
    ids=range(10),
)
def test_pickles_that_ask_for_too_much_are_refused_soon(tmp_path: Path, data: bytes) -> None:
    start = time.monotonic()
    with pytest.raises(FormatError, match="expected a pickle of a plain pandas table"):
        read_table(packed(tmp_path, data))
    assert time.monotonic() - start < 20


def test_a_gzip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.pkl.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(160):
            file.write(bytes(1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FormatError, match="at most 64 MiB unpacked, found a larger one"):
        read_table(path)
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mib < 400
    monkeypatch.setattr(data_frame, "MAX_PACKED_BYTES", 100)
    with pytest.raises(FormatError, match="found a larger one"):
        read_table(path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "ends too early"),
        (b"plain", "expected a gzip file"),
        (table_bytes({"a": np.arange(9)})[:-12], "ends too early"),
    ],
)
def test_what_is_no_gzip_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "t.pkl.gz"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=message):
        read_table(path)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_spoilt_pickles_are_refused(tmp_path: Path, data: st.DataObject) -> None:
    good = gzip.decompress(data.draw(st.sampled_from(MADE_BY_PANDAS)).read_bytes())
    bad = bytearray(data.draw(spoilt(good)))
    for _ in range(data.draw(st.integers(0, 3))):
        if bad:
            bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    survives(lambda: read_table(packed(tmp_path, bytes(bad))))


def test_columns_must_be_numbers_or_texts() -> None:
    for values in (np.array([1 + 2j]), np.zeros((2, 2)), np.array(["2020"], dtype="datetime64[s]")):
        with pytest.raises(ValueError, match="columns must be numbers or texts"):
            table_bytes({"a": values})


def test_columns_of_different_lengths_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.pkl.gz"
    path.write_bytes(table_bytes({"a": np.arange(3), "b": np.arange(4)}))
    with pytest.raises(FormatError, match="columns of different lengths"):
        read_table(path)


def test_reading_pulls_in_no_unpickler(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, refuse)
    assert read_table(MADE_BY_PANDAS[0])
