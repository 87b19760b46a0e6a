"""Proposals beside what is labelled: one that lies on an object carries it on, or gives way to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import replace

from autolabel.proposal import Proposal
from labels import LabelSet
from server.autolabel.overlaps import SceneTimes, Under, under

IS_THE_SAME = 0.5
"""In this share of the frames in which both are, a proposal lies on the object that it is."""
MOST_SHARED = 0.3
"""A proposal that lies on others in a larger share of its frames is nothing of its own."""


def settled(proposals: Sequence[Proposal], theirs: LabelSet, closed: Set[int], times: SceneTimes) -> list[Proposal]:
    """What of proposals is left beside the objects that stay.

    Args:
        proposals: What is proposed; those that carry on a track which is gone by now are dropped.
        theirs: The objects that stay.
        closed: Frames in which nothing is proposed, for people said that all is labelled.
        times: The scene's.
    """
    begun = [each for each in proposals if each.track_id is not None and each.track_id in theirs.tracks]
    fresh = [each for each in proposals if each.track_id is None]
    found = under(fresh, theirs, times)
    same = _same(fresh, found, {each.track_id for each in begun})
    left = begun + [_beside(each, found[number], same.get(number)) for number, each in enumerate(fresh)]
    cut = [None if each is None else _only(each, each.boxes_ego.keys() - closed) for each in left]
    return [each for each in cut if each is not None]


def _same(fresh: Sequence[Proposal], found: Sequence[Under], begun: Collection[str | None]) -> dict[int, str]:
    """By number of a proposal, the object that it is; each object once, those seen together longest first."""
    pairs = [
        (len(frames), number, track_id)
        for number, each in enumerate(found)
        for track_id, frames in each.frames.items()
        if track_id not in begun and len(frames) >= IS_THE_SAME * each.together[track_id]
    ]
    same: dict[int, str] = {}
    for _, number, track_id in sorted(pairs, key=lambda pair: (-pair[0], -fresh[pair[1]].score, pair[1])):
        if number not in same and track_id not in same.values():
            same[number] = track_id
    return same


def _beside(proposal: Proposal, found: Under, track_id: str | None) -> Proposal | None:
    if track_id is None:
        if len(found.taken) > MOST_SHARED * len(proposal.boxes_ego):
            return None
        return _only(proposal, proposal.boxes_ego.keys() - found.taken)
    others = set().union(*(frames for other, frames in found.frames.items() if other != track_id))
    # Between two keys people let a cuboid be derived; a key there would change what they see.
    frames = proposal.boxes_ego.keys() - found.derived[track_id] - others
    return _only(replace(proposal, track_id=track_id), frames)


def _only(proposal: Proposal, frames: Set[int]) -> Proposal | None:
    if not frames:
        return None
    return replace(proposal, boxes_ego={frame: box for frame, box in proposal.boxes_ego.items() if frame in frames})
