"""Who takes part in traffic: shapes with their true size, drawn at random from plausible kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import TypeVar

import numpy as np

from geometry.arrays import FloatArray
from simulation.meshes.cars import FAR, LORRY_LENGTH_M, NEAR, Detail, car_mesh, lorry_mesh
from simulation.meshes.mesh import Mesh, Tint, linear
from simulation.meshes.people import Person, cyclist_mesh, walker_mesh
from simulation.rays import RayScene
from simulation.styles import CAR_STYLES, MINIVAN, VAN, CarStyle

Card = TypeVar("Card")

GAIT_SHAPES = 12
FAR_SEGMENTS = 6
STEP_CYCLE_M = 1.45
PEDAL_CYCLE_M = 4.2

PAINTS = (
    linear(232, 232, 230), linear(178, 182, 186), linear(112, 116, 122), linear(42, 44, 48), linear(34, 36, 40),
    linear(168, 30, 34), linear(36, 74, 146), linear(30, 48, 92), linear(88, 118, 94), linear(206, 164, 60),
    linear(96, 34, 40), linear(122, 160, 186), linear(196, 190, 176),
)  # fmt: skip
VAN_PAINTS = (
    linear(238, 238, 236),
    linear(238, 238, 236),
    linear(206, 172, 40),
    linear(60, 92, 150),
    linear(150, 154, 158),
)
LORRY_PAINTS = (linear(30, 92, 160), linear(196, 52, 40), linear(48, 128, 84), linear(224, 130, 40))
SKINS = (linear(232, 190, 160), linear(214, 164, 130), linear(160, 110, 80), linear(104, 70, 52))
HAIRS = (linear(40, 30, 24), linear(84, 56, 34), linear(150, 110, 62), linear(120, 118, 116))
JACKETS = (
    linear(176, 40, 44), linear(42, 70, 128), linear(58, 60, 64), linear(212, 180, 70), linear(70, 110, 84),
    linear(204, 200, 192), linear(120, 84, 130), linear(186, 104, 58), linear(40, 42, 48), linear(110, 150, 176),
)  # fmt: skip
TROUSERS = (linear(48, 62, 96), linear(54, 54, 58), linear(110, 100, 86), linear(34, 34, 38), linear(84, 92, 108))
PACKS = (linear(52, 56, 60), linear(150, 50, 44), linear(60, 90, 120), None, None)


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


def lorry_model(paint: Tint, scale: float) -> Model:
    """A box lorry."""
    return make_model("Truck", [lorry_mesh().tinted(paint).scaled(scale)], stance_m=(0.6 * LORRY_LENGTH_M * scale, 1.8))


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


class Casting:
    """Draws models; kinds come from shuffled decks, so that every kind turns up within a few draws."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Shuffle the decks and dress the people."""
        self._rng = rng
        self._moving = self._deck(["car"] * 8 + ["van", "minivan", "lorry"])
        self._parked = self._deck(["car"] * 10 + ["van", "minivan", "lorry"])
        self._styles = self._deck(list(CAR_STYLES))
        self._paints = self._deck(list(PAINTS))
        self._walkers = self._deck([walking_model(self._person()) for _ in range(14)])

    def _deck(self, cards: list[Card]) -> Iterator[Card]:
        while True:
            yield from (cards[index] for index in self._rng.permutation(len(cards)))

    def moving_vehicle(self) -> Model:
        """A vehicle for a lane."""
        return self.vehicle(next(self._moving))

    def parked_vehicle(self) -> Model:
        """A vehicle for the kerb."""
        return self.vehicle(next(self._parked))

    def vehicle(self, kind: str) -> Model:
        """A vehicle of one kind: car, van, minivan or lorry."""
        scale = float(self._rng.uniform(0.965, 1.035))
        if kind == "lorry":
            return lorry_model(LORRY_PAINTS[self._rng.integers(len(LORRY_PAINTS))], scale * 0.98)
        if kind == "car":
            return car_model(next(self._styles), next(self._paints), scale)
        style = VAN if kind == "van" else MINIVAN
        return car_model(style, VAN_PAINTS[self._rng.integers(len(VAN_PAINTS))], scale)

    def walker(self) -> Model:
        """Somebody walking."""
        return next(self._walkers)

    def bystander(self) -> Model:
        """Somebody standing."""
        return standing_model(self._person())

    def cyclist(self) -> Model:
        """Somebody on a bicycle."""
        person = self._person()
        adult = replace(person, height_m=max(person.height_m, 1.6), backpack=JACKETS[self._rng.integers(len(JACKETS))])
        return cycling_model(adult, PAINTS[self._rng.integers(len(PAINTS))])

    def _person(self) -> Person:
        rng = self._rng
        child = rng.random() < 0.12
        return Person(
            height_m=float(rng.uniform(1.15, 1.4) if child else rng.uniform(1.58, 1.90)),
            build=float(rng.uniform(0.92, 1.14)),
            skin=SKINS[rng.integers(len(SKINS))],
            hair=HAIRS[rng.integers(len(HAIRS))],
            jacket=JACKETS[rng.integers(len(JACKETS))],
            trousers=TROUSERS[rng.integers(len(TROUSERS))],
            backpack=PACKS[rng.integers(len(PACKS))],
            coat=bool(rng.random() < 0.3),
        )
