from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from geometry.arrays import FloatArray
from quality.effort import Band, CostSheet, EffortScene, EffortTrack, Ledger, ReviewMode, scene_ledger
from quality.effort.work import UNIT_INDEX, work

Make = Callable[..., EffortTrack]
Street = Callable[..., EffortScene]


def _work(ledger: Ledger, sheet: CostSheet) -> FloatArray:
    return np.asarray(ledger.assisted_work(sheet.seconds, sheet.review, "key_frames").sum(axis=0))


def _cut(track: EffortTrack, *, frames: range, name: str, band: Band = Band.CHECK) -> EffortTrack:
    chosen = np.isin(track.frames, list(frames))
    bands = np.full(int(chosen.sum()), int(band))
    return replace(track, identity=name, frames=track.frames[chosen], boxes_base=track.boxes_base[chosen], bands=bands)


def test_two_halves_of_one_object_are_merged(make_track: Make, make_scene: Street, sheet: CostSheet) -> None:
    car = make_track()
    halves = [_cut(car, frames=range(10), name="p"), _cut(car, frames=range(10, 20), name="q")]
    ledger = scene_ledger(make_scene([car], halves), sheet, "boxes")
    assert _work(ledger, sheet).tolist() == work(merge=1, review_box=20).tolist()
    assert ledger.tally.id_merges == 1


def test_one_proposal_on_two_objects_is_cut(make_track: Make, make_scene: Street, sheet: CostSheet) -> None:
    car = make_track()
    objects = [_cut(car, frames=range(12), name="a"), _cut(car, frames=range(12, 20), name="b")]
    ledger = scene_ledger(make_scene(objects, [replace(car, identity="p")]), sheet, "boxes")
    assert _work(ledger, sheet).tolist() == work(trim=1, review_box=20).tolist()
    assert ledger.tally.id_splits == 1


def test_false_track_is_looked_at_once_and_deleted(make_track: Make, make_scene: Street, sheet: CostSheet) -> None:
    scene = make_scene([], [make_track("p")])
    assert _work(scene_ledger(scene, sheet, "boxes"), sheet).tolist() == work(delete=1, review_box=1).tolist()
    strips = scene_ledger(scene, sheet, "strips")
    assert _work(strips, sheet).tolist() == work(delete=1, strip=1, thumbnail=5).tolist()
    assert (strips.tally.false_tracks, strips.tally.false_tracks_accepted) == (1, 0)


def test_proposal_that_outlives_its_object_is_trimmed(make_track: Make, make_scene: Street, sheet: CostSheet) -> None:
    car = make_track()
    scene = make_scene([_cut(car, frames=range(5, 15), name="a")], [replace(car, identity="p")])
    ledger = scene_ledger(scene, sheet, "boxes")
    assert _work(ledger, sheet).tolist() == work(trim=2, review_box=20).tolist()
    assert ledger.tally.false_tracks == 0


def test_too_little_is_labelled_anew(make_track: Make, make_scene: Street, sheet: CostSheet) -> None:
    car = make_track()
    scene = make_scene([car], [_cut(car, frames=range(4, 5), name="p")])
    ledger = scene_ledger(scene, sheet, "boxes")
    assert _work(ledger, sheet).tolist() == work(create=1, delete=1, review_box=21).tolist()
    assert ledger.tally.missed_objects == 1


def test_what_jitters_is_redone_rather_than_corrected(make_track: Make, make_scene: Street, sheet: CostSheet) -> None:
    car = make_track()
    boxes = car.boxes_base.copy()
    boxes[::2, 0] += 0.6
    ledger = scene_ledger(make_scene([car], [replace(car, identity="p", boxes_base=boxes)]), sheet, "boxes")
    assert _work(ledger, sheet).tolist() == work(create=1, delete=1, review_box=40).tolist()


def test_redo_band_is_given_up(make_track: Make, make_scene: Street, sheet: CostSheet) -> None:
    car = make_track()
    scene = make_scene([car], [replace(car, identity="p", bands=np.full(20, int(Band.REDO)))])
    ledger = scene_ledger(scene, sheet, "strips")
    assert _work(ledger, sheet).tolist() == work(create=1, delete=1, strip=1, review_box=20).tolist()
    assert _work(scene_ledger(scene, sheet, "boxes"), sheet).tolist() == work(review_box=20).tolist()


