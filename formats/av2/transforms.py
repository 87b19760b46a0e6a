"""Rigid transforms as AV2's tables hold them: a unit quaternion with w first, and a translation in metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from formats.arrow_columns import ArrowColumns
from formats.checked_values import MAX_PLACE_M
from geometry import SE3
from geometry.arrays import BoolArray, FloatArray

QUAT_WXYZ = ("qw", "qx", "qy", "qz")
TRANSLATION = ("tx_m", "ty_m", "tz_m")
COLUMNS = (*QUAT_WXYZ, *TRANSLATION)
LENGTH_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Transforms:
    """The transforms of N rows.

    Attributes:
        rotations: (N, 3, 3); the identity where a row cannot be used.
        translations: (N, 3) metres.
        usable: (N,) which rows hold a unit quaternion and a place on earth.
    """

    rotations: FloatArray
    translations: FloatArray
    usable: BoolArray

    def at(self, row: int) -> SE3:
        """The transform of one row, which must be usable."""
        return SE3(self.rotations[row], self.translations[row])


def read_transforms(table: ArrowColumns) -> Transforms:
    """The transforms of all rows; raises ``FormatError`` where a column is missing or holds no numbers."""
    quats, translations = table.matrix(QUAT_WXYZ), table.matrix(TRANSLATION)
    with np.errstate(over="ignore", invalid="ignore"):
        is_unit = np.abs(np.linalg.norm(quats, axis=1) - 1.0) <= LENGTH_TOLERANCE
    usable = is_unit & (np.abs(translations) < MAX_PLACE_M).all(axis=1)
    quats[~usable] = [1.0, 0.0, 0.0, 0.0]
    rotations = Rotation.from_quat(quats, scalar_first=True).as_matrix() if len(quats) else np.zeros((0, 3, 3))
    return Transforms(rotations, translations, np.asarray(usable))


def transform_columns(transforms: Sequence[SE3]) -> dict[str, FloatArray]:
    """The seven columns of N transforms."""
    rotations = np.array([transform.rotation for transform in transforms]).reshape(-1, 3, 3)
    translations = np.array([transform.translation for transform in transforms]).reshape(-1, 3)
    quats = np.zeros((0, 4))
    if len(rotations):
        quats = Rotation.from_matrix(rotations).as_quat(canonical=True, scalar_first=True)
    columns = {name: np.ascontiguousarray(quats[:, index]) for index, name in enumerate(QUAT_WXYZ)}
    return columns | {name: np.ascontiguousarray(translations[:, index]) for index, name in enumerate(TRANSLATION)}
