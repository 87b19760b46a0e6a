from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autolabel.classes import ObjectClass
from autolabel.detections import Detections
from autolabel.recording import Recording
from autolabel.tracking import ProposedTrack, TrackingOptions, build_tracks
from autolabel.upright import moved
from geometry import SE3, Trajectory
from geometry.rotation import wrap_angle

CAR = [12.0, 4.0, 0.75, 4.2, 1.8, 1.5, 0.3]


def parked(_: float) -> list[float]:
    return CAR


def driving(time_s: float) -> list[float]:
    return [8.0 * time_s - 5.0, -4.0, 0.75, 4.4, 1.8, 1.5, 0.0]


def walking(time_s: float) -> list[float]:
    return [15.0, 9.0 - 1.2 * time_s, 0.9, 0.7, 0.6, 1.75, -np.pi / 2.0]


OBJECTS = [("Car", parked), ("Car", driving), ("Pedestrian", walking)]


def same(tracks, others, within=1e-9):
    assert len(tracks) == len(others)
    for track, other in zip(tracks, others, strict=True):
        assert track.class_index == other.class_index
        assert track.score == pytest.approx(other.score, abs=1e-12)
        np.testing.assert_array_equal(track.frames, other.frames)
        np.testing.assert_allclose(track.boxes_base, other.boxes_base, atol=within)


def test_what_is_seen_well_becomes_one_track_each(make_drive, detector, classes):
    drive = make_drive(OBJECTS, frames=25)
    found = build_tracks(drive.recording(), detector(drive, 1, others=0.0, flips=0.1), classes)

    assert sorted((track.class_index, track.is_static) for track in found) == [(0, False), (0, True), (3, False)]
    assert all(len(track.frames) == 25 for track in found)


def test_a_standing_object_is_one_box_in_the_world_near_the_truth(make_drive, detector, classes):
    drive = make_drive([("Car", parked)], frames=25)
    (track,) = build_tracks(drive.recording(), detector(drive, 2, others=0.0, flips=0.0), classes)

    assert track.is_static
    assert (track.boxes_base == track.boxes_base[0]).all()
    # The detector's own size, wrong by a few per cent, and its lasting errors are all that is left.
    np.testing.assert_allclose(track.boxes_base[0, :2], CAR[:2], atol=0.2)
    assert abs(wrap_angle(track.boxes_base[0, 6] - CAR[6])) < 0.06


def test_boxes_of_a_mover_have_one_size_and_are_nearer_the_truth_than_detections(make_drive, detector, classes):
    drive = make_drive([("Car", driving)], frames=40)
    detections = detector(drive, 3, others=0.0, misses=0.0, size=0.0)
    (track,) = build_tracks(drive.recording(), detections, classes)

    assert not track.is_static
    assert np.ptp(track.boxes_base[:, 3:6], axis=0).max() == 0.0
    truth = np.array([driving(index / 10.0) for index in range(40)])
    raw = [
        np.hypot(*(moved(item.boxes_ego, pose)[0] - place)[:2])
        for item, pose, place in zip(detections, drive.world_from_ego, truth, strict=True)
        if len(item)
    ]
    error, raw_error = np.hypot(*(track.boxes_base - truth[track.frames])[:, :2].T).mean(), np.mean(raw)
    assert error < 0.8 * raw_error


@pytest.mark.parametrize("flips", [0.2, 0.5])
def test_a_mover_faces_the_way_it_goes_however_often_detections_are_flipped(make_drive, detector, classes, flips):
    drive = make_drive([("Car", driving)], frames=20)
    (track,) = build_tracks(drive.recording(), detector(drive, 4, others=0.0, flips=flips), classes)

    assert (np.abs(wrap_angle(track.boxes_base[:, 6])) < 0.3).all()
    assert track.heading > 0.99


