from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autolabel.tracking.extend import AROUND_M, count_points, present
from autolabel.tracking.options import TrackingOptions
from autolabel.tracking.sightings import Moments
from autolabel.tracking.track import ProposedTrack
from autolabel.upright import contains

ROW = [12.0, 4.0, 0.75, 4.2, 1.8, 1.5, 0.3]


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 12))
def test_counts_are_those_of_a_plain_search(seed, count):
    random = np.random.default_rng(seed)
    points = random.uniform(-20.0, 20.0, (3000, 4)).astype(np.float32)
    sizes = random.uniform(0.4, 8.0, (count, 3))
    rows = np.column_stack([random.uniform(-25, 25, (count, 3)), sizes, random.uniform(-4, 4, count)])
    found = count_points(points, rows)
    for row, number in zip(rows, found, strict=True):
        ground = min(0.2, 0.15 * row[5])
        low = row.copy()
        low[2] += ground / 2.0
        low[5] -= ground
        near = contains(low, points.astype(float), AROUND_M)
        near &= np.abs(points[:, 2] - low[2]) <= low[5] / 2.0
        assert abs(int(near.sum()) - number) <= 1  # single precision at the border


def test_the_ground_does_not_count():
    ground = np.column_stack([np.random.default_rng(0).uniform(8, 16, (500, 2)), np.zeros(500), np.zeros(500)])
    assert count_points(ground.astype(np.float32), np.array([ROW])).tolist() == [0]


def test_no_points_are_none():
    assert count_points(np.zeros((0, 4), np.float32), np.array([ROW])).tolist() == [0]


def proposed(frames, seen, rows, *, is_static):
    count = len(frames)
    return ProposedTrack(
        0, 0.8, is_static, 0.9, np.array(frames), np.array(rows, float).reshape(count, 7),
        np.where(seen, 0.8, 0.0), np.array(seen), np.zeros(count, np.int64),
    )  # fmt: skip


def test_a_standing_object_is_in_all_frames_that_show_it(make_drive):
    drive = make_drive([("Car", lambda time_s: ROW if time_s < 1.45 else None)], frames=20)
    seen = [5 <= frame < 9 for frame in range(20)]
    track = proposed(range(20), seen, [ROW] * 20, is_static=True)
    recording = drive.recording()
    (found,) = present([track], recording, Moments.of(recording), TrackingOptions())

    assert found.frames.tolist() == list(range(15))
    assert (found.point_counts > 0).all()
    assert found.is_seen.sum() == 4


def test_a_moving_object_goes_on_until_it_is_not_seen_and_through_brief_gaps(make_drive):
    def at(time_s):
        hidden = 0.75 < time_s < 1.05
        return None if hidden or time_s > 1.45 else [*ROW[:1], ROW[1] + 2.0 * time_s, *ROW[2:]]

    drive = make_drive([("Car", at)], frames=20)
    seen = [3 <= frame < 8 or frame in (11, 12) for frame in range(20)]
    rows = [[ROW[0], ROW[1] + 0.2 * frame, *ROW[2:]] for frame in range(20)]
    recording = drive.recording()
    track = proposed(range(20), seen, rows, is_static=False)
    (found,) = present([track], recording, Moments.of(recording), TrackingOptions())

    assert found.frames.tolist() == list(range(15))


def test_what_is_nowhere_is_no_track(make_drive):
    drive = make_drive([("Car", lambda _: ROW)], frames=6)
    track = proposed(range(6), [True] + [False] * 5, [[-30.0, *ROW[1:]]] * 6, is_static=True)
    recording = drive.recording()
    (found,) = present([track], recording, Moments.of(recording), TrackingOptions())

    assert found.frames.tolist() == [0]  # it was detected there, whatever the points say
    assert replace(found).point_counts.tolist() == [0]
