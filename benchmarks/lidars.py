"""Few-shot labeling of simulated projects with other lidars than those of ``autolabel``: 16 and 128 beams, solid state.

One seed each, as large as the projects there, and as slow; ``TRUEBOX_BENCH_SHARE`` makes them smaller here, too.
"""

from __future__ import annotations

from typing import Any

from autolabel.learn import LearnOptions
from benchmarks.autolabel import SCENES, frame_count, simulated
from benchmarks.simulated_project import OTHER_LIDARS

NAME = "lidars"


def run(
    *, seeds: int = 1, share: float | None = None, scenes: int = SCENES, steps: int | None = None
) -> dict[str, Any]:
    """Each project's figures."""
    learning = [LearnOptions(seed, steps) for seed in range(seeds)]
    return simulated(OTHER_LIDARS, learning, scenes=scenes, frames=frame_count(share))
