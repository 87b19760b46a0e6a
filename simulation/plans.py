"""Kinds of neighbourhood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Surroundings = Literal["town", "suburb", "country"]


@dataclass(frozen=True)
class Plan:
    """What a neighbourhood is like.

    Attributes:
        garden_chance: Share of the plots without a house.
        hedge_chance: Share of these with a hedge along the sidewalk.
        background_m: Distance from the street at which blocks and woods begin.
        distant_house_chance: Share of houses among these.
        wild_per_m: Bushes and trees strewn beside each metre of the street.
        parked_chance: Share of the parking places that are taken.
    """

    garden_chance: float
    hedge_chance: float
    background_m: float
    distant_house_chance: float
    wild_per_m: float
    parked_chance: float


PLANS: dict[Surroundings, Plan] = {
    "town": Plan(0.16, 1.0, 40.0, 0.5, 0.0, 0.9),
    "suburb": Plan(0.6, 0.7, 42.0, 0.35, 0.25, 0.45),
    "country": Plan(0.94, 0.2, 48.0, 0.05, 0.9, 0.1),
}
