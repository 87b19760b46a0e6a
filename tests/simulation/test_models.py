"""Road users are drawn from decks and stand on the ground."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from simulation.casting import Casting
from simulation.meshes.mesh import triangles
from simulation.models import HEAVY, Shape, heavy_model
from simulation.population import HeavyKind


def test_every_kind_turns_up_within_a_deck() -> None:
    casting = Casting(np.random.default_rng(1))
    moving = Counter(casting.moving_vehicle().category for _ in range(11))
    parked = Counter(casting.parked_vehicle().category for _ in range(13))
    assert moving == {"Car": 8, "Van": 2, "Truck": 1}
    assert parked == {"Car": 10, "Van": 2, "Truck": 1}


def test_people_have_sizes_of_people() -> None:
    casting = Casting(np.random.default_rng(2))
    for model in [casting.walker() for _ in range(14)] + [casting.bystander() for _ in range(5)]:
        length, width, height = model.size_lwh_m
        assert 1.0 < height < 2.1
        assert 0.3 < width < 0.9
        assert 0.2 < length < 1.3
    assert 1.6 < casting.cyclist().size_lwh_m[0] < 2.0


def test_walking_changes_the_shape_and_comes_round() -> None:
    walker = Casting(np.random.default_rng(3)).walker()
    half_way, whole = walker.cycle_m / 2, walker.cycle_m
    assert walker.shape_after(0.01) is not walker.shape_after(half_way)
    assert walker.shape_after(0.01) is walker.shape_after(whole + 0.01)


def test_everybody_looks_coarser_from_afar_but_no_larger() -> None:
    casting = Casting(np.random.default_rng(4))
    for model in (casting.vehicle("car"), casting.walker(), casting.bystander(), casting.cyclist()):
        near, far = model.shape_after(0.0).mesh, model.shape_after(0.0, far=True).mesh
        assert len(far) < 0.85 * len(near)
        np.testing.assert_allclose(far.bounds, near.bounds, atol=0.03)
    lorry = casting.vehicle("lorry")
    assert lorry.shape_after(0.0, far=True) is lorry.shape_after(0.0)


def test_many_shapes_do_not_exhaust_the_ray_caster() -> None:
    """Embree dies of a thousand trees alive at once, which a long drive has shapes enough for."""
    corner = np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0]]])
    mesh = triangles(corner, np.tile([0.0, 0.0, 1.0], (1, 3, 1)), "plain.matte")
    shapes = [Shape(lambda: mesh) for _ in range(1200)]
    ray = np.array([[0.2, 0.2, 1.0, 0.0, 0.0, -1.0]], dtype=np.float32)
    assert all(shape.rays.cast(ray).triangle[0] == 0 for shape in shapes)


@pytest.mark.parametrize(
    ("kind", "length_m"), [("lorry", 7.8), ("bus", 11.5), ("semi", 15.0), ("flatbed", 8.6), ("tanker", 9.6)]
)
def test_lorries_have_sizes_of_lorries_and_stand_on_their_wheels(kind: HeavyKind, length_m: float) -> None:
    model = heavy_model(kind, (0.5, 0.1, 0.1), 1.0)
    assert model.category == "Truck"
    assert model.size_lwh_m[0] == pytest.approx(length_m, abs=0.02)
    assert 2.4 < model.size_lwh_m[1] < 2.8
    assert 2.0 < model.size_lwh_m[2] < 4.0
    assert model.stance_m is not None
    assert model.stance_m[0] == pytest.approx(HEAVY[kind][1])
    low, high = model.shape_after(0.0).mesh.bounds
    np.testing.assert_allclose([low[2], *(low + high)[:2]], 0.0, atol=1e-5)


def test_a_model_is_stretched_with_its_box_its_wheels_and_its_legs() -> None:
    casting = Casting(np.random.default_rng(6))
    factors = np.array([1.2, 0.9, 1.1])
    for model in (casting.vehicle("car"), casting.walker()):
        other = model.stretched(factors)
        np.testing.assert_allclose(other.size_lwh_m, model.size_lwh_m * factors)
        assert other.cycle_m == pytest.approx(1.2 * model.cycle_m)
        for far in (False, True):
            mesh, before = other.shape_after(0.0, far=far).mesh, model.shape_after(0.0, far=far).mesh
            np.testing.assert_allclose(mesh.bounds, before.bounds * factors, rtol=1e-5)
            np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=2), 1.0, atol=1e-3)
