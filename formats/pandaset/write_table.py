"""Tables as gzipped pickles that every pandas reads: a call of ``pandas.DataFrame`` with plain columns."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

PROTOCOL = 3
COMPRESSION = 6


def table_bytes(columns: Mapping[str, NDArray[Any] | Sequence[str]]) -> bytes:
    """The bytes of a ``.pkl.gz``; the same columns give the same bytes.

    The pickle names only what is public, ``pandas.DataFrame`` and ``numpy.frombuffer``, so that it depends on no
    version's inner make.

    Args:
        columns: Arrays (N,) of numbers or truths, or texts.

    Raises:
        ValueError: An array holds neither.
    """
    parts = [b"\x80", bytes([PROTOCOL]), _name("pandas", "DataFrame"), b"}("]
    for name, values in columns.items():
        parts += [_text(name), *(_array(values) if isinstance(values, np.ndarray) else _texts(values))]
    parts += [b"u\x85R."]
    return gzip.compress(b"".join(parts), COMPRESSION, mtime=0)


def _array(values: NDArray[Any]) -> list[bytes]:
    if values.dtype.kind not in "biuf" or values.ndim != 1:
        raise ValueError(f"columns must be numbers or texts (N,), got {values.dtype} {values.shape}")
    little = values.astype(values.dtype.newbyteorder("<"))
    data = little.tobytes()
    return [
        _name("numpy", "frombuffer"),
        *(b"B", struct.pack("<I", len(data)), data),
        *(_text(little.dtype.str), b"\x86R"),
    ]


def _texts(values: Sequence[str]) -> list[bytes]:
    return [b"](", *(_text(value) for value in values), b"e"]


def _text(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(data)) + data


def _name(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode("ascii")
