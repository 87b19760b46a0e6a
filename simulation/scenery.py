"""What lines the street: houses, trees, lamps, signs, hedges, and the land behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import FloatArray
from geometry.se3 import SE3
from simulation.clearance import footprint, overlap
from simulation.meshes import scenery as shapes
from simulation.meshes.ground import LAND_BELOW_M, land_mesh, street_mesh
from simulation.meshes.houses import House, house_mesh
from simulation.meshes.mesh import Mesh, join, linear
from simulation.plans import Plan
from simulation.street import KERB_M, SIDEWALK_EDGE_M, Street
from simulation.textures.facades import BAY_M, WINDOW_STYLES

WALLS = {
    "plain": (
        linear(226, 214, 188),
        linear(214, 190, 150),
        linear(200, 206, 204),
        linear(222, 196, 176),
        linear(232, 228, 216),
    ),
    "brick": (linear(166, 92, 72), linear(150, 84, 66), linear(182, 120, 92)),
    "shutters": (linear(228, 206, 160), linear(222, 182, 150), linear(196, 208, 190)),
    "modern": (linear(204, 204, 200), linear(150, 152, 156), linear(226, 224, 220)),
}
ROOFS = (linear(156, 78, 56), linear(136, 66, 50), linear(92, 90, 94), linear(110, 84, 70))
LEAVES = (linear(92, 128, 58), linear(110, 140, 62), linear(78, 116, 62), linear(126, 146, 70))
TREE_OFFSET_M = KERB_M + 0.75
LAMP_OFFSET_M = KERB_M + 0.45
STREET_TREE_CLEAR_M = 3.6
FINE_TREES_M = 42.0
FAR_LOOK_SEED = 7
LOW_M = 2.0
WILD_DEPTH_M = 75.0


class _Grove:
    """Trees that are drawn finely or coarsely, by their distance."""

    def __init__(self) -> None:
        """Nothing is planted yet."""
        self._places: list[FloatArray] = []
        self._near: list[Mesh] = []
        self._afar: list[Mesh] = []

    def plant(self, xy: FloatArray, near: Mesh, afar: Mesh) -> None:
        """Add a tree at a place, in both its forms."""
        self._places.append(xy)
        self._near.append(near)
        self._afar.append(afar)

    def around(self, eye_xy: FloatArray, reach_m: float) -> Iterator[Mesh]:
        """The trees within reach."""
        if not self._places:
            return
        for index, distance_m in enumerate(_distance_m(np.array(self._places), eye_xy).tolist()):
            if distance_m < reach_m:
                yield (self._near if distance_m < FINE_TREES_M else self._afar)[index]


def _distance_m(places_xy: NDArray[Any], eye_xy: FloatArray) -> FloatArray:
    """(N,) distance of places (N, 2) from the eye."""
    aside = places_xy - eye_xy.astype(places_xy.dtype)
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", aside, aside)))


class Scenery:
    """Places everything that does not move and belongs to nobody.

    Attributes:
        mesh: All of it but the trees that look coarser from afar.
        taken: (4, 2) outlines, near the ground, of what stands beside the street.
    """

    def __init__(self, street: Street, rng: np.random.Generator, crossings_m: list[float], plan: Plan) -> None:
        """Build the scenery along the whole street.

        Args:
            street: Where.
            rng: Decides what stands where.
            crossings_m: Stations of the zebra crossings.
            plan: What the neighbourhood is like.
        """
        self._street, self._rng, self._crossings_m, self._plan = street, rng, crossings_m, plan
        self.taken: list[FloatArray] = []
        self._trees = [shapes.tree_mesh(rng, clear_m=STREET_TREE_CLEAR_M, crown_m=3.9, leaf=leaf) for leaf in LEAVES]
        self._far_trees = [shapes.tree_mesh(rng, clear_m=2.6, crown_m=4.6, leaf=leaf, leaves=30) for leaf in LEAVES]
        afar = np.random.default_rng(FAR_LOOK_SEED)
        self._trees_afar = [
            shapes.tree_mesh(afar, clear_m=STREET_TREE_CLEAR_M, crown_m=3.9, leaf=leaf, leaves=16) for leaf in LEAVES
        ]
        self._grove = _Grove()
        parts = [
            street_mesh(street, crossings_m),
            land_mesh(street),
            *self._plots(),
            *self._kerbside(),
            *self._background(),
            *self._wild(),
        ]
        self.mesh = join(parts)
        self._middles = self.mesh.vertices.mean(axis=1)[:, :2]

    def add(self, meshes: Sequence[Mesh]) -> None:
        """Take in more that does not move, already in the world."""
        self.mesh = join([self.mesh, *meshes])
        self._middles = self.mesh.vertices.mean(axis=1)[:, :2]

    def around(self, world_from_ego: SE3, reach_m: float) -> Mesh:
        """The part of the scenery within reach."""
        eye_xy = world_from_ego.translation[:2]
        near = self.mesh.take(_distance_m(self._middles, eye_xy) < reach_m)
        return join([near, *self._grove.around(eye_xy, reach_m)])

    def _stand(self, mesh: Mesh, station: float, offset: float, turn: float = 0.0, scale: float = 1.0) -> Mesh:
        world_from_mesh = self._street.standing(station, offset, turn)
        low, high = mesh.scaled(scale).take(mesh.vertices[:, :, 2].min(axis=1) < LOW_M).bounds[:, :2]
        middle = world_from_mesh.apply([*((low + high) / 2), 0.0])[:2]
        self.taken.append(footprint(middle, np.array(world_from_mesh.yaw_rad), high - low))
        return mesh.scaled(scale).transform(world_from_mesh)

    def _plant(self, kind: int, station: float, offset: float, turn: float, scale: float) -> None:
        """A tree that looks coarser from afar."""
        near, afar = (
            self._stand(trees[kind], station, offset, turn, scale) for trees in (self._trees, self._trees_afar)
        )
        self._grove.plant(self._street.xy(station, offset), near, afar)

    def _plots(self) -> Iterator[Mesh]:
        """Houses wall to wall or with gardens beside them, on both sides."""
        for side in (-1.0, 1.0):
            place = self._street.start_m
            while place < self._street.end_m - 10:
                bays = int(self._rng.integers(3, 7))
                width = bays * BAY_M
                if self._rng.random() < self._plan.garden_chance:
                    yield from self._garden(place, place + width, side)
                else:
                    setback = float(self._rng.choice([0.15, 0.15, 0.15, 3.0]))
                    yield self._house(place, place + width, side, setback)
                    if setback > 1:
                        yield self._hedge(place + 0.6, place + width - 3.0, side)
                place += width + float(self._rng.choice([0.02, 0.02, 3.5]))

    def _house(self, start: float, end: float, side: float, setback: float) -> Mesh:
        rng = self._rng
        style = WINDOW_STYLES[rng.integers(len(WINDOW_STYLES))]
        walls = WALLS[style.name]
        house = House(
            floors=int(rng.integers(2, 5)) + (style.name == "modern"),
            windows=style.name,
            wall=walls[rng.integers(len(walls))],
            roof=ROOFS[rng.integers(len(ROOFS))],
            pitched=style.name != "modern" and bool(rng.random() < 0.75),
        )
        front = SIDEWALK_EDGE_M + setback
        back = front + float(rng.uniform(9, 12))
        # From the street's left to its right as one looks at the house.
        stations = np.array([start, end, end, start] if side > 0 else [end, start, start, end])
        outline = self._street.xy(stations, side * np.array([front, front, back, back]))
        self.taken.append(outline)
        low = float(self._street.ground_z(stations, side * np.array([front, front, back, back])).min()) - 0.05
        return house_mesh(house, outline, low)

    def _garden(self, start: float, end: float, side: float) -> Iterator[Mesh]:
        if self._plan.hedge_chance >= 1 or self._rng.random() < self._plan.hedge_chance:
            yield self._hedge(start + 0.5, end - 0.5, side)
        for place in np.arange(start + 2.0, end - 1.0, 4.5):
            kind = int(self._rng.integers(len(self._trees)))
            offset = side * (SIDEWALK_EDGE_M + float(self._rng.uniform(3.5, 9)))
            turn, scale = float(self._rng.uniform(0, 6)), float(self._rng.uniform(0.8, 1.3))
            self._plant(kind, float(place), offset, turn, scale)
            bush = shapes.shrub_mesh(
                self._rng, float(self._rng.uniform(0.9, 1.9)), LEAVES[self._rng.integers(len(LEAVES))]
            )
            yield self._stand(bush, float(place) + 1.5, side * (SIDEWALK_EDGE_M + float(self._rng.uniform(1.6, 4))))

    def _hedge(self, start: float, end: float, side: float) -> Mesh:
        hedge = shapes.hedge_mesh(self._rng, end - start, LEAVES[self._rng.integers(len(LEAVES))])
        middle, offset = (start + end) / 2, side * (SIDEWALK_EDGE_M + 0.45)
        self._stand(hedge, middle, offset)
        # A hedge climbs with the street.
        return hedge.transform(self._street.resting(middle, offset, 0.0, end - start, 0.5))

    def _kerbside(self) -> Iterator[Mesh]:
        """Trees, lamps and small things between the kerb and those who walk."""
        lamp = shapes.lamp_mesh()
        for side in (-1.0, 1.0):
            facing = np.pi / 2 if side < 0 else -np.pi / 2
            for index, place in enumerate(
                np.arange(self._street.start_m + 4.0 + 5.0 * (side > 0), self._street.end_m - 4.0, 11.0)
            ):
                if any(abs(place - station) < 5.0 for station in self._crossings_m):
                    continue
                if index % 3 == 2:
                    yield self._stand(lamp, float(place), side * LAMP_OFFSET_M, facing)
                else:
                    kind = int(self._rng.integers(len(self._trees)))
                    turn, scale = float(self._rng.uniform(0, 2 * np.pi)), float(self._rng.uniform(1.0, 1.2))
                    self._plant(kind, float(place), side * TREE_OFFSET_M, turn, scale)
                yield from self._small_things(float(place) + float(self._rng.uniform(2.5, 8.0)), side, facing)
            yield from self._crossing_signs(side)

    def _small_things(self, place: float, side: float, facing: float) -> Iterator[Mesh]:
        choice = self._rng.integers(0, 7)
        against_traffic = np.pi if side < 0 else 0.0
        if choice == 0:
            yield self._stand(
                shapes.sign_mesh("sign.speed_limit", round_face=True), place, side * LAMP_OFFSET_M, against_traffic
            )
        elif choice == 1:
            yield self._stand(
                shapes.sign_mesh("sign.parking", round_face=False), place, side * LAMP_OFFSET_M, against_traffic
            )
        elif choice == 2:
            yield self._stand(shapes.bin_mesh(), place, side * (SIDEWALK_EDGE_M - 0.5), facing)
        elif choice == 3:
            yield self._stand(shapes.bench_mesh(), place, side * (SIDEWALK_EDGE_M - 0.55), facing)
        elif choice == 4:
            for step in (0.0, 1.4):
                yield self._stand(shapes.bollard_mesh(), place + step, side * LAMP_OFFSET_M)

    def _crossing_signs(self, side: float) -> Iterator[Mesh]:
        sign = shapes.sign_mesh("sign.crossing", round_face=False)
        for station in self._crossings_m:
            before = station + side * 2.9
            yield self._stand(sign, before, side * LAMP_OFFSET_M, np.pi if side < 0 else 0.0)

    def _background(self) -> Iterator[Mesh]:
        """Blocks and trees behind the first row of houses."""
        line = self._street.xy(np.linspace(self._street.start_m, self._street.end_m, 80), 0.0)
        low, high = line.min(axis=0) - 110.0, line.max(axis=0) + 110.0
        for x, y in np.stack(
            np.meshgrid(np.arange(low[0], high[0], 21.0), np.arange(low[1], high[1], 21.0)), axis=-1
        ).reshape(-1, 2):
            spot = np.array([x, y]) + self._rng.uniform(-4, 4, 2)
            if self._street.distance_m(spot) < self._plan.background_m:
                continue
            ground = float(self._street.rolling_z(spot)) - 0.3
            if self._rng.random() < self._plan.distant_house_chance:
                yield self._distant_house(spot, ground)
            else:
                tree = self._far_trees[self._rng.integers(len(self._far_trees))]
                scale = float(self._rng.uniform(1.1, 1.8))
                yield tree.scaled(scale).transform(SE3.from_yaw(float(self._rng.uniform(0, 6)), [*spot, ground]))

    def _wild(self) -> Iterator[Mesh]:
        """Bushes and trees that nobody planted in rows, behind the gardens and far out."""
        count = int(self._plan.wild_per_m * (self._street.end_m - self._street.start_m))
        for _ in range(count):
            station = float(self._rng.uniform(self._street.start_m, self._street.end_m))
            aside = SIDEWALK_EDGE_M + 2.0 + WILD_DEPTH_M * float(self._rng.random()) ** 1.5
            offset = aside * float(self._rng.choice([-1.0, 1.0]))
            if self._is_taken(self._street.xy(station, offset)):
                continue
            if self._rng.random() < 0.35:
                scale = float(self._rng.uniform(0.8, 1.6))
                self._plant(int(self._rng.integers(len(LEAVES))), station, offset, station, scale)
            else:
                size_m = float(self._rng.uniform(0.8, 3.2))
                bush = shapes.shrub_mesh(self._rng, size_m, LEAVES[self._rng.integers(len(LEAVES))])
                ground = float(self._street.rolling_z(self._street.xy(station, offset))) - LAND_BELOW_M
                place = [*self._street.xy(station, offset), ground]
                yield bush.transform(SE3.from_yaw(float(self._rng.uniform(0, 6)), place))

    def _is_taken(self, xy: FloatArray) -> bool:
        spot = footprint(xy, np.array(0.0), np.array([3.0, 3.0]))
        return bool(overlap(np.broadcast_to(spot, (len(self.taken), 4, 2)), np.array(self.taken)).any())

    def _distant_house(self, spot: FloatArray, ground: float) -> Mesh:
        rng = self._rng
        yaw, half = float(rng.uniform(0, np.pi)), rng.uniform([7, 5], [10, 7])
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        outline = SE3.from_yaw(yaw, [*spot, 0.0]).apply(np.column_stack([corners, np.zeros(4)]))[:, :2]
        style = WINDOW_STYLES[rng.integers(len(WINDOW_STYLES))]
        walls = WALLS[style.name]
        wall, roof = walls[rng.integers(len(walls))], ROOFS[rng.integers(len(ROOFS))]
        return house_mesh(
            House(int(rng.integers(2, 6)), style.name, wall, roof, bool(rng.random() < 0.6)), outline, ground
        )
