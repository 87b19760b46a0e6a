"""What stands beside a street: trees, lamps, signs, bins, hedges; the origin is on the ground."""

from __future__ import annotations

import numpy as np
import trimesh

from geometry.arrays import FloatArray
from simulation.meshes.mesh import Mesh, Tint, block, disc, join, linear, quad, solid, triangles, tube

BARK = linear(92, 78, 64)
GALVANISED = linear(138, 142, 146)
LAMP_POST = linear(62, 70, 72)


def tree_mesh(rng: np.random.Generator, *, clear_m: float, crown_m: float, leaf: Tint, leaves: int = 85) -> Mesh:
    """A tree whose crown starts above ``clear_m`` and is about ``crown_m`` wide; ``leaves`` on each of seven balls.

    The crown is dark cores with a skin of leaves; leaves are shaded as parts of the ball they lie on.
    """
    radius = crown_m / 2
    lean = rng.uniform(-0.15, 0.15, 2)
    trunk = [
        (0, 0, -0.1),
        (*(lean * 0.3), clear_m * 0.5),
        (*lean, clear_m + 0.4 * radius),
        (*lean, clear_m + 1.2 * radius),
    ]
    girth = rng.uniform(0.10, 0.16)
    parts = [tube(trunk, np.array([1.25, 1.0, 0.85, 0.3]) * girth, "plain.matte", BARK, segments=9)]
    middle = np.array([*lean, clear_m + radius])
    for index in range(7):
        size = radius * rng.uniform(0.48, 0.66)
        turn = index * 2.4
        place = np.array([np.cos(turn), np.sin(turn), rng.uniform(-0.55, 0.75)]) * (radius - size) * (index > 0)
        place[2] = max(place[2], size - radius)
        parts += _leaf_ball(rng, middle + place, size, middle, leaf, leaves)
    return join(parts)


def _leaf_ball(
    rng: np.random.Generator, center: FloatArray, radius: float, crown: FloatArray, leaf: Tint, count: int = 85
) -> list[Mesh]:
    core = trimesh.creation.icosphere(subdivisions=1 if count > 60 else 0, radius=radius * (0.8 if count > 60 else 0.9))
    core.apply_translation(center)
    dark: Tint = (leaf[0] * 0.35, leaf[1] * 0.35, leaf[2] * 0.35)
    ray = rng.normal(size=(count, 3))
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    at = center + ray * radius * rng.uniform(0.84, 1.0, (count, 1))
    turned = rng.normal(size=(count, 3, 3))
    turned /= np.linalg.norm(turned, axis=2, keepdims=True)
    corners = at[:, None] + turned * (radius * rng.uniform(0.16, 0.30, (count, 1, 1)))
    outward = at - crown + ray * 0.8 * radius
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    skin = triangles(corners, np.repeat(outward[:, None], 3, axis=1), "plain.foliage", leaf)
    shade = rng.uniform(0.6, 1.35, (count, 1)).astype(np.float32) * (0.75 + 0.35 * ray[:, 2:].astype(np.float32))
    skin = Mesh(skin.vertices, skin.normals, skin.uv, skin.texture, skin.tint * shade)
    return [solid(core, "plain.foliage", dark, smooth_rad=3.0), skin]


def lamp_mesh() -> Mesh:
    """A street lamp; its arm reaches to +x."""
    post = tube([(0, 0, 0), (0, 0, 1.0), (0, 0, 7.0)], [0.11, 0.085, 0.05], "plain.metal", LAMP_POST, segments=10)
    arm = tube([(0, 0, 6.9), (0.5, 0, 7.25), (1.4, 0, 7.35)], [0.045, 0.04, 0.04], "plain.metal", LAMP_POST, segments=8)
    head = block((1.2, -0.13, 7.28), (1.85, 0.13, 7.40), "plain.metal", LAMP_POST)
    glass = block((1.25, -0.10, 7.25), (1.8, 0.10, 7.28), "plain.lamp", linear(236, 232, 214))
    return join([post, arm, head, glass])


