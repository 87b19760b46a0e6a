"""Plain pandas tables in gzipped pickles, read without pandas and without running anything of the file.

A table is found in any of the ways in which pandas wrote one since version 0.25: as a manager of blocks with its state
beside it, or made from its blocks; with the blocks' numbers as NumPy's arrays of any version, the texts as objects or
as pandas 3's text arrays.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formats.errors import FormatError
from formats.listing import read_bounded
from formats.pandaset.pickle_tree import Made, PickleError, read_tree

MAX_PACKED_BYTES = 64 << 20
MAX_BYTES = 64 << 20
"""Ten times a sweep of 250 000 points; what unpacks to more is no table of a frame."""
Columns = Mapping[str, NDArray[Any]]

_FRAMES = ("pandas.core.frame.DataFrame", "pandas.DataFrame")
_MANAGERS = ("pandas.core.internals.managers.BlockManager", "pandas.core.internals.BlockManager")
_BLOCK = "pandas._libs.internals._unpickle_block"
_TEXTS = "pandas._libs.arrays.__pyx_unpickle_NDArrayBacked"
_INDEX = "pandas.core.indexes.base._new_Index"
_INDEX_KINDS = (
    *("pandas.core.indexes.base.Index", "pandas.Index", "pandas.core.indexes.range.RangeIndex", "pandas.RangeIndex"),
    *(f"pandas.core.indexes.numeric.{kind}Index" for kind in ("Int64", "UInt64", "Float64")),
)
_TEXT_KINDS = (
    *("pandas.arrays.StringArray", "pandas.StringDtype"),
    *(f"pandas.core.arrays.string_.{kind}" for kind in ("StringArray", "StringArrayNumpySemantics", "StringDtype")),
)
_NUMPY = ("numpy.core", "numpy._core")
_ARRAYS = tuple(f"{module}.multiarray._reconstruct" for module in _NUMPY)
_BUFFERS = tuple(f"{module}.numeric._frombuffer" for module in _NUMPY)
_SCALARS = tuple(f"{module}.multiarray.scalar" for module in _NUMPY)
_FROM_BUFFER, _NDARRAY, _DTYPE = "numpy.frombuffer", "numpy.ndarray", "numpy.dtype"
_SLICES = ("builtins.slice", "__builtin__.slice")
_ENCODE = "_codecs.encode"
ALLOWED = frozenset(
    (
        *(*_FRAMES, *_MANAGERS, _BLOCK, _TEXTS, _INDEX, *_INDEX_KINDS, *_TEXT_KINDS),
        *(*_ARRAYS, *_BUFFERS, *_SCALARS, _FROM_BUFFER, _NDARRAY, _DTYPE, *_SLICES, _ENCODE),
    )
)
"""Every name that a plain table needs; a pickle that says any other is refused."""
_DTYPES = re.compile(r"[<>=|]?([biuf][1248]|\?|O8?)", re.ASCII)


def read_table(path: Path) -> Columns:
    """The columns of a ``.pkl.gz``, each (N,), numbers in their type and texts as objects.

    Raises:
        FormatError: The file cannot be read, unpacks to far too much, or is no plain table.
    """
    data = _unpack(path, read_bounded(path, MAX_PACKED_BYTES))
    try:
        return _columns(read_tree(data, ALLOWED))
    except PickleError as error:
        raise FormatError(path, f"expected a pickle of a plain pandas table, found {error}") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        found = f"one of another make ({str(error)[:80]})"
        raise FormatError(path, f"expected a pickle of a plain pandas table, found {found}") from error


def _unpack(path: Path, packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(packed, MAX_BYTES + 1)
    except (zlib.error, MemoryError) as error:
        raise FormatError(path, f"expected a gzip file, found another ({error})") from error
    if len(data) > MAX_BYTES:
        raise FormatError(path, f"expected a gzip file of at most {MAX_BYTES >> 20} MiB unpacked, found a larger one")
    if not unpacker.eof:
        raise FormatError(path, "expected a whole gzip file, found one that ends too early")
    return data


def _columns(tree: Any) -> Columns:
    frame = _expect(tree, _FRAMES)
    if frame.state is None:
        (given,) = frame.args
        columns = {name: _vector(value) for name, value in given.items()}
    else:
        manager = frame.state.get("_mgr", frame.state.get("_data"))
        columns = _manager_columns(_expect(manager, _MANAGERS))
    if len({len(column) for column in columns.values()}) > 1:
        raise ValueError("columns of different lengths")
    return columns


def _manager_columns(manager: Made) -> dict[str, NDArray[Any]]:
    """The columns of a manager: of its arguments, or, as pandas before 1.3 wrote it, of its state."""
    if manager.args:
        blocks, (names, *_) = manager.args[0], manager.args[1]
        parts = [_expect(block, (_BLOCK,)).args[:2] for block in blocks]
    else:
        inner = manager.state[3]["0.14.1"]
        names = inner["axes"][0]
        parts = [(block["values"], block["mgr_locs"]) for block in inner["blocks"]]
    labels = _vector(_expect(names, (_INDEX,)).args[1]["data"])
    columns: dict[str, NDArray[Any]] = {}
    for values, places in parts:
        rows = _array(values)
        rows = rows[None] if rows.ndim == 1 else rows
        for label, row in zip(labels[_places(places)], rows, strict=True):
            columns[str(label)] = _plain(row)
    return {str(label): columns[str(label)] for label in labels}


def _places(value: Any) -> Any:
    """Which columns a block holds: a slice or their numbers."""
    if isinstance(value, Made) and value.name in _SLICES:
        start, stop, step = (None if part is None else int(part) for part in value.args)
        return slice(start, stop, step)
    return _array(value).astype(np.int64)


def _vector(value: Any) -> NDArray[Any]:
    array = _plain(_array(value))
    if array.ndim != 1:
        raise ValueError(f"a column of {array.ndim} dimensions")
    return array


def _array(value: Any) -> NDArray[Any]:
    """An array, however NumPy or pandas wrote it, or a list of Python's own values."""
    if isinstance(value, list):
        return _objects(value)
    if not isinstance(value, Made):
        raise TypeError(f"an array that is a {type(value).__name__}")
    if value.name in _ARRAYS:
        return _reconstructed(value)
    if value.name in _BUFFERS:
        data, dtype, shape, order = value.args
        return np.frombuffer(_bytes(data), _dtype(dtype)).reshape(shape, order=order)
    if value.name == _FROM_BUFFER:
        data, dtype = value.args
        return np.frombuffer(_bytes(data), _dtype(dtype))
    if value.name == _TEXTS:
        made = (part for part in value.state if isinstance(part, Made))
        return _array(next(part for part in made if part.name in (*_ARRAYS, *_BUFFERS)))
    raise ValueError(f"an array made by {value.name}")


