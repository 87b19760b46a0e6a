from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from quality.effort import EffortScene, EffortTrack, nothing_proposed, truth_proposed


def test_truth_is_proposed_where_it_counts(
    make_track: Callable[..., EffortTrack], make_scene: Callable[..., EffortScene]
) -> None:
    half = replace(make_track("half"), is_scored=np.arange(20) % 2 == 0)
    scene = truth_proposed(make_scene([make_track("whole"), half]))
    assert [len(track.frames) for track in scene.proposals] == [20, 10]
    assert nothing_proposed(scene).proposals == ()
