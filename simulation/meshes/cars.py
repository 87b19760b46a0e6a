"""Cars, vans and lorries; the origin is on the ground below their middle, x points to the front."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import trimesh

from geometry.arrays import FloatArray
from simulation.meshes.mesh import Mesh, block, disc, join, linear, quad, solid, triangles, tube
from simulation.styles import CarStyle
from simulation.textures import texture_id

SMOOTH_RAD = np.deg2rad(38.0)
SILL_FRACTION = 0.14
ARCH = 1.14
"""Radius of a wheel arch against the wheel's."""
TYRE = linear(34, 34, 36)
DARK = linear(28, 28, 30)
STEEL = linear(120, 122, 126)


@dataclass(frozen=True)
class Detail:
    """How finely a vehicle is cut: along it, over a wheel, around a wheel; and the least fraction between cuts."""

    stations: int
    arch_cuts: int
    wheel_segments: int
    least_gap: float


NEAR = Detail(stations=16, arch_cuts=9, wheel_segments=18, least_gap=0.004)
FAR = Detail(stations=4, arch_cuts=3, wheel_segments=7, least_gap=0.045)


@cache
def car_mesh(style: CarStyle, detail: Detail) -> Mesh:
    """A car or van of the style, its paint white."""
    return join([_body(style, detail), _mirrors(style), *_wheels(style, detail)])


def _stations(style: CarStyle, detail: Detail) -> FloatArray:
    """Where along the length the body is cut: evenly, where its contour bends, and closely over the wheels."""
    length = style.size_lwh_m[0]
    arch = style.wheel_radius_m * ARCH * np.sin(np.linspace(-np.pi / 2, np.pi / 2, detail.arch_cuts))
    # The sill goes on right beside an arch.
    arch = np.concatenate([[arch[0] - 0.025], arch, [arch[-1] + 0.025]]) / length
    cuts = [
        np.linspace(0.0, 1.0, detail.stations),
        np.array(style.top)[:, 0],
        style.axles[0] + arch,
        style.axles[1] + arch,
    ]
    stations = np.unique(np.round(np.concatenate(cuts), 4))
    # Cuts that nearly coincide make slivers; the ends stay, so that every detail has the same extents.
    kept = np.concatenate([[True], np.diff(stations)[:-1] > detail.least_gap, [True]])
    return np.asarray(stations[kept])


def _bottom_z(style: CarStyle, stations: FloatArray) -> FloatArray:
    """Lower edge of the body, raised over the wheels."""
    length, _, height = style.size_lwh_m
    bottom = np.full_like(stations, SILL_FRACTION * height)
    bottom += 0.05 * np.clip((np.abs(2 * stations - 1) - 0.93) / 0.07, 0, 1)
    radius = style.wheel_radius_m * ARCH
    for axle in style.axles:
        rise = radius**2 - ((stations - axle) * length) ** 2
        arch = style.wheel_radius_m + np.sqrt(np.maximum(rise, 0.0))
        bottom = np.where(rise > -1e-4, np.maximum(arch, bottom), bottom)
    return bottom


def _body(style: CarStyle, detail: Detail) -> Mesh:
    """The painted shell, cut into rings of points from the floor over the roof and back."""
    length, width, height = style.size_lwh_m
    stations = _stations(style, detail)
    half, bottom = style.half_width(stations), _bottom_z(style, stations)
    belt, top = style.belt_z(stations), style.top_z(stations)
    bottom = np.minimum(bottom, belt - 0.1)
    flank, cabin = belt - bottom, top - belt
    lean = np.clip(cabin / (0.25 * height), 0.0, 1.0) * (0.5 if width > 1.95 else 1.0)
    outline = [
        (0.0 * half, bottom), (0.86 * half, bottom), (0.97 * half, bottom + 0.10 * flank),
        (1.0 * half, bottom + 0.42 * flank), (0.99 * half, bottom + 0.78 * flank), (0.945 * half, belt),
        ((0.935 - 0.075 * lean) * half, belt + 0.42 * cabin), ((0.925 - 0.165 * lean) * half, belt + 0.86 * cabin),
        ((0.87 - 0.18 * lean) * half, belt + 0.965 * cabin), (0.45 * half, top - 0.002), (0.0 * half, top),
    ]  # fmt: skip
    right = np.stack([np.stack([(stations - 0.5) * length, -y, z], axis=1) for y, z in outline], axis=1)
    left = right[:, -2:0:-1] * np.array([1.0, -1.0, 1.0])
    rings = np.concatenate([right, left], axis=1)
    return _painted(style, _shell(rings))


