from __future__ import annotations

import numpy as np
import pytest

from autolabel.tracking import build_tracks
from geometry import SE3
from simulation.disturbance import PoseDisturbance

PLACES = [(8.0, 5.0), (15.0, -6.0), (22.0, 6.0), (30.0, -5.0), (38.0, 7.0), (45.0, -7.0)]
PARKED = [("Car", lambda _, p=place: [*p, 0.75, 4.2, 1.8, 1.5, 0.2]) for place in PLACES]


def off_m(drive, recording, tracks):
    """Usual distance from the truth, in ego."""
    found = []
    for track in tracks:
        for frame, row in zip(track.frames, track.boxes_base, strict=True):
            here = recording.base_from_ego(frame).inverse().apply(row[None, :3])[0]
            found.append(np.hypot(*(drive.frames[frame].boxes_ego[:, :2] - here[:2]).T).min())
    return float(np.mean(found))


def test_good_poses_are_left_alone(make_drive, detector, classes):
    drive = make_drive(PARKED, frames=60, ego_ms=4.0)
    tracks = build_tracks(drive.recording(), detector(drive, 1, others=0.0), classes)

    assert len(tracks) == len(PLACES)
    assert all((track.boxes_base == track.boxes_base[0]).all() for track in tracks)


@pytest.mark.parametrize("seed", [1, 2])
def test_boxes_follow_where_poses_drift(make_drive, detector, classes, seed):
    drive = make_drive(PARKED, frames=100, ego_ms=3.0)
    drift = PoseDisturbance(drift_m=0.8, drift_rad=0.01)
    told = list(drift.report(drive.world_from_ego, 0.1, np.random.default_rng(seed)))
    recording = drive.recording(told)
    detections = detector(drive, seed, others=0.0)
    tracks = build_tracks(recording, detections, classes)
    clean = build_tracks(drive.recording(), detections, classes)

    assert len(tracks) == len(PLACES)
    assert all(track.is_static for track in tracks)
    assert not all((track.boxes_base == track.boxes_base[0]).all() for track in tracks)
    assert off_m(drive, recording, tracks) < off_m(drive, drive.recording(), clean) + 0.08


def test_where_poses_jump_objects_are_followed_in_pieces(make_drive, detector, classes):
    drive = make_drive(PARKED[:3], frames=40, ego_ms=3.0)
    told = [SE3.from_yaw(0.0, [1.5 * (i >= 20), 0.0, 0.0]) @ pose for i, pose in enumerate(drive.world_from_ego)]
    recording = drive.recording(told)
    tracks = build_tracks(recording, detector(drive, 3, others=0.0), classes)

    assert 3 <= len(tracks) <= 6
    assert off_m(drive, recording, tracks) < 0.5
    for frame in range(5, 35):
        assert sum(frame in track.frames for track in tracks) >= 3
