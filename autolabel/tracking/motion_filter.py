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
        measured: (F, D) places, D 1 or 2; rows whose noise is infinite are not looked at.
        noise_m: (F,) their standard deviations, infinite where nothing was measured.
        acceleration_ms2: Standard deviation of the acceleration.
        speed_ms: Standard deviation of a velocity that nothing is known of.

    Raises:
        ValueError: Nothing was measured at all.
    """
    seen = np.isfinite(noise_m)
    if not seen.any():
        raise ValueError("smooth needs at least one measured place")
    first = int(np.argmax(seen))
    one = _Even(complex(*measured[first]), 0j, 1e4, 0.0, speed_ms**2)
    steps = np.diff(times_s, prepend=times_s[:1]).tolist()
    before, after = [], []
    for step_s, place, noise in zip(steps, [complex(*row) for row in measured.tolist()], noise_m.tolist(), strict=True):
        one = one.ahead(step_s, acceleration_ms2) if step_s else one
        before.append(one)
        one = one.corrected(place, noise**2) if noise < np.inf else one
        after.append(one)
    for at in range(len(after) - 2, -1, -1):
        after[at] = after[at].knowing(before[at + 1], after[at + 1], steps[at + 1])
    return _path(after, measured.shape[1])


@dataclass(frozen=True, slots=True)
class _Even:
    """Where one object is: x and y as one complex number, in plain numbers because steps are many and small.

    Attributes:
        place: In the plane.
        velocity: Of it.
        spread: Variance of each coordinate.
        both: Covariance of a coordinate with its velocity.
        speed: Variance of each velocity.
    """

    place: complex
    velocity: complex
    spread: float
    both: float
    speed: float

    def ahead(self, dt_s: float, acceleration_ms2: float) -> _Even:
        noise = acceleration_ms2**2
        return _Even(
            self.place + dt_s * self.velocity,
            self.velocity,
            self.spread + 2.0 * dt_s * self.both + dt_s**2 * self.speed + noise * dt_s**4 / 4.0,
            self.both + dt_s * self.speed + noise * dt_s**3 / 2.0,
            self.speed + noise * dt_s**2,
        )

    def corrected(self, place: complex, noise_m2: float) -> _Even:
        total = self.spread + noise_m2
        gain_place, gain_speed, surprise = self.spread / total, self.both / total, place - self.place
        return _Even(
            self.place + gain_place * surprise,
            self.velocity + gain_speed * surprise,
            self.spread * (1.0 - gain_place),
            self.both * (1.0 - gain_place),
            self.speed - gain_speed * self.both,
        )

    def knowing(self, told: _Even, known: _Even, dt_s: float) -> _Even:
        """This, once the next state is ``known`` that from here was ``told`` to come after ``dt_s``."""
        determinant = told.spread * told.speed - told.both**2
        across, along = self.spread + dt_s * self.both, self.both + dt_s * self.speed
        a = (across * told.speed - self.both * told.both) / determinant
        b = (self.both * told.spread - across * told.both) / determinant
        c = (along * told.speed - self.speed * told.both) / determinant
        d = (self.speed * told.spread - along * told.both) / determinant
        place, velocity = known.place - told.place, known.velocity - told.velocity
        spread, both, speed = known.spread - told.spread, known.both - told.both, known.speed - told.speed
        return _Even(
            self.place + a * place + b * velocity,
            self.velocity + c * place + d * velocity,
            self.spread + a * a * spread + 2.0 * a * b * both + b * b * speed,
            self.both + a * c * spread + (a * d + b * c) * both + b * d * speed,
            self.speed + c * c * spread + 2.0 * c * d * both + d * d * speed,
        )


def _path(states: list[_Even], width: int) -> Path:
    places = np.array([[one.place.real, one.place.imag] for one in states])[:, :width]
    velocities = np.array([[one.velocity.real, one.velocity.imag] for one in states])[:, :width]
    sigma = np.sqrt(np.maximum([[one.spread, one.speed] for one in states], 0.0))
    return Path(places, velocities, sigma[:, 0], sigma[:, 1])
