"""Class numbers of SemanticKITTI and nuScenes-lidarseg, and which of them a category gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

UNLABELED = 0

SEMANTIC_KITTI: Mapping[str, int] = {
    "unlabeled": 0,
    "outlier": 1,
    "car": 10,
    "bicycle": 11,
    "bus": 13,
    "motorcycle": 15,
    "on-rails": 16,
    "truck": 18,
    "other-vehicle": 20,
    "person": 30,
    "bicyclist": 31,
    "motorcyclist": 32,
    "traffic-sign": 81,
    "other-object": 99,
}
"""The classes of ``semantic-kitti.yaml`` that cuboids can have."""

LIDARSEG: Mapping[str, int] = {
    "noise": 0,
    "animal": 1,
    "human.pedestrian.adult": 2,
    "human.pedestrian.child": 3,
    "human.pedestrian.construction_worker": 4,
    "human.pedestrian.personal_mobility": 5,
    "human.pedestrian.police_officer": 6,
    "human.pedestrian.stroller": 7,
    "human.pedestrian.wheelchair": 8,
    "movable_object.barrier": 9,
    "movable_object.debris": 10,
    "movable_object.pushable_pullable": 11,
    "movable_object.trafficcone": 12,
    "static_object.bicycle_rack": 13,
    "vehicle.bicycle": 14,
    "vehicle.bus.bendy": 15,
    "vehicle.bus.rigid": 16,
    "vehicle.car": 17,
    "vehicle.construction": 18,
    "vehicle.emergency.ambulance": 19,
    "vehicle.emergency.police": 20,
    "vehicle.motorcycle": 21,
    "vehicle.trailer": 22,
    "vehicle.truck": 23,
}
"""nuScenes-lidarseg's classes up to its flat and static ones, by the names of its ``category.json``."""


@dataclass(frozen=True)
class Kind:
    """A class in both sets.

    Attributes:
        kitti: SemanticKITTI's name.
        nuscenes: nuScenes' name.
        words: What other taxonomies call it.
    """

    kitti: str
    nuscenes: str
    words: tuple[str, ...]


KINDS: tuple[Kind, ...] = (
    Kind("motorcyclist", "vehicle.motorcycle", ("motorcyclist",)),
    Kind("bicyclist", "vehicle.bicycle", ("cyclist", "bicyclist", "rider")),
    Kind("motorcycle", "vehicle.motorcycle", ("motorcycle", "motorbike", "motorized_cycle")),
    Kind("other-object", "static_object.bicycle_rack", ("bicycle_rack",)),
    Kind("bicycle", "vehicle.bicycle", ("bicycle", "bike")),
    Kind("person", "human.pedestrian.personal_mobility", ("personal_mobility",)),
    Kind("person", "human.pedestrian.construction_worker", ("construction_worker",)),
    Kind("person", "human.pedestrian.child", ("child",)),
    Kind("person", "human.pedestrian.adult", ("pedestrian", "person", "person_sitting", "human", "adult")),
    Kind("on-rails", "vehicle.bus.rigid", ("tram", "train", "on-rails", "railed_vehicle")),
    Kind("bus", "vehicle.bus.rigid", ("bus", "school_bus", "articulated_bus")),
    Kind("other-vehicle", "vehicle.trailer", ("trailer", "vehicular_trailer")),
    Kind("other-vehicle", "vehicle.construction", ("construction", "construction_vehicle", "other-vehicle")),
    Kind("truck", "vehicle.truck", ("truck", "large_vehicle", "box_truck", "truck_cab")),
    Kind("car", "vehicle.car", ("car", "van", "regular_vehicle", "pickup", "suv", "vehicle")),
    Kind("other-object", "animal", ("animal", "dog")),
    Kind("other-object", "movable_object.trafficcone", ("trafficcone", "traffic_cone", "cone", "construction_cone")),
    Kind("other-object", "movable_object.barrier", ("barrier",)),
    Kind("traffic-sign", "movable_object.debris", ("sign", "traffic_sign", "stop_sign")),
    Kind("other-object", "movable_object.debris", ("misc", "dontcare", "other")),
)
"""The first whose words hold a category's name counts."""

FREE_FROM = 100
"""SemanticKITTI's numbers from here to 251 are free; from 252 on they are of moving things."""
FREE_TO = 252
LIDARSEG_FREE_FROM = 32
LIDARSEG_FREE_TO = 256


def semantic_kitti_classes(categories: Iterable[str]) -> dict[str, int]:
    """The class of each category; what SemanticKITTI does not have gets a free number.

    Raises:
        ValueError: There are more of those than free numbers.
    """
    return _numbered(categories, SEMANTIC_KITTI, lambda kind: kind.kitti, range(FREE_FROM, FREE_TO))


def lidarseg_classes(categories: Iterable[str]) -> dict[str, int]:
    """The class of each category; what nuScenes does not have gets a number after its own.

    Raises:
        ValueError: There are more of those than a byte has numbers left.
    """
    return _numbered(categories, LIDARSEG, lambda kind: kind.nuscenes, range(LIDARSEG_FREE_FROM, LIDARSEG_FREE_TO))


def _numbered(
    categories: Iterable[str], known: Mapping[str, int], name_of: Callable[[Kind], str], free: range
) -> dict[str, int]:
    numbers: dict[str, int] = {}
    left = iter(free)
    for category in sorted(set(categories)):
        name = _known_name(category, known, name_of)
        number = known[name] if name is not None else next(left, None)
        if number is None:
            raise ValueError(f"expected at most {len(free)} categories of one's own, found more")
        numbers[category] = number
    return numbers


def _known_name(category: str, known: Mapping[str, int], name_of: Callable[[Kind], str]) -> str | None:
    """A class by its own name, or by the word that the category or the last part of its name is."""
    plain = category.strip().lower().replace(" ", "_")
    if known.get(plain, UNLABELED) != UNLABELED:
        return plain
    words = (plain, *reversed(plain.split(".")))
    for word in words:
        for kind in KINDS:
            if word in kind.words:
                return name_of(kind)
    return None
