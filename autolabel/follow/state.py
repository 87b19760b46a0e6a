"""Where an object was in the frames known so far, and where it should be next: even motion, even turning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geometry import SE3, Box
from geometry.arrays import FloatArray
from geometry.rotation import wrap_angle
from quality.checks.motion_limits import MotionLimits

MEMORY_S = 0.7
"""What happened longer ago says little about the next step."""
PLACE_NOISE_M = 0.12
WALKS_MS, BRISK_MS = 1.5, 5.0
DRIFTS_BY_M = 1.0
DRIVES_MS = 2.0
"""Faster than this, an object heads the way it goes."""


@dataclass(frozen=True)
class State:
    """An object in one frame.

    Attributes:
        frame_index: The frame.
        time_s: Its time.
        box: In ``base``: ``world``, or ``ego`` of each frame where there are no poses.
        trust: How much the place counts beside others.
    """

    frame_index: int
    time_s: float
    box: Box
    trust: float = 1.0


@dataclass(frozen=True)
class Prediction:
    """Where an object should be.

    Attributes:
        box: In ``base``.
        reach_m: (2,) how far it may be off, along and across itself.
        sigma_m: (2,) how far it usually is off: of two places that look alike, the more usual one is taken.
        velocity: (2,) level, m/s, in ``base``; zero where it is not known.
        is_known: Whether the velocity was measured.
    """

    box: Box
    reach_m: FloatArray
    sigma_m: FloatArray
    velocity: FloatArray
    is_known: bool


def predict(states: Sequence[State], time_s: float, limits: MotionLimits, *, is_rigid: bool) -> Prediction:
    """Where an object will be, or was.

    Args:
        states: The known ones, at least one, the nearest in time last.
        time_s: When.
        limits: What its kind can do.
        is_rigid: Whether it goes where it heads.
    """
    last = states[-1]
    step_s = time_s - last.time_s
    velocity, sigma_ms = level_velocity(states)
    away_s = abs(step_s)
    if sigma_ms is None:
        along_m = min(limits.speed_ms, 40.0 if is_rigid else BRISK_MS) * away_s
        reach = np.array([along_m, 0.2 if is_rigid else along_m]) + 0.3
        sigma = np.minimum(reach, DRIFTS_BY_M) if is_rigid else np.full(2, WALKS_MS * away_s + PLACE_NOISE_M)
        return Prediction(last.box, reach, sigma, np.zeros(2), is_known=False)
    turned = _turn_rate(states, velocity, limits) * step_s
    speed_up = 0.5 * min(limits.acceleration_ms2, 8.0) * away_s**2
    reach = np.full(2, 0.25 + min(sigma_ms, 3.0) * away_s + speed_up)
    turn = SE3.from_yaw(turned, np.zeros(3)).rotation
    center = last.box.center + np.array([*(turn[:2, :2] @ velocity * step_s), 0.0])
    box = Box(SE3(turn @ last.box.frame_from_object.rotation, center), last.box.size_lwh_m)
    return Prediction(box, reach, reach if is_rigid else reach / 2.0, velocity, is_known=True)


def level_velocity(states: Sequence[State]) -> tuple[FloatArray, float | None]:
    """(2,) m/s by a line through the last places, and how far it may be off; None where one place says nothing."""
    near = [state for state in states if abs(state.time_s - states[-1].time_s) <= MEMORY_S]
    if len(near) < 2 and len(states) > 1:
        near = list(states[-2:])
    times = np.array([state.time_s for state in near])
    if np.ptp(times) <= 0.0:
        return np.zeros(2), None
    trust = np.array([state.trust for state in near])
    # The newest places say most.
    trust = trust * np.exp(-np.abs(times - times[-1]) / MEMORY_S)
    places = np.stack([state.box.center[:2] for state in near])
    middle = np.average(times, weights=trust)
    off = times - middle
    spread = float((trust * off**2).sum())
    velocity = (trust * off) @ (places - np.average(places, axis=0, weights=trust)) / spread
    return np.asarray(velocity), PLACE_NOISE_M / float(np.sqrt(spread / trust.max()))


def _turn_rate(states: Sequence[State], velocity: FloatArray, limits: MotionLimits) -> float:
    """Rad/s about the upright axis; of what hardly moves it is noise."""
    near = [state for state in states if abs(state.time_s - states[-1].time_s) <= MEMORY_S]
    if len(near) < 4 or float(np.hypot(*velocity)) < DRIVES_MS:
        return 0.0
    times = np.array([state.time_s for state in near])
    yaws = np.unwrap([state.box.yaw_rad for state in near])
    off = times - times.mean()
    rate = float(off @ (yaws - yaws.mean()) / (off @ off))
    most = min(limits.yaw_rate_rads or 1.0, 1.0)
    return 0.7 * float(np.clip(rate, -most, most))


def turned_by(box: Box, other: Box) -> float:
    """Radians between the headings of two boxes, 0 … π."""
    return abs(float(wrap_angle(box.yaw_rad - other.yaw_rad)))
