"""Merging labels into labels: nothing of a person is lost, and what is done twice is done once."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry import SE3
from labels import Cuboid, FrameState, ImageBox, LabelChange, LabelSet, Track, apply
from labels.label_set import FrameStateName, ImageBoxKind
from labels.merge import MergePolicy, is_by_person, plan_merge
from labels.merge_plan import MergePlan

MODEL = "model:pillar@1"
POLICIES = get_args(MergePolicy)
BOX_KINDS: list[ImageBoxKind] = ["given", "tight"]
STATES: list[FrameStateName] = ["done", "empty"]


def key(track_id: str, frame_index: int, x: float = 0.0, **fields: Any) -> Cuboid:
    defaults = {"id": f"{track_id}-{frame_index}", "source": "imported:x", "confirmed_by": "import"}
    place = SE3.from_yaw(0.1, [x, 0, 0])
    return Cuboid(
        **{
            **defaults,
            "track_id": track_id,
            "frame_index": frame_index,
            "ego_from_object": place,
            "size_lwh_m": np.array([4.0, 2, 1.5]),
            **fields,
        }
    )


def labels(*keys: Cuboid, categories: dict[str, str] | None = None, **tables: Any) -> LabelSet:
    made: dict[str, Track] = {}
    for cuboid in keys:
        old = made.get(cuboid.track_id)
        first = min(cuboid.frame_index, old.first_frame) if old else cuboid.frame_index
        last = max(cuboid.frame_index, old.last_frame) if old else cuboid.frame_index
        category = (categories or {}).get(cuboid.track_id, "Car")
        made[cuboid.track_id] = Track(cuboid.track_id, category, first, last, f"x{cuboid.track_id}")
    return LabelSet(tracks=made, cuboids={cuboid.id: cuboid for cuboid in keys}, **tables)


def merged(existing: LabelSet, plan: MergePlan) -> LabelSet:
    return apply(existing, LabelChange("m", "s", "import:x", "t", 0, plan.added, plan.updated, plan.removed))


def merge(existing: LabelSet, incoming: LabelSet, policy: MergePolicy, **options: Any) -> LabelSet:
    return merged(existing, plan_merge(existing, incoming, policy, **options))


def other_ids(incoming: LabelSet) -> LabelSet:
    """The same labels as a stranger would have made them."""
    return LabelSet(
        tracks={f"o{track.id}": replace(track, id=f"o{track.id}") for track in incoming.tracks.values()},
        cuboids={
            f"o{cuboid.id}": replace(cuboid, id=f"o{cuboid.id}", track_id=f"o{cuboid.track_id}")
            for cuboid in incoming.cuboids.values()
        },
    )


@st.composite
def label_sets(draw: st.DrawFn, prefix: str = "") -> LabelSet:
    """Up to four tracks in six frames near each other, of several origins, some with 2D boxes."""
    keys = []
    for number in range(draw(st.integers(0, 4))):
        for frame_index in draw(st.sets(st.integers(0, 5), min_size=1)):
            source, by = draw(
                st.sampled_from([("human", None), (MODEL, None), (MODEL, "human:a"), ("imported:x", "import")])
            )
            x = draw(st.sampled_from([0.0, 0.5, 3.0, 20.0])) + 6.0 * number
            ends = draw(st.booleans())
            keys.append(key(f"{prefix}{number}", frame_index, x, source=source, confirmed_by=by, ends_segment=ends))
    category = {f"{prefix}{number}": draw(st.sampled_from(["Car", "Van"])) for number in range(4)}
    boxes = [
        ImageBox(f"{each.id}-{kind}", each.frame_index, "front", (0, 0, each.frame_index, 1), kind, each.track_id)
        for each in keys
        for kind in draw(st.sets(st.sampled_from(BOX_KINDS)))
    ]
    states = {
        str(i): FrameState(i, state)
        for i, state in draw(st.dictionaries(st.integers(0, 5), st.sampled_from(STATES))).items()
    }
    return labels(*keys, categories=category, image_boxes={box.id: box for box in boxes}, frame_states=states)


@given(label_sets(), label_sets() | label_sets("o"), st.sampled_from(POLICIES))
def test_every_plan_fits_and_says_what_it_does(existing: LabelSet, incoming: LabelSet, policy: MergePolicy) -> None:
    plan = plan_merge(existing, incoming, policy)
    after = merged(existing, plan)
    counts = plan.counts
    assert len(after.cuboids) == len(existing.cuboids) + counts.cuboids_added - counts.cuboids_removed
    assert len(after.tracks) == len(existing.tracks) + counts.tracks_added - counts.tracks_removed
    told = counts.cuboids_added + counts.cuboids_updated + counts.cuboids_same + counts.cuboids_kept
    assert told == len(incoming.cuboids)
    for cuboid in after.cuboids.values():
        track = after.tracks[cuboid.track_id]
        assert track.first_frame <= cuboid.frame_index <= track.last_frame


@given(label_sets(), label_sets() | label_sets("o"), st.sampled_from(POLICIES))
def test_no_work_of_a_person_is_touched(existing: LabelSet, incoming: LabelSet, policy: MergePolicy) -> None:
    after = merge(existing, incoming, policy)
    for cuboid in filter(is_by_person, existing.cuboids.values()):
        assert after.cuboids[cuboid.id] == cuboid
        assert after.tracks[cuboid.track_id].category == existing.tracks[cuboid.track_id].category
    for box in existing.image_boxes.values():
        if box.kind == "tight":
            assert after.image_boxes[box.id] == box
    for state_id, state in existing.frame_states.items():
        assert after.frame_states[state_id] == state


@given(label_sets(), st.sampled_from(POLICIES))
def test_what_is_there_already_changes_nothing(existing: LabelSet, policy: MergePolicy) -> None:
    plan = plan_merge(existing, existing, policy)
    assert plan.is_empty, plan
    assert plan.counts.cuboids_same == len(existing.cuboids)


@given(label_sets(), st.sampled_from(POLICIES))
def test_into_nothing_comes_everything(incoming: LabelSet, policy: MergePolicy) -> None:
    after = merge(LabelSet(), incoming, policy)
    assert replace(after, revision=0) == replace(
        incoming,
        frame_states={
            state_id: state
            for state_id, state in incoming.frame_states.items()
            if state.state == "done" or state.frame_index not in {c.frame_index for c in incoming.cuboids.values()}
        },
    )


@given(label_sets(), label_sets("o"), st.sampled_from(["replace_source", "match"]))
def test_a_second_time_changes_no_cuboid(existing: LabelSet, incoming: LabelSet, policy: MergePolicy) -> None:
    once = merge(existing, incoming, policy)
    again = plan_merge(once, incoming, policy)
    assert again.counts.cuboids_added == 0 or policy == "match"
    assert len(merged(once, again).cuboids) >= len(once.cuboids) - again.counts.cuboids_removed


def test_adding_what_has_the_same_ids_but_says_something_else_adds_it_beside() -> None:
    existing, incoming = labels(key("a", 0), key("a", 1)), labels(key("a", 0, 9.0), key("a", 1, 9.0))
    plan = plan_merge(existing, incoming, "add")
    assert (plan.counts.tracks_added, plan.counts.cuboids_added) == (1, 2)
    after = merged(existing, plan)
    assert existing.cuboids.items() <= after.cuboids.items()
    (new,) = [track for track in after.tracks.values() if track.id != "a"]
    assert new.external_id is None
    assert plan_merge(after, incoming, "add").counts.tracks_added == 1


def test_adding_more_frames_of_a_track_goes_on_with_it() -> None:
    after = merge(labels(key("a", 0)), labels(key("a", 0), key("a", 1)), "add")
    assert list(after.tracks) == ["a"]
    assert after.tracks["a"].last_frame == 1


def test_what_a_source_said_before_goes() -> None:
    old = labels(key("a", 0, source=MODEL, confirmed_by=None), key("b", 0, 9), key("h", 0, 20, source="human"))
    given_box = ImageBox("g", 0, "front", (0, 0, 1, 1), "given", "a")
    new = labels(key("n", 0, 2, source=MODEL, confirmed_by=None))
    plan = plan_merge(replace(old, image_boxes={"g": given_box}), new, "replace_source")
    after = merged(replace(old, image_boxes={"g": given_box}), plan)
    assert set(after.tracks) == {"b", "h", "n"}
    assert after.image_boxes == {}
    assert (plan.counts.cuboids_removed, plan.counts.tracks_removed, plan.counts.image_boxes_removed) == (1, 1, 1)


def test_a_source_that_comes_again_keeps_its_ids_and_what_a_person_corrected() -> None:
    old = labels(key("a", 0), key("a", 1, 5.0, source="human", confirmed_by="human:eva"), key("a", 2))
    new = labels(key("a", 0, 1.0), key("a", 1, 1.0), key("a", 3, 1.0))
    plan = plan_merge(old, new, "replace_source")
    after = merged(old, plan)
    assert {c.frame_index: c.ego_from_object.translation[0] for c in after.cuboids.values()} == {0: 1.0, 1: 5.0, 3: 1.0}
    assert plan.counts.cuboids_kept == 1
    assert after.tracks["a"].last_frame == 3


def test_a_new_run_does_not_double_what_a_person_corrected() -> None:
    old = labels(key("a", 0, source="human"), key("a", 1, source=MODEL, confirmed_by=None))
    new = labels(*(key("n", i, 0.2, source=MODEL, confirmed_by=None) for i in range(3)))
    plan = plan_merge(old, new, "replace_source")
    after = merged(old, plan)
    assert sorted((c.track_id, c.frame_index) for c in after.cuboids.values()) == [("a", 0), ("n", 1), ("n", 2)]


@given(label_sets())
def test_the_same_objects_are_found_again_and_keep_their_ids(existing: LabelSet) -> None:
    apart = {
        c.id: replace(c, ego_from_object=SE3.from_yaw(0.1, [50.0 * int(c.track_id), 0, 0]))
        for c in existing.cuboids.values()
    }
    existing = replace(existing, cuboids=apart)
    plan = plan_merge(existing, other_ids(existing), "match")
    assert plan.is_empty
    assert plan.counts.tracks_matched == len(existing.tracks)


def test_matched_keys_move_and_take_the_category_that_came() -> None:
    old = labels(key("a", 0), key("a", 1))
    new = labels(key("n", 0, 0.3), key("n", 1, 30.0), key("n", 2, 0.3), key("far", 0, 90), categories={"n": "Van"})
    plan = plan_merge(old, new, "match")
    after = merged(old, plan)
    assert set(after.tracks) == {"a", "far"}
    assert after.tracks["a"] == replace(old.tracks["a"], category="Van", last_frame=2)
    assert after.cuboids["a-0"].ego_from_object.translation[0] == 0.3
    assert after.cuboids["a-1"].ego_from_object.translation[0] == 30.0, "it is the same track, so it is the same object"
    assert (plan.counts.cuboids_updated, plan.counts.cuboids_added, plan.counts.tracks_matched) == (2, 2, 1)


def test_a_prediction_does_not_overwrite_what_is_confirmed() -> None:
    old = labels(key("a", 0), key("h", 0, 9, source="human"), categories={"h": "Van"})
    new = labels(*(key(f"n{x}", 0, x + 0.2, source=MODEL, confirmed_by=None, score=0.5) for x in (0, 9)))
    plan = plan_merge(old, new, "match")
    assert plan.is_empty
    assert (plan.counts.cuboids_kept, plan.counts.categories_kept, plan.counts.tracks_matched) == (2, 2 - 1, 2)


def test_what_follows_from_a_person_s_keys_stands() -> None:
    old = labels(key("a", 0, source="human"), key("a", 4, source="human"))
    new = labels(*(key("n", i, 0.1) for i in range(6)))
    plan = plan_merge(old, new, "match")
    assert (plan.counts.cuboids_kept, plan.counts.cuboids_added) == (5, 1)


def test_what_lies_between_two_keys_is_matched_where_it_is_given() -> None:
    old = labels(key("a", 0), key("a", 4))
    between = key("a", 2, id="a@2", source="propagated")
    new = labels(key("n", 2, 0.1))
    assert merge(old, new, "match").tracks.keys() == {"a", "n"}
    after = merge(old, new, "match", derived=[between])
    assert {(c.track_id, c.frame_index) for c in after.cuboids.values()} == {("a", 0), ("a", 2), ("a", 4)}


def test_an_incoming_track_that_covers_two_doubles_nothing() -> None:
    old = labels(*(key("a", i) for i in range(4)), *(key("b", i) for i in range(4, 6)))
    new = labels(*(key("n", i, 0.1) for i in range(7)))
    plan = plan_merge(old, new, "match")
    after = merged(old, plan)
    assert sorted((c.track_id, c.frame_index) for c in after.cuboids.values()) == [
        *(("a", i) for i in range(4)),
        ("a", 6),
        ("b", 4),
        ("b", 5),
    ]
    assert after.cuboids["a-3"].ends_segment, "else a would lie on b in frames 4 and 5"


def test_regions_to_ignore_come_once() -> None:
    region = ImageBox("i", 0, "front", (1, 2, 3, 4), "ignore")
    existing = LabelSet(image_boxes={"i": region})
    incoming = LabelSet(image_boxes={"j": replace(region, id="j"), "i": replace(region, camera="rear")})
    after = merge(existing, incoming, "match")
    assert sorted(box.camera for box in after.image_boxes.values()) == ["front", "rear"]


def test_choices_are_checked() -> None:
    with pytest.raises(ValueError, match="policy must be add"):
        plan_merge(LabelSet(), LabelSet(), "guess")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="min_iou must lie"):
        plan_merge(LabelSet(), LabelSet(), "match", 0.0)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_long_busy_drive_takes_seconds(policy: MergePolicy) -> None:
    rng = np.random.default_rng(1)
    paths = rng.uniform(-80, 80, (40, 2))
    keys = [
        key(str(track), frame, ego_from_object=SE3.from_yaw(0.1, [*(paths[track] + frame * 0.1), 0]))
        for track in range(40)
        for frame in range(250)
    ]
    existing = labels(*keys)
    incoming = other_ids(existing)
    start = time.process_time()
    plan_merge(existing, incoming, policy)
    assert time.process_time() - start < 6.0
