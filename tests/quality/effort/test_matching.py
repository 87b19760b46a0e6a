from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from geometry.arrays import BoolArray, FloatArray, IntArray
from quality.effort import EffortTrack
from quality.effort.matching import Matches, match_boxes
from quality.effort.scene import BoxTable, IgnoreTest

Make = Callable[..., EffortTrack]


def _match(truth: list[EffortTrack], proposals: list[EffortTrack], ignored: IgnoreTest | None = None) -> Matches:
    return match_boxes(BoxTable.of(truth, None), BoxTable.of(proposals, None), ignored)


def test_partners_are_found_whatever_their_category(make_track: Make) -> None:
    found = _match([make_track("a")], [make_track("p", "Truck")])
    assert len(found.truth) == 20


def test_people_beside_their_proposal_are_found_without_overlap(make_track: Make) -> None:
    truth = make_track("a", "Pedestrian")
    assert len(_match([truth], [make_track("p", "Pedestrian", at=(0.0, 0.45), yaw_rad=1.6)]).truth) == 20
    assert len(_match([truth], [make_track("p", "Pedestrian", at=(0.0, 3.0))]).truth) == 0


def test_of_two_equal_proposals_the_steady_one_is_taken_all_along(make_track: Make) -> None:
    whole, part = make_track("z"), make_track("b", frames=range(5, 12))
    tables = BoxTable.of([make_track("a")], None), BoxTable.of([whole, part], None)
    found = match_boxes(*tables)
    assert {tables[1].names[track] for track in tables[1].track[found.proposal]} == {"z"}


def test_neighbours_get_one_each(make_track: Make) -> None:
    truth = [make_track("a", "Pedestrian"), make_track("b", "Pedestrian", at=(0.0, 0.7))]
    proposals = [make_track("p", "Pedestrian", at=(0.0, 0.3)), make_track("q", "Pedestrian", at=(0.0, 0.9))]
    found = _match(truth, proposals)
    assert len(found.truth) == 40
    assert found.is_on_truth.all()


def test_box_that_does_not_count_excuses_its_proposal(make_track: Make) -> None:
    truth = replace(make_track("a"), is_scored=np.arange(20) < 8)
    found = _match([truth], [make_track("p")])
    assert (len(found.truth), int(found.is_excused.sum())) == (8, 12)
    assert found.is_on_truth.all()


def test_ignored_places_excuse_what_has_no_partner(make_track: Make) -> None:
    def ignored(frames: IntArray, boxes: FloatArray) -> BoolArray:
        assert len(frames) == len(boxes)
        return np.asarray(boxes[:, 0] > 50.0)

    found = _match([make_track("a")], [make_track("p", at=(60.0, 0.0)), make_track("q", at=(30.0, 0.0))], ignored)
    assert int(found.is_excused.sum()) == 20


def test_nothing_matches_nothing(make_track: Make) -> None:
    for truth, proposals in (([], []), ([make_track("a")], []), ([], [make_track("p")])):
        found = _match(truth, proposals)
        assert len(found.truth) == len(found.proposal) == 0
