"""What a file's cuboids leave open, settled by looking at them: the unit of angles, and the axes ahead and up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np

from formats.checked_values import as_list, finite_numbers
from formats.format import Answers, Guess, Question
from formats.openlabel.cuboid_values import Angles, Axes
from formats.settler import told
from geometry import SE3
from geometry.arrays import FloatArray

AXES, ANGLES = "cuboid-axes", "angles"
QUESTIONS = (
    Question(
        f"{AXES}.*", "Which axes point ahead and up in the cuboids of this coordinate system?", tuple(get_args(Axes))
    ),
    Question(ANGLES, "What are the angles of cuboids of nine numbers?", tuple(get_args(Angles))),
)
OWN = "Truebox wrote the file"
LONG_M = 3.0
FULL_TURN_RAD = 6.4
DOWN_SHARE = 0.5


def settle_angles(values: Sequence[Any], assume: Answers, *, is_own: bool) -> Guess:
    """The unit of angles of cuboids' values; degrees where any goes beyond a turn of radians."""
    if guess := told(ANGLES, assume):
        return guess
    if is_own:
        return Guess(ANGLES, "radians", OWN)
    turns = [turn for value in values if len(as_list(value)) == 9 and (turn := finite_numbers(value[3:6]))]
    largest = max((max(map(abs, turn)) for turn in turns), default=0.0)
    if largest > FULL_TURN_RAD:
        return Guess(ANGLES, "degrees", f"the angles of {len(turns)} cuboids reach {largest:.4g}, more than a turn")
    if not turns:
        return Guess(ANGLES, "radians", "no cuboid has angles: their rotations are quaternions")
    return Guess(ANGLES, "radians", f"the angles of {len(turns)} cuboids reach {largest:.4g} only, as radians do")


def settle_axes(system: str, placed: Sequence[tuple[SE3, FloatArray]], assume: Answers, *, is_own: bool) -> Guess:
    """The axes of the cuboids given in one coordinate system.

    Args:
        system: Its name.
        placed: The cuboids in ``ego``, with their sizes along their own axes.
        assume: What a person said.
        is_own: Whether Truebox wrote the file.
    """
    question = f"{AXES}.{system}"
    if guess := told(question, assume):
        return guess
    if is_own:
        return Guess(question, "iso8855", OWN)
    rotations = np.array([place.rotation for place, _ in placed]).reshape(-1, 3, 3)
    if not len(rotations):
        return Guess(question, "iso8855", "there is no cuboid to look at")
    y_down, z_up = float(np.mean(-rotations[:, 2, 1])), float(np.mean(np.abs(rotations[:, 2, 2])))
    if y_down > max(z_up, DOWN_SHARE):
        return Guess(question, "y-down", f"the y axes of {len(placed)} cuboids point down (mean {y_down:.3f})")
    sizes = np.array([size for _, size in placed])
    long = sizes[sizes[:, :2].max(axis=1) > LONG_M]
    sideways = int((long[:, 1] > long[:, 0]).sum())
    if 2 * sideways > len(long):
        why = f"{sideways} of {len(long)} cuboids above {LONG_M:g} m are longer along y than along x"
        return Guess(question, "y-forward", why, is_sure=sideways == len(long) > 10)
    why = f"z points up, and {len(long) - sideways} of {len(long)} cuboids above {LONG_M:g} m are longest along x"
    return Guess(question, "iso8855", why, is_sure=len(long) > 0)
