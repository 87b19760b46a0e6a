"""Tests of the measure itself: scenes in which the machine proposes nothing, or the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from quality.effort.scene import EffortScene


def nothing_proposed(scene: EffortScene) -> EffortScene:
    """All is labelled by hand: 100 % of each baseline, when the rest is labelled in its own way."""
    return replace(scene, proposals=())


def truth_proposed(scene: EffortScene) -> EffortScene:
    """All is right: what is left is looking at it."""
    proposals = []
    for track in scene.truth:
        counts = np.ones(len(track.frames), dtype=np.bool_) if track.is_scored is None else track.is_scored
        proposals.append(
            replace(track, frames=track.frames[counts], boxes_base=track.boxes_base[counts], bands=None, is_scored=None)
        )
    return replace(scene, proposals=proposals)