def _reconstructed(value: Made) -> NDArray[Any]:
    _, shape, dtype, is_fortran, data = value.state
    kind = _dtype(dtype)
    flat = _objects(data) if kind.kind == "O" else np.frombuffer(_bytes(data), kind)
    return flat.reshape(shape, order="F" if is_fortran else "C")


def _objects(values: list[Any]) -> NDArray[Any]:
    array = np.empty(len(values), dtype=object)
    # One by one, because an array of lists would take them for rows.
    for index, value in enumerate(values):
        array[index] = _scalar(value)
    return array


def _scalar(value: Any) -> Any:
    """A number, a text or None as it is; one of NumPy's made plain; anything else is None."""
    if isinstance(value, Made) and value.name in _SCALARS:
        dtype, data = value.args
        return np.frombuffer(_bytes(data), _dtype(dtype))[0].item()
    return value if isinstance(value, str | int | float) else None


def _plain(array: NDArray[Any]) -> NDArray[Any]:
    """Objects that are all numbers or all truths as such."""
    if array.dtype.kind != "O" or not len(array):
        return array
    kinds = {type(value) for value in array.ravel()}
    if kinds == {bool}:
        return array.astype(bool)
    return array.astype(np.float64) if kinds <= {int, float} else array


def _dtype(value: Any) -> np.dtype[Any]:
    """A number type, a truth or an object; nothing with fields, times or texts of its own."""
    code, order = value, "<"
    if isinstance(value, Made):
        code = _expect(value, (_DTYPE,)).args[0]
        order = value.state[1] if value.state is not None else "|"
    if not isinstance(code, str) or not _DTYPES.fullmatch(code):
        raise ValueError(f"numbers of the type {str(code)[:20]}")
    if code.startswith("O"):
        return np.dtype(object)
    if order not in ("<", ">", "=", "|"):
        raise ValueError("numbers of an unknown byte order")
    return np.dtype(code if code[0] in "<>=|" else order.replace("|", "") + code)


def _bytes(value: Any) -> bytes:
    """Bytes; before protocol 3 they were written as a text of so many Latin letters."""
    if isinstance(value, Made) and value.name == _ENCODE:
        text, coding = value.args
        if coding != "latin1":
            raise ValueError("bytes in another coding than latin1")
        return str(text).encode("latin1")
    if not isinstance(value, bytes | bytearray):
        raise TypeError(f"bytes that are a {type(value).__name__}")
    return bytes(value)


def _expect(value: Any, names: Sequence[str]) -> Made:
    if not isinstance(value, Made) or value.name not in names:
        found = value.name if isinstance(value, Made) else type(value).__name__
        raise ValueError(f"{found[:60]} where {names[0]} belongs")
    return value