def test_the_order_of_detections_within_a_frame_changes_nothing(make_drive, detector, classes):
    drive = make_drive(OBJECTS, frames=15)
    detections = detector(drive, 5, others=0.0)
    random = np.random.default_rng(0)

    def shuffled(item):
        order = random.permutation(len(item))
        return Detections(item.boxes_ego[order], item.classes[order], item.scores[order], item.headings[order])

    first = build_tracks(drive.recording(), detections, classes)
    same(first, build_tracks(drive.recording(), [shuffled(item) for item in detections], classes), within=0.0)


def test_time_may_run_backwards(street, detector, classes):
    detections = detector(street, 6)
    count = len(street.frames)
    forth = street.recording()
    times = [index * 100_000_000 for index in range(count)]
    poses = list(reversed(street.world_from_ego))
    back = Recording(
        times, Trajectory.from_poses(times, poses), lambda i: forth.points(count - 1 - i), street.lidar_center_ego
    )

    first = build_tracks(forth, detections, classes)
    other = build_tracks(back, detections[::-1], classes)
    still = [track for track in first if track.is_static]
    # What stands does not know which way time runs; what moves would face the other way.
    places = np.array([track.boxes_base[0, :2] for track in other if track.is_static])
    apart = [np.hypot(*(places - track.boxes_base[0, :2]).T).min() for track in still]
    assert np.quantile(apart, 0.8) < 0.05
    assert abs(len(first) - len(other)) <= 0.1 * len(first) + 1


@settings(max_examples=8)
@given(x=st.floats(-1e4, 1e4), y=st.floats(-1e4, 1e4), turn=st.floats(-3.0, 3.0))
def test_where_the_world_begins_does_not_matter(make_drive, detector, classes, x, y, turn):
    drive = make_drive(OBJECTS, frames=10)
    detections = detector(drive, 7, others=0.0)
    there = SE3.from_yaw(turn, [x, y, 3.0])
    first = build_tracks(drive.recording(), detections, classes)
    other = build_tracks(drive.recording([there @ pose for pose in drive.world_from_ego]), detections, classes)

    assert len(first) == len(other)
    for track in first:
        place = moved(track.boxes_base, there)
        assert any(
            len(each.frames) == len(track.frames) and np.abs(each.boxes_base[:, :3] - place[:, :3]).max() < 1e-4
            for each in other
        )


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_scenes_of_few_frames_give_tracks_too(make_drive, detector, classes, frames):
    drive = make_drive(OBJECTS, frames=frames)
    found = build_tracks(drive.recording(), detector(drive, 8, others=0.0, misses=0.0), classes)

    assert len(found) == 3


def test_without_poses_boxes_are_in_ego_and_nothing_is_said_to_stand(make_drive, detector, classes):
    drive = make_drive(OBJECTS, frames=20)
    found = build_tracks(drive.recording(has_poses=False), detector(drive, 9, others=0.0), classes)

    assert len(found) == 3
    assert not any(track.is_static for track in found)
    seen_from_ego = [moved(track.boxes_base[-1:], drive.world_from_ego[track.frames[-1]])[0] for track in found]
    assert min(np.hypot(*(row[:2] - CAR[:2])) for row in seen_from_ego) < 0.5


def test_nothing_detected_gives_no_tracks(make_drive, classes):
    drive = make_drive(OBJECTS, frames=4)

    assert build_tracks(drive.recording(), [Detections.none()] * 4, classes) == []


def test_a_scene_without_frames_and_a_project_without_classes_give_no_tracks(classes):
    empty = Recording([], None, lambda _: np.zeros((0, 4), np.float32), np.zeros(3))
    one = Recording([0], None, lambda _: np.zeros((0, 4), np.float32), np.zeros(3))

    assert build_tracks(empty, [], classes) == []
    assert build_tracks(one, [Detections.none()], ()) == []


