"""What moves as it can gives no finding: whatever the noise, the clock, and the distance of keys."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.checks.track_motion import CLOCK_NOISE_S
from tests.quality.checks.drives import RULES, Drive, circling, drive, straight


def ordinary(**options: float | int) -> Drive:
    def braking(time_s: float) -> tuple[float, float, float]:
        return 12.0 + 14.0 * time_s - 3.5 * min(time_s, 2.0) ** 2 - 14.0 * max(time_s - 2.0, 0.0), -3.0, 0.0

    ways = [
        ("Car", straight(14.0)),
        ("Car", straight(0.0)),
        ("Car", braking),
        ("Car", circling(5.0, 6.0, 1.3)),
        ("Truck", circling(6.0, 12.0, 2.7)),
        ("Cyclist", circling(4.0, 4.0, 0.5)),
        ("Pedestrian", straight(1.5)),
        ("Car", straight(-1.5)),
    ]
    return drive(ways, **options)  # type: ignore[arg-type]


@given(
    st.integers(0, 10_000),
    st.sampled_from([0.0, 0.03, 0.06, 10.0]),
    st.sampled_from([0.0, 0.004, CLOCK_NOISE_S]),
    st.sampled_from([1, 3, 9]),
)
def test_ordinary_traffic_gives_no_finding(seed: int, noise_m: float, clock_s: float, every: int) -> None:
    assert ordinary(seed=seed, noise_m=noise_m, clock_s=clock_s, every=every).find() == []


@pytest.mark.parametrize("step_s", [0.02, 0.1, 0.5, 2.0])
def test_the_frame_rate_does_not_matter(step_s: float) -> None:
    assert ordinary(step_s=step_s, frames=int(4 / step_s) + 2).find() == []


def test_without_poses_nothing_is_judged_and_that_is_said_once() -> None:
    (finding,) = drive([("Car", straight(90.0))]).without_poses().find()
    assert (finding.rule, finding.severity, finding.details["case"]) == ("speed", "info", "no_poses")
    assert drive([("Car", straight(90.0))], every=100).without_poses().find() == []


def test_tracks_that_follow_the_vehicle_are_left_out() -> None:
    assert drive([("Car", straight(90.0))], interpolate_in="ego").find() == []
    assert len(drive([("Car", straight(90.0))]).find("speed")) >= 1


@pytest.mark.parametrize("name", ["0001", "0003"])
def test_people_s_labels_give_few_findings(shared_data: Path, name: str) -> None:
    """All are faults of the recording: a car's label that jumps, and four frames that are missing in 0001."""
    from formats import get_format, open_scene
    from quality import run_checks

    scene = open_scene(shared_data / "kitti_tracking" / "training", name, "kitti-tracking")
    labels = get_format(scene.format).read_labels(scene).labels
    found = run_checks(scene, labels, RULES, with_points=False)
    expected = {
        "0001": Counter({("acceleration", 180): 1, ("slip", 180): 3}),
        "0003": Counter({("acceleration", 61): 1}),
    }
    assert Counter((finding.rule, finding.frame_index) for finding in found) == expected[name]


def test_an_argoverse_log_gives_none(shared_data: Path) -> None:
    from formats import get_format, open_dataset
    from quality import run_checks

    for scene in open_dataset(shared_data / "argoverse2").scenes:
        labels = get_format(scene.format).read_labels(scene).labels
        assert len(labels.tracks) > 100
        assert run_checks(scene, labels, RULES, with_points=False) == []


def test_simulated_traffic_gives_none() -> None:
    from simulation import DriveOptions, simulate_drive

    truth = simulate_drive(12, 60, options=DriveOptions(pictures=False, lively=True))
    ways = []
    for actor in truth.actors:
        boxes = [actor.box_world(i) for i in range(60)]
        if all(box is not None for box in boxes):
            placed = [box for box in boxes if box is not None]
            numbers = np.array([[*box.center[:2], box.yaw_rad] for box in placed])
            ways.append((actor.model.category, lambda time_s, rows=numbers: tuple(rows[round(time_s * 10)].tolist())))
    assert len(ways) > 80
    assert drive(ways, frames=60, noise_m=0.04).find() == []
