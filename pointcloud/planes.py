"""Whole numbers as byte planes, plain or as zigzag differences: the coding inside the points' wire form."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import ByteArray


class Coding(IntEnum):
    """How a channel's numbers stand in its planes."""

    RAW = 0
    DELTA = 1


def split_planes(q: NDArray[Any], plane_count: int, coding: Coding) -> bytes:
    """The numbers (N,) as ``plane_count`` planes of N bytes, least significant first.

    With ``DELTA``: d[i] = (q[i] - q[i-1]) mod 2^bits taken as signed, q[-1] = 0, stored as zigzag (2d, or -2d - 1).
    """
    coded: NDArray[np.uint32]
    if coding is Coding.DELTA:
        # Differences of 32-bit numbers wrap; shifting up and back takes them as signed numbers of fewer bits.
        signed = q.astype(np.int32)
        signed[1:] -= signed[:-1].copy()
        spare = np.int32(32 - 8 * plane_count)
        delta = (signed << spare) >> spare
        coded = ((delta << 1) ^ (delta >> 31)).view(np.uint32)
    else:
        coded = q.astype(np.uint32)
    octets = coded.astype("<u4", copy=False).view(np.uint8).reshape(-1, 4)
    return np.ascontiguousarray(octets[:, :plane_count].T).tobytes()


def join_planes(planes: ByteArray, coding: Coding) -> NDArray[np.int32]:
    """Inverse of ``split_planes``: planes (plane_count, N) to numbers (N,); signed where coded as differences."""
    plane_count, count = planes.shape
    octets = np.zeros((count, 4), dtype=np.uint8)
    octets[:, :plane_count] = planes.T
    coded: NDArray[np.uint32] = octets.view("<u4").reshape(-1).astype(np.uint32, copy=False)
    if coding is Coding.RAW:
        return coded.view(np.int32)
    delta = (coded >> np.uint32(1)) ^ (np.uint32(0) - (coded & np.uint32(1)))
    total = np.cumsum(delta, dtype=np.uint32).view(np.int32)
    spare = np.int32(32 - 8 * plane_count)
    return (total << spare) >> spare
