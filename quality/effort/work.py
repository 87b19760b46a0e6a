"""Work as counts of its kinds, so that it can be priced again at other unit costs."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from geometry.arrays import FloatArray
from quality.effort.costs import UNITS

Baseline = Literal["every_box", "copy_and_adjust", "key_frames", "key_frames_in_strips"]
BASELINES: tuple[Baseline, ...] = get_args(Baseline)
"""Each box drawn; the first box drawn, then copied and put right in every frame; keys, between them interpolated and
every box looked at; the same, looked at in strips, as proposals are: what strips save is then no merit of proposals."""
UNIT_INDEX = {unit: index for index, unit in enumerate(UNITS)}


def work(**counts: float) -> FloatArray:
    """(U,) how often each kind of work is done, in the order of ``UNITS``; all others are not done."""
    row = np.zeros(len(UNITS))
    for unit, count in counts.items():
        row[UNIT_INDEX[unit]] = count
    return row


def no_work() -> FloatArray:
    """(B, U) nothing to do, whichever way the rest is labelled."""
    return np.zeros((len(BASELINES), len(UNITS)))
