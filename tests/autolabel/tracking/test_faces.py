"""How far each face may be off: laws, and simulated truth."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.classes import ClassSet
from autolabel.detections import Detections
from autolabel.size_spread import usual_spread
from autolabel.tracking.build_tracks import build_tracks
from autolabel.tracking.faces import AXIS, FACES, SIGN, face_sigmas, face_tolerances, faced_points, sigmas_of
from autolabel.tracking.sightings import Moments
from autolabel.upright import moved, overlap_bev
from geometry.arrays import FloatArray, IntArray
from tests.autolabel.tracking.drives import KnownDrive

SPREAD = np.array([0.4, 0.12, 0.14])
SIZE = (4.2, 1.8, 1.5)
PLACE_M = 0.25
FRONT, REAR, LEFT, RIGHT, TOP, BOTTOM = range(6)


def boxes_at(yaws: list[float]) -> FloatArray:
    return np.array([[0.0, 0.0, 0.75, *SIZE, yaw] for yaw in yaws])


def sigmas(lidar: list[list[float]], counts: list[int], yaws: list[float] | None = None) -> FloatArray:
    boxes = boxes_at(yaws or [0.0] * len(lidar))
    return sigmas_of(boxes, np.array(lidar, dtype=np.float64), np.array(counts), SPREAD, PLACE_M)


places = st.tuples(st.floats(3.0, 60.0), st.floats(-3.1, 3.1), st.floats(0.5, 3.0)).map(
    lambda place: [place[0] * np.cos(place[1]), place[0] * np.sin(place[1]), place[2]]
)
looks = st.lists(st.tuples(places, st.integers(0, 3000)), min_size=1, max_size=6)


@given(looks)
def test_a_look_never_makes_a_face_less_certain(seen: list[tuple[list[float], int]]) -> None:
    for fewer, more in pairwise(range(1, len(seen) + 1)):
        before = sigmas([place for place, _ in seen[:fewer]], [count for _, count in seen[:fewer]])
        after = sigmas([place for place, _ in seen[:more]], [count for _, count in seen[:more]])
        assert (after <= before + 1e-12).all()


@given(looks, st.integers(1, 1000))
def test_more_points_never_make_a_face_less_certain(seen: list[tuple[list[float], int]], added: int) -> None:
    places, counts = [place for place, _ in seen], [count for _, count in seen]
    assert (sigmas(places, [count + added for count in counts]) <= sigmas(places, counts) + 1e-12).all()


@given(looks)
def test_seen_from_the_other_side_left_and_right_change_places(seen: list[tuple[list[float], int]]) -> None:
    places, counts = [place for place, _ in seen], [count for _, count in seen]
    mirrored = sigmas([[x, -y, z] for x, y, z in places], counts)
    np.testing.assert_allclose(mirrored, sigmas(places, counts)[[FRONT, REAR, RIGHT, LEFT, TOP, BOTTOM]], rtol=1e-9)
    turned = sigmas([[-x, y, z] for x, y, z in places], counts)
    np.testing.assert_allclose(turned, sigmas(places, counts)[[REAR, FRONT, LEFT, RIGHT, TOP, BOTTOM]], rtol=1e-9)


@given(looks, st.floats(-3.0, 3.0))
def test_it_does_not_matter_how_the_world_is_turned(seen: list[tuple[list[float], int]], yaw: float) -> None:
    cos, sin = np.cos(yaw), np.sin(yaw)
    turned = [[x * cos - y * sin, x * sin + y * cos, z] for (x, y, z), _ in seen]
    counts = [count for _, count in seen]
    np.testing.assert_allclose(
        sigmas(turned, counts, [yaw] * len(seen)), sigmas([place for place, _ in seen], counts), rtol=1e-6
    )


def test_a_face_that_was_never_seen_is_as_uncertain_as_its_class() -> None:
    np.testing.assert_allclose(sigmas([[-20.0, 0.0, 1.0]], [0]), SPREAD[AXIS])
    # From behind, low down: neither the front nor a side that ends at it is seen.
    behind = sigmas([[-20.0, 0.0, 1.0]], [500])
    assert behind[FRONT] == pytest.approx(SPREAD[0])
    assert behind[REAR] < 0.6 * SPREAD[0]


def test_nearer_is_surer() -> None:
    near, far = sigmas([[-8.0, 3.0, 1.7]], [200]), sigmas([[-60.0, 22.5, 1.7]], [200])
    assert (near <= far + 1e-9).all()
    assert near[REAR] < far[REAR]


def test_points_are_on_the_faces_that_look_at_the_lidar() -> None:
    (shares,) = faced_points(boxes_at([0.0]), np.array([[-10.0, 0.0, 0.75]]), np.array([100]))
    np.testing.assert_allclose(shares, [0, 100, 0, 0, 0, 0])
    (shares,) = faced_points(boxes_at([0.0]), np.array([[10.0, 10.0, 4.0]]), np.array([100]))
    assert set(np.flatnonzero(shares)) == {FRONT, LEFT, TOP}
    assert shares.sum() == pytest.approx(100.0)


def test_a_face_may_be_off_as_far_as_the_middle_and_the_side_allow() -> None:
    limits = face_tolerances(np.array(SIZE), np.array([0.5, 0.25, 0.25]), 0.2, 0.2)
    np.testing.assert_allclose(limits, [0.4, 0.4, 0.25, 0.25, 0.25, 0.25])


def test_errors_on_a_simulated_street_are_as_large_as_foretold(
    street: KnownDrive, classes: ClassSet, detector: Callable[..., list[Detections]]
) -> None:
    recording = street.recording()
    moments = Moments.of(recording)
    off: list[FloatArray] = []
    for seed in (1, 2):
        for track in build_tracks(recording, detector(street, seed), classes):
            errors = face_errors(street, moments, track.frames, track.boxes_base)
            if len(errors) > 0.5 * len(track.frames):
                off.append(np.median(errors, axis=0) / face_sigmas(track, moments, classes[track.class_index]))
    relative = np.abs(np.array(off))
    assert len(relative) > 20
    assert 0.5 < 1.4826 * np.median(relative) < 1.6
    assert (relative < 3.0).mean() > 0.85


def test_each_face_is_named_once(classes: ClassSet) -> None:
    assert len(FACES) == len(set(FACES)) == len(AXIS) == len(SIGN) == 6
    assert usual_spread(classes[0]).shape == (3,)


def face_errors(drive: KnownDrive, moments: Moments, frames: IntArray, boxes: FloatArray) -> FloatArray:
    """(K, 6) how far outwards the true faces are, in the frames in which there is an object in the place."""
    found = []
    for frame, row in zip(frames.tolist(), boxes, strict=True):
        truth = moved(drive.frames[frame].boxes_ego, moments.base_from_ego[frame])
        overlap = overlap_bev(row[None], truth)[0]
        if not len(truth) or overlap.max() < 0.3:
            continue
        there = truth[overlap.argmax()]
        away, cos, sin = there[:3] - row[:3], np.cos(row[6]), np.sin(row[6])
        inside = np.array([away[0] * cos + away[1] * sin, away[1] * cos - away[0] * sin, away[2]])
        found.append(SIGN * inside[AXIS] + (there[3:6] - row[3:6])[AXIS] / 2.0)
    return np.array(found).reshape(-1, 6)
