"""Which frames are taken as labelled, where a dataset's labels are complete."""

from __future__ import annotations

from collections.abc import Sequence

from fusion import Scene
from labels import LabelSet, Resolver


def usable_frames(scene: Scene, labels: LabelSet) -> list[int]:
    """The frames that have a cloud and labels: a box, or somebody's word that there is nothing."""
    resolver = Resolver(labels, scene.frame_times_ns, scene.trajectory)
    return [
        frame.index
        for frame in scene.frames
        if frame.sweeps and (str(frame.index) in labels.frame_states or resolver.frame(frame.index))
    ]


def spread_frames(usable: Sequence[Sequence[int]], count: int) -> list[list[int]]:
    """So many frames of several scenes, as far from each other as can be.

    Args:
        usable: The frames of each scene to choose from.
        count: How many in all; fewer where there are not so many.
    """
    places = [(scene, frame) for scene, frames in enumerate(usable) for frame in frames]
    count = min(count, len(places))
    # The middle of each of so many equal parts: with as many scenes as frames, the middle of every scene.
    chosen = {places[int((number + 0.5) * len(places) / count)] for number in range(count)}
    return [sorted(frame for scene, frame in chosen if scene == place) for place in range(len(usable))]
