"""Draws road users: kinds come from shuffled decks, colours and sizes at random."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np

from simulation.meshes.mesh import linear
from simulation.meshes.people import Person
from simulation.models import Model, car_model, cycling_model, heavy_model, standing_model, walking_model
from simulation.population import Population
from simulation.styles import CAR_STYLES, MINIVAN, VAN

Card = TypeVar("Card")

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


class Casting:
    """Draws models; kinds come from shuffled decks, so that every kind turns up within a few draws."""

    def __init__(self, rng: np.random.Generator, population: Population | None = None) -> None:
        """Shuffle the decks and dress the people."""
        self._rng, self._population = rng, population or Population()
        self._moving, self._parked = self._deck(self._vehicles(8)), self._deck(self._vehicles(10))
        self._heavy = self._deck(list(self._population.heavy))
        self._styles = self._deck(list(CAR_STYLES))
        self._paints = self._deck(list(PAINTS))
        self._walkers = self._deck([self._sized(walking_model(self._person())) for _ in range(14)])

    def _vehicles(self, cars: int) -> list[str]:
        """The kinds of vehicles in a deck: two vans and, on a common street, one lorry on some cars."""
        lorries = self._population.lorries
        others = ["car"] * cars + ["van", "minivan"]
        return others * max(1, round(1.0 / lorries)) + ["lorry"] * max(1, round(lorries))

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
        return self._sized(self._vehicle(kind), self._population.variety)

    def _vehicle(self, kind: str) -> Model:
        scale = float(self._rng.uniform(0.965, 1.035))
        if kind == "lorry":
            paint = LORRY_PAINTS[self._rng.integers(len(LORRY_PAINTS))]
            # With one kind there is nothing to draw.
            heavy = next(self._heavy) if len(self._population.heavy) > 1 else self._population.heavy[0]
            return heavy_model(heavy, paint, scale * 0.98)
        if kind == "car":
            return car_model(next(self._styles), next(self._paints), scale)
        style = VAN if kind == "van" else MINIVAN
        return car_model(style, VAN_PAINTS[self._rng.integers(len(VAN_PAINTS))], scale)

    def _sized(self, model: Model, variety: float = 0.0) -> Model:
        """The model as large as the population has it; with variety, each side by itself."""
        factors = np.full(3, self._population.size_scale.get(model.category, 1.0))
        if variety > 0:
            factors *= 1.0 + variety * np.clip(self._rng.normal(0.0, 1.0, 3), -2.5, 2.5)
        return model if (factors == 1.0).all() else model.stretched(factors)

    def walker(self) -> Model:
        """Somebody walking."""
        return next(self._walkers)

    def bystander(self) -> Model:
        """Somebody standing."""
        return self._sized(standing_model(self._person()))

    def cyclist(self) -> Model:
        """Somebody on a bicycle."""
        person = self._person()
        adult = replace(person, height_m=max(person.height_m, 1.6), backpack=JACKETS[self._rng.integers(len(JACKETS))])
        return self._sized(cycling_model(adult, PAINTS[self._rng.integers(len(PAINTS))]))

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
