"""Even motion with random acceleration: many objects a step ahead at once, and one object smoothed over all its frames.

The x and y of a place are equally uncertain and independent, so both share one covariance of place and velocity.
Source of the smoother: Rauch, Tung and Striebel, Maximum likelihood estimates of linear dynamic systems, 1965.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray


def ahead(spread: FloatArray, dt_s: FloatArray | float, acceleration_ms2: FloatArray | float) -> FloatArray:
    """(..., 3) variance of place, covariance with velocity, variance of velocity, after a time."""
    place, both, speed = spread[..., 0], spread[..., 1], spread[..., 2]
    noise = np.square(acceleration_ms2)
    time = np.asarray(dt_s)
    return np.stack(
        [
            place + 2.0 * time * both + time**2 * speed + noise * time**4 / 4.0,
            both + time * speed + noise * time**3 / 2.0,
            speed + noise * time**2,
        ],
        axis=-1,
    )


def corrected(spread: FloatArray, noise_m2: FloatArray | float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The spread (..., 3) after a place was measured, and how much of the surprise moves place and velocity."""
    total = spread[..., 0] + noise_m2
    gain_place, gain_speed = spread[..., 0] / total, spread[..., 1] / total
    after = np.stack(
        [
            spread[..., 0] * (1.0 - gain_place),
            spread[..., 1] * (1.0 - gain_place),
            spread[..., 2] - gain_speed * spread[..., 1],
        ],
        axis=-1,
    )
    return after, gain_place, gain_speed


@dataclass(frozen=True, eq=False)
class Path:
    """A smoothed way.

    Attributes:
        places: (F, D).
        velocities: (F, D).
        place_sigma: (F,) standard deviation of each coordinate.
        speed_sigma: (F,) of each velocity.
    """

    places: FloatArray
    velocities: FloatArray
    place_sigma: FloatArray
    speed_sigma: FloatArray


def smooth(
    times_s: FloatArray, measured: FloatArray, noise_m: FloatArray, acceleration_ms2: float, speed_ms: float
) -> Path:
    """The likeliest way through places.

    Args:
        times_s: (F,) strictly ascending.
        measured: (F, D) places; rows whose noise is infinite are not looked at.
        noise_m: (F,) their standard deviations, infinite where nothing was measured.
        acceleration_ms2: Standard deviation of the acceleration.
        speed_ms: Standard deviation of a velocity that nothing is known of.

    Raises:
        ValueError: Nothing was measured at all.
    """
    seen = np.isfinite(noise_m)
    if not seen.any():
        raise ValueError("smooth needs at least one measured place")
    count, first = len(times_s), int(np.argmax(seen))
    state = np.concatenate([measured[first], np.zeros(measured.shape[1])]).reshape(2, -1)
    spread = np.array([1e4, 0.0, speed_ms**2])
    before = np.empty((count, 3))
    after = np.empty((count, 3))
    states_before = np.empty((count, *state.shape))
    states = np.empty((count, *state.shape))
    for at in range(count):
        if at:
            dt_s = times_s[at] - times_s[at - 1]
            state = np.stack([state[0] + dt_s * state[1], state[1]])
            spread = ahead(spread, dt_s, acceleration_ms2)
        before[at], states_before[at] = spread, state
        if seen[at]:
            spread, gain_place, gain_speed = corrected(spread, noise_m[at] ** 2)
            surprise = measured[at] - state[0]
            state = np.stack([state[0] + gain_place * surprise, state[1] + gain_speed * surprise])
        after[at], states[at] = spread, state
    return _backward(times_s, before, after, states_before, states)


def _backward(
    times_s: FloatArray, before: FloatArray, after: FloatArray, states_before: FloatArray, states: FloatArray
) -> Path:
    for at in range(len(times_s) - 2, -1, -1):
        dt_s = times_s[at + 1] - times_s[at]
        here, there = _matrix(after[at]), _matrix(before[at + 1])
        step = np.array([[1.0, dt_s], [0.0, 1.0]])
        gain = here @ step.T @ np.linalg.inv(there)
        states[at] += gain @ (states[at + 1] - states_before[at + 1])
        new = here + gain @ (_matrix(after[at + 1]) - there) @ gain.T
        after[at] = new[0, 0], new[0, 1], new[1, 1]
    sigma = np.sqrt(np.maximum(after[:, [0, 2]], 0.0))
    return Path(states[:, 0], states[:, 1], sigma[:, 0], sigma[:, 1])


def _matrix(spread: FloatArray) -> FloatArray:
    return np.array([[spread[0], spread[1]], [spread[1], spread[2]]])