def test_detections_that_are_no_boxes_are_left_out(make_drive, detector, classes):
    drive = make_drive(OBJECTS, frames=10)
    detections = detector(drive, 10, others=0.0)
    broken = np.array([[np.nan, 0, 0, 4, 2, 1, 0], [3.0, 3.0, 0, -4, 2, 1, 0], [5, 5, 0, np.inf, 1, 1, 0]])

    def with_broken(item):
        return Detections(
            np.concatenate([broken, item.boxes_ego]),
            np.concatenate([np.zeros(3, np.int64), item.classes]),
            np.concatenate([np.full(3, 0.9), item.scores]),
            np.concatenate([np.full(3, 0.9), item.headings]),
        )

    same(
        build_tracks(drive.recording(), detections, classes),
        build_tracks(drive.recording(), [with_broken(item) for item in detections], classes),
    )


def test_wrong_arguments_are_named(make_drive, classes):
    drive = make_drive(OBJECTS, frames=3)
    alien = Detections(np.array([CAR]), np.array([7]), np.array([0.9]), np.array([0.9]))

    with pytest.raises(ValueError, match="one entry a frame, got 2 for 3"):
        build_tracks(drive.recording(), [Detections.none()] * 2, classes)
    with pytest.raises(ValueError, match=r"classes must be 0 … 4, got 7 … 7"):
        build_tracks(drive.recording(), [alien] * 3, classes)
    with pytest.raises(ValueError, match="weak ≤ confident"):
        TrackingOptions(confident=0.1, weak=0.2)


def test_progress_is_told_and_work_can_be_stopped(make_drive, detector, classes):
    drive = make_drive(OBJECTS, frames=6)
    detections = detector(drive, 11, others=0.0)
    told: list[tuple[int, int]] = []
    build_tracks(drive.recording(), detections, classes, progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 18) for done in range(1, 19)]

    asked = iter([False] * 9 + [True] * 9)
    assert build_tracks(drive.recording(), detections, classes, should_stop=lambda: next(asked)) == []


def test_points_are_read_once_in_order(make_drive, detector, classes):
    drive = make_drive(OBJECTS, frames=12)
    recording, read = drive.recording(), []

    class Watched(Recording):
        def points(self, frame_index):
            read.append(frame_index)
            return recording.points(frame_index)

    times = recording.times_ns
    watched = Watched(times, recording.trajectory, recording.points, drive.lidar_center_ego)
    build_tracks(watched, detector(drive, 12, others=0.0), classes)
    assert read == list(range(12))


def test_any_taxonomy_will_do(make_drive, detector):
    drive = make_drive(OBJECTS, frames=12)
    odd = tuple(ObjectClass(name, (1.0, 1.0, 1.0), True) for name in ("a", "b", "c", "d", "e"))

    assert len(build_tracks(drive.recording(), detector(drive, 13, others=0.0), odd)) >= 3


def single_frames(recording, detections):
    """Each detection as a track of its own."""
    for frame, item in enumerate(detections):
        rows = moved(item.boxes_ego, recording.base_from_ego(frame))
        for place in range(len(item)):
            one = slice(place, place + 1)
            yield ProposedTrack(
                int(item.classes[place]), float(item.scores[place]), False, 0.5, np.array([frame]), rows[one],
                item.scores[one], np.ones(1, bool), np.zeros(1, np.int64),
            )  # fmt: skip


def test_tracks_of_a_simulated_street_are_better_than_its_detections(street, detector, classes, judged):
    recording, detections = street.recording(), detector(street, 14)
    result = judged(street, recording, build_tracks(recording, detections, classes))
    raw = judged(street, recording, list(single_frames(recording, detections)))

    assert result.ap50 > raw.ap50 + 0.1
    assert result.ap70 > raw.ap70 + 0.1
    assert result.place_m < 0.9 * raw.place_m
    assert result.yaw_rad < raw.yaw_rad
    assert result.flips_moving <= 0.05
    assert result.false_tracks < 0.2 * raw.false_tracks
