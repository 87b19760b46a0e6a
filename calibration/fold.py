"""Where a distortion's formula stops holding: the first place at which the image would fold back over itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from geometry.arrays import BoolArray, FloatArray

SAMPLE_COUNT = 1024
HALVINGS = 50


def last_sound(is_sound: Callable[[FloatArray], BoolArray], top: float) -> float:
    """The largest t of 0 … ``top`` such that everything up to it is sound.

    Args:
        is_sound: Takes (S,) values of t and tells (S,) where the formula holds; it holds at 0.
        top: Where to stop looking.
    """
    samples = np.linspace(0.0, top, SAMPLE_COUNT)
    # Coefficients that no lens has overflow far out; what is not a number is not sound.
    with np.errstate(all="ignore"):
        sound = is_sound(samples)
        if sound.all():
            return top
        first = max(int(np.argmin(sound)), 1)
        low, high = samples[first - 1], samples[first]
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if is_sound(np.array([middle]))[0]:
                low = middle
            else:
                high = middle
    return float(low)
