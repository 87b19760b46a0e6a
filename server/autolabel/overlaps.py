"""Which objects of the labels a proposal lies on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autolabel.proposal import Proposal
from geometry import Trajectory, iou_bev
from labels import LabelSet, Resolver

SAME = 0.1
"""Boxes that overlap by this, from above, are about the same object."""


@dataclass
class Under:
    """What is labelled where one proposal lies.

    Attributes:
        frames: By track, the frames in which the proposal lies on it.
        together: By track that it lies on, the frames in which both are.
        derived: By track that it lies on, the frames in which that track has a cuboid that is no key.
    """

    frames: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    together: Counter[str] = field(default_factory=Counter)
    derived: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def taken(self) -> set[int]:
        """The frames in which the proposal lies on anything."""
        return set().union(*self.frames.values())


@dataclass(frozen=True)
class SceneTimes:
    """When a scene's frames are, and where the vehicle is then.

    Attributes:
        times_ns: The time of each frame.
        trajectory: Ego poses, or None.
    """

    times_ns: Sequence[int]
    trajectory: Trajectory | None


def under(proposals: Sequence[Proposal], labels: LabelSet, times: SceneTimes) -> list[Under]:
    """What is labelled, stored or derived, under each of some proposals."""
    found = [Under() for _ in proposals]
    if not labels.tracks or not proposals:
        return found
    resolver = Resolver(labels, times.times_ns, times.trajectory)
    keys: defaultdict[str, set[int]] = defaultdict(set)
    derived: defaultdict[str, set[int]] = defaultdict(set)
    for frame, there in sorted(_by_frame(proposals).items()):
        cuboids = resolver.frame(frame)
        if not cuboids:
            continue
        for each in cuboids:
            (keys if each.is_key else derived)[each.cuboid.track_id].add(frame)
        boxes = [proposals[number].boxes_ego[frame] for number in there]
        lies_on = iou_bev(boxes, [each.cuboid.box_ego for each in cuboids]) > SAME
        for place, number in enumerate(there):
            for column in lies_on[place].nonzero()[0]:
                found[number].frames[cuboids[column].cuboid.track_id].add(frame)
    for proposal, below in zip(proposals, found, strict=True):
        _count(proposal, below, keys, derived)
    return found


def _by_frame(proposals: Sequence[Proposal]) -> dict[int, list[int]]:
    there: defaultdict[int, list[int]] = defaultdict(list)
    for number, proposal in enumerate(proposals):
        for frame in proposal.boxes_ego:
            there[frame].append(number)
    return there


def _count(proposal: Proposal, found: Under, keys: Mapping[str, set[int]], derived: Mapping[str, set[int]]) -> None:
    for track_id in found.frames:
        found.derived[track_id] = derived.get(track_id, set()) & proposal.boxes_ego.keys()
        found.together[track_id] = len(
            found.derived[track_id] | (keys.get(track_id, set()) & proposal.boxes_ego.keys())
        )