def _shell(rings: FloatArray) -> trimesh.Trimesh:
    """A closed surface over (M, N, 3) rings, with a lid on both ends."""
    count, around = rings.shape[:2]
    index = np.arange(count * around).reshape(count, around)
    following = np.roll(index, -1, axis=1)
    a, b, c, d = index[:-1], index[1:], following[1:], following[:-1]
    faces = [np.stack([a, b, c], axis=-1).reshape(-1, 3), np.stack([a, c, d], axis=-1).reshape(-1, 3)]
    ends = rings[[0, -1]].mean(axis=1)
    rear = np.stack([index[0], following[0], np.full(around, count * around)], axis=-1)
    front = np.stack([following[-1], index[-1], np.full(around, count * around + 1)], axis=-1)
    vertices = np.concatenate([rings.reshape(-1, 3), ends])
    shape = trimesh.Trimesh(vertices, np.concatenate([*faces, rear, front]), process=False)
    shape.update_faces(shape.nondegenerate_faces())
    if shape.volume < 0:
        shape.invert()
    return shape


def _painted(style: CarStyle, shape: trimesh.Trimesh) -> Mesh:
    """Project the paintwork onto the shell, from the side, the front, the rear or above, by where a face looks."""
    mesh = solid(shape, "plain.paint", smooth_rad=SMOOTH_RAD)
    length, width, height = style.size_lwh_m
    corners = mesh.vertices
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-12)
    ahead, aside, up = flat[:, 0], np.abs(flat[:, 1]), flat[:, 2]
    lengthwise = np.clip(corners[..., 0] / length + 0.5, 0.003, 0.997)
    crosswise = np.clip(corners[..., 1] / width + 0.5, 0.003, 0.997)
    upwards = np.clip(corners[..., 2] / height, 0.003, 0.997)
    # Bulges over the wheels look ahead, too, but belong to the side.
    along, above_belt = lengthwise.mean(axis=1), upwards.mean(axis=1) > 0.97 * style.belt
    views = [
        (up < -0.75, "plain.rubber", lengthwise),
        ((ahead > 0.3) & (ahead > 0.75 * aside) & (above_belt | (along > 0.92)), f"{style.name}.front", crosswise),
        (
            (ahead < -0.3) & (-ahead > 0.75 * aside) & (above_belt | (along < 0.08)),
            f"{style.name}.rear",
            1.0 - crosswise,
        ),
        (aside > 0.45, f"{style.name}.side", lengthwise),
    ]
    texture, uv, tint = mesh.texture.copy(), mesh.uv.copy(), mesh.tint.copy()
    free = np.ones(len(mesh), dtype=bool)
    for seen, name, across in views:
        chosen = seen & free
        texture[chosen] = texture_id(name)
        uv[chosen] = np.stack([across, upwards], axis=-1)[chosen]
        free &= ~chosen
        if name == "plain.rubber":
            tint[chosen] = DARK
    return Mesh(mesh.vertices, mesh.normals, uv, texture, tint)


def _mirrors(style: CarStyle) -> Mesh:
    length, width, _ = style.size_lwh_m
    x = (style.windows[-1][1] - 0.5) * length - 0.03
    z = float(style.belt_z(np.array(style.windows[-1][1]))) + 0.11
    mirrors = []
    for sign in (-1.0, 1.0):
        path = [
            (x, sign * (width / 2 - 0.12), z - 0.05),
            (x, sign * (width / 2 - 0.02), z),
            (x, sign * (width / 2 + 0.05), z),
        ]
        mirrors.append(
            tube(path, [(0.03, 0.03), (0.06, 0.085), (0.05, 0.07)], "plain.paint", side=(0.0, 0.0, 1.0), segments=8)
        )
    return join(mirrors)


def wheel_mesh(
    center: tuple[float, float, float], radius: float, width: float, outward: float, segments: int = 18
) -> Mesh:
    """A tyre with its rim; ``outward`` is +1 on the left side and -1 on the right."""
    x, y, z = center
    across = np.array([-0.5, -0.38, 0.38, 0.5]) * width
    reach = np.array([0.94, 1.0, 1.0, 0.94]) * radius
    path = np.stack([np.full(4, x), y + across, np.full(4, z)], axis=1)
    tyre = tube(path, reach, "plain.rubber", TYRE, side=(0.0, 0.0, 1.0), segments=segments)
    face = disc(
        (x, y + outward * (width / 2 + 0.004), z), radius * 0.94, (0.0, outward, 0.0), "wheel", segments=segments
    )
    return join([tyre, face])


def _wheels(style: CarStyle, detail: Detail) -> list[Mesh]:
    length, width, _ = style.size_lwh_m
    side = width / 2 - 0.13
    return [
        wheel_mesh(
            ((axle - 0.5) * length, sign * side, style.wheel_radius_m),
            style.wheel_radius_m,
            0.21,
            sign,
            detail.wheel_segments,
        )
        for axle in style.axles
        for sign in (-1.0, 1.0)
    ]


