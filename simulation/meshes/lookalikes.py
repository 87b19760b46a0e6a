"""Things beside a street that a lidar easily takes for people, or far out for vehicles; the origin is on the ground."""

from __future__ import annotations

import numpy as np

from simulation.meshes.mesh import Mesh, Tint, block, join, linear, tube
from simulation.meshes.scenery import BARK, GALVANISED, shrub_mesh

LEAVES: tuple[Tint, ...] = (linear(92, 128, 58), linear(120, 132, 70), linear(70, 104, 60))
STONE: Tint = linear(150, 146, 138)
WOOD: Tint = linear(122, 94, 66)
PANEL: Tint = linear(206, 204, 196)


def trunk(rng: np.random.Generator) -> Mesh:
    """A bare or broken tree, or a stump."""
    height, girth = float(rng.uniform(0.8, 3.2)), float(rng.uniform(0.09, 0.3))
    lean = rng.uniform(-0.12, 0.12, 2) * height
    path = [(0, 0, -0.05), (*(lean * 0.4), 0.5 * height), (*lean, height)]
    parts = [tube(path, np.array([1.3, 1.0, 0.8]) * girth, "plain.matte", BARK, segments=8)]
    for _ in range(int(rng.integers(0, 4))):
        turn, reach, start = float(rng.uniform(0, 6.28)), float(rng.uniform(0.3, 0.9)), float(rng.uniform(0.5, 0.9))
        root = np.array([*(lean * start), start * height])
        tip = root + reach * np.array([np.cos(turn), np.sin(turn), 0.5])
        parts.append(tube([root, (root + tip) / 2, tip], 0.3 * girth, "plain.matte", BARK, segments=5))
    return join(parts)


def pole(rng: np.random.Generator) -> Mesh:
    """A pole, with a box on some."""
    radius, height = float(rng.uniform(0.04, 0.16)), float(rng.uniform(1.4, 3.2))
    parts = [tube([(0, 0, 0), (0, 0, height)], radius, "plain.metal", GALVANISED, segments=8)]
    if rng.random() < 0.5:
        low, high = (0.5 * rng.uniform([0.15, 0.2, 0.0], [0.4, 0.55, 0.0]) for _ in range(2))
        level, tall = float(rng.uniform(0.7, 1.2)), float(rng.uniform(0.3, 0.7))
        parts.append(block((-low[0], -low[1], level), (high[0], high[1], level + tall), "plain.paint", PANEL))
    return join(parts)


def narrow_bush(rng: np.random.Generator) -> Mesh:
    """A bush or young tree, as wide as a person and as high."""
    width, height = float(rng.uniform(0.4, 1.0)), float(rng.uniform(1.0, 2.3))
    bush = shrub_mesh(rng, 1.0, LEAVES[int(rng.integers(len(LEAVES)))])
    low, high = bush.bounds
    down = bush.moved(z=-float(low[2]))
    return down.stretched([width, width * float(rng.uniform(0.7, 1.2)), height / float(high[2] - low[2])])


def broad_bush(rng: np.random.Generator) -> Mesh:
    """A bush of a car's size."""
    bush = shrub_mesh(rng, 1.0, LEAVES[int(rng.integers(len(LEAVES)))])
    low, high = bush.bounds
    sides = rng.uniform([1.2, 1.0, 0.9], [4.2, 2.2, 2.2]) / (high - low)
    return bush.moved(z=-float(low[2])).stretched(sides)


def grass_tuft(rng: np.random.Generator) -> Mesh:
    """High grass."""
    bush = shrub_mesh(rng, 1.0, LEAVES[1])
    low, high = bush.bounds
    sides = rng.uniform([0.6, 0.4, 0.4], [2.2, 1.2, 0.9]) / (high - low)
    return bush.moved(z=-float(low[2])).stretched(sides)


def meter(rng: np.random.Generator) -> Mesh:
    """A ticket machine, letter box or parking meter."""
    width, foot, height = float(rng.uniform(0.2, 0.55)), float(rng.uniform(0.0, 0.9)), float(rng.uniform(1.2, 1.75))
    body = block((-0.4 * width, -width / 2, foot), (0.4 * width, width / 2, height), "plain.paint", PANEL)
    return join([body, tube([(0, 0, 0), (0, 0, foot + 0.1)], 0.05, "plain.metal", GALVANISED)])


def low_sign(rng: np.random.Generator) -> Mesh:
    """A sign that hangs at people's height."""
    width, tall, top = float(rng.uniform(0.3, 0.8)), float(rng.uniform(0.3, 0.9)), float(rng.uniform(1.3, 2.3))
    plate = block((-0.02, -width / 2, top - tall), (0.02, width / 2, top), "plain.retro", PANEL)
    return join([plate, tube([(0, 0, 0), (0, 0, top)], 0.035, "plain.metal", GALVANISED)])


def block_stone(rng: np.random.Generator) -> Mesh:
    """A boulder or a plinth."""
    size = rng.uniform([0.4, 0.4, 0.45], [1.1, 1.0, 1.5])
    low, high = [*(-size[:2] / 2), 0.0], [*(size[:2] / 2), size[2]]
    return block(low, high, "plain.matte", STONE)


def gatepost(rng: np.random.Generator) -> Mesh:
    """One or two posts of a gate, of stone, with a ball on top."""
    width, height, apart = float(rng.uniform(0.3, 0.6)), float(rng.uniform(1.1, 2.0)), float(rng.uniform(1.2, 3.0))
    post = block((-width / 2, -width / 2, 0.0), (width / 2, width / 2, height), "plain.matte", STONE)
    ball = tube([(0, 0, height), (0, 0, height + 0.15), (0, 0, height + 0.3)], [0.08, 0.15, 0.05], "plain.matte", STONE)
    one = join([post, ball])
    return join([one, one.moved(x=apart)]) if rng.random() < 0.5 else one


def fence(rng: np.random.Generator) -> Mesh:
    """A piece of a fence along x."""
    half, height = float(rng.uniform(1.0, 2.3)), float(rng.uniform(0.8, 1.9))
    planks = [
        block((x, -0.02, 0.08), (x + 0.09, 0.02, height), "plain.matte", WOOD) for x in np.arange(-half, half, 0.2)
    ]
    rails = [block((-half, -0.05, z), (half, -0.02, z + 0.08), "plain.matte", WOOD) for z in (0.3, height - 0.25)]
    posts = [block((x - 0.05, -0.1, 0.0), (x + 0.05, 0.0, height), "plain.matte", WOOD) for x in (-half, half)]
    return join([*planks, *rails, *posts])


def wall_piece(rng: np.random.Generator) -> Mesh:
    """A piece of a garden wall along x."""
    half, thick, height = float(rng.uniform(0.8, 2.3)), float(rng.uniform(0.1, 0.25)), float(rng.uniform(0.5, 2.0))
    return block((-half, -thick, 0.0), (half, thick, height), "plain.matte", STONE)
