"""Packed bytes of recordings, unpacked within the size that they are said to have."""

from __future__ import annotations

import bz2
import io

MAX_CHUNK_BYTES = 1 << 30
"""Recorders pack a megabyte or a few at a time, or one message."""
BLOCK_BYTES = 1 << 20


def unpack(data: bytes, coding: str, size: int) -> bytes:
    """Unpack bytes to exactly ``size``.

    Args:
        data: The packed bytes.
        coding: ``none`` or empty, ``zstd``, ``lz4`` or ``bz2``.
        size: How many bytes come out.

    Raises:
        ValueError: Others come out, or the coding is none of these.
    """
    if size > MAX_CHUNK_BYTES:
        raise ValueError(f"expected packed bytes of at most {MAX_CHUNK_BYTES >> 20} MiB, found {size >> 20} MiB")
    if coding in ("", "none"):
        unpacked = data
    elif coding == "zstd":
        unpacked = unpack_zstd(data, size)
    elif coding == "lz4":
        unpacked = _unpack_lz4(data, size)
    elif coding == "bz2":
        unpacked = _unpack_bz2(data, size)
    else:
        raise ValueError(f"expected bytes packed with zstd, lz4 or bz2, found {coding[:20]!r}")
    if len(unpacked) != size:
        raise ValueError(f"expected {size} bytes after unpacking, found others")
    return unpacked


def unpack_zstd(data: bytes, limit: int) -> bytes:
    """Unpack zstandard's bytes, as long as no more than ``limit`` come out; raises ``ValueError``."""
    import zstandard

    parts: list[bytes] = []
    try:
        # Block by block: what a header claims is not set aside before it is there.
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)) as reader:
            while part := reader.read(BLOCK_BYTES):
                parts.append(part)
                if len(parts) * BLOCK_BYTES > limit + BLOCK_BYTES:
                    raise ValueError(f"expected at most {limit} bytes after unpacking, found more")
    except zstandard.ZstdError as error:
        raise ValueError(f"expected bytes packed with zstd, found others ({error})") from error
    return b"".join(parts)


def _unpack_lz4(data: bytes, size: int) -> bytes:
    import lz4.frame

    try:
        unpacked: bytes = lz4.frame.LZ4FrameDecompressor().decompress(data, max_length=size + 1)
    except (RuntimeError, EOFError) as error:
        raise ValueError(f"expected bytes packed with lz4, found others ({error})") from error
    return unpacked


def _unpack_bz2(data: bytes, size: int) -> bytes:
    try:
        return bz2.BZ2Decompressor().decompress(data, max_length=size + 1)
    except (OSError, EOFError) as error:
        raise ValueError(f"expected bytes packed with bz2, found others ({error})") from error