LORRY_LENGTH_M, LORRY_WIDTH_M, LORRY_HEIGHT_M = 7.8, 2.35, 3.25


@cache
def lorry_mesh() -> Mesh:
    """A box lorry; the cab and the band on its box take the paint."""
    front, rear, half = LORRY_LENGTH_M / 2, -LORRY_LENGTH_M / 2, LORRY_WIDTH_M / 2
    box_front = front - 2.05
    cargo = block(
        (rear, -half, 0.95), (box_front, half, LORRY_HEIGHT_M), "plain.paint", linear(226, 226, 222),
        {"left": "cargo_side", "right": "cargo_side", "rear": "cargo_rear"},
    )  # fmt: skip
    painted = np.isin(cargo.texture, [texture_id("cargo_side"), texture_id("cargo_rear")])
    cargo = Mesh(
        cargo.vertices, cargo.normals, cargo.uv, cargo.texture, np.where(painted[:, None], np.float32(1), cargo.tint)
    )
    chassis = [
        block((rear + 0.1, -0.45, 0.55), (front - 0.3, 0.45, 0.95), "plain.rubber", DARK),
        block((rear + 0.02, -half + 0.08, 0.45), (rear + 0.14, half - 0.08, 0.75), "plain.rubber", DARK),
        quad([(rear + 0.015, half - 0.08, 0.45), (rear + 0.015, -half + 0.08, 0.45), (rear + 0.015, -half + 0.08, 0.75),
              (rear + 0.015, half - 0.08, 0.75)], "lorry_tail"),
        block((-0.9, -half + 0.05, 0.5), (0.7, -half + 0.5, 0.9), "plain.metal", STEEL),
        block((-0.9, half - 0.5, 0.5), (0.7, half - 0.05, 0.9), "plain.metal", STEEL),
    ]  # fmt: skip
    wheels = [
        wheel_mesh((x, sign * (half - 0.17), 0.47), 0.47, width, sign)
        for x, width in ((front - 1.15, 0.28), (rear + 1.9, 0.32))
        for sign in (-1.0, 1.0)
    ]
    return join([cargo, cab_mesh(front, half - 0.03), *chassis, *wheels])


def cab_mesh(front: float, half: float) -> Mesh:
    """A lorry's cab: an upright box, its front at ``front``, whose windscreen leans back a little."""
    low, high, rear = 0.42, 2.52, front - 1.9
    lean, shoulder = 0.22, low + 1.0
    lower, upper = np.array([front, front, front - lean]), np.array([low, shoulder, high])
    parts = []
    for sign, name in ((1.0, "left"), (-1.0, "right")):
        outline = np.array([(rear, low), (front, low), (front, shoulder), (front - lean, high), (rear, high)])
        uv = (outline - (rear, low)) / (1.9, 2.1)
        corners = np.stack([outline[:, 0], np.full(5, sign * half), outline[:, 1]], axis=1)
        order = np.array([[0, 1, 2], [0, 2, 3], [0, 3, 4]])[:, :: 1 if name == "right" else -1]
        normals = np.tile([0.0, sign, 0.0], (3, 3, 1))
        parts.append(triangles(corners[order], normals, "cab_side", uv=np.clip(uv, 0.004, 0.996)[order]))
    for start in (0, 1):
        x0, x1, z0, z1 = lower[start], lower[start + 1], upper[start], upper[start + 1]
        pane = [(x0, -half, z0), (x0, half, z0), (x1, half, z1), (x1, -half, z1)]
        v0, v1 = (z0 - low) / 2.1 + 0.002, (z1 - low) / 2.1 - 0.002
        parts.append(quad(pane, "cab_front", uv=[(0.004, v0), (0.996, v0), (0.996, v1), (0.004, v1)]))
    parts.append(
        quad(
            [(rear, -half, high), (front - lean, -half, high), (front - lean, half, high), (rear, half, high)],
            "plain.paint",
        )
    )
    parts.append(quad([(rear, half, low), (rear, -half, low), (rear, -half, high), (rear, half, high)], "plain.paint"))
    parts.append(
        quad([(front, half, low), (front, -half, low), (rear, -half, low), (rear, half, low)], "plain.rubber", DARK)
    )
    for sign in (-1.0, 1.0):
        edge = sorted((sign * (half - 0.02), sign * (half + 0.16)))
        parts.append(block((front - 0.42, edge[0], 1.75), (front - 0.30, edge[1], 2.25), "plain.rubber", DARK))
    return join(parts)
