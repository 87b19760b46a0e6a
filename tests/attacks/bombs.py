"""Small files that grow without end for who unpacks, decodes or follows all that they say."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def zeros_gzip(mebibytes: int) -> bytes:
    """A gzip file of that many zeros; a piece of it is packed once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packer.compress(bytes(1 << 20))
    packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    start = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = start.compress(bytes(1 << 20)) + start.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + first + piece * (mebibytes - 1) + b"\x03\x00" + bytes(8)


def doubled(times: int) -> bytes:
    """A pickle of lists in lists, each twice in the next: 2 to that power for who looks at all."""
    known = (b"h" + bytes([number]) for number in range(times))
    return b"\x80\x04]\x94" + b"".join(b"]\x94(" + last * 2 + b"e" for last in known) + b"."


def zipped(piece: bytes, mebibytes: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("task.json", "{}")
        for name in ("annotations.json", "data/manifest.jsonl"):
            with archive.open(name, "w") as member:
                block = piece * ((1 << 20) // len(piece))
                member.write(b"[" if name.startswith("a") else b"")
                for _ in range(mebibytes):
                    member.write(block)
                member.write(b"0]" if name.startswith("a") else b"")
    return stream.getvalue()


def laughs() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    return "\n".join([*lines, "sensors: *a11", "poses: *a11"])


def merges() -> str:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 10)}]}}" for i in range(1, 12)]
    return "\n".join([*lines, "sensors: *a11"])


def png(width: int, height: int, data: bytes, text: bytes = b"") -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    texts = chunk(b"zTXt", b"a\x00\x00\x78\x9c" + text) if text else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + texts + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def parquet(rows: int, text: str) -> bytes:
    names = pa.DictionaryArray.from_arrays(np.zeros(rows, np.int8), [text])
    places = pa.FixedSizeListArray.from_arrays(pa.nulls(rows * 16, pa.float64()), 16)
    columns = {
        "key.segment_context_name": names,
        "key.frame_timestamp_micros": pa.array(np.arange(rows)),
        "[LiDARBoxComponent].type": pa.array(np.zeros(rows, np.int8)),
        "key.laser_object_id": names,
        "[VehiclePoseComponent].world_from_vehicle.transform": places,
    }
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, store_schema=False)
    return stream.getvalue()


BOMBS: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "gzip": ("pandaset", ".pkl.gz", lambda: zeros_gzip(2000)),
    "pickle of doublings": ("pandaset", ".pkl.gz", lambda: gzip.compress(doubled(200))),
    "pickle of opcodes": ("pandaset", "cuboids/0", lambda: gzip.compress(b"\x80\x04" + b"]" * 3_000_000 + b".")),
    "pickle of a huge text": ("pandaset", ".pkl.gz", lambda: gzip.compress(b"\x80\x04\x8d\0\0\0\0\x03" + bytes(9))),
    "zip": ("cvat:zip", ".zip", lambda: zipped(b" ", 150)),
    "zip of lists": ("cvat:zip", ".zip", lambda: zipped(b"[],", 120)),
    "zip of texts": ("cvat:zip", ".zip", lambda: zipped(b'"ab",', 120)),
    "zip of lines": ("cvat:zip", ".zip", lambda: zipped(b"{}\n", 120)),
    "yaml laughs": ("folder:bin", ".yaml", lambda: laughs().encode()),
    "yaml anchors": ("folder:bin", ".yaml", lambda: b"&a [*a, *a]"),
    "yaml deep": ("folder:bin", ".yaml", lambda: b"[" * 100_000),
    "yaml dashes": ("folder:bin", ".yaml", lambda: b"- " * 100_000),
    "yaml keys": ("folder:bin", ".yaml", lambda: b"? " * 100_000),
    "yaml merges": ("folder:bin", ".yaml", lambda: merges().encode()),
    "yaml number": ("folder:bin", ".yaml", lambda: b"rate_hz: " + b"9" * 3_000_000),
    "yaml sexagesimal": ("folder:bin", ".yaml", lambda: b"rate_hz: " + b"1:" * 1_000_000 + b"1"),
    "yaml of code": ("folder:bin", ".yaml", lambda: b"!!python/object/apply:os.system ['touch /tmp/ran']"),
    "json number": ("openlabel", ".json", lambda: b'{"openlabel": {"frames": ' + b"9" * 3_000_000 + b"}}"),
    "png of a header": ("folder:bin", ".png", lambda: png(60_000, 60_000, zlib.compress(bytes(1000)))),
    "png of zeros": ("folder:bin", ".png", lambda: png(13_000, 13_000, zeros_gzip(507)[10:-8])),
    "png of a text": ("folder:bin", ".png", lambda: png(48, 32, b"", text=zeros_gzip(500)[10:-8])),
    "parquet of runs": ("waymo", "lidar_box", lambda: parquet(1_000_000, "x" * 4000)),
    "parquet of names": ("waymo", "vehicle_pose", lambda: parquet(4_900_000, "x")),
}
"""By name: the sample, a part of the paths of the files that are replaced, and what replaces them."""
