"""Who takes part in traffic, against a common street: more of some, larger ones, other kinds of lorries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

HeavyKind = Literal["lorry", "bus", "semi", "flatbed", "tanker"]
HEAVY_KINDS: tuple[HeavyKind, ...] = ("lorry", "bus", "semi", "flatbed", "tanker")
CATEGORIES = ("Car", "Van", "Truck", "Pedestrian", "Cyclist")


@dataclass(frozen=True)
class Population:
    """How a drive's traffic differs from a common street's.

    Attributes:
        people: Times as many on the sidewalks, 0.25 … 4.
        cyclists: Times as many in the cycle lanes, 0.25 … 4.
        parked: Share of the parking places that are taken, 0 … 1; None for the neighbourhood's own.
        lorries: Times as many among the vehicles, 0.25 … 6.
        heavy: Kinds of lorries; each turns up as often as it is named.
        size_scale: Category → how much larger all of it is in every direction, 0.7 … 1.5.
        variety: Standard deviation of each side of each vehicle, as a share, beside the style's own; 0 … 0.15.
    """

    people: float = 1.0
    cyclists: float = 1.0
    parked: float | None = None
    lorries: float = 1.0
    heavy: tuple[HeavyKind, ...] = ("lorry",)
    size_scale: Mapping[str, float] = field(default_factory=dict)
    variety: float = 0.0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a crowd that no street has."""
        limits = {"people": (0.25, 4.0), "cyclists": (0.25, 4.0), "lorries": (0.25, 6.0), "variety": (0.0, 0.15)}
        for name, (low, high) in limits.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be {low:g} … {high:g}, got {getattr(self, name)}")
        if self.parked is not None and not 0.0 <= self.parked <= 1.0:
            raise ValueError(f"parked must be 0 … 1, got {self.parked}")
        if not self.heavy or set(self.heavy) - set(HEAVY_KINDS):
            raise ValueError(f"heavy must be some of {', '.join(HEAVY_KINDS)}, got {self.heavy}")
        if unknown := set(self.size_scale) - set(CATEGORIES):
            raise ValueError(f"size_scale must name some of {', '.join(CATEGORIES)}, got {min(unknown)}")
        if not all(0.7 <= factor <= 1.5 for factor in self.size_scale.values()):
            raise ValueError(f"size_scale must be 0.7 … 1.5, got {dict(self.size_scale)}")