@pytest.mark.parametrize("count", [1, 40])
def test_accept_band_is_paid_for_as_far_as_the_lot_falls_on_it(
    make_track: Make, make_scene: Street, sheet: CostSheet, count: int
) -> None:
    cars = [make_track(f"c{i:02}", at=(0.0, 6.0 * i)) for i in range(count)]
    shifted = [
        replace(
            car,
            identity=f"p-{car.identity}",
            boxes_base=car.boxes_base + [0.5, 0, 0, 0, 0, 0, 0],
            bands=np.full(20, int(Band.ACCEPT)),
        )
        for car in cars
    ]
    ledger = scene_ledger(make_scene(cars, shifted), sheet, "strips")
    part = min(1.0, 30 / count)
    expected = part * count * work(position=1, strip=1, thumbnail=5)
    assert _work(ledger, sheet) == pytest.approx(expected)
    assert (ledger.tally.accept_tracks, ledger.tally.accept_wrong_boxes) == (count, 20 * count)
    all_strips = _work(scene_ledger(make_scene(cars, shifted), sheet, "all_strips"), sheet)
    assert all_strips.tolist() == (count * work(position=1, strip=1, thumbnail=5)).tolist()


def test_error_between_two_pictures_may_not_be_seen(make_track: Make, make_scene: Street, sheet: CostSheet) -> None:
    car = make_track()
    for place, hidden in ((2, 1), (5, 0)):
        boxes = car.boxes_base.copy()
        boxes[place, 0] += 0.5
        scene = make_scene([car], [replace(car, identity="p", boxes_base=boxes)])
        assert scene_ledger(scene, sheet, "strips").tally.unseen_boxes == hidden
        assert scene_ledger(scene, sheet, "boxes").tally.unseen_boxes == 0


def test_seed_frames_are_left_out_on_both_sides(make_track: Make, make_scene: Street, sheet: CostSheet) -> None:
    is_seed = np.zeros(60, dtype=np.bool_)
    is_seed[:5] = True
    scene = replace(
        make_scene([make_track()], [make_track("p"), make_track("q", frames=range(5), at=(9, 9))]), is_seed=is_seed
    )
    tally = scene_ledger(scene, sheet, "boxes").tally
    assert (tally.frames, tally.boxes, tally.covered_boxes, tally.false_tracks) == (55, 15, 15, 0)


def test_boxes_that_do_not_count_cost_nothing(make_track: Make, make_scene: Street, sheet: CostSheet) -> None:
    hidden = replace(make_track(), is_scored=np.zeros(20, dtype=np.bool_))
    ledger = scene_ledger(make_scene([hidden], [make_track("p")]), sheet, "boxes")
    assert not _work(ledger, sheet).any()
    assert ledger.tally.false_tracks == 0


def test_headings_are_counted_by_motion(make_track: Make, make_scene: Street, sheet: CostSheet) -> None:
    cars = [make_track("stands"), make_track("drives", at=(0.0, 8.0), speed_ms=8.0)]
    turned = [replace(cars[1], identity="q")]
    boxes = cars[0].boxes_base.copy()
    boxes[:5, 6] += np.pi
    turned.append(replace(cars[0], identity="p", boxes_base=boxes))
    scene = make_scene(cars, turned)
    assert dict(scene_ledger(scene, sheet, "boxes").flips) == {("Car", "moving"): (0, 20), ("Car", "parked"): (5, 20)}
    no_poses = scene_ledger(replace(scene, in_world=False), sheet, "boxes")
    assert dict(no_poses.flips) == {("Car", "unknown"): (5, 40)}


@pytest.mark.parametrize("review", ["boxes", "all_strips", "strips"])
def test_empty_scenes(make_scene: Street, sheet: CostSheet, review: ReviewMode) -> None:
    ledger = scene_ledger(make_scene([], [], frames=3), sheet, review)
    assert ledger.scanned("key_frames", by_hand=True)[UNIT_INDEX["scan_frame"]] == 3
    assert ledger.scanned("every_box", by_hand=False)[UNIT_INDEX["scan_frame"]] == 0
    assert not _work(ledger, sheet).any()
