"""Proposals go into labels beside what people said, which stays as it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.proposal import Proposal, fewest_keys, with_proposals
from geometry import SE3, Box, Trajectory
from labels import Cuboid, LabelSet, Resolver, Track

BOX = Box.from_yaw([1.0, 2.0, 3.0], [4.0, 2.0, 1.5], 0.5)
SOURCE = "model:few-shot@1"


def key(frame: int, track: str = "t") -> Cuboid:
    return Cuboid(f"{track}{frame}", track, frame, SE3.identity(), [4.0, 2.0, 1.5], confirmed_by="someone")  # type: ignore[arg-type]


def labels(frames: set[int]) -> LabelSet:
    track = Track("t", "Car", min(frames), max(frames), external_id="7")
    return LabelSet(tracks={"t": track}, cuboids={f"t{frame}": key(frame) for frame in frames})


@given(st.sets(st.integers(0, 20), min_size=1), st.sets(st.integers(0, 20), min_size=1), st.booleans())
def test_what_people_said_stays_and_the_rest_is_filled(said: set[int], proposed: set[int], is_theirs: bool) -> None:
    before = labels(said)
    proposal = Proposal("t" if is_theirs else None, "Car", True, False, 0.9, dict.fromkeys(proposed, BOX), {})
    after = with_proposals(before, [proposal], SOURCE)
    for identity, cuboid in before.cuboids.items():
        assert after.cuboids[identity] == cuboid
    added = [cuboid for cuboid in after.cuboids.values() if cuboid.id not in before.cuboids]
    assert {cuboid.frame_index for cuboid in added} == (proposed - said if is_theirs else proposed)
    assert all((cuboid.source, cuboid.confirmed_by, cuboid.score) == (SOURCE, None, 0.9) for cuboid in added)
    assert len(after.tracks) == (1 if is_theirs else 2)
    for track in after.tracks.values():
        own = [cuboid.frame_index for cuboid in after.cuboids.values() if cuboid.track_id == track.id]
        assert track.first_frame <= min(own)
        assert track.last_frame >= max(own)


def test_nothing_is_derived_across_frames_that_are_left_out() -> None:
    after = with_proposals(LabelSet(), [Proposal(None, "Car", True, False, 0.9, {0: BOX, 1: BOX, 5: BOX}, {})], SOURCE)
    resolver = Resolver(after, [i * 10**8 for i in range(8)])
    assert [len(resolver.frame(frame)) for frame in range(8)] == [1, 1, 0, 0, 0, 1, 0, 0]


def test_what_stands_has_one_key_and_what_moves_evenly_two() -> None:
    times = [i * 10**8 for i in range(20)]
    trajectory = Trajectory(np.array(times), tuple(SE3.from_yaw(0.0, [0.5 * i, 0.0, 0.0]) for i in range(20)))
    stands = {i: BOX.transform(trajectory.world_from_ego(time).inverse()) for i, time in enumerate(times)}
    moves = {i: Box.from_yaw([1.0 + 0.2 * i, 2.0, 3.0], BOX.size_lwh_m, 0.5) for i in range(20)}
    for boxes, count in ((stands, 1), (moves, 2)):
        dense = with_proposals(LabelSet(), [Proposal(None, "Car", True, False, 0.9, boxes, {})], SOURCE)
        few = fewest_keys(dense, times, trajectory)
        assert len(few.cuboids) == count
        before, after = (Resolver(each, times, trajectory) for each in (dense, few))
        for frame in range(20):
            (one,), (other,) = before.frame(frame), after.frame(frame)
            np.testing.assert_allclose(one.cuboid.box_ego.corners(), other.cuboid.box_ego.corners(), atol=0.03)


def test_an_object_that_is_nowhere_is_none() -> None:
    with pytest.raises(ValueError, match="at least"):
        Proposal(None, "Car", True, False, 0.9, {}, {})
