from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.effort import (
    BASELINES,
    Band,
    Baseline,
    CostSheet,
    Effort,
    EffortScene,
    EffortTrack,
    ReviewMode,
    Seeds,
    measure_effort,
    nothing_proposed,
    scene_ledger,
    truth_proposed,
)

Make = Callable[..., EffortTrack]
Spoil = Callable[..., EffortScene]
REVIEWS: tuple[ReviewMode, ...] = get_args(ReviewMode)


def _ratio(
    scene: EffortScene, sheet: CostSheet, baseline: Baseline = "key_frames", review: ReviewMode = "boxes"
) -> float:
    effort = Effort({review: scene_ledger(scene, sheet, review)}, sheet, Seeds(0))
    found = effort.ratio(baseline, review, with_interval=False).without_seeds
    assert found is not None
    return found


@pytest.mark.parametrize("review", REVIEWS)
@pytest.mark.parametrize("baseline", BASELINES)
def test_control_nothing_proposed_is_all_by_hand(
    street: EffortScene, sheet: CostSheet, baseline: Baseline, review: ReviewMode
) -> None:
    effort = measure_effort([nothing_proposed(street)], sheet)
    same_tool = effort.ratio(baseline, review, rest=baseline)
    assert same_tool.without_seeds == pytest.approx(1.0, abs=1e-12)
    assert same_tool.interval == pytest.approx((1.0, 1.0), abs=1e-12)
    if baseline.startswith("key_frames"):
        assert effort.ratio(baseline, review).without_seeds == pytest.approx(1.0, abs=1e-12)


def test_control_truth_proposed_is_only_looked_at(street: EffortScene, sheet: CostSheet) -> None:
    effort = measure_effort([truth_proposed(street)], sheet)
    boxes = sum(len(track.frames) for track in street.truth)
    for baseline in BASELINES:
        assert effort.seconds(baseline, "boxes")[0] == pytest.approx(0.3 * boxes + 2.0 * len(street))
        pictures = sum(len({*range(0, len(track.frames), 5), len(track.frames) - 1}) for track in street.truth)
        strips = 2.0 * len(street.truth) + 0.3 * pictures + 2.0 * len(street)
        assert effort.seconds(baseline, "strips")[0] == pytest.approx(strips)
    tally = effort.ledgers["boxes"].tally
    assert tally.right_boxes == tally.boxes == boxes
    assert tally.untouched_objects == tally.objects


def test_baselines_are_what_they_say(street: EffortScene, sheet: CostSheet) -> None:
    effort = measure_effort([street], sheet)
    boxes, objects = sum(len(track.frames) for track in street.truth), len(street.truth)
    assert effort.seconds("every_box", "boxes")[1] == pytest.approx(30.0 * boxes)
    assert effort.seconds("copy_and_adjust", "boxes")[1] == pytest.approx(30.0 * objects + 9.0 * (boxes - objects))
    in_strips, by_box = (effort.seconds(name, "boxes")[1] for name in ("key_frames_in_strips", "key_frames"))
    assert in_strips < by_box < 30.0 * objects + 9.0 * (boxes - objects)


@pytest.mark.parametrize("review", REVIEWS)
def test_worse_proposals_cost_more_on_average(
    street: EffortScene, spoiled: Spoil, sheet: CostSheet, review: ReviewMode
) -> None:
    means = [
        np.mean([_ratio(spoiled(street, noise_m, seed), sheet, review=review) for seed in range(4)])
        for noise_m in (0.0, 0.05, 0.1, 0.2, 0.4, 0.8)
    ]
    assert means == sorted(means)
    assert means[0] < 0.6 * means[-1]


@settings(max_examples=15)
@given(
    st.integers(0, 50), st.integers(1, 10), st.floats(100.0, 200.0), st.sampled_from([Band.CHECK, Band.REDO]), st.data()
)
def test_false_track_never_lowers_effort(
    street: EffortScene,
    spoiled: Spoil,
    make_track: Make,
    sheet: CostSheet,
    first: int,
    count: int,
    away_m: float,
    band: Band,
    data: st.DataObject,
) -> None:
    scene = spoiled(street, 0.15)
    false = make_track("false", frames=range(first, first + count), at=(away_m, 0.0), band=band)
    review, baseline = data.draw(st.sampled_from(REVIEWS)), data.draw(st.sampled_from(BASELINES))
    more = replace(scene, proposals=[*scene.proposals, false])
    assert _ratio(more, sheet, baseline, review) > _ratio(scene, sheet, baseline, review)


@settings(max_examples=10)
@given(st.randoms(use_true_random=False), st.sampled_from(REVIEWS))
def test_order_of_tracks_changes_nothing(
    street: EffortScene, spoiled: Spoil, sheet: CostSheet, random: object, review: ReviewMode
) -> None:
    scene = spoiled(street, 0.3)
    truth, proposals = list(scene.truth), list(scene.proposals)
    random.shuffle(truth)  # type: ignore[attr-defined]
    random.shuffle(proposals)  # type: ignore[attr-defined]
    shuffled = replace(scene, truth=truth, proposals=proposals)
    before, after = (Effort({review: scene_ledger(each, sheet, review)}, sheet, Seeds(0)) for each in (scene, shuffled))
    assert before.ratio("key_frames", review) == after.ratio("key_frames", review)
    assert before.ledgers[review].tally == after.ledgers[review].tally


