"""What speaks for a track, each kind brought to about the same scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.judging.evidence import NAMES, SPREAD, USUAL, evidence_of
from autolabel.recording import Recording
from autolabel.tracking.track import ProposedTrack
from geometry import SE3, Trajectory

STEP_NS = 100_000_000
FRAMES = 12


def nothing(_frame: int) -> np.ndarray:
    return np.zeros((0, 4), np.float32)


@pytest.fixture(scope="module")
def recording() -> Recording:
    """The ego drives ten metres a frame along x."""
    times = [index * STEP_NS for index in range(FRAMES)]
    poses = [SE3.from_yaw(0.0, [10.0 * index, 0.0, 0.0]) for index in range(FRAMES)]
    return Recording(times, Trajectory.from_poses(times, poses), nothing, np.zeros(3))


def track(**fields) -> ProposedTrack:
    row = np.array([60.0, 5.0, 0.8, 4.2, 1.8, 1.5, 0.0])
    usual = ProposedTrack(
        class_index=0,
        score=0.5,
        is_static=True,
        heading=0.9,
        frames=np.arange(FRAMES),
        boxes_base=np.tile(row, (FRAMES, 1)),
        scores=np.full(FRAMES, 0.5),
        is_seen=np.arange(FRAMES) % 4 > 0,
        point_counts=np.arange(FRAMES) * 10,
    )
    return replace(usual, **fields)


def raw(seen: ProposedTrack, recording: Recording) -> dict[str, float]:
    return dict(zip(NAMES, evidence_of(seen, recording) * SPREAD + USUAL, strict=True))


def test_each_kind_is_what_its_name_says(recording: Recording) -> None:
    found = raw(track(shape=2.5, camera=-1.5), recording)
    assert found == pytest.approx({
        "score": 0.0,
        "duration": np.log1p(1.1),
        "seen_share": 0.75,
        "points": np.log1p(55.0),
        # Where the ego comes nearest, six frames on.
        "range": 5.0 / 50.0,
        "standing": 1.0,
        "shape": 2.5,
        "camera": -1.5,
    })  # fmt: skip
    assert raw(track(is_static=False), recording)["standing"] == 0.0


@pytest.mark.parametrize("witness", ["shape", "camera"])
def test_who_was_not_looked_at_again_has_no_odds(recording: Recording, witness: str) -> None:
    assert getattr(track(), witness) == 0.0
    assert raw(track(), recording)[witness] == pytest.approx(0.0)


@given(st.sampled_from(["shape", "camera"]), st.floats(-6.0, 6.0))
def test_a_witness_changes_its_own_kind_of_evidence_alone(recording: Recording, witness: str, odds: float) -> None:
    before, after = evidence_of(track(), recording), evidence_of(track(**{witness: odds}), recording)
    own = np.arange(len(NAMES)) == NAMES.index(witness)
    np.testing.assert_array_equal(after[~own], before[~own])
    np.testing.assert_allclose(after[own] - before[own], odds / SPREAD[own], atol=1e-12)


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_evidence_is_finite_whatever_there_is(recording: Recording, score: float) -> None:
    alone = track(
        score=score,
        frames=np.array([3]),
        boxes_base=track().boxes_base[:1],
        scores=np.zeros(1),
        is_seen=np.zeros(1, bool),
        point_counts=np.zeros(1, np.int64),
    )
    found = evidence_of(alone, recording)
    assert found.shape == (len(NAMES),) == USUAL.shape == SPREAD.shape
    assert np.isfinite(found).all()
    assert raw(alone, recording)["duration"] == 0.0
