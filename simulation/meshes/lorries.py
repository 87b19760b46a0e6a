"""Buses and long lorries; the origin is on the ground below their middle, x points to the front."""

from __future__ import annotations

from functools import cache

from simulation.meshes.cars import cab_mesh, wheel_mesh
from simulation.meshes.mesh import Mesh, block, join, linear, tube

DARK = linear(28, 28, 30)
CARGO = linear(222, 222, 218)
LOAD = linear(140, 116, 84)
WINDOW = linear(60, 70, 76)
AXLE_WHEEL_M = 0.5


def _wheels(places_m: tuple[float, ...], half: float) -> list[Mesh]:
    return [
        wheel_mesh((x, sign * (half - 0.18), AXLE_WHEEL_M), AXLE_WHEEL_M, 0.3, sign, 12)
        for x in places_m
        for sign in (-1.0, 1.0)
    ]


@cache
def bus_mesh() -> Mesh:
    """A city bus of 11.5 m: panes from the waist to below the roof, between posts."""
    front, half, height = 5.75, 1.27, 3.0
    parts = [
        block((-front, -half, 0.32), (front, half, 1.05), "plain.paint"),
        block((-front, -half, 2.45), (front, half, height), "plain.paint"),
        block((-front + 0.1, -half + 0.15, 1.05), (front - 0.1, half - 0.15, 1.35), "plain.matte", DARK),
        block((-front + 0.03, -half + 0.03, 1.05), (front - 0.03, half - 0.03, 2.45), "plain.glass", WINDOW),
        *(
            block((x - 0.09, -half, 1.05), (x + 0.09, half, 2.45), "plain.paint")
            for x in (-front + 0.09, -3.9, -2.0, 0.1, 2.2, 4.2)
        ),
        block((-1.8, -0.8, height), (1.6, 0.8, height + 0.22), "plain.matte", CARGO),
    ]
    return join([*parts, *_wheels((-3.1, 3.0), half)])


@cache
def semi_mesh() -> Mesh:
    """A tractor with a box trailer, 15 m."""
    front, rear, half = 7.5, -7.5, 1.25
    trailer = block((rear, -half, 1.15), (front - 2.45, half, 3.8), "plain.paint", CARGO)
    chassis = [
        block((rear + 0.1, -0.45, 0.7), (3.6, 0.45, 1.15), "plain.rubber", DARK),
        block((3.0, -0.45, 0.5), (front - 0.3, 0.45, 0.95), "plain.rubber", DARK),
        *(block((-2.6, y - 0.03, 0.55), (2.4, y + 0.03, 1.05), "plain.metal") for y in (-half + 0.1, half - 0.1)),
    ]
    return join([trailer, *chassis, cab_mesh(front, half - 0.03), *_wheels((-6.0, -4.7, 3.4, front - 1.2), half)])


@cache
def flatbed_mesh() -> Mesh:
    """A lorry of 8.6 m with a low bed and a load on part of it."""
    front, rear, half = 4.3, -4.3, 1.22
    parts = [
        block((rear, -half, 0.95), (front - 2.1, half, 1.1), "plain.metal"),
        *(block((rear, y - 0.02, 1.1), (front - 2.1, y + 0.02, 1.5), "plain.metal") for y in (-half, half)),
        block((-3.2, -1.0, 1.1), (0.4, 0.95, 2.05), "plain.matte", LOAD),
        block((rear + 0.1, -0.45, 0.55), (front - 0.3, 0.45, 0.95), "plain.rubber", DARK),
    ]
    return join([*parts, cab_mesh(front, half - 0.03), *_wheels((-2.6, front - 1.15), half)])


@cache
def tanker_mesh() -> Mesh:
    """A tank lorry of 9.6 m."""
    front, rear, half = 4.8, -4.8, 1.22
    tank = tube(
        [(rear, 0, 2.0), (front - 2.3, 0, 2.0)], [(1.2, 0.95)], "plain.metal", side=(0.0, 0.0, 1.0), segments=14
    )
    frame = block((rear + 0.1, -0.5, 0.55), (front - 0.3, 0.5, 1.1), "plain.rubber", DARK)
    return join([tank, frame, cab_mesh(front, half - 0.03), *_wheels((-3.4, -2.1, front - 1.15), half)])
