"""Which drives the first weights are made from: every number is another street, traffic, lidar and way of recording."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from geometry import SE3
from simulation import (
    HEAVY_KINDS,
    DriveOptions,
    Population,
    PoseDisturbance,
    SimulatedLidar,
    Spinning,
    rig_lidars,
)

TRAINING_SEEDS = 500_000
"""Training has the drives below, validation those from here on."""
MOST_VALIDATION = 100
PER_SEED = 1000
SEEDS = TRAINING_SEEDS // PER_SEED
FRAME_COUNT = 100
MARGIN_FRAMES = 6
MOMENTS = 5
"""Frames to learn from in each world."""
STREAM = 211
SIGHT_M = 92.0
"""As far as the corners of the grid that examples are cut to."""

RIGS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("64",), 0.32),
    (("32",), 0.24),
    (("128",), 0.10),
    (("40",), 0.10),
    (("16",), 0.08),
    (("raster",), 0.03),
    (("rosette",), 0.02),
    (("32", "16", "16"), 0.03),
    (("64", "raster"), 0.04),
    (("16", "raster", "raster", "raster", "raster"), 0.04),
)
"""Lidars, and how often."""
NEIGHBORS: tuple[tuple[tuple[int, ...], float], ...] = (
    ((-4, -2, 2, 4), 0.54),
    ((-3, 3), 0.13),
    ((-5, 5), 0.13),
    ((-4, -2), 0.05),
    ((2, 4), 0.05),
    ((), 0.10),
)
"""Frames of 0.1 s from the labelled one at which there are others, and how often: 5 Hz, 3.3 Hz, 2 Hz, a scene's end and
start, no poses."""


@dataclass(frozen=True)
class Moment:
    """A frame to learn from.

    Attributes:
        frame: Its number in the drive.
        others: The numbers of those before and after it that are recorded too.
    """

    frame: int
    others: tuple[int, ...]


@dataclass(frozen=True)
class World:
    """A drive, and which of its frames are recorded.

    Attributes:
        drive_seed: The drive's seed.
        options: What it is like.
        moments: The frames to learn from.
        has_intensity: Whether the lidar tells how bright points are.
        frame_count: How long the drive is.
    """

    drive_seed: int
    options: DriveOptions
    moments: tuple[Moment, ...]
    has_intensity: bool
    frame_count: int = FRAME_COUNT


def training_world(seed: int, number: int, moments: int = MOMENTS) -> World:
    """The ``number``-th world of a recipe with a seed.

    Raises:
        ValueError: The seed is not within 0 … 499 or the number not within 0 … 999.
    """
    if not (0 <= seed < SEEDS and 0 <= number < PER_SEED):
        raise ValueError(f"seed must be 0 … {SEEDS - 1} and number 0 … {PER_SEED - 1}, got {seed} and {number}")
    return _world(seed * PER_SEED + number, moments)


def validation_world(number: int, moments: int = 2) -> World:
    """A world that no recipe trains on.

    Raises:
        ValueError: The number is not within 0 … 99.
    """
    if not 0 <= number < MOST_VALIDATION:
        raise ValueError(f"number must be 0 … {MOST_VALIDATION - 1}, got {number}")
    return _world(TRAINING_SEEDS + number, moments)


def _world(drive_seed: int, moments: int) -> World:
    rng = np.random.default_rng([drive_seed, STREAM])
    options = DriveOptions(
        pictures=False,
        occlusion=False,
        sight_m=SIGHT_M,
        lidars=_lidars(rng),
        rolling=bool(rng.random() < 0.2),
        surroundings=rng.choice(["town", "suburb", "country"], p=[0.28, 0.36, 0.36]),
        slope=float(rng.uniform(0.02, 0.12)) if rng.random() < 0.45 else 0.0,
        clutter=_between(rng, 0.4, 4.0),
        lookalikes=_between(rng, 0.5, 5.0) if rng.random() < 0.8 else 0.0,
        population=_population(rng),
        lively=bool(rng.random() < 0.6),
        pose_disturbance=_pose_disturbance(rng),
    )
    edges = np.linspace(MARGIN_FRAMES, FRAME_COUNT - MARGIN_FRAMES, moments + 1).astype(int)
    chosen = [int(rng.integers(first, after)) for first, after in pairwise(edges)]
    return World(drive_seed, options, tuple(_moment(rng, frame) for frame in chosen), bool(rng.random() < 0.85))


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    """Between two amounts, evenly by their ratio."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _moment(rng: np.random.Generator, frame: int) -> Moment:
    chances = np.array([chance for _, chance in NEIGHBORS])
    steps = NEIGHBORS[int(rng.choice(len(NEIGHBORS), p=chances / chances.sum()))][0]
    return Moment(frame, tuple(frame + step for step in steps))


def _lidars(rng: np.random.Generator) -> tuple[SimulatedLidar, ...]:
    """Lidars of some kind, not quite where and how the others of the kind are."""
    chances = np.array([chance for _, chance in RIGS])
    kinds = RIGS[int(rng.choice(len(RIGS), p=chances / chances.sum()))][0]
    azimuths = int(rng.choice([900, 1080, 1800, 2080]))
    lift = SE3.from_yaw(0.0, [float(rng.uniform(-0.4, 0.3)), 0.32 * float(rng.random()), float(rng.uniform(-0.1, 0.8))])
    reach, noise, stretch, tip = rng.uniform([0.85, 0.6, 0.85, -1.0], [1.5, 2.2, 1.15, 1.0]).tolist()
    first, *others = rig_lidars(kinds, azimuths)
    pattern = first.pattern
    if isinstance(pattern, Spinning):
        pattern = replace(pattern, elevations_deg=tuple(stretch * angle + tip for angle in pattern.elevations_deg))
    changed = replace(first, pattern=pattern, ego_from_lidar=lift @ first.ego_from_lidar)
    return tuple(_sensitive(lidar, reach, noise) for lidar in (changed, *others))


def _sensitive(lidar: SimulatedLidar, reach: float, noise: float) -> SimulatedLidar:
    return replace(lidar, half_power_m=lidar.half_power_m * reach, range_noise_m=lidar.range_noise_m * noise)


def _population(rng: np.random.Generator) -> Population:
    """Other numbers and sizes of everybody; lorries of all kinds."""
    return Population(
        people=_between(rng, 0.4, 1.8),
        cyclists=_between(rng, 0.7, 1.8),
        parked=float(rng.uniform(0.2, 0.95)),
        lorries=_between(rng, 1.5, 6.0),
        heavy=("lorry", *HEAVY_KINDS),
        size_scale={
            "Car": float(rng.uniform(0.95, 1.09)),
            "Van": float(rng.uniform(0.93, 1.09)),
            "Truck": float(rng.uniform(0.85, 1.3)),
            "Pedestrian": float(rng.uniform(0.95, 1.06)),
            "Cyclist": float(rng.uniform(0.95, 1.12)),
        },
        variety=float(rng.uniform(0.02, 0.06)),
    )


def _pose_disturbance(rng: np.random.Generator) -> PoseDisturbance:
    """Perfect poses in half of the worlds."""
    if rng.random() < 0.5:
        return PoseDisturbance()
    drift_m, drift_rad, jitter_m, jitter_rad = rng.uniform(0.0, [0.4, 0.008, 0.04, 0.002]).tolist()
    return PoseDisturbance(drift_m, drift_rad, jitter_m, jitter_rad)
