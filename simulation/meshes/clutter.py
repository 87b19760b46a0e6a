"""Things people leave beside a street, of the sizes of people and cars; the origin is on the ground below them."""

from __future__ import annotations

import numpy as np

from simulation.meshes.mesh import Mesh, Tint, block, join, linear, quad, tube
from simulation.meshes.people import bicycle_mesh
from simulation.meshes.scenery import GALVANISED, bin_mesh, bollard_mesh, shrub_mesh

CARD: Tint = linear(176, 138, 96)
CONCRETE: Tint = linear(150, 148, 142)
CABINET: Tint = linear(122, 128, 124)
RED: Tint = linear(196, 40, 36)
WHITE: Tint = linear(230, 230, 226)
ORANGE: Tint = linear(226, 96, 30)
LEAF: Tint = linear(92, 128, 58)
STEELS = (linear(52, 84, 120), linear(150, 96, 44), linear(88, 100, 80), linear(130, 44, 40))
FRAMES = (linear(60, 62, 66), linear(150, 40, 40), linear(50, 80, 130), linear(196, 192, 184))


def boxes(rng: np.random.Generator) -> Mesh:
    """Two to five cardboard boxes, some on others."""
    parts, top = [], 0.0
    for number in range(int(rng.integers(2, 6))):
        size = rng.uniform([0.35, 0.3, 0.25], [0.7, 0.55, 0.5])
        if number % 2 == 0:
            top = 0.0
        middle = np.array([0.65 * (number // 2) - 0.4, float(rng.uniform(-0.1, 0.1)), top])
        low = middle - [*(size[:2] / 2), 0.0]
        parts.append(block(low, low + size, "plain.matte", CARD))
        top += float(size[2])
    return join(parts)


def cabinet(rng: np.random.Generator) -> Mesh:
    """A cabinet of the power or telephone company, as high as a child."""
    width, height = float(rng.uniform(0.6, 1.5)), float(rng.uniform(0.9, 1.45))
    body = block((-width / 2, -0.18, 0.08), (width / 2, 0.18, height), "plain.paint", CABINET)
    return join([body, block((-width / 2 - 0.03, -0.2, 0.0), (width / 2 + 0.03, 0.2, 0.1), "plain.matte", CONCRETE)])


def planter(rng: np.random.Generator) -> Mesh:
    """A tub with a bush in it."""
    height = float(rng.uniform(0.4, 0.6))
    tub = tube([(0, 0, 0), (0, 0, height)], [0.33, 0.42], "plain.matte", CONCRETE, segments=10)
    return join([tub, shrub_mesh(rng, float(rng.uniform(0.7, 1.1)), LEAF).moved(z=height - 0.12)])


def pillar(rng: np.random.Generator) -> Mesh:
    """An advertising column."""
    tint = STEELS[int(rng.integers(len(STEELS)))]
    body = tube([(0, 0, 0.3), (0, 0, 2.7)], 0.5, "plain.matte", WHITE, segments=16)
    base = tube([(0, 0, 0), (0, 0, 0.3)], 0.58, "plain.matte", CONCRETE, segments=16)
    roof = tube([(0, 0, 2.7), (0, 0, 2.85), (0, 0, 3.1)], [0.6, 0.55, 0.1], "plain.metal", tint, segments=16)
    return join([base, body, roof])


def board(rng: np.random.Generator) -> Mesh:
    """A folding board in front of a shop."""
    tint = STEELS[int(rng.integers(len(STEELS)))]
    faces = []
    for sign in (-1.0, 1.0):
        low, high = [(0.3 * sign, y, 0.02) for y in (-0.32, 0.32)], [(0.03 * sign, y, 1.1) for y in (-0.32, 0.32)]
        corners = [low[0], low[1], high[1], high[0]]
        faces.append(quad(corners if sign > 0 else corners[::-1], "plain.matte", tint))
    return join(faces)


def rack(rng: np.random.Generator) -> Mesh:
    """A rack along x with bicycles in it, their length across."""
    parts = []
    for place in np.arange(-1.2, 1.3, 0.8):
        hoop = [(place, -0.35, 0.0), (place, -0.35, 0.75), (place, 0.35, 0.75), (place, 0.35, 0.0)]
        parts.append(tube(hoop, 0.025, "plain.metal", GALVANISED, side=(1.0, 0.0, 0.0), segments=5))
        if rng.random() < 0.75:
            frame = FRAMES[int(rng.integers(len(FRAMES)))]
            bicycle = bicycle_mesh(frame, spokes=0, sections=10)
            parts.append(_turned(bicycle, float(rng.choice([-1.0, 1.0]))).moved(float(place) + 0.12))
    return join(parts)


def _turned(mesh: Mesh, sign: float) -> Mesh:
    """The mesh turned by a quarter about z."""
    turn = np.array([[0.0, sign, 0.0], [-sign, 0.0, 0.0], [0.0, 0.0, 1.0]], dtype=np.float32)
    return Mesh(mesh.vertices @ turn, mesh.normals @ turn, mesh.uv, mesh.texture, mesh.tint)


def wheelie_bins(rng: np.random.Generator) -> Mesh:
    """One to three bins in a row."""
    return join([bin_mesh().moved(y=0.72 * number) for number in range(int(rng.integers(1, 4)))])


def dumpster(rng: np.random.Generator) -> Mesh:
    """A large rubbish container on wheels."""
    tint = STEELS[int(rng.integers(len(STEELS)))]
    body = block((-0.68, -0.5, 0.2), (0.68, 0.5, 1.15), "plain.paint", tint)
    lid = block((-0.7, -0.53, 1.15), (0.7, 0.53, 1.28), "plain.matte", linear(60, 62, 60))
    feet = [
        block((x - 0.08, y - 0.08, 0.0), (x + 0.08, y + 0.08, 0.2), "plain.rubber", linear(30, 30, 32))
        for x in (-0.5, 0.5)
        for y in (-0.36, 0.36)
    ]
    return join([body, lid, *feet])


def skip(rng: np.random.Generator) -> Mesh:
    """An open container for rubble, as long as a small car."""
    tint = STEELS[int(rng.integers(len(STEELS)))]
    half, top, height = 1.2, 1.75, 1.35
    profile = [(-half, 0.1), (half, 0.1), (top, height), (-top, height)]
    parts = [block((-half, -0.8, 0.1), (half, 0.8, 0.2), "plain.metal", tint)]
    for y in (-0.85, 0.85):
        corners = [(x, y, z) for x, z in profile]
        parts.append(quad(corners if y < 0 else corners[::-1], "plain.metal", tint))
    for sign in (-1.0, 1.0):
        ends = [(sign * half, y, 0.1) for y in (-0.85, 0.85)] + [(sign * top, y, height) for y in (0.85, -0.85)]
        parts.append(quad(ends if sign > 0 else ends[::-1], "plain.metal", tint))
    rubble = block((-1.4, -0.75, 0.3), (1.4, 0.75, float(rng.uniform(0.6, 1.3))), "plain.matte", CONCRETE)
    return join([*parts, rubble])


def cones(rng: np.random.Generator) -> Mesh:
    """A few traffic cones."""
    cone = join(
        [
            block((-0.2, -0.2, 0.0), (0.2, 0.2, 0.04), "plain.rubber", linear(40, 40, 42)),
            tube([(0, 0, 0.04), (0, 0, 0.3)], [0.14, 0.09], "plain.matte", ORANGE),
            tube([(0, 0, 0.3), (0, 0, 0.5)], [0.09, 0.06], "plain.retro", WHITE),
            tube([(0, 0, 0.5), (0, 0, 0.72)], [0.06, 0.025], "plain.matte", ORANGE),
        ]
    )
    return join([cone.moved(x=1.1 * number) for number in range(int(rng.integers(1, 4)))])


def barrier(rng: np.random.Generator) -> Mesh:
    """A red and white barrier on two feet."""
    width = float(rng.uniform(1.6, 2.4))
    parts = [
        block((sign * 0.4 * width - 0.05, -0.3, 0.0), (sign * 0.4 * width + 0.05, 0.3, 0.08), "plain.rubber", RED)
        for sign in (-1.0, 1.0)
    ]
    edges = np.linspace(-width / 2, width / 2, 9)
    for number in range(8):
        tint = RED if number % 2 else WHITE
        low, high = (edges[number], -0.02, 0.8), (edges[number + 1], 0.02, 1.02)
        parts.append(block(low, high, "plain.retro", tint))
    parts += [
        block((sign * 0.4 * width - 0.03, -0.03, 0.05), (sign * 0.4 * width + 0.03, 0.03, 1.0), "plain.metal", WHITE)
        for sign in (-1.0, 1.0)
    ]
    return join(parts)


def posts(rng: np.random.Generator) -> Mesh:
    """A row of bollards along x."""
    return join([bollard_mesh().moved(x=1.3 * number) for number in range(int(rng.integers(1, 5)))])


def hydrant(rng: np.random.Generator) -> Mesh:
    """A hydrant."""
    height = float(rng.uniform(0.7, 0.95))
    body = tube([(0, 0, 0), (0, 0, height - 0.12), (0, 0, height)], [0.13, 0.12, 0.04], "plain.paint", RED)
    return join([body, block((-0.22, -0.06, 0.5), (0.22, 0.06, 0.62), "plain.paint", RED)])


def shelter(rng: np.random.Generator) -> Mesh:
    """A bus stop's shelter along x, open to +y."""
    half, depth, height = float(rng.uniform(1.4, 2.2)), 1.3, 2.35
    frame = [
        tube([(x, y, 0.0), (x, y, height)], 0.04, "plain.metal", GALVANISED, segments=6)
        for x in (-half, half)
        for y in (-depth / 2, depth / 2)
    ]
    roof = block((-half - 0.1, -depth / 2 - 0.1, height), (half + 0.1, depth / 2 + 0.1, height + 0.1), "plain.metal")
    pane = block((-half, -depth / 2 - 0.01, 0.25), (half, -depth / 2 + 0.01, 2.1), "plain.glass", linear(90, 104, 112))
    bench = block((-half + 0.2, -depth / 2 + 0.1, 0.42), (half - 0.2, -depth / 2 + 0.5, 0.47), "plain.metal")
    return join([*frame, roof, pane, bench])
