"""Parked or moving: on simulated drives with known truth and errors, and on real parked cars whose poses drift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from geometry import SE3
from geometry.arrays import FloatArray
from labels import Cuboid, LabelSet, Track
from labels.motion import is_parked, judge_motion, scene_drift_ms, standing_spans
from labels.track_path import TrackPath, track_path, track_paths
from tests.labels.tracks import DRIVE, TIMES_NS, cut_after, track_of, way

STEP_NS = 100_000_000
SIGHT_M = 60.0


def path_of(places: FloatArray, times_ns: Sequence[int] | None = None, poses: Sequence[SE3] | None = None) -> TrackPath:
    """The way over level places (N, 2) in the world, seen from poses."""
    from geometry import Trajectory

    count = len(places)
    times_ns = times_ns or [STEP_NS * i for i in range(count)]
    poses = poses or [SE3.identity()] * count
    keys = {}
    for i, place in enumerate(places):
        at = poses[i].inverse() @ SE3.from_yaw(0.0, [*place, 0.0])
        keys[f"{i}"] = Cuboid(f"{i}", "t", i, at, np.array([4.0, 2.0, 1.5]))
    labels = LabelSet(tracks={"t": Track("t", "Car", 0, count - 1)}, cuboids=keys)
    path = track_path(labels, "t", times_ns, Trajectory.from_poses(times_ns, list(poses)))
    assert path is not None
    return path


@pytest.fixture(scope="module")
def simulated() -> list[tuple[FloatArray, FloatArray]]:
    """Places (N, 2) and speeds (N,) of the vehicles of two drives while they are in sight; stops included."""
    from simulation import DriveOptions, simulate_drive

    found = []
    for seed in (12, 13):
        drive = simulate_drive(seed, 100, options=DriveOptions(pictures=False, lively=True))
        for actor in drive.actors:
            if actor.model.category == "Pedestrian":
                continue
            boxes = [actor.box_world(i) for i in range(100)]
            seen = [
                i
                for i, box in enumerate(boxes)
                if box is not None and np.linalg.norm(box.center - drive.world_from_ego(i).translation) < SIGHT_M
            ]
            if len(seen) > 15 and seen[-1] - seen[0] + 1 == len(seen):
                centers = np.array([box.center[:2] for box in boxes[seen[0] : seen[-1] + 1] if box is not None])
                steps = np.gradient(centers, 0.1, axis=0)
                found.append((centers, np.hypot(steps[:, 0], steps[:, 1])))
    return found


@pytest.mark.parametrize(("noise_m", "drift_m"), [(0.0, 0.0), (0.1, 0.0), (0.1, 0.3), (0.2, 0.3)])
def test_simulated_vehicles_are_told_apart(
    simulated: list[tuple[FloatArray, FloatArray]], noise_m: float, drift_m: float
) -> None:
    """Noise of the labels and drift of the poses over ten seconds; who is judged is judged right."""
    random, counted = np.random.default_rng(5), Counter[tuple[bool, str]]()
    right, wrong = [], []
    for centers, speed_ms in simulated:
        drift = np.arange(len(centers))[:, None] * 0.01 * drift_m * np.array([0.6, 0.8])
        path = path_of(centers + drift + random.normal(size=centers.shape) * noise_m)
        counted[bool(speed_ms.max() < 0.05), judge_motion(path).motion] += 1
        stands = np.zeros(len(centers), dtype=bool)
        for span in standing_spans(path):
            stands[span.first_frame : span.last_frame + 1] = True
        right.append(stands[speed_ms < 0.1])
        wrong.append(stands[speed_ms > 0.7])
    assert counted[True, "moving"] == counted[False, "parked"] == 0
    assert counted[True, "parked"] > 30
    assert counted[False, "moving"] > 20
    assert counted[True, "unknown"] + counted[False, "unknown"] <= 3
    assert np.concatenate(right).mean() > (0.97 if noise_m < 0.2 else 0.85)
    assert np.concatenate(wrong).mean() < 0.03


def test_real_parked_cars_stand_though_poses_drift(shared_data: Path) -> None:
    from formats import get_format, open_scene

    def judged(name: str) -> dict[str, str]:
        scene = open_scene(shared_data / "kitti_tracking" / "training", name, "kitti-tracking")
        labels = get_format(scene.format).read_labels(scene).labels
        paths = track_paths(labels, scene.frame_times_ns, scene.trajectory)
        drift_ms = scene_drift_ms(paths.values())
        return {
            f"{labels.tracks[key].category} {labels.tracks[key].external_id}": judge_motion(path, drift_ms).motion
            for key, path in paths.items()
        }

    assert judged("0003") == {
        "Car 0": "moving",
        "Car 1": "moving",
        "Car 2": "parked",
        "Car 3": "parked",
        "Car 4": "parked",
        "Van 5": "moving",
    }
    # Rows of parked cars, carried off by 0.2 m/s.
    assert Counter(judged("0001").values())["parked"] >= 75


def test_the_reason_is_said() -> None:
    parked, moving = path_of(np.zeros((30, 2))), path_of(np.stack([np.arange(30) * 0.5, np.zeros(30)], axis=1))
    assert judge_motion(parked).reason.startswith("it stays within 0.00 m for 2.9 s")
    assert judge_motion(moving).reason.startswith("it moves 12.")
    assert is_parked(parked)
    assert not is_parked(moving)


def test_one_misplaced_cuboid_moves_nothing() -> None:
    places = np.zeros((30, 2))
    places[12] = [2.0, 0.0]
    assert is_parked(path_of(places))
    assert [(span.first_frame, span.last_frame) for span in standing_spans(path_of(places))] != []


def test_too_little_is_unknown() -> None:
    assert judge_motion(path_of(np.zeros((1, 2)))).reason == "there is only one key"
    assert judge_motion(path_of(np.zeros((5, 2)))).reason == "it is seen for 0.4 s only"
    labels = track_of({i: way(i) for i in range(20)})
    path = track_path(labels, "t", TIMES_NS)
    assert path is not None
    assert judge_motion(path).reason == "the scene has no vehicle poses"
    assert standing_spans(path) == []


def test_a_stop_is_a_span() -> None:
    ahead = np.concatenate([np.arange(20) * 0.8, np.full(30, 16.0), 16.0 + np.arange(20) * 0.8])
    (span,) = standing_spans(path_of(np.stack([ahead, np.zeros(70)], axis=1)))
    assert abs(span.first_frame - 20) <= 3
    assert abs(span.last_frame - 50) <= 3
    assert span.duration_s == pytest.approx(2.9, abs=0.5)


def test_where_many_drift_together_more_is_allowed() -> None:
    drifting = [path_of(np.stack([np.arange(40) * 0.025, np.full(40, 5.0 * i)], axis=1)) for i in range(6)]
    assert judge_motion(drifting[0]).motion == "moving"
    assert judge_motion(drifting[0], scene_drift_ms(drifting)).motion == "parked"
    assert scene_drift_ms(drifting[:2]) < 0.05


def test_a_span_has_a_length() -> None:
    with pytest.raises(ValueError, match="least_s must be above zero"):
        standing_spans(path_of(np.zeros((5, 2))), least_s=0.0)


def test_a_path_is_what_the_keys_say() -> None:
    labels = cut_after(track_of({i: way(i) for i in (2, 5, 9)}), 5)
    path = track_path(labels, "t", TIMES_NS, DRIVE)
    assert path is not None
    assert path.frames.tolist() == [2, 5, 9]
    assert path.centers == pytest.approx(np.stack([way(i).translation for i in (2, 5, 9)]), abs=1e-9)
    assert path.yaws_rad == pytest.approx([way(i).yaw_rad for i in (2, 5, 9)])
    assert track_path(labels, "t", TIMES_NS[:2], DRIVE) is None
    assert [key.frame_index for key in path.part(1, 2).keys] == [5, 9]
