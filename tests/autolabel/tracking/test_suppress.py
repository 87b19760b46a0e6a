from __future__ import annotations

import numpy as np

from autolabel.tracking.suppress import suppress
from autolabel.tracking.track import ProposedTrack

CROWDS = np.array([False, True])


def track(x, frames, score, *, number=0, seen=None, size=(4.2, 1.8, 1.5)):
    count = len(frames)
    rows = np.tile([x, 0.0, 0.75, *size, 0.0], (count, 1))
    is_seen = np.ones(count, bool) if seen is None else np.array(seen)
    return ProposedTrack(
        number, score, True, 0.9, np.array(frames), rows, np.full(count, score), is_seen, np.full(count, 9)
    )


def test_of_two_in_one_place_the_surer_stays():
    found = suppress([track(0.5, range(10), 0.4), track(0.0, range(10), 0.8)], 10, CROWDS)
    assert [each.score for each in found] == [0.8]


def test_other_classes_are_no_excuse():
    person = track(0.0, range(10), 0.4, number=1, size=(0.7, 0.7, 1.7))
    found = suppress([track(0.0, range(10), 0.8), person], 10, CROWDS)
    assert [each.class_index for each in found] == [0]


def test_neighbours_stay_and_so_do_people_side_by_side():
    cars = [track(0.0, range(5), 0.8), track(5.0, range(5), 0.7)]
    people = [track(20.0 + 0.45 * i, range(5), 0.6, number=1, size=(0.7, 0.7, 1.7)) for i in range(2)]
    assert len(suppress(cars + people, 5, CROWDS)) == 4


def test_what_is_carried_gives_way_to_what_is_detected():
    carried = track(0.0, range(10), 0.9, seen=[frame < 6 for frame in range(10)])
    passing = track(0.3, range(8, 10), 0.5)
    found = {each.score: each.frames.tolist() for each in suppress([carried, passing], 10, CROWDS)}
    assert found == {0.9: list(range(8)), 0.5: [8, 9]}


def test_a_track_that_is_dropped_does_not_drop_others():
    best, middle, last = track(0.0, range(10), 0.9), track(1.5, range(10), 0.7), track(4.2, range(10), 0.5)
    found = suppress([last, middle, best], 10, CROWDS)
    assert [each.score for each in found] == [0.9, 0.5]


def test_no_tracks_are_none():
    assert suppress([], 3, CROWDS) == []
