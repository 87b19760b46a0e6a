"""The points' form for the browser, version 1: a header, then byte planes that compress well.

Little endian::

    0   4s    magic "TBPC"
    4   u16   version = 1
    6   u16   header_size: bytes up to the first plane, 64 + 32 · channel_count
    8   u32   point_count of this slice
    12  u32   total_point_count of the frame
    16  u16   slice_index
    18  u16   slice_count
    20  u8    order within a slice: 0 as stored in the file, 1 stably sorted by ring
    21  u8    channel_count
    22  u16   0
    24  3 f64 origin_m, added to x, y, z
    48  16s   frame of reference, ASCII, zero padded
    64  per channel: 16s name, u8 plane_count, u8 coding, u16 0, u32 dropped_count, f32 scale, f32 offset
    …   per channel: its byte planes, least significant first, point_count bytes each

``value = offset + scale · q`` (plus the origin for x, y, z). Coding 0 stores q; coding 1 stores the zigzag of the
difference to the point before, modulo 2^(8 · plane_count) (``pointcloud/planes.py``). Slices follow each other without
a gap, and each holds one of every ``slice_count`` points in a row (``slice_members``), so any number of whole slices
from the start is an even sample of the frame. A channel of an unknown name is skipped. The first channel's
``dropped_count`` says how many points of the frame's files were left out because a coordinate was no number or absurdly
far; it is 0 for the others.

Channels: x, y, z; intensity; r, g, b; ring; time_offset_ns of one sweep's points; age_s, where sweeps of several times
are in it, how long before the frame each point was measured.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import Float32Array, FloatArray, IntArray
from pointcloud.cloud import PointCloud
from pointcloud.errors import PointFileError
from pointcloud.planes import Coding, join_planes, split_planes

MAGIC = b"TBPC"
VERSION = 1
STEP_M = 0.005
SLICE_POINTS = 250_000
AGE_STEP_S = 0.001
AGE_STEPS = 2**15 - 1
COORDINATE_PLANES = 3
HEADER = struct.Struct("<4sHHIIHHBBH3d16s")
CHANNEL = struct.Struct("<16sBBHIff")


@dataclass(frozen=True)
class Channel:
    """One row of the channel table."""

    name: str
    plane_count: int
    coding: Coding
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Header:
    """What stands before the planes of one slice."""

    point_count: int
    total_point_count: int
    slice_index: int
    slice_count: int
    order: int
    origin_m: tuple[float, float, float]
    frame: str
    channels: tuple[Channel, ...]
    dropped_count: int = 0

    @property
    def header_size(self) -> int:
        """Bytes up to the first plane."""
        return HEADER.size + CHANNEL.size * len(self.channels)

    @property
    def slice_size(self) -> int:
        """Bytes of the whole slice."""
        return self.header_size + self.point_count * sum(channel.plane_count for channel in self.channels)


def encode(cloud: PointCloud, age_s: Float32Array | None = None, *, dropped_count: int = 0) -> bytes:
    """The cloud as bytes; above ``SLICE_POINTS`` points as several slices in a row.

    Coordinates are off by at most half of ``STEP_M``; intensity and age by at most half a step of their stated stretch.

    Args:
        cloud: The points.
        age_s: (N,) how long before the frame each was measured, seconds; negative after it.
        dropped_count: Points that were left out because they have no place.

    Raises:
        ValueError: The points span more than three byte planes can hold (83 km).
    """
    if age_s is not None and age_s.shape != (len(cloud),):
        raise ValueError(f"age_s must have shape ({len(cloud)},), got {age_s.shape}")
    order = 0 if cloud.ring is None else 1
    if order:
        by_ring = _by_ring(cloud)
        cloud, age_s = cloud.select(by_ring), None if age_s is None else age_s[by_ring]
    local_m = _origin(cloud.xyz)
    columns = list(_columns(cloud, local_m, age_s))
    x, y, z = (np.array(local_m) + cloud.origin_m).tolist()
    rows = tuple(row for row, _ in columns)
    slice_count = _slice_count(cloud)
    parts: list[bytes] = []
    for index in range(slice_count):
        members = slice_members(len(cloud), index, slice_count)
        header = Header(
            len(members), len(cloud), index, slice_count, order, (x, y, z), cloud.frame, rows, dropped_count
        )
        parts.append(_pack_header(header))
        parts += [split_planes(values[members], row.plane_count, row.coding) for row, values in columns]
    return b"".join(parts)


def slice_members(total: int, index: int, slice_count: int) -> IntArray:
    """Which points, rising, a slice holds: one of each ``slice_count`` in a row.

    The first slices' places in such a block are spread over it, and each block is turned by an amount of its own, so
    that no pattern of the file, such as points going round the lasers, can leave a laser out.
    """
    if slice_count == 1:
        return np.arange(total)
    blocks = np.arange(-(-total // slice_count), dtype=np.int64)
    turn = (_mixed(blocks) * slice_count) >> 32
    members = blocks * slice_count + (int(_spread(slice_count)[index]) + turn) % slice_count
    return members[members < total]


def _mixed(numbers: IntArray) -> IntArray:
    """32 bits that look random, the same for the same number (the finaliser of MurmurHash3)."""
    mixed = (numbers + 1).astype(np.uint32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        mixed = (mixed ^ (mixed >> np.uint32(shift))) * np.uint32(factor)
    return np.asarray((mixed ^ (mixed >> np.uint32(16))).astype(np.int64))


def _spread(count: int) -> IntArray:
    """0 … ``count`` - 1 so ordered that any number from the start is spread over the whole (Kronecker's sequence).

    Steps of the golden ratio have no period: turning bits round would put all even places before all odd ones.
    """
    golden_ratio = (5**0.5 - 1.0) / 2.0
    return np.argsort(np.argsort(np.arange(count) * golden_ratio % 1.0, kind="stable"))


def wire_order(cloud: PointCloud) -> IntArray:
    """(N,) the stored index of each point of the wire: slice after slice, each by laser where the cloud names it."""
    slice_count = _slice_count(cloud)
    order = np.concatenate([slice_members(len(cloud), index, slice_count) for index in range(slice_count)])
    return order if cloud.ring is None else _by_ring(cloud)[order]


def _by_ring(cloud: PointCloud) -> IntArray:
    return np.argsort(cloud.ring if cloud.ring is not None else np.zeros(len(cloud)), kind="stable")


def _slice_count(cloud: PointCloud) -> int:
    return max(1, -(-len(cloud) // SLICE_POINTS))


def decode(data: bytes, source: str = "points") -> PointCloud:
    """Inverse of ``encode``; the points stay in the order of the wire, and count from its origin.

    Args:
        data: One or more whole slices of one frame, from the first on. Ages are left out: a cloud has none.
        source: What to name in an error, such as a file or URL.

    Raises:
        PointFileError: The bytes are not this form, are of a newer version, or end too early.
    """
    slices = list(_slices(data, source))
    first = slices[0][0]
    merged: dict[str, NDArray[np.int32]] = {}
    for row in first.channels:
        parts = [columns[row.name] for _, columns in slices]
        merged[row.name] = np.concatenate(parts)
    return _cloud(first, merged)


def read_header(data: bytes, start: int = 0, source: str = "points") -> Header:
    """The header of the slice that begins at ``start``; raises ``PointFileError``."""
    if len(data) < start + HEADER.size:
        raise PointFileError(source, f"expected a header of {HEADER.size} bytes, found {len(data) - start} bytes")
    magic, version, size, count, total, index, slices, order, channel_count, _, x, y, z, frame = HEADER.unpack_from(
        data, start
    )
    if magic != MAGIC:
        raise PointFileError(source, f"expected points that begin with {MAGIC!r}, found {magic!r}")
    if version != VERSION:
        raise PointFileError(source, f"expected version {VERSION} of the points' form, found {version}")
    if size != HEADER.size + CHANNEL.size * channel_count or len(data) < start + size:
        raise PointFileError(source, f"expected a table of {channel_count} channels, found a header of {size} bytes")
    if slices == 0 or index >= slices:
        raise PointFileError(source, f"expected a slice below the slice count, found slice {index} of {slices}")
    rows = [CHANNEL.unpack_from(data, start + HEADER.size + CHANNEL.size * i) for i in range(channel_count)]
    channels = tuple(_read_channel(row, source) for row in rows)
    dropped_count = int(rows[0][4]) if rows else 0
    return Header(count, total, index, slices, order, (x, y, z), _text(frame), channels, dropped_count)


def _read_channel(row: tuple[Any, ...], source: str) -> Channel:
    name, plane_count, coding, _, _, scale, offset = row
    if not 1 <= plane_count <= 4 or coding not in (Coding.RAW, Coding.DELTA):
        raise PointFileError(
            source, f"expected 1 to 4 planes of coding 0 or 1, found {plane_count} of coding {coding} ({_text(name)})"
        )
    return Channel(_text(name), plane_count, Coding(coding), scale, offset)


def _origin(xyz: Float32Array) -> tuple[float, float, float]:
    """(0, 0, 0) where the range allows it, else the middle of the points in whole metres."""
    if len(xyz) == 0:
        return (0.0, 0.0, 0.0)
    # Column by column, which is many times faster than min(axis=0).
    low = np.array([xyz[:, axis].min() for axis in range(3)], dtype=np.float64)
    high = np.array([xyz[:, axis].max() for axis in range(3)], dtype=np.float64)
    reach = STEP_M * (2 ** (8 * COORDINATE_PLANES - 1) - 1)
    origin = np.zeros(3) if max(-low.min(), high.max()) < reach else np.round((low + high) / 2)
    if (high - origin > reach).any() or (origin - low > reach).any():
        raise ValueError(f"points must span at most {2 * reach:.0f} m, got {(high - low).max():.0f} m")
    return (float(origin[0]), float(origin[1]), float(origin[2]))


def _columns(
    cloud: PointCloud, origin_m: tuple[float, float, float], age_s: Float32Array | None
) -> Iterator[tuple[Channel, NDArray[Any]]]:
    for axis, name in enumerate("xyz"):
        values = cloud.xyz[:, axis].astype(np.float64)
        values -= origin_m[axis]
        values /= STEP_M
        q = np.rint(values, out=values).astype(np.int32)
        yield Channel(name, COORDINATE_PLANES, Coding.DELTA, STEP_M), q
    if cloud.intensity is not None:
        scale, offset = _stretch(cloud.intensity)
        levels = np.rint((cloud.intensity - np.float32(offset)) / np.float32(scale)).astype(np.uint8)
        yield Channel("intensity", 1, Coding.RAW, scale, offset), levels
    if cloud.rgb is not None:
        for i, name in enumerate("rgb"):
            yield Channel(name, 1, Coding.RAW), cloud.rgb[:, i]
    if cloud.ring is not None:
        plane_count = 1 if len(cloud) == 0 or cloud.ring.max() < 256 else 2
        yield Channel("ring", plane_count, Coding.RAW), cloud.ring
    if cloud.time_offset_ns is not None:
        yield Channel("time_offset_ns", 4, Coding.DELTA), cloud.time_offset_ns
    if age_s is not None:
        scale = max(AGE_STEP_S, float(np.abs(age_s).max(initial=0.0)) / AGE_STEPS)
        yield Channel("age_s", 2, Coding.DELTA, scale), np.rint(age_s / scale).astype(np.int32)


def _stretch(intensity: Float32Array) -> tuple[float, float]:
    """Scale and offset to 256 levels; the usual ranges 0 … 1 and 0 … 255 keep one stretch over all frames."""
    low, high = (float(intensity.min()), float(intensity.max())) if len(intensity) else (0.0, 0.0)
    if low >= 0.0 and high <= 1.0:
        return 1.0 / 255.0, 0.0
    if low >= 0.0 and high <= 255.0:
        return 1.0, 0.0
    # Where the span is nothing beside the numbers themselves, one level is all there is.
    return max((high - low) / 255.0, abs(low) * 1e-6, 1e-30), low


def _pack_header(header: Header) -> bytes:
    fixed = HEADER.pack(
        MAGIC,
        VERSION,
        header.header_size,
        header.point_count,
        header.total_point_count,
        header.slice_index,
        header.slice_count,
        header.order,
        len(header.channels),
        0,
        *header.origin_m,
        header.frame.encode("ascii", "replace")[:16],
    )
    dropped = [min(header.dropped_count, 2**32 - 1)] + [0] * len(header.channels)
    rows = (
        CHANNEL.pack(row.name.encode(), row.plane_count, int(row.coding), 0, count, row.scale, row.offset)
        for row, count in zip(header.channels, dropped, strict=False)
    )
    return fixed + b"".join(rows)


def _slices(data: bytes, source: str) -> Iterator[tuple[Header, dict[str, NDArray[np.int32]]]]:
    start, expected_index = 0, 0
    while start < len(data) or expected_index == 0:
        header = read_header(data, start, source)
        if header.slice_index != expected_index:
            raise PointFileError(source, f"expected slice {expected_index}, found slice {header.slice_index}")
        if len(data) < start + header.slice_size:
            raise PointFileError(
                source, f"expected {header.slice_size} bytes of slice {expected_index}, found {len(data) - start}"
            )
        position = start + header.header_size
        columns: dict[str, NDArray[np.int32]] = {}
        for row in header.channels:
            end = position + row.plane_count * header.point_count
            planes = np.frombuffer(data, np.uint8, end - position, position).reshape(row.plane_count, -1)
            columns[row.name] = join_planes(planes, row.coding)
            position = end
        yield header, columns
        start, expected_index = start + header.slice_size, expected_index + 1


def _cloud(header: Header, columns: dict[str, NDArray[np.int32]]) -> PointCloud:
    rows = {row.name: row for row in header.channels}
    if not {"x", "y", "z"} <= rows.keys():
        raise PointFileError("points", f"expected the channels x, y, z, found {', '.join(rows) or 'none'}")

    def value(name: str) -> FloatArray:
        # The table holds float32; the exact step has fewer digits.
        scale = float(np.format_float_positional(np.float32(rows[name].scale), unique=True))
        return np.asarray(columns[name] * scale + rows[name].offset)

    return PointCloud(
        np.stack([value(name) for name in "xyz"], axis=1).astype(np.float32),
        header.frame,
        origin_m=np.array(header.origin_m),
        intensity=value("intensity").astype(np.float32) if "intensity" in rows else None,
        time_offset_ns=columns["time_offset_ns"] if "time_offset_ns" in rows else None,
        ring=columns["ring"].astype(np.uint16) if "ring" in rows else None,
        rgb=np.stack([columns[name] for name in "rgb"], axis=1).astype(np.uint8) if "r" in rows else None,
    )


def _text(padded: bytes) -> str:
    return padded.rstrip(b"\0").decode("ascii", "replace")
