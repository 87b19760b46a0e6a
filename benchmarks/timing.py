"""Fair timing: warm-up first, then the rivals take turns, and the median of each counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median


def interleaved_ms(
    rivals: Mapping[str, Callable[[], object]], *, rounds: int = 15, warm_up: int = 2
) -> dict[str, float]:
    """The median milliseconds of each rival.

    In every round each rival runs once, in turn, so that a busy moment of the machine meets all of them.

    Args:
        rivals: Functions by name.
        rounds: Timed rounds.
        warm_up: Rounds before these that do not count.

    Raises:
        ValueError: No timed round.
    """
    if rounds < 1:
        raise ValueError(f"rounds must be at least 1, got {rounds}")
    times_ms: dict[str, list[float]] = {name: [] for name in rivals}
    for turn in range(warm_up + rounds):
        for name, run in rivals.items():
            start = time.perf_counter()
            run()
            elapsed_ms = (time.perf_counter() - start) * 1e3
            if turn >= warm_up:
                times_ms[name].append(elapsed_ms)
    return {name: median(times) for name, times in times_ms.items()}
