"""Ways to spoil a file: cut off, with changed bytes, with values of any type where others are expected."""

from __future__ import annotations

import gzip
import io
import json
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather as pf
import pyarrow.parquet as pq
from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
JUNK: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 7, -0.0, 0.5, -1.5, 1e-320, 1e308, -1e308, 1e15, 1e6),
    *(2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30, 10**400, float("nan"), float("inf"), float("-inf")),
    *("", " ", "0", "-1", "nan", "1e999", "true", "\x00", "a\nb", "\ud800", "²", "१", "x" * 300, "x" * 100_000),
    *("..", "../../secret", "/etc/passwd", "/dev/zero", "a/../../..", "C:\\x", "\x1b[31m", "\u202e", "s3://b/k"),
    *("2011-09-26 13:10:50.1", "9999999999999999999", "00000000-0000-0000-0000-000000000000", "\r", "\u2028"),
    *([], {}, [[]], [None], [0] * 3, [0.0] * 4, [1e400] * 3, ["x"] * 3, [1, 2], [[0.0] * 4] * 4, [0] * 2000),
    *({"a": 1}, {"": {}}, {"x": None, "y": 1, "z": 2}, {"x": 1e400, "y": 1, "z": 2}, {"x": "1", "y": [], "z": {}}),
)
DEEP = ("[" * 20_000, "[" * 900 + "]" * 900, '{"a":' * 20_000, '{"a":' * 900 + "1" + "}" * 900)
WORDS = (
    *(b"nan", b"inf", b"-inf", b"1e308", b"1e400", b"-0.0", b"-1e-320", b"99999999999999999999", b"9" * 5000, b"0"),
    *(
        b"-1",
        b"0x10",
        b"\xff\xfe\x00",
        b"\x00",
        b"\n",
        b"\r",
        b" ",
        b"<",
        b"&a;",
        b"&#0;",
        b"]",
        b"{",
        b"null",
        b"true",
    ),
    *("²".encode(), "१".encode(), b"NaN", b"1e5", b"2147483647", b'""', b"../../secret", b"/etc/passwd", b"a\x1bb"),
    *(b"x" * 300, b"1_000", b"- [", b"*a", b"!!python/object/apply:os.system [id]", b"\xe2\x80\xa8", b"1e6", b"1e15"),
)
CLAIMS = (
    *(struct.pack("<Q", 10**10), struct.pack("<Q", 2**63 - 8), struct.pack("<q", -1), struct.pack(">Q", 10**10)),
    *(struct.pack("<I", 2**32 - 16), struct.pack("<I", 2**31 - 1), struct.pack(">I", 2**31 - 1), struct.pack("<i", -1)),
    *(struct.pack("<H", 2**16 - 1), b"\x80\xc8\xaf\xa0\x25", b"\x80\xc8\xaf\xa0\x4a", b"9999999999", b"4000000000"),
)
"""Ten billion and the like, in every way that files write a length (the fourth and fifth from behind: varints)."""
TEXTS = (".txt", ".xml", ".yaml", ".csv", ".jsonl", ".ply", ".pcd")
TABLES = (".feather", ".parquet")


def cut(draw: Draw, data: bytes) -> bytes:
    """A file that breaks off."""
    return data[: draw(st.integers(0, max(len(data) - 1, 0)))]


def changed(draw: Draw, data: bytes) -> bytes:
    """Bytes changed here and there, or a piece replaced, put in, left out or doubled."""
    if draw(st.booleans()):
        at = draw(st.integers(0, len(data)))
        claim: bytes = draw(st.sampled_from(CLAIMS))
        return data[:at] + claim + data[at + len(claim) :]
    if not data or draw(st.booleans()):
        spoilt = bytearray(data)
        for _ in range(draw(st.integers(1, 6)) if data else 0):
            spoilt[draw(st.integers(0, len(data) - 1))] = draw(
                st.sampled_from([0, 1, 127, 128, 255]) | st.integers(0, 255)
            )
        return bytes(spoilt)
    start = draw(st.integers(0, len(data)))
    end = min(len(data), start + draw(st.integers(0, 40)))
    piece: bytes = draw(st.sampled_from([*WORDS, data[start:end] * 2, b""]))
    return data[:start] + piece + data[end:]


def revalued(draw: Draw, path: Path, data: bytes) -> bytes:
    """A file of the same form with other values in it; byte by byte where its form is none with values."""
    name = path.name
    if name.endswith(".gz"):
        return gzip.compress(changed(draw, gzip.decompress(data)), mtime=0)
    if name.endswith(".zip"):
        return _zip(draw, data)
    if name.endswith(".json"):
        return _json(draw, data)
    if name.endswith(TABLES):
        return _table(draw, data, name.endswith(".feather"))
    if name.endswith(TEXTS):
        return _text(draw, data)
    return changed(draw, data)


