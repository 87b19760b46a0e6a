"""What folders of SUSTechPOINTS leave open, and how looking at the numbers settles it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from formats.format import Answers, Guess, Question
from formats.settler import told

EXTRINSICS = Question("extrinsics", "How are the 16 numbers of an extrinsic laid out?", ("row-major", "column-major"))
ANGLES = Question("angles", "What are the angles of boxes in?", ("radians", "degrees"))
QUESTIONS = (EXTRINSICS, ANGLES)
FULL_TURN_RAD = 2 * np.pi + 0.01
NEAR_ZERO = 1e-6


def settle_extrinsics(matrices: Mapping[str, Sequence[float]], assume: Answers) -> Guess:
    """Rows or columns first: by where the zeros of a rigid transform stand, else by which way up the cameras are.

    Args:
        matrices: 16 numbers by camera.
        assume: What a person said.
    """
    if guess := told(EXTRINSICS.name, assume):
        return guess
    found = {camera: np.asarray(numbers, dtype=np.float64).reshape(4, 4) for camera, numbers in matrices.items()}
    rows = sum(_is_rigid(matrix) and not _is_rigid(matrix.T) for matrix in found.values())
    columns = sum(_is_rigid(matrix.T) and not _is_rigid(matrix) for matrix in found.values())
    if rows or columns:
        answer = "row-major" if rows >= columns else "column-major"
        place = "fourth column" if rows >= columns else "fourth row"
        why = f"the shift stands in the {place} of {max(rows, columns)} of {len(found)} extrinsics"
        return Guess(EXTRINSICS.name, answer, why, is_sure=not (rows and columns))
    if not found:
        return Guess(EXTRINSICS.name, "row-major", "there is no extrinsic to look at", is_sure=False)
    # A camera's y looks down, so along the lidar's -z; of a rotation read the other way round it rarely does.
    by_rows = float(np.mean([matrix[1, 2] for matrix in found.values()]))
    by_columns = float(np.mean([matrix[2, 1] for matrix in found.values()]))
    answer = "row-major" if by_rows <= by_columns else "column-major"
    why = f"no shift; cameras' y has {by_rows:.2f} of the lidar's z read by rows, {by_columns:.2f} by columns"
    return Guess(EXTRINSICS.name, answer, why, is_sure=abs(by_rows - by_columns) > 0.5)


def settle_angles(angles: Sequence[float], assume: Answers) -> Guess:
    """Radians or degrees: more than a full turn in radians can only be degrees."""
    if guess := told(ANGLES.name, assume):
        return guess
    if not angles:
        return Guess(ANGLES.name, "radians", "there is no box to look at", is_sure=False)
    largest = max(abs(angle) for angle in angles)
    if largest > FULL_TURN_RAD:
        return Guess(ANGLES.name, "degrees", f"the largest of {len(angles)} angles is {largest:.1f}")
    turned = sum(abs(angle) > 0.1 for angle in angles)
    why = f"the largest of {len(angles)} angles is {largest:.2f}, and {turned} are above 0.1"
    return Guess(ANGLES.name, "radians", why, is_sure=turned >= 3 and largest > 1.0)


def _is_rigid(matrix: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    """Whether the shift stands in the fourth column; it does in both ways where there is none."""
    return bool(np.abs(matrix[3] - (0, 0, 0, 1)).max() < NEAR_ZERO)
