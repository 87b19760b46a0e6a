"""Road users as models: shapes with their true size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial

import numpy as np

from geometry.arrays import FloatArray
from simulation.meshes.cars import FAR, LORRY_LENGTH_M, NEAR, Detail, car_mesh, lorry_mesh
from simulation.meshes.lorries import bus_mesh, flatbed_mesh, semi_mesh, tanker_mesh
from simulation.meshes.mesh import Mesh, Tint
from simulation.meshes.people import Person, cyclist_mesh, walker_mesh
from simulation.population import HeavyKind
from simulation.rays import RayScene
from simulation.styles import CarStyle

GAIT_SHAPES = 12
FAR_SEGMENTS = 6
STEP_CYCLE_M = 1.45
PEDAL_CYCLE_M = 4.2
HEAVY: dict[HeavyKind, tuple[Callable[[], Mesh], float]] = {
    "lorry": (lorry_mesh, 0.6 * LORRY_LENGTH_M),
    "bus": (bus_mesh, 6.1),
    "semi": (semi_mesh, 11.2),
    "flatbed": (flatbed_mesh, 5.7),
    "tanker": (tanker_mesh, 6.4),
}
"""Makes a white one; its wheelbase in metres."""


@dataclass(frozen=True, eq=False)
class Shape:
    """One rigid shape, made when first looked at; rays can be cast at where it stands alone."""

    make: Callable[[], Mesh]

    @cached_property
    def mesh(self) -> Mesh:
        """Its triangles."""
        return self.make()

    @property
    def rays(self) -> RayScene:
        """The search tree over its triangles; those used last are kept."""
        return _tree(self)


# Embree gives each tree a device of its own, and a process dies of about a thousand devices alive at once.
@lru_cache(maxsize=256)
def _tree(shape: Shape) -> RayScene:
    return RayScene(shape.mesh.vertices)


@dataclass(frozen=True, eq=False)
class Model:
    """A kind of road user.

    Attributes:
        category: KITTI category.
        shapes: One for rigid things; the shapes of one cycle for those who walk or pedal. Their common bounding box has
            its middle above the origin and its bottom at z = 0.
        size_lwh_m: (3,) size of that box: exact for rigid things, the whole cycle's for others, so that a track has one
            size.
        cycle_m: Way travelled in one cycle.
        stance_m: Wheelbase and track of what rests on wheels and leans with the ground; ``None`` for what keeps
            upright.
        far_shapes: Coarser shapes of the same size and cycle, for looking from afar; none where ``shapes`` serve.
    """

    category: str
    shapes: tuple[Shape, ...]
    size_lwh_m: FloatArray
    cycle_m: float = 1.0
    stance_m: tuple[float, float] | None = None
    far_shapes: tuple[Shape, ...] = ()

    def shape_after(self, travelled_m: float, *, far: bool = False) -> Shape:
        """The shape after a way travelled; a coarser one of the same size from afar, where there is one."""
        shapes = self.far_shapes if far and self.far_shapes else self.shapes
        return shapes[int(travelled_m / self.cycle_m * len(shapes)) % len(shapes)]

    def stretched(self, factors: FloatArray) -> Model:
        """The model made larger by a factor for each axis."""
        along, across, _ = map(float, factors)
        near, far = (
            tuple(Shape(partial(_stretched, shape, factors)) for shape in some)
            for some in (self.shapes, self.far_shapes)
        )
        stance_m = None if self.stance_m is None else (self.stance_m[0] * along, self.stance_m[1] * across)
        return Model(self.category, near, self.size_lwh_m * factors, self.cycle_m * along, stance_m, far)


def _stretched(shape: Shape, factors: FloatArray) -> Mesh:
    return shape.mesh.stretched(factors)


def make_model(
    category: str,
    meshes: Sequence[Mesh],
    cycle_m: float = 1.0,
    stance_m: tuple[float, float] | None = None,
    far: Sequence[Callable[[], Mesh]] = (),
) -> Model:
    """A model of the meshes, moved so that their common box stands on the origin.

    Args:
        category: KITTI category.
        meshes: The shapes of one cycle.
        cycle_m: Way travelled in one cycle.
        stance_m: Wheelbase and track.
        far: Make what ``meshes`` look like from afar; moved as these are.
    """
    bounds = np.stack([mesh.bounds for mesh in meshes])
    low, high = bounds[:, 0].min(axis=0), bounds[:, 1].max(axis=0)
    x, y = -(low + high)[:2] / 2
    down = x, y, -low[2]
    near, coarse = (
        tuple(Shape(partial(_moved, make, down)) for make in some)
        for some in ([partial(_itself, mesh) for mesh in meshes], far)
    )
    return Model(category, near, high - low, cycle_m, stance_m, coarse)


def _itself(mesh: Mesh) -> Mesh:
    return mesh


def _moved(make: Callable[[], Mesh], way: tuple[float, float, float]) -> Mesh:
    return make().moved(*map(float, way))


def car_model(style: CarStyle, paint: Tint, scale: float) -> Model:
    """A car or van of a style."""
    length, width, _ = style.size_lwh_m
    wheelbase = (style.axles[1] - style.axles[0]) * length * scale
    near, far = (partial(_painted_car, style, detail, paint, scale) for detail in (NEAR, FAR))
    return make_model(style.category, [near()], stance_m=(wheelbase, 0.8 * width * scale), far=[far])


def _painted_car(style: CarStyle, detail: Detail, paint: Tint, scale: float) -> Mesh:
    return car_mesh(style, detail).tinted(paint).scaled(scale)


def heavy_model(kind: HeavyKind, paint: Tint, scale: float) -> Model:
    """A lorry or bus."""
    make, wheelbase_m = HEAVY[kind]
    return make_model("Truck", [make().tinted(paint).scaled(scale)], stance_m=(wheelbase_m * scale, 1.8))


def walking_model(person: Person) -> Model:
    """Somebody walking."""
    return _cycle_model("Pedestrian", person, lambda who, phase: walker_mesh(who, phase, 0.9), STEP_CYCLE_M)


def standing_model(person: Person) -> Model:
    """Somebody standing."""
    far = partial(walker_mesh, _coarse(person), 0.1, 0.12)
    return make_model("Pedestrian", [walker_mesh(person, 0.1, 0.12)], far=[far])


def cycling_model(person: Person, frame: Tint) -> Model:
    """Somebody on a bicycle."""
    return _cycle_model("Cyclist", person, lambda who, phase: cyclist_mesh(who, frame, phase), PEDAL_CYCLE_M)


def _cycle_model(category: str, person: Person, shape: Callable[[Person, float], Mesh], cycle_m: float) -> Model:
    phases = [index / GAIT_SHAPES for index in range(GAIT_SHAPES)]
    far = [partial(shape, _coarse(person), phase) for phase in phases]
    return make_model(category, [shape(person, phase) for phase in phases], cycle_m, far=far)


def _coarse(person: Person) -> Person:
    return replace(person, segments=FAR_SEGMENTS)
