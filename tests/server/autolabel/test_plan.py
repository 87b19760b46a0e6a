"""What becomes of labels when a model proposes: nothing of people's is lost or changed, whatever is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autolabel.proposal import Proposal
from geometry import SE3, Box, Trajectory, iou_bev
from labels import Cuboid, FrameState, ImageBox, LabelSet, Resolver, Track, apply
from server.autolabel.overlaps import SAME, SceneTimes
from server.autolabel.plan import ProposedPlan, plan_proposals
from server.store.proposed import OwnRecords

FRAMES = 6
TIMES = SceneTimes([index * 100_000_000 for index in range(FRAMES)], None)
SOURCE = "model:few-shot@2"
SIZE = np.array([4.0, 2.0, 1.5])
PLACES = st.sampled_from([0.0, 1.0, 10.0, 20.0])


def box_at(x: float) -> Box:
    return Box.from_yaw([x, 0.0, 0.0], SIZE, 0.0)


def cuboid(track_id: str, frame: int, x: float, source: str = "human", confirmed_by: str | None = None) -> Cuboid:
    return Cuboid(
        f"{track_id}-{frame}", track_id, frame, box_at(x).frame_from_object, SIZE, source, confirmed_by=confirmed_by
    )


def track(track_id: str, frames: Sequence[int] = range(FRAMES)) -> Track:
    return Track(track_id, "Car", min(frames), max(frames))


def proposal(x: float, frames: Sequence[int] = range(FRAMES), track_id: str | None = None) -> Proposal:
    """To and fro, so that no key follows from the others."""
    boxes = {frame: box_at(x + 0.1 * (frame % 2)) for frame in frames}
    return Proposal(track_id, "Car", True, False, 0.8, boxes, {})


def label_set(tracks: Sequence[Track], cuboids: Sequence[Cuboid], closed: Sequence[int] = ()) -> LabelSet:
    states = [FrameState(frame, "done") for frame in closed]
    return LabelSet(
        tracks={each.id: each for each in tracks},
        cuboids={each.id: each for each in cuboids},
        frame_states={each.id: each for each in states},
        revision=7,
    )


def own_of(labels: LabelSet, touched: Sequence[str] = ()) -> OwnRecords:
    """All unconfirmed cuboids of models, and all tracks, but those that somebody touched."""
    waiting = {key for key, each in labels.cuboids.items() if each.source != "human" and each.confirmed_by is None}
    return OwnRecords(frozenset(waiting - set(touched)), frozenset(labels.tracks.keys() - set(touched)))


def after(labels: LabelSet, plan: ProposedPlan) -> LabelSet:
    return labels if plan.is_empty else apply(labels, plan.change("scene", SOURCE, labels.revision))


def plan_of(labels: LabelSet, *proposals: Proposal, own: OwnRecords | None = None) -> ProposedPlan:
    return plan_proposals(labels, own or own_of(labels), proposals, SOURCE, TIMES)


def test_an_empty_scene_gets_all_that_is_proposed() -> None:
    plan = plan_of(LabelSet(), proposal(0.0), proposal(10.0, [2, 3]))
    made = after(LabelSet(), plan)
    assert len(made.tracks) == 2
    assert len(made.cuboids) == FRAMES + 2
    assert {each.source for each in made.cuboids.values()} == {SOURCE}
    assert plan.tracks.keys() == made.tracks.keys()


def test_proposals_of_an_earlier_model_go_and_what_is_the_same_changes_nothing() -> None:
    old = label_set([track("old")], [cuboid("old", frame, 0.0, "model:few-shot@1") for frame in range(FRAMES)])
    made = after(old, plan_of(old, proposal(10.0)))
    assert "old" not in made.tracks
    assert len(made.cuboids) == FRAMES
    assert after(old, plan_of(old)).tracks == {}
    assert plan_of(LabelSet()).is_empty


def test_a_confirmed_cuboid_keeps_its_track_which_the_new_model_carries_on() -> None:
    old = [cuboid("old", frame, 0.0, "model:few-shot@1") for frame in range(FRAMES)]
    old[2] = cuboid("old", 2, 0.0, "model:few-shot@1", "human:eva")
    labels = label_set([track("old")], old)
    made = after(labels, plan_of(labels, proposal(0.3)))
    assert list(made.tracks) == ["old"]
    assert made.cuboids["old-2"] == old[2]
    assert [each.source for each in made.keys_of_track("old")] == [SOURCE] * 2 + ["model:few-shot@1"] + [SOURCE] * 3


def test_nothing_of_an_object_that_people_agreed_with_goes_where_the_new_model_misses_it() -> None:
    old = [cuboid("old", frame, 0.0, "model:few-shot@1") for frame in range(FRAMES)]
    old[2] = cuboid("old", 2, 0.0, "model:few-shot@1", "human:eva")
    labels = label_set([track("old")], old)
    assert plan_of(labels).is_empty
    assert after(labels, plan_of(labels, proposal(10.0))).keys_of_track("old") == old


def test_a_track_that_somebody_touched_stays() -> None:
    labels = label_set([track("old")], [cuboid("old", 0, 0.0, "model:few-shot@1")])
    assert plan_of(labels, own=own_of(labels, touched=["old"])).is_empty
    assert plan_of(labels, own=own_of(labels, touched=["old-0"])).is_empty
    shown = LabelSet(
        tracks=labels.tracks,
        cuboids=labels.cuboids,
        image_boxes={"b": ImageBox("b", 0, "front", (0.0, 0.0, 1.0, 1.0), "tight", "old")},
    )
    assert plan_of(shown).is_empty


def test_closed_frames_stay_as_they_are() -> None:
    labels = label_set([track("old")], [cuboid("old", 0, 0.0, "model:few-shot@1")], closed=[0, 3])
    made = after(labels, plan_of(labels, proposal(10.0)))
    assert made.cuboids["old-0"] == labels.cuboids["old-0"]
    assert {each.frame_index for each in made.cuboids.values() if each.track_id != "old"} == {1, 2, 4, 5}


def test_an_object_that_people_labelled_is_carried_on_but_not_between_their_keys() -> None:
    labels = label_set([track("hers", [1, 3])], [cuboid("hers", 1, 0.0), cuboid("hers", 3, 0.0)])
    made = after(labels, plan_of(labels, proposal(0.2)))
    assert list(made.tracks) == ["hers"]
    assert [each.frame_index for each in made.keys_of_track("hers")] == [0, 1, 3, 4, 5]
    assert (made.tracks["hers"].first_frame, made.tracks["hers"].last_frame) == (0, 5)


def test_a_second_proposal_of_the_same_object_is_left_out() -> None:
    labels = label_set([track("hers")], [cuboid("hers", frame, 0.0) for frame in range(FRAMES)])
    assert plan_of(labels, proposal(0.2), proposal(0.5)).is_empty


def test_a_track_that_is_gone_by_now_is_not_carried_on() -> None:
    assert plan_of(LabelSet(), proposal(0.0, track_id="deleted")).is_empty


def test_a_proposal_that_crosses_an_object_gives_way_there() -> None:
    labels = label_set([track("hers", [2])], [cuboid("hers", 2, 0.0)])
    crossing = Proposal(
        None, "Car", True, False, 0.8, {frame: box_at(10.0 * (frame - 2)) for frame in range(FRAMES)}, {}
    )
    carried = proposal(0.0, [2, 3], track_id="hers")
    made = after(labels, plan_of(labels, carried, crossing))
    (new,) = made.tracks.keys() - {"hers"}
    # It goes evenly from 3 to 5, so that 4 follows.
    assert [each.frame_index for each in made.keys_of_track(new)] == [0, 1, 3, 5]
    assert [each.ends_segment for each in made.keys_of_track(new)] == [False, True, False, False]


def test_what_stands_gets_one_key() -> None:
    standing = Proposal(None, "Car", True, True, 0.8, {frame: box_at(3.0) for frame in range(FRAMES)}, {})
    still = SceneTimes(TIMES.times_ns, Trajectory(np.array([0, 10**10]), (SE3.identity(), SE3.identity())))
    plan = plan_proposals(LabelSet(), own_of(LabelSet()), [standing], SOURCE, still)
    (new,) = plan.new_tracks
    assert (len(plan.new_cuboids), new.is_static) == (1, True)


@dataclass(frozen=True)
class Made:
    """A track as it may come about: whose, where, which of its cuboids somebody confirmed, made or touched."""

    labels: LabelSet
    own: OwnRecords


@st.composite
def scenes(draw: st.DrawFn) -> Made:
    tracks, cuboids, touched = [], [], []
    for number in range(draw(st.integers(0, 4))):
        name = f"t{number}"
        frames = draw(st.lists(st.integers(0, FRAMES - 1), min_size=1, unique=True))
        tracks.append(track(name, frames))
        x = draw(PLACES)
        if draw(st.booleans()):
            touched.append(name)
        for frame in frames:
            source = draw(st.sampled_from(["human", "model:few-shot@1", "model:few-shot@1", "imported:kitti"]))
            confirmed_by = draw(st.sampled_from([None, None, "human:eva"]))
            cuboids.append(cuboid(name, frame, x, source, confirmed_by))
            if draw(st.integers(0, 5)) == 0:
                touched.append(cuboids[-1].id)
    labels = label_set(tracks, cuboids, draw(st.lists(st.integers(0, FRAMES - 1), max_size=2, unique=True)))
    waiting = {
        each.id for each in cuboids if each.source.startswith("model:few-shot@") and each.confirmed_by is None
    } - set(touched)
    own_tracks = {
        name
        for name in labels.tracks.keys() - set(touched)
        if all(key.source.startswith("model:") for key in labels.keys_of_track(name))
    }
    return Made(labels, OwnRecords(frozenset(waiting), frozenset(own_tracks)))


@st.composite
def proposals(draw: st.DrawFn) -> Proposal:
    frames = draw(st.lists(st.integers(0, FRAMES - 1), min_size=1, unique=True))
    name = draw(st.sampled_from([None, None, None, "t0", "t1", "deleted"]))
    return proposal(draw(PLACES), frames, name)


@given(made=scenes(), proposed=st.lists(proposals(), max_size=4, unique_by=lambda each: each.track_id or id(each)))
@settings(max_examples=120, deadline=None)
def test_nothing_of_people_is_lost_or_changed(made: Made, proposed: list[Proposal]) -> None:
    labels, own = made.labels, made.own
    plan = plan_proposals(labels, own, proposed, SOURCE, TIMES)
    left = after(labels, plan)  # which checks that the records fit each other
    closed = {state.frame_index for state in labels.frame_states.values()}
    may_go = {key for key in own.cuboid_ids if labels.cuboids[key].frame_index not in closed}
    for key, before in labels.cuboids.items():
        if key not in may_go:
            assert left.cuboids[key] == before
            was, now = labels.tracks[before.track_id], left.tracks[before.track_id]
            assert (now.category, now.is_rigid, now.is_static) == (was.category, was.is_rigid, was.is_static)
            assert now.first_frame <= was.first_frame <= was.last_frame <= now.last_frame
    for track_id in labels.tracks.keys() - own.track_ids:
        assert track_id in left.tracks
    assert left.frame_states == labels.frame_states
    new = [each for key, each in left.cuboids.items() if key not in labels.cuboids]
    assert all(each.source == SOURCE and each.confirmed_by is None for each in new)
    assert not closed & {each.frame_index for each in new}
    assert plan.tracks.keys() == {each.track_id for each in new}


@given(made=scenes(), proposed=st.lists(proposals().filter(lambda each: each.track_id is None), max_size=4))
@settings(max_examples=60, deadline=None)
def test_nothing_is_found_where_an_object_of_people_is(made: Made, proposed: list[Proposal]) -> None:
    plan = plan_proposals(made.labels, made.own, proposed, SOURCE, TIMES)
    left = after(made.labels, plan)
    resolver = Resolver(made.labels, TIMES.times_ns)
    for new in plan.new_cuboids:
        there = [each.cuboid for each in resolver.frame(new.frame_index) if each.cuboid.track_id in left.tracks]
        others = [each.box_ego for each in there if each.track_id != new.track_id]
        assert not (iou_bev([new.box_ego], others) > SAME).any()
