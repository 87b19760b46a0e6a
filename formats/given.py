"""Which cuboid a value that came with an import was given for."""

from __future__ import annotations

import hashlib

import numpy as np

from labels import Cuboid

ROUNDED_DECIMALS = 6


def cuboid_fingerprint(cuboid: Cuboid, category: str) -> str:
    """16 hex digits of category, place and size; equal only while none of them changes.

    Numbers count to the micrometre (and 1e-6 in the rotation), so a passage through JSON changes nothing.
    """
    numbers = np.concatenate(
        [
            cuboid.ego_from_object.rotation.ravel(),
            cuboid.ego_from_object.translation,
            cuboid.size_lwh_m,
        ]
    )
    whole = np.rint(numbers * 10**ROUNDED_DECIMALS).astype("<i8")
    return hashlib.sha256(category.encode() + b"\0" + whole.tobytes()).hexdigest()[:16]