def test_place_and_direction_of_the_world_change_nothing(street: EffortScene, spoiled: Spoil, sheet: CostSheet) -> None:
    scene = spoiled(street, 0.0)
    shift = np.array([5000.0, -3000.0, 100.0, 0, 0, 0, 0])

    def moved(tracks: list[EffortTrack]) -> list[EffortTrack]:
        return [replace(track, boxes_base=track.boxes_base + shift) for track in tracks]

    far = replace(
        scene,
        truth=moved(list(scene.truth)),
        proposals=moved(list(scene.proposals)),
        lidar_base=scene.lidar_base + shift[:3],
    )
    assert _ratio(far, sheet) == pytest.approx(_ratio(scene, sheet))


def test_prices_in_other_units_change_no_ratio(street: EffortScene, spoiled: Spoil, sheet: CostSheet) -> None:
    scene = spoiled(street, 0.2)
    minutes = replace(sheet, seconds=sheet.seconds.scaled(1.0 / 60.0))
    assert _ratio(scene, minutes) == pytest.approx(_ratio(scene, sheet))


def test_seeds_are_paid_for(street: EffortScene, spoiled: Spoil, sheet: CostSheet) -> None:
    scene = spoiled(street, 0.1)
    effort = measure_effort([scene], sheet, Seeds(10))
    assisted, by_hand = effort.seconds("copy_and_adjust", "strips")
    ratio = effort.ratio("copy_and_adjust", "strips")
    assert ratio.without_seeds == pytest.approx(assisted / by_hand)
    assert ratio.with_seeds == pytest.approx((assisted + 300.0) / by_hand)
    assert ratio.with_seeds_one_click == pytest.approx((assisted + 130.0) / by_hand)
    part = measure_effort([scene], sheet, Seeds(10, project_frames=10 * len(scene)))
    assert part.seed_seconds("create") == pytest.approx(30.0)


@pytest.mark.parametrize("bad", [{"boxes": -1}, {"boxes": 1, "project_frames": 0}])
def test_bad_seeds_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        Seeds(**bad)


def test_interval_holds_the_ratio_and_is_the_same_each_time(
    street: EffortScene, spoiled: Spoil, sheet: CostSheet
) -> None:
    effort = measure_effort([spoiled(street, 0.2)], sheet, Seeds(5))
    ratio = effort.ratio("key_frames", "boxes")
    assert ratio == effort.ratio("key_frames", "boxes")
    for value, interval in (
        (ratio.without_seeds, ratio.interval),
        (ratio.with_seeds, ratio.interval_with_seeds),
        (ratio.with_seeds_one_click, ratio.interval_with_seeds_one_click),
    ):
        assert value is not None
        assert interval is not None
        assert interval[0] < value < interval[1]


def test_scenes_add_up(street: EffortScene, spoiled: Spoil, sheet: CostSheet) -> None:
    scenes = [spoiled(street, 0.2, seed) for seed in (1, 2)]
    both = measure_effort(scenes, sheet).seconds("key_frames", "boxes")
    apart = [measure_effort([scene], sheet).seconds("key_frames", "boxes") for scene in scenes]
    assert both == pytest.approx(tuple(np.sum(apart, axis=0)))


def test_errors_of_the_accept_band_are_left_and_bounded(make_track: Make, make_scene: Spoil, sheet: CostSheet) -> None:
    truth = [make_track(f"c{i:03}", at=(0.0, 6.0 * i)) for i in range(100)]
    proposals = [
        replace(
            track,
            identity=f"p-{track.identity}",
            boxes_base=track.boxes_base + (0.5 if i < 10 else 0.0) * np.eye(7)[0],
            bands=np.full(20, int(Band.ACCEPT)),
        )
        for i, track in enumerate(truth)
    ]
    effort = measure_effort([make_scene(truth, proposals)], sheet)
    left = effort.errors_left("strips")
    assert (left.audited_tracks, left.accept_tracks) == (30, 100)
    assert left.share == pytest.approx(0.7 * 0.1)
    assert left.share < left.bound < 0.2
    assert effort.errors_left("all_strips").share == effort.errors_left("boxes").bound == 0.0


def test_bound_of_a_clean_sample_is_that_of_the_table(make_track: Make, make_scene: Spoil, sheet: CostSheet) -> None:
    """None wrong among n: 1 - 0.05^(1 / n), as unit_costs.yaml says for 30."""
    truth = [make_track(f"c{i:03}", at=(0.0, 6.0 * i), band=Band.ACCEPT) for i in range(300)]
    proposals = [replace(track, identity=f"p-{track.identity}") for track in truth]
    left = measure_effort([make_scene(truth, proposals)], sheet).errors_left("strips")
    assert left.bound == pytest.approx(0.9 * (1.0 - 0.05 ** (1.0 / 30.0)))
    assert left.bound / 0.9 == pytest.approx(0.095, abs=5e-4)


def test_no_scene_is_refused(sheet: CostSheet) -> None:
    with pytest.raises(ValueError, match="at least one scene"):
        measure_effort([], sheet)


def test_scene_without_objects_has_no_ratio(make_scene: Spoil, make_track: Make, sheet: CostSheet) -> None:
    effort = measure_effort([make_scene([], [make_track("p")])], sheet)
    assert effort.ratio("every_box", "boxes").without_seeds is None
    assert effort.ratio("every_box", "boxes").interval is None
    assert effort.ratio("key_frames", "boxes").without_seeds == pytest.approx((120.0 + 2.3) / 120.0)
