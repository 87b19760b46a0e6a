"""What is reported differs from what is true by what was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from geometry.se3 import SE3
from simulation import (
    DEFAULT_SEED,
    DriveOptions,
    MountingDisturbance,
    PoseDisturbance,
    SimulatedDrive,
    SimulatedFrame,
    rig_cameras,
    simulate_drive,
)

WAY = [SE3.from_yaw(0.02 * n, [0.9 * n, 0.1 * n, 0.0]) for n in range(201)]


def rotation_between(first: SE3, second: SE3) -> float:
    return float(np.arccos(np.clip((np.trace(first.rotation.T @ second.rotation) - 1) / 2, -1, 1)))


def test_drift_grows_steadily_to_the_stated_amount_after_ten_seconds() -> None:
    reported = PoseDisturbance(drift_m=0.4, drift_rad=0.01).report(WAY, 0.1, np.random.default_rng(1))
    assert reported[0].is_close(WAY[0])
    for index, share in ((50, 0.5), (100, 1.0), (200, 2.0)):
        off = reported[index].translation - WAY[index].translation
        assert np.linalg.norm(off) == pytest.approx(0.4 * share)
        assert off[2] == 0
        assert rotation_between(reported[index], WAY[index]) == pytest.approx(0.01 * share, abs=1e-6)


def test_jitter_has_the_stated_deviation() -> None:
    reported = PoseDisturbance(jitter_m=0.05, jitter_rad=0.002).report(WAY, 0.1, np.random.default_rng(2))
    off = np.array([r.translation - t.translation for r, t in zip(reported, WAY, strict=True)])
    assert off.std() == pytest.approx(0.05, rel=0.15)
    turns = [rotation_between(r, t) for r, t in zip(reported, WAY, strict=True)]
    assert np.sqrt(np.mean(np.square(turns))) == pytest.approx(0.002 * np.sqrt(3), rel=0.15)


def test_a_drive_reports_wrong_poses_and_places_but_true_labels(
    drive: SimulatedDrive, some_frames: list[SimulatedFrame]
) -> None:
    off = DriveOptions(
        azimuths=900,
        pictures=False,
        pose_disturbance=PoseDisturbance(drift_m=2.0),
        mounting_disturbance=MountingDisturbance(offset_m=0.05, rotation_rad=0.01),
    )
    wrong = simulate_drive(DEFAULT_SEED, 40, options=off)
    first = some_frames[3]
    second = wrong.frame(first.index)
    assert second.true_world_from_ego == first.world_from_ego == first.true_world_from_ego
    gap = second.world_from_ego.translation - first.world_from_ego.translation
    assert np.linalg.norm(gap) == pytest.approx(2.0 * first.index / 100)
    np.testing.assert_array_equal(first.points_lidar, second.points_lidar)
    boxes = {label.track: label.box_ego for label in first.objects}
    assert all(label.box_ego == boxes[label.track] for label in second.objects)
    pairs = [(wrong.ego_from_lidar, drive.ego_from_lidar)]
    pairs += [
        (one.cam_from_ego.inverse(), other.cam_from_ego.inverse())
        for one, other in zip(wrong.cameras, rig_cameras(off.image_size_px), strict=True)
    ]
    for reported, place in pairs:
        assert np.linalg.norm(reported.translation - place.translation) == pytest.approx(0.05)
        assert rotation_between(reported, place) == pytest.approx(0.01, abs=1e-6)


@pytest.mark.parametrize("amount", [-0.1, float("nan"), float("inf")])
def test_amounts_must_be_finite_and_not_negative(amount: float) -> None:
    with pytest.raises(ValueError, match="jitter_m"):
        PoseDisturbance(jitter_m=amount)
    with pytest.raises(ValueError, match="rotation_rad"):
        MountingDisturbance(rotation_rad=amount)