def _json(draw: Draw, data: bytes) -> bytes:
    value = json.loads(data)
    count = _count(value)
    kind = draw(st.sampled_from(["value", "value", "value", "text", "twice", "missing", "renamed"]))
    at = draw(st.integers(0, count - 1))
    mark = '"\\u0000 here"'
    marked = json.dumps(_replaced(value, at, "\x00 here"))
    if kind == "text":
        return marked.replace(mark, draw(st.sampled_from(DEEP)), 1).encode()
    if kind == "twice":
        return re.sub(rb'("[^"]+": ?)([^,{}\[\]]+)', rb"\1\2, \1 null", json.dumps(value).encode(), count=at + 1)
    if kind in ("missing", "renamed"):
        keys = sorted(set(re.findall(r'"([^"]+)": ?', json.dumps(value))))
        if not keys:
            return b"[]"
        key = draw(st.sampled_from(keys))
        new = draw(st.sampled_from(["", "zzz", *keys])) if kind == "renamed" else "gone"
        return json.dumps(value).replace(f'"{key}":', f'"{new}":').encode()
    junk = draw(st.sampled_from(JUNK))
    return marked.replace(mark, json.dumps(junk), 1).encode()


def _count(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_count, value.values()))
    return 1 + (sum(map(_count, value)) if isinstance(value, list) else 0)


def _replaced(value: Any, at: int, by: Any) -> Any:
    """A JSON value with one of its parts, by number in a walk through it, replaced."""
    counter = iter(range(at + 1))

    def walk(part: Any) -> Any:
        if next(counter, None) == at:
            return by
        if isinstance(part, dict):
            return {key: walk(inner) for key, inner in part.items()}
        return [walk(inner) for inner in part] if isinstance(part, list) else part

    return walk(value)


def _text(draw: Draw, data: bytes) -> bytes:
    words = list(re.finditer(rb"[^\s<>=:,\"'{}\[\]]+", data[:4000]))
    if not words:
        return WORDS[0]
    found: re.Match[bytes] = draw(st.sampled_from(words))
    word: bytes = draw(st.sampled_from(WORDS))
    return data[: found.start()] + word + data[found.end() :]


def _table(draw: Draw, data: bytes, is_feather: bool) -> bytes:
    table = pf.read_table(io.BytesIO(data)) if is_feather else pq.read_table(io.BytesIO(data))
    index = draw(st.integers(0, table.num_columns - 1))
    name, count = table.column_names[index], table.num_rows
    values = draw(
        st.sampled_from(
            [
                pa.nulls(count),
                pa.array(["x"] * count),
                pa.array([""] * count),
                pa.array(["../secret"] * count),
                pa.array(["a\nb\x00" + "x" * 9000] * count),
                pa.array([float("nan")] * count),
                pa.array([float("inf")] * count),
                pa.array([1e300] * count),
                pa.array([-0.0] * count),
                pa.array([0] * count),
                pa.array([-1] * count),
                pa.array([2**63 - 1] * count),
                pa.array([2**64 - 1] * count, pa.uint64()),
                pa.array([-(2**63)] * count),
                pa.array([True] * count),
                pa.array([[1.0, None]] * count),
                pa.array([[]] * count, pa.list_(pa.float64())),
                pa.array([[2**31 - 1] * 3] * count, pa.list_(pa.int32(), 3)),
                pa.array([[-1, 0, 4]] * count, pa.list_(pa.int32(), 3)),
                pa.array([[float("nan")] * 16] * count, pa.list_(pa.float64(), 16)),
                pa.array([[0.0] * 16] * count, pa.list_(pa.float64(), 16)),
                pa.array([{"a": 1}] * count),
                pa.array([b"\xff"] * count),
                pa.array([10**9] * count, pa.timestamp("ns")),
                pa.array(["a"] * count).dictionary_encode(),
                None,
            ]
        )
    )
    if values is None:
        kind = draw(st.sampled_from(["gone", "twice", "empty", "rows twice"]))
        if kind == "gone":
            table = table.drop_columns([name])
        elif kind == "twice":
            table = table.append_column(name, table.column(index))
        else:
            table = table.slice(0, 0) if kind == "empty" else pa.concat_tables([table, table])
    else:
        table = table.set_column(index, name, values)
    stream = io.BytesIO()
    if is_feather:
        pf.write_feather(table, stream)
    else:
        pq.write_table(table, stream)
    return stream.getvalue()


def _zip(draw: Draw, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = draw(st.sampled_from(names))
        for name in names:
            content = old.read(name)
            new.writestr(name, revalued(draw, Path(name), content) if name == chosen else content)
    return stream.getvalue()
