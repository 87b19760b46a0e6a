"""Which kind a category is, whatever its dataset calls it."""

from __future__ import annotations

from importlib import import_module

import pytest

from quality.checks.motion_limits import (
    ANIMAL,
    CAR,
    CYCLE,
    FIXED,
    HEAVY,
    MOTOR,
    PERSON,
    UNKNOWN,
    MotionLimits,
    limits_of,
)


@pytest.mark.parametrize(
    ("category", "limits"),
    [
        ("Car", CAR),
        ("REGULAR_VEHICLE", CAR),
        ("PoliceCar", CAR),
        ("Pickup Truck", HEAVY),
        ("vehicle.bus.bendy", HEAVY),
        ("Tram / Subway", HEAVY),
        ("LARGE_VEHICLE", HEAVY),
        ("TRAFFIC_LIGHT_TRAILER", HEAVY),
        ("MOBILE_PEDESTRIAN_CROSSING_SIGN", FIXED),
        ("static_object.bicycle_rack", FIXED),
        ("CONSTRUCTION_CONE", FIXED),
        ("BOLLARD", FIXED),
        ("movable_object.trafficcone", FIXED),
        ("MOTORCYCLIST", MOTOR),
        ("BicycleRider", CYCLE),
        ("TYPE_CYCLIST", CYCLE),
        ("WHEELED_RIDER", CYCLE),
        ("Person_sitting", PERSON),
        ("OFFICIAL_SIGNALER", PERSON),
        ("human.pedestrian.adult", PERSON),
        ("DOG", ANIMAL),
        ("Misc", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_words_tell(category: str, limits: MotionLimits) -> None:
    assert limits_of(category) is limits


@pytest.mark.parametrize("name", ["kitti", "nuscenes", "av2", "waymo", "pandaset", "openlabel"])
def test_few_categories_of_the_ecosystems_are_unknown(name: str) -> None:
    module = import_module(f"formats.{name}.taxonomy")
    taxonomy = getattr(module, f"{name.upper()}_TAXONOMY")
    unknown = [each.name for each in taxonomy.categories if limits_of(each.name) is UNKNOWN]
    assert len(unknown) <= 5, unknown
