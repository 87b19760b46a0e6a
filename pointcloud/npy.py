"""NPY, numpy's file: rows of x, y, z and more, or a structured array whose fields have names; never a pickle.

Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. A header that promises more than the
file holds is refused before any memory is taken.
"""

from __future__ import annotations

import tokenize
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from pointcloud.cloud import PointCloud
from pointcloud.columns import cloud_from_columns
from pointcloud.errors import PointFileError
from pointcloud.header_text import MAX_POINTS, check_size

ROW_NAMES = ("x", "y", "z", "intensity")
MAX_COLUMNS = 64
MAX_HEADER = 10_000
NUMBER_KINDS = "fiu"

Shape = tuple[int, ...]


def read_npy(path: Path, frame: str = "lidar") -> PointCloud:
    """Read rows (N, 3 …) as x, y, z and, where there is one, intensity; or fields by their names.

    Columns after the fourth have no meaning of their own and are passed over. Points with a coordinate that is not
    finite are left out and counted in ``dropped_count``.

    Raises:
        PointFileError: The file cannot be read, holds anything but numbers, or ends too early.
    """
    try:
        with path.open("rb") as file:
            shape, dtype, is_fortran = _read_header(path, file)
            data = file.read(shape[0] * _row_bytes(shape, dtype))
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror})") from error
    check_size(path, "points", shape[0] * _row_bytes(shape, dtype), len(data))
    points = np.frombuffer(data, dtype).reshape(shape, order="F" if is_fortran else "C")
    return cloud_from_columns(path, _columns(points), frame)


def count_npy(path: Path) -> int:
    """The number of points by the header alone, checked against the file's size; raises ``PointFileError``."""
    try:
        with path.open("rb") as file:
            return _read_header(path, file)[0][0]
    except OSError as error:
        raise PointFileError(path, f"expected a file of points, found none ({error.strerror})") from error


def _read_header(path: Path, file: BinaryIO) -> tuple[Shape, np.dtype[Any], bool]:
    try:
        version = npy_format.read_magic(file)
        read = npy_format.read_array_header_1_0 if version == (1, 0) else npy_format.read_array_header_2_0
        shape, is_fortran, dtype = read(file, max_header_size=MAX_HEADER)
    except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError, tokenize.TokenError) as error:
        reason = " ".join(str(error).split())[:120]
        raise PointFileError(path, f"expected an NPY file, found none ({reason})") from error
    _check_layout(path, shape, dtype)
    start = file.tell()
    size = file.seek(0, 2)
    file.seek(start)
    check_size(path, "points", shape[0] * _row_bytes(shape, dtype), size - start)
    return shape, dtype, is_fortran


def _check_layout(path: Path, shape: Shape, dtype: np.dtype[Any]) -> None:
    """Raise ``PointFileError`` unless it is (N, 3 …) numbers or (N,) of named numbers."""
    kinds = [dtype] if dtype.names is None else [dtype[name] for name in dtype.names]
    if any(kind.kind not in NUMBER_KINDS or kind.shape for kind in kinds):
        raise PointFileError(path, f"expected an array of numbers, found one of {str(dtype)[:60]}")
    is_rows = dtype.names is None and len(shape) == 2 and 3 <= shape[1] <= MAX_COLUMNS
    is_fields = dtype.names is not None and len(shape) == 1
    if not (is_rows or is_fields) or not 0 <= shape[0] < MAX_POINTS:
        raise PointFileError(path, f"expected rows (N, 3 … {MAX_COLUMNS}) or N named fields, found shape {shape}")


def _row_bytes(shape: Shape, dtype: np.dtype[Any]) -> int:
    return dtype.itemsize * (shape[1] if len(shape) == 2 else 1)


def _columns(points: NDArray[Any]) -> dict[str, NDArray[Any]]:
    if points.dtype.names is not None:
        return {name: points[name] for name in points.dtype.names}
    return {name: points[:, i] for i, name in enumerate(ROW_NAMES[: points.shape[1]])}
