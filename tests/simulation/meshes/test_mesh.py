"""Primitives are closed, face outwards and stay themselves when moved."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from geometry.se3 import SE3
from simulation.meshes.cars import FAR, NEAR, car_mesh, lorry_mesh
from simulation.meshes.mesh import Mesh, block, disc, join, linear, tube
from simulation.meshes.people import Person, cyclist_mesh, walker_mesh
from simulation.styles import CAR_STYLES, VAN_STYLES, CarStyle

TINT = linear(120, 90, 60)
PERSON = Person(1.75, 1.0, TINT, TINT, TINT, TINT)


def welded(mesh: Mesh) -> trimesh.Trimesh:
    flat = mesh.vertices.reshape(-1, 3)
    shape = trimesh.Trimesh(flat, np.arange(len(flat)).reshape(-1, 3), process=False)
    shape.merge_vertices(digits_vertex=4)
    return shape


@pytest.mark.parametrize(
    ("mesh", "volume"),
    [
        (block([0, 0, 0], [1, 2, 3], "plain.matte"), 6.0),
        (tube([(0, 0, 0), (0, 0, 2)], 0.5, "plain.matte", segments=48), np.pi / 2),
        (tube([(0, 0, 0), (1, 0, 1), (2, 0, 1)], (0.2, 0.2, 0.2), "plain.matte"), None),
    ],
)
def test_solids_are_closed_and_face_outwards(mesh: Mesh, volume: float | None) -> None:
    assert welded(mesh).volume > 0
    if volume is not None:
        assert welded(mesh).volume == pytest.approx(volume, rel=0.02)


@pytest.mark.parametrize("style", CAR_STYLES + VAN_STYLES, ids=lambda style: style.name)
def test_cars_have_the_size_of_their_style(style: CarStyle) -> None:
    for detail in (NEAR, FAR):
        mesh = car_mesh(style, detail)
        low, high = mesh.bounds
        size = high - low
        np.testing.assert_allclose(size[[0, 2]], [style.size_lwh_m[0], style.size_lwh_m[2]], atol=0.06)
        assert style.size_lwh_m[1] < size[1] < style.size_lwh_m[1] + 0.2
        assert low[2] == pytest.approx(0.0, abs=0.02)
        assert np.isfinite(mesh.normals).all()


def test_normals_are_unit_and_agree_with_the_faces() -> None:
    for mesh in (
        car_mesh(CAR_STYLES[0], NEAR),
        lorry_mesh(),
        walker_mesh(PERSON, 0.2, 1.0),
        cyclist_mesh(PERSON, (0, 0, 1), 0.4),
    ):
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=2), 1.0, atol=1e-4)
        edges = mesh.vertices[:, 1:] - mesh.vertices[:, :1]
        flat = np.cross(edges[:, 0], edges[:, 1])
        agree = np.einsum("ti,ti->t", flat, mesh.normals.mean(axis=1))
        assert np.average(agree > 0, weights=np.linalg.norm(flat, axis=1)) > 0.97


def test_walkers_are_as_tall_as_they_are_and_stand_on_the_ground() -> None:
    low, high = walker_mesh(PERSON, 0.1, 0.0).bounds
    assert high[2] == pytest.approx(1.75, abs=0.05)
    assert abs(low[2]) < 0.05


def test_moving_a_mesh_keeps_its_shape() -> None:
    mesh = join([block([0, 0, 0], [1, 2, 3], "plain.matte"), disc((0, 0, 5), 0.3, (1, 0, 0), "wheel")])
    moved = mesh.transform(SE3.from_yaw(0.7, [10, -4, 2]))
    assert len(moved) == len(mesh)
    back = moved.transform(SE3.from_yaw(0.7, [10, -4, 2]).inverse())
    np.testing.assert_allclose(back.vertices, mesh.vertices, atol=1e-5)
    np.testing.assert_allclose(back.normals, mesh.normals, atol=1e-5)


def test_a_tint_leaves_coloured_parts_alone() -> None:
    mesh = join(
        [block([0, 0, 0], [1, 1, 1], "plain.paint"), block([2, 0, 0], [3, 1, 1], "plain.rubber", (0.1, 0.1, 0.1))]
    )
    tinted = mesh.tinted((1.0, 0.0, 0.0))
    np.testing.assert_allclose(tinted.tint[:12], [[1, 0, 0]] * 12)
    np.testing.assert_allclose(tinted.tint[12:], [[0.1] * 3] * 12, atol=1e-6)
