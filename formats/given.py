"""Which cuboid a value that came with an import was given for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from geometry.arrays import FloatArray
from labels import Cuboid

ROUNDED_DECIMALS = 6
FILE_WORD = re.compile(r"[a-z0-9-]+\.[^.\s]+")


def is_file_word(name: str) -> bool:
    """Whether an attribute holds what a format's own file said, such as ``kitti.alpha``, and is nobody's answer."""
    return FILE_WORD.fullmatch(name) is not None


def cuboid_fingerprint(cuboid: Cuboid, category: str) -> str:
    """16 hex digits of category, place and size; equal only while none of them changes.

    Numbers count to the micrometre (and 1e-6 in the rotation), so a passage through JSON changes nothing.
    """
    place = cuboid.ego_from_object
    return fingerprints([category], place.rotation[None], place.translation[None], cuboid.size_lwh_m[None])[0]


def fingerprints(
    categories: Sequence[str], rotations: FloatArray, translations: FloatArray, sizes_lwh_m: FloatArray
) -> list[str]:
    """The fingerprints of many cuboids: rotations (N, 3, 3), translations (N, 3) and sizes (N, 3), all in ``ego``."""
    numbers = np.concatenate([rotations.reshape(-1, 9), translations, sizes_lwh_m], axis=1)
    whole = np.ascontiguousarray(np.rint(numbers * 10**ROUNDED_DECIMALS).astype("<i8"))
    return [
        hashlib.sha256(category.encode() + b"\0" + row.tobytes()).hexdigest()[:16]
        for category, row in zip(categories, whole, strict=True)
    ]