def sign_mesh(name: str, *, round_face: bool) -> Mesh:
    """A sign on a pole; its face looks to +x."""
    pole = tube([(0, 0, 0), (0, 0, 2.75)], 0.032, "plain.metal", GALVANISED)
    if round_face:
        plates = [
            disc((0.04, 0, 2.45), 0.31, (1.0, 0, 0), name),
            disc((0.035, 0, 2.45), 0.31, (-1.0, 0, 0), "plain.metal", GALVANISED),
        ]
    else:
        face = [(0.04, -0.3, 2.15), (0.04, 0.3, 2.15), (0.04, 0.3, 2.75), (0.04, -0.3, 2.75)]
        plates = [
            quad(face, name),
            quad([(0.036, y, z) for _, y, z in (face[1], face[0], face[3], face[2])], "plain.metal", GALVANISED),
        ]
    return join([pole, *plates])


def bin_mesh() -> Mesh:
    """A wheeled bin with a lid; it opens to +x."""
    body = tube(
        [(0, 0, 0.04), (0, 0, 0.95)], [(0.27, 0.25), (0.33, 0.30)], "plain.matte", linear(58, 84, 62), segments=4
    )
    lid = tube(
        [(0, 0, 0.96), (0, 0, 1.05)], [(0.36, 0.33), (0.30, 0.27)], "plain.matte", linear(48, 70, 52), segments=4
    )
    return join([body, lid])


def bollard_mesh() -> Mesh:
    """A bollard with a bright band."""
    post = tube(
        [(0, 0, 0), (0, 0, 0.86), (0, 0, 0.92)], [0.075, 0.075, 0.05], "plain.matte", linear(72, 70, 68), segments=10
    )
    band = tube([(0, 0, 0.68), (0, 0, 0.78)], 0.08, "plain.retro", linear(236, 236, 232), segments=10)
    return join([post, band])


def bench_mesh() -> Mesh:
    """A bench of planks; people sit looking to +x."""
    wood, iron = linear(134, 92, 58), linear(52, 52, 54)
    planks = [block((x, -0.85, 0.43), (x + 0.12, 0.85, 0.47), "plain.matte", wood) for x in (-0.2, -0.05, 0.10)]
    back = [block((-0.28, -0.85, z), (-0.24, 0.85, z + 0.12), "plain.matte", wood) for z in (0.58, 0.74)]
    legs = [block((-0.26, y - 0.03, 0.0), (0.2, y + 0.03, 0.43), "plain.metal", iron) for y in (-0.65, 0.65)]
    return join([*planks, *back, *legs])


def shrub_mesh(rng: np.random.Generator, size_m: float, leaf: Tint) -> Mesh:
    """A round bush."""
    center = np.array([0.0, 0.0, size_m * 0.42])
    return join(_leaf_ball(rng, center, size_m * 0.5, center - (0, 0, 0.2 * size_m), leaf))


def hedge_mesh(rng: np.random.Generator, length_m: float, leaf: Tint) -> Mesh:
    """A clipped hedge along x, 1.1 m high."""
    half = length_m / 2
    dark: Tint = (leaf[0] * 0.5, leaf[1] * 0.5, leaf[2] * 0.5)
    core = block((-half, -0.28, 0.0), (half, 0.28, 1.02), "plain.foliage", dark)
    count = int(length_m * 50)
    at = np.stack(
        [rng.uniform(-half, half, count), rng.uniform(-0.3, 0.3, count), rng.uniform(0.05, 1.06, count)], axis=1
    )
    face = rng.integers(0, 3, count)
    at[face == 0, 2] = 1.04
    at[face == 1, 1], at[face == 2, 1] = 0.3, -0.3
    outward = np.array([(0.0, 0.0, 1.0), (0.0, 0.95, 0.3), (0.0, -0.95, 0.3)])[face]
    corners = at[:, None] + rng.uniform(-0.12, 0.12, (count, 3, 3))
    skin = triangles(corners, np.repeat(outward[:, None], 3, axis=1), "plain.foliage", leaf)
    shade = rng.uniform(0.55, 1.35, (count, 1)).astype(np.float32)
    return join([core, Mesh(skin.vertices, skin.normals, skin.uv, skin.texture, skin.tint * shade)])
