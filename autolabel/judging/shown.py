"""How sure each box of an object is: as the object itself where points show it, less where hardly any do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from autolabel.proposal import Proposal
from autolabel.recording import Recording
from autolabel.stopping import ShouldStop, Stopped, never
from autolabel.tracking.extend import count_points
from autolabel.upright import upright
from geometry import Box
from geometry.arrays import FloatArray, IntArray

WELL_SHOWN = 20
"""So many points show an object as well as more."""
HIDDEN = 0.02
"""How often a box without any point was in the truth. In simulated scenes that no benchmark scores it was 2 in 100; of
boxes with one to four points 62 in 100 were, of those with more 89."""


def with_box_scores(
    proposals: Sequence[Proposal], recording: Recording, should_stop: ShouldStop = never
) -> list[Proposal]:
    """Proposals with a score for each of their boxes: that of the track, less where few points lie in the box.

    Args:
        proposals: Of one scene.
        recording: Its points are read once, frame by frame.
        should_stop: Asked before each frame.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    by_frame: defaultdict[int, list[tuple[int, Box]]] = defaultdict(list)
    for number, proposal in enumerate(proposals):
        for frame, box in proposal.boxes_ego.items():
            by_frame[frame].append((number, box))
    scores: list[dict[int, float]] = [{} for _ in proposals]
    for frame, here in sorted(by_frame.items()):
        if should_stop():
            raise Stopped
        shares = share_shown(count_points(recording.points(frame), upright(box for _, box in here)))
        for (number, _), share in zip(here, shares.tolist(), strict=True):
            scores[number][frame] = proposals[number].score * share
    return [replace(proposal, scores=found) for proposal, found in zip(proposals, scores, strict=True)]


def share_shown(point_counts: IntArray) -> FloatArray:
    """(N,) how likely a box belongs into its frame, if its object is one, by the points (N,) in it."""
    return np.asarray(np.clip(np.log1p(point_counts) / np.log1p(WELL_SHOWN), HIDDEN, 1.0))
