"""Array types and the check that keeps shapes true at the door."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
Float32Array: TypeAlias = NDArray[np.float32]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
ByteArray: TypeAlias = NDArray[np.uint8]


def frozen_array(name: str, value: ArrayLike, shape: tuple[int | None, ...], dtype: Any = np.float64) -> NDArray[Any]:
    """Return ``value`` as a finite, read-only array of the given shape (``None`` matches any length).

    Raises:
        ValueError: The shape differs or a number is not finite; the message gives both shapes.
    """
    array = np.array(value, dtype=dtype)
    check_shape(name, array, shape)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got {array.tolist() if array.size <= 16 else 'NaN or infinity'}")
    array.setflags(write=False)
    return array


def check_shape(name: str, array: NDArray[Any], shape: tuple[int | None, ...]) -> None:
    """Raise ``ValueError`` unless ``array.shape`` matches ``shape`` (``None`` matches any length)."""
    if array.shape == shape:
        return  # without a loop: labels make a hundred thousand small arrays
    matches = array.ndim == len(shape) and all(
        want is None or want == got for want, got in zip(shape, array.shape, strict=True)
    )
    if not matches:
        wanted = "(" + ", ".join("N" if n is None else str(n) for n in shape) + ")"
        raise ValueError(f"{name} must have shape {wanted}, got {array.shape}")
