"""How drivers keep their distance: the Intelligent Driver Model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geometry.arrays import FloatArray

ACCELERATION_MS2 = 1.3
BRAKING_MS2 = 2.0
HARDEST_BRAKING_MS2 = 4.5
HEADWAY_S = 1.3
STANDSTILL_GAP_M = 3.0
SUBSTEPS = 2


@dataclass(frozen=True)
class SlowDown:
    """Some time during which a driver wants to go slower.

    Attributes:
        start_s: When it begins.
        end_s: When it ends.
        share: Part of the usual speed that is wanted; 0 to stop.
    """

    start_s: float
    end_s: float
    share: float


@dataclass(frozen=True, eq=False)
class Driver:
    """One vehicle or cyclist in a lane at the start.

    Attributes:
        start_m: Where its middle is along the lane.
        length_m: Its length.
        speed_ms: Its speed at the start and, on a free road, later.
        slow_downs: When it wants to go slower.
    """

    start_m: float
    length_m: float
    speed_ms: float
    slow_downs: tuple[SlowDown, ...] = ()

    def wished_ms(self, time_s: float) -> float:
        """Its speed on a free road at a time."""
        shares = [moment.share for moment in self.slow_downs if moment.start_s <= time_s < moment.end_s]
        return self.speed_ms * min(shares, default=1.0)


StopLine = Callable[[float], float | None]
"""Time in seconds → place along the lane where drivers must stop now, or nothing."""


def follow(drivers: list[Driver], step_s: float, steps: int, stop_lines: list[StopLine]) -> FloatArray:
    """Drive a lane for some time; nobody overtakes.

    Intelligent Driver Model (Treiber, Hennecke, Helbing 2000): a driver speeds up towards a desired speed and brakes
    for the vehicle ahead by the gap and the closing speed. A stop line is a standing vehicle without length, for those
    who can still stop before it.

    Args:
        drivers: The front one first.
        step_s: Time between two rows of the answer.
        steps: Rows of the answer; row 0 is the start.
        stop_lines: Lines that come and go.

    Returns:
        (steps, drivers) places of the middles along the lane.
    """
    place = np.array([driver.start_m for driver in drivers])
    speed = np.array([driver.speed_ms for driver in drivers])
    half = np.array([driver.length_m for driver in drivers]) / 2
    rows, dt = [place.copy()], step_s / SUBSTEPS
    for step in range((steps - 1) * SUBSTEPS):
        gap, closing = _leader_gaps(place, speed, half)
        for line in stop_lines:
            stop = line(step * dt)
            if stop is not None:
                room = stop - place - half
                heeds = (room > speed**2 / (2 * HARDEST_BRAKING_MS2)) & (room < gap)
                gap, closing = np.where(heeds, room, gap), np.where(heeds, speed, closing)
        wish = np.array([driver.wished_ms(step * dt) for driver in drivers])
        acceleration = _idm(speed, wish, gap, closing)
        faster = np.maximum(speed + acceleration * dt, 0.0)
        place = place + (speed + faster) / 2 * dt
        speed = faster
        if (step + 1) % SUBSTEPS == 0:
            rows.append(place.copy())
    return np.array(rows)


def _leader_gaps(place: FloatArray, speed: FloatArray, half: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Room to the vehicle ahead, and how fast it shrinks."""
    gap, closing = np.full_like(place, np.inf), np.zeros_like(place)
    gap[1:] = place[:-1] - half[:-1] - place[1:] - half[1:]
    closing[1:] = speed[1:] - speed[:-1]
    return gap, closing


def _idm(speed: FloatArray, wish: FloatArray, gap: FloatArray, closing: FloatArray) -> FloatArray:
    wanted = STANDSTILL_GAP_M + np.maximum(
        0.0, speed * HEADWAY_S + speed * closing / (2 * np.sqrt(ACCELERATION_MS2 * BRAKING_MS2))
    )
    free = 1.0 - (speed / np.maximum(wish, 0.1)) ** 4
    push = ACCELERATION_MS2 * (free - (wanted / np.maximum(gap, 0.3)) ** 2)
    return np.asarray(np.clip(push, -HARDEST_BRAKING_MS2, ACCELERATION_MS2))
