"""Small streets with objects that drive and stand, and proposals spoiled as asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from geometry.arrays import FloatArray
from quality.effort import Band, CostSheet, EffortScene, EffortTrack, load_costs

SIZES = {"Car": (4.0, 1.7, 1.5), "Truck": (9.0, 2.5, 3.2), "Pedestrian": (0.8, 0.6, 1.75)}
Track = Callable[..., EffortTrack]
Street = Callable[..., EffortScene]
Spoil = Callable[..., EffortScene]


@pytest.fixture(scope="session")
def sheet() -> CostSheet:
    return load_costs()


@pytest.fixture(scope="session")
def make_track() -> Track:
    """A car, 20 frames from the first on, standing at the origin unless told otherwise."""

    def make(
        identity: str = "car",
        category: str = "Car",
        frames: range = range(20),
        *,
        at: tuple[float, float] = (0.0, 0.0),
        speed_ms: float = 0.0,
        yaw_rad: float = 0.0,
        turn_rad_s: float = 0.0,
        band: Band = Band.CHECK,
    ) -> EffortTrack:
        times_s = np.arange(len(frames)) * 0.1
        yaw = yaw_rad + turn_rad_s * times_s
        steps = speed_ms * 0.1 * np.stack([np.cos(yaw), np.sin(yaw)], axis=1)
        xy = np.asarray(at) + np.cumsum(steps, axis=0)
        size = np.tile(SIZES[category], (len(frames), 1))
        boxes = np.column_stack([xy, np.zeros(len(frames)), size, yaw])
        return EffortTrack(identity, category, np.array(frames), boxes, np.full(len(frames), int(band)))

    return make


@pytest.fixture(scope="session")
def make_scene() -> Street:
    def make(truth: list[EffortTrack], proposals: list[EffortTrack] | None = None, frames: int = 60) -> EffortScene:
        return EffortScene(np.arange(0.0, frames) * 0.1, truth, proposals or [], np.zeros((frames, 3)))

    return make


@pytest.fixture(scope="session")
def street(make_track: Track, make_scene: Street) -> EffortScene:
    """Cars that stand, drive and turn, a truck and people, without proposals."""
    tracks = [make_track(f"parked{i}", frames=range(i, 40 + i), at=(8.0 * i, 5.0)) for i in range(6)]
    tracks += [
        make_track(f"driving{i}", frames=range(2 * i, 50), at=(6.0 * i, -4.0 - 4 * i), speed_ms=8.0) for i in range(4)
    ]
    tracks += [make_track("turning", frames=range(50), at=(-20.0, 20.0), speed_ms=6.0, turn_rad_s=0.5)]
    tracks += [make_track("truck", "Truck", range(10, 55), at=(-30.0, -20.0), speed_ms=5.0)]
    tracks += [make_track(f"walker{i}", "Pedestrian", range(30), at=(3.0 * i, 12.0), speed_ms=1.3) for i in range(3)]
    return make_scene(tracks)


@pytest.fixture(scope="session")
def spoiled() -> Spoil:
    """The truth as it is proposed by a machine whose places waver by so much, slowly."""

    def spoil(scene: EffortScene, noise_m: float, seed: int = 0, band: Band = Band.CHECK) -> EffortScene:
        rng = np.random.default_rng(seed)
        return replace(
            scene,
            proposals=[
                replace(
                    track,
                    identity=f"p-{track.identity}",
                    boxes_base=_wavering(track.boxes_base, noise_m, rng),
                    bands=np.full(len(track.frames), int(band)),
                )
                for track in scene.truth
            ],
        )

    return spoil


def _wavering(boxes: FloatArray, noise_m: float, rng: np.random.Generator) -> FloatArray:
    out = boxes.copy()
    for axis in (0, 1):
        out[:, axis] += noise_m * np.convolve(rng.normal(size=len(boxes) + 4), np.ones(5) / 5**0.5, "valid")
    return out
