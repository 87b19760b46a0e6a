from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import FormatError, inspect_dataset, open_dataset
from tests.formats.ros.bags import KINDS, cloud_rows
from tests.formats.ros.recordings import START, STEP, XYZ, messages, simple


def data_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [file for file in path.iterdir() if file.name != "metadata.yaml"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("db3", "bag-bz2")])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_recording_that_was_cut_off_reads_as_far_as_it_goes(kind: str, share: float, tmp_path: Path) -> None:
    recorder = simple(kind, frames=30)
    for i in range(30):
        recorder.points("/top/points", START + i * STEP + 50_000_000, "top", cloud_rows(np.tile(XYZ, (200, 1))))
    path = recorder.write(tmp_path)
    (file,) = data_files(path)
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    try:
        scene = open_dataset(tmp_path).scenes[0]
    except FormatError:
        # One packed chunk may be all there is.
        assert "4" in kind or "zst" in kind or "bz2" in kind
        return
    if len(scene.frames) == 60:
        # Only the index at the end is gone.
        return
    assert "cut off" in messages(scene) or "unpacking" in messages(scene) or "packed" in messages(scene)
    assert scene.frames
    assert len(scene.frames[0].sweeps[0].cloud()) in (60, 12_000)


@settings(max_examples=12)
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_broken_bytes_are_problems_or_a_format_error(
    kind: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    (file,) = data_files(simple(kind).write(folder))
    spoiled = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(spoiled[: data.draw(st.integers(len(spoiled) // 2, len(spoiled)))])
    try:
        report = inspect_dataset(folder, "mcap" if kind.startswith("mcap") else "rosbag")
    except FormatError:
        return
    assert "problems" in report


@pytest.mark.parametrize("name", ["a.bag", "a.mcap", "a.db3"])
@given(data=st.binary(max_size=300), starts=st.booleans())
def test_any_bytes_are_a_format_error(
    name: str, data: bytes, starts: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    magic = {"a.bag": b"#ROSBAG V2.0\n", "a.mcap": b"\x89MCAP0\r\n", "a.db3": b"SQLite format 3\0"}[name]
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes((magic if starts else b"") + data)
    with pytest.raises(FormatError):
        open_dataset(path)


def test_a_view_that_computes_for_ever_is_no_table(tmp_path: Path) -> None:
    import sqlite3

    database = sqlite3.connect(tmp_path / "a.db3")
    database.execute("CREATE TABLE topics(id INTEGER PRIMARY KEY, name, type, serialization_format)")
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS id, 1, 1, 1 FROM n"
    database.execute(f"CREATE VIEW messages AS {endless}")
    database.commit()
    database.close()
    with pytest.raises(FormatError, match="expected the tables messages and topics, found topics"):
        open_dataset(tmp_path / "a.db3")


def test_a_bomb_is_refused_within_bounds(tmp_path: Path) -> None:
    import bz2
    import struct
    import tracemalloc

    def field(name: bytes, value: bytes) -> bytes:
        return struct.pack("<I", len(name) + 1 + len(value)) + name + b"=" + value

    packed = bz2.compress(bytes(300_000_000))
    header = field(b"op", b"\x05") + field(b"compression", b"bz2") + field(b"size", struct.pack("<I", 1000))
    record = struct.pack("<I", len(header)) + header + struct.pack("<I", len(packed)) + packed
    (tmp_path / "a.bag").write_bytes(b"#ROSBAG V2.0\n" + record)
    tracemalloc.start()
    with pytest.raises(FormatError):
        open_dataset(tmp_path / "a.bag")
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()
