"""Walkers and cyclists; the origin is on the ground below them, x points where they go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import trimesh

from geometry.arrays import FloatArray
from simulation.meshes.mesh import Mesh, Tint, block, join, linear, solid, tube

Joint = tuple[float, float, float]

SHOE = linear(40, 36, 34)
RUBBER = linear(30, 30, 32)
STEEL = linear(170, 172, 176)
COARSE_SEGMENTS = 8


@dataclass(frozen=True)
class Person:
    """How somebody looks.

    Attributes:
        height_m: From the ground to the crown.
        build: 1 is average; scales all widths.
        skin: Tint of face and hands.
        hair: Tint of the hair.
        jacket: Tint of the upper body.
        trousers: Tint of the legs.
        backpack: Tint of a backpack, if one is worn.
        coat: Whether the jacket reaches to the knees.
        segments: Corners of the rings that the body is made of.
    """

    height_m: float
    build: float
    skin: Tint
    hair: Tint
    jacket: Tint
    trousers: Tint
    backpack: Tint | None = None
    coat: bool = False
    segments: int = 12


def walker_mesh(person: Person, phase: float, stride: float) -> Mesh:
    """Somebody at one moment of a step.

    Args:
        person: Who.
        phase: Part of the cycle of two steps, 0 … 1.
        stride: Swing of the legs, 0 (standing) … 1 (walking briskly).
    """
    h = person.height_m
    bob = 0.012 * h * np.cos(4 * np.pi * phase) * stride
    hip, shoulder = 0.515 * h + bob, 0.815 * h + bob
    parts = [_torso(person, hip, shoulder), _head(person, (0.012 * h, 0.0, 0.925 * h + bob))]
    for sign in (-1.0, 1.0):
        swing = np.sin(2 * np.pi * (phase + (0.0 if sign > 0 else 0.5)))
        lift = max(0.0, float(np.cos(2 * np.pi * (phase + (0.0 if sign > 0 else 0.5)))))
        parts += _leg(person, (0.0, sign * 0.052 * h, hip), 0.46 * swing * stride, (0.12 + 0.75 * lift) * stride + 0.03)
        parts += _arm(
            person, (0.0, sign * 0.098 * h * person.build, shoulder - 0.022 * h), -0.42 * swing * stride, sign
        )
    if person.coat:
        parts.append(_coat(person, hip))
    return join(parts)


def _torso(person: Person, hip: float, shoulder: float) -> Mesh:
    h, b = person.height_m, person.build
    z = np.array(
        [
            hip - 0.03 * h,
            hip + 0.02 * h,
            hip + 0.10 * h,
            hip + 0.20 * h,
            shoulder - 0.03 * h,
            shoulder + 0.015 * h,
            shoulder + 0.04 * h,
        ]
    )
    deep = np.array([0.062, 0.068, 0.060, 0.068, 0.066, 0.046, 0.028]) * h * b
    wide = np.array([0.088, 0.094, 0.084, 0.100, 0.116, 0.088, 0.032]) * h * b
    x = np.array([0.0, 0.0, 0.004, 0.006, 0.0, -0.004, 0.0]) * h
    path = np.stack([x, np.zeros(7), z], axis=1)
    parts = [tube(path, np.stack([deep, wide], axis=1), "plain.cloth", person.jacket, segments=person.segments)]
    neck = [(0.0, 0.0, shoulder + 0.02 * h), (0.006 * h, 0.0, shoulder + 0.075 * h)]
    parts.append(tube(neck, 0.032 * h, "plain.cloth", person.skin, segments=min(8, person.segments)))
    if person.backpack is not None:
        bag = [(-0.105 * h * b, 0.0, shoulder - z_off * h) for z_off in (0.24, 0.2, 0.06, 0.0)]
        size = np.array([(0.03, 0.06), (0.05, 0.085), (0.048, 0.08), (0.02, 0.05)]) * h
        parts.append(tube(bag, size, "plain.cloth", person.backpack, segments=min(10, person.segments)))
    return join(parts)


def _head(person: Person, center: Joint) -> Mesh:
    h = person.height_m
    x, y, z = center
    steps = np.array([-0.074, -0.06, -0.03, 0.0, 0.035, 0.058, 0.072]) * h
    deep = np.array([0.022, 0.042, 0.054, 0.057, 0.052, 0.036, 0.012]) * h
    wide = np.array([0.018, 0.034, 0.043, 0.046, 0.044, 0.032, 0.010]) * h
    face = tube(np.stack([np.full(7, x), np.full(7, y), z + steps], axis=1), np.stack([deep, wide], axis=1),
                "plain.cloth", person.skin, segments=person.segments)  # fmt: skip
    cap = np.array([-0.03, 0.01, 0.045, 0.068, 0.079]) * h
    size = np.array([(0.045, 0.046), (0.056, 0.051), (0.055, 0.049), (0.040, 0.036), (0.015, 0.013)]) * h
    back = np.array([-0.018, -0.012, -0.006, -0.004, -0.004]) * h
    hair = tube(
        np.stack([x + back, np.full(5, y), z + cap], axis=1), size, "plain.cloth", person.hair, segments=person.segments
    )
    return join([face, hair])


def _bend(start: Joint, length: float, angle: float) -> Joint:
    """End of a limb that hangs from ``start``, swung forward by ``angle``."""
    return start[0] + length * float(np.sin(angle)), start[1], start[2] - length * float(np.cos(angle))


def _leg(person: Person, hip: Joint, swing: float, knee: float) -> list[Mesh]:
    h, b = person.height_m, person.build
    joint = _bend(hip, 0.245 * h, swing + 0.3 * knee)
    ankle = _bend(joint, 0.235 * h, swing - 0.7 * knee)
    return _limb(person, hip, joint, ankle, b) + [_shoe(h, ankle, swing - 0.4 * knee)]


def _limb(person: Person, hip: Joint, knee: Joint, ankle: Joint, build: float) -> list[Mesh]:
    h = person.height_m
    middle = tuple((np.array(hip) * 0.6 + np.array(knee) * 0.4).tolist())
    calf = tuple((np.array(knee) * 0.65 + np.array(ankle) * 0.35).tolist())
    radii = np.array([0.052, 0.049, 0.036, 0.034, 0.025]) * h * build
    return [
        tube([hip, middle, knee, calf, ankle], radii, "plain.cloth", person.trousers, segments=min(9, person.segments))
    ]


def _shoe(h: float, ankle: Joint, pitch: float) -> Mesh:
    x, y, z = ankle
    floor = z - 0.028 * h
    toe_drop = 0.12 * h * float(np.clip(np.sin(-pitch), -0.25, 0.5))
    path = [
        (x - 0.035 * h, y, floor + 0.012 * h),
        (x + 0.02 * h, y, floor + 0.012 * h - 0.3 * toe_drop),
        (x + 0.095 * h, y, floor - 0.7 * toe_drop),
    ]
    return tube(path, np.array([(0.024, 0.024), (0.028, 0.026), (0.014, 0.022)]) * h, "plain.cloth", SHOE)


def _arm(person: Person, shoulder: Joint, swing: float, sign: float) -> list[Mesh]:
    h, b = person.height_m, person.build
    elbow = _bend((shoulder[0], shoulder[1] + sign * 0.012 * h, shoulder[2]), 0.17 * h, swing)
    elbow = (elbow[0], elbow[1] + sign * 0.022 * h, elbow[2])
    wrist = _bend(elbow, 0.155 * h, swing + 0.22)
    radii = np.array([0.034, 0.032, 0.027, 0.020]) * h * b
    high = tuple((np.array(shoulder) * 0.85 + np.array(elbow) * 0.15).tolist())
    sleeve = tube([shoulder, high, elbow, wrist], radii, "plain.cloth", person.jacket, segments=min(8, person.segments))
    hand = tube(
        [wrist, _bend(wrist, 0.05 * h, swing + 0.25)],
        np.array([0.017, 0.019]) * h,
        "plain.cloth",
        person.skin,
        segments=min(8, person.segments),
    )
    return [sleeve, hand]


def _coat(person: Person, hip: float) -> Mesh:
    h, b = person.height_m, person.build
    path = [(0.0, 0.0, hip - 0.2 * h), (0.0, 0.0, hip), (0.003 * h, 0.0, hip + 0.1 * h)]
    return tube(
        path,
        np.array([(0.10, 0.115), (0.075, 0.10), (0.062, 0.088)]) * h * b,
        "plain.cloth",
        person.jacket,
        segments=person.segments,
    )


WHEEL_RADIUS_M = 0.34
REAR_HUB = (-0.52, 0.0, WHEEL_RADIUS_M)
FRONT_HUB = (0.53, 0.0, WHEEL_RADIUS_M)
CRANK = (-0.08, 0.0, 0.29)
SADDLE = (-0.27, 0.0, 0.97)
HEAD_TUBE = (0.38, 0.0, 0.93)
GRIP = (0.33, 0.24, 1.06)


def cyclist_mesh(person: Person, frame: Tint, phase: float) -> Mesh:
    """Somebody on a bicycle at one moment of a turn of the pedals, ``phase`` 0 … 1."""
    coarse = person.segments < COARSE_SEGMENTS
    bicycle = bicycle_mesh(frame, spokes=0, sections=9) if coarse else bicycle_mesh(frame)
    return join([bicycle, *_rider(person, phase)])


@cache
def bicycle_mesh(frame: Tint, spokes: int = 5, sections: int = 20) -> Mesh:
    """A bicycle alone; its wheels have ``2 · spokes`` spokes and tyres of so many sections."""
    bars = [
        (REAR_HUB, CRANK), (CRANK, SADDLE), (CRANK, HEAD_TUBE), ((-0.24, 0.0, 0.86), HEAD_TUBE),
        (REAR_HUB, (-0.22, 0.0, 0.84)), (FRONT_HUB, (0.36, 0.0, 1.0)),
    ]  # fmt: skip
    parts = [tube([low, high], 0.02, "plain.metal", frame, side=(0.0, 1.0, 0.0), segments=6) for low, high in bars]
    across = [(0.33, -0.28, 1.06), (0.36, 0.0, 1.03), (0.33, 0.28, 1.06)]
    parts.append(tube(across, 0.017, "plain.rubber", RUBBER, side=(0.0, 0.0, 1.0), segments=6))
    saddle = np.array(SADDLE)
    parts.append(
        tube([saddle - (0.13, 0, 0), saddle + (0.13, 0, 0.01)], [(0.03, 0.08), (0.025, 0.03)], "plain.rubber", RUBBER)
    )
    parts.append(block((-0.60, -0.03, 0.72), (-0.56, 0.03, 0.79), "plain.retro", linear(200, 20, 24)))
    for hub in (REAR_HUB, FRONT_HUB):
        parts += _bicycle_wheel(hub, spokes, sections)
    return join(parts)


def _bicycle_wheel(hub: Joint, spokes: int, sections: int) -> list[Mesh]:
    facing = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
    facing[:3, 3] = hub
    tyre = trimesh.creation.torus(
        WHEEL_RADIUS_M - 0.02, 0.02, major_sections=sections, minor_sections=4, transform=facing
    )
    rim = trimesh.creation.annulus(
        WHEEL_RADIUS_M - 0.06, WHEEL_RADIUS_M - 0.035, 0.02, sections=sections, transform=facing
    )
    wires = []
    for turn in np.arange(spokes) * np.pi / max(spokes, 1):
        arm = (WHEEL_RADIUS_M - 0.04) * np.array([np.cos(turn), 0.0, np.sin(turn)])
        wires.append(tube([np.array(hub) - arm, np.array(hub) + arm], 0.004, "plain.metal", STEEL, segments=3))
    smooth = solid(tyre, "plain.rubber", RUBBER, smooth_rad=1.0)
    return [smooth, solid(rim, "plain.metal", STEEL), *wires]


def _rider(person: Person, phase: float) -> list[Mesh]:
    h, b = person.height_m, person.build
    hip, shoulder = np.array([-0.24, 0.0, 1.03]), np.array([-0.24 + 0.165 * h, 0.0, 1.03 + 0.235 * h])
    path = np.stack([hip + (shoulder - hip) * t for t in (-0.12, 0.1, 0.5, 0.85, 1.0, 1.1)])
    deep = np.array([0.05, 0.068, 0.064, 0.066, 0.05, 0.025]) * h * b
    wide = np.array([0.085, 0.098, 0.09, 0.108, 0.10, 0.04]) * h * b
    parts = [tube(path, np.stack([deep, wide], axis=1), "plain.cloth", person.jacket, segments=person.segments)]
    head = shoulder + np.array([0.055, 0.0, 0.115]) * h
    parts.append(tube([shoulder, head], 0.03 * h, "plain.cloth", person.skin, segments=min(8, person.segments)))
    parts.append(_head(person, (float(head[0]), 0.0, float(head[2]))))
    helmet = head + np.array([[-0.01, 0, 0.035], [-0.005, 0, 0.062], [0.0, 0, 0.09]]) * h
    parts.append(
        tube(
            helmet,
            np.array([(0.068, 0.054), (0.066, 0.052), (0.03, 0.024)]) * h,
            "plain.paint",
            person.backpack or STEEL,
            segments=person.segments,
        )
    )
    for sign in (-1.0, 1.0):
        parts += _pedalling_leg(person, hip, phase + (0.0 if sign > 0 else 0.5), sign)
        grip = np.array([GRIP[0], sign * GRIP[1], GRIP[2] + 0.03])
        start = shoulder + (-0.01 * h, sign * 0.085 * h, -0.02 * h)
        elbow = (start + grip) / 2 + np.array([-0.02, sign * 0.04, -0.09])
        parts.append(
            tube(
                [start, elbow, grip],
                np.array([0.042, 0.028, 0.02]) * h * b,
                "plain.cloth",
                person.jacket,
                segments=min(8, person.segments),
            )
        )
        parts.append(
            tube(
                [grip - (0.02, 0, 0), grip + (0.05, 0, -0.01)],
                0.026,
                "plain.cloth",
                person.skin,
                segments=min(8, person.segments),
            )
        )
    return parts


def _pedalling_leg(person: Person, hip: FloatArray, phase: float, sign: float) -> list[Mesh]:
    h = person.height_m
    turn = 2 * np.pi * phase
    pedal = np.array(CRANK) + 0.165 * np.array([np.sin(turn), 0.0, np.cos(turn)]) + (0.0, sign * 0.11, 0.0)
    start, ankle = hip + (0.0, sign * 0.06 * h, -0.02), pedal + (-0.05, 0.0, 0.07)
    thigh, shin = 0.262 * h, 0.255 * h
    reach = ankle - start
    distance = min(float(np.linalg.norm(reach)), 0.995 * (thigh + shin))
    along = reach / np.linalg.norm(reach)
    # The knee lies where circles around hip and ankle meet, on the forward side.
    share = (thigh**2 - shin**2 + distance**2) / (2 * distance)
    forward = np.array([-along[2], 0.0, along[0]])
    knee = start + along * share + forward * np.sqrt(max(thigh**2 - share**2, 0.0))
    leg = _limb(person, tuple(start.tolist()), tuple(knee.tolist()), tuple(ankle.tolist()), person.build)
    plate = block(pedal + (-0.05, -0.05, -0.02), pedal + (0.05, 0.05, 0.0), "plain.rubber", RUBBER)
    return [*leg, _shoe(h, tuple(ankle.tolist()), 0.0), plate]
