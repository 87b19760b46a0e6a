"""What each kind of road user can do at most: speeds, accelerations, turns; by words in a category's name.

Each limit is what physics or records allow, and beyond all that was measured (once the noise of the labels is taken
off): in KITTI 0001, 0003, 0004, 0006 and 0010, in an AV2 log, and on 1 200 simulated tracks.

========= ======================== ====================== ==================== =================== ==================
kind      speed, m/s               acceleration, m/s²     yaw rate, rad/s      sideways, m/s       backwards, m/s
========= ======================== ====================== ==================== =================== ==================
car       60: 216 km/h             12: tyres hold 1.1 g   1.5: 9 m/s at the    1.5                 3.0: a quick park
          (measured 20.5)          (2.4)                  tightest (0.7)       (0.3)               (1.0)
heavy     45: 160 km/h (19.0)      9 (1.8)                1.0 (0.3)            2.0: long, jointed  3.0 (0.0)
motor     60                       12                     2.5                  1.5                 1.0: no reverse
cycle     20: 72 km/h (6.3)        9 (2.1)                3.0 (0.3)            1.5 (0.1)           1.0 (0.0)
person    9: a sprint (1.9)        8 (0.0)                6.3: on the spot     none: may sidestep  1.0 (0.1)
                                                          (1.0)
animal    20                       12                     none                 none                none
fixed     0.5: stands (0.0)        5: is put down         none: round          none                none
unknown   60                       20                     none                 none                none
========= ======================== ====================== ==================== =================== ==================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@dataclass(frozen=True)
class MotionLimits:
    """What one kind of object can do at most; None where nothing can be said.

    Attributes:
        kind: What people call such objects.
        speed_ms: Level speed.
        acceleration_ms2: Change of level velocity in any direction.
        yaw_rate_rads: Turning about the upright axis.
        slip_ms: Speed across its own heading, at the rear axle.
        backward_ms: Speed against its own heading.
    """

    kind: str
    speed_ms: float
    acceleration_ms2: float
    yaw_rate_rads: float | None = None
    slip_ms: float | None = None
    backward_ms: float | None = None


CAR = MotionLimits("car", 60.0, 12.0, 1.5, 1.5, 3.0)
HEAVY = MotionLimits("heavy vehicle", 45.0, 9.0, 1.0, 2.0, 3.0)
MOTOR = MotionLimits("motorcycle", 60.0, 12.0, 2.5, 1.5, 1.0)
CYCLE = MotionLimits("cycle", 20.0, 9.0, 3.0, 1.5, 1.0)
PERSON = MotionLimits("person", 9.0, 8.0, 6.3, None, 1.0)
ANIMAL = MotionLimits("animal", 20.0, 12.0)
FIXED = MotionLimits("fixed object", 0.5, 5.0)
UNKNOWN = MotionLimits("object", 60.0, 20.0)

KINDS: tuple[tuple[str, MotionLimits], ...] = (
    ("sign signs cone cones trafficcone bollard barrel barrier barriers pylon pylons rack pole static", FIXED),
    ("motorcycle motorcyclist motorcyle motorbike moped motor motorized trimotorcycle rider", MOTOR),
    ("bicycle bicyclist cyclist cycle bike tricycle scooter wheeled mobility", CYCLE),
    ("pedestrian person human people child adult worker signaler stroller wheelchair walker", PERSON),
    ("animal animals dog cat bird", ANIMAL),
    ("bus truck lorry tram train railed trailer large long semi crane excavator bulldozer construction", HEAVY),
    ("car van vehicle pickup suv taxi ambulance police", CAR),
)
"""Looked up in this order: a crossing sign for pedestrians is a sign."""
CYCLE_RIDERS = frozenset({"bicycle", "scooter", "wheeled"})


@cache
def limits_of(category: str) -> MotionLimits:
    """What objects of a category can do, by the words in its name: ``vehicle.bus.bendy``, ``PoliceCar``."""
    words = {word.lower() for word in WORD.findall(category)}
    if words & CYCLE_RIDERS and "rider" in words:
        return CYCLE
    return next((limits for names, limits in KINDS if words & set(names.split())), UNKNOWN)
