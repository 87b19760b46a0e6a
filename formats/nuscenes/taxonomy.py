"""nuScenes' categories, attributes and levels of visibility, by its public schema; sizes are rounded usual ones."""

from __future__ import annotations

from labels import Attribute, Category, Taxonomy

VISIBILITY = "visibility"
VISIBILITY_LEVELS = {"1": "v0-40", "2": "v40-60", "3": "v60-80", "4": "v80-100"}
"""By token: the share of the object, in percent, that is visible in all six images together."""

GROUPS = {
    "vehicle": ("moving", "stopped", "parked"),
    "cycle": ("with_rider", "without_rider"),
    "pedestrian": ("standing", "moving", "sitting_lying_down"),
}
"""What the standard's attributes ask, and the answers: ``vehicle.moving`` is the answer ``moving`` to ``vehicle``."""

CYCLES = ("vehicle.bicycle", "vehicle.motorcycle")

CATEGORIES = (
    Category("vehicle.car", "#ff9e00", (4.63, 1.95, 1.73), "1"),
    Category("vehicle.truck", "#ff6347", (6.94, 2.51, 2.84), "2"),
    Category("vehicle.bus.rigid", "#ff4500", (11.2, 2.93, 3.46), "3"),
    Category("human.pedestrian.adult", "#0000e6", (0.73, 0.67, 1.77), "4", is_rigid=False),
    Category("vehicle.bicycle", "#dc143c", (1.70, 0.61, 1.30), "5"),
    Category("vehicle.motorcycle", "#ff3d63", (2.11, 0.77, 1.47), "6"),
    Category("movable_object.trafficcone", "#2f4f4f", (0.41, 0.41, 1.07), "7"),
    Category("movable_object.barrier", "#708090", (0.50, 2.53, 0.98), "8"),
    Category("vehicle.trailer", "#ff8c00", (12.3, 2.92, 3.87), "9"),
    Category("vehicle.construction", "#e9967a", (6.37, 2.85, 3.19)),
    Category("vehicle.bus.bendy", "#ff7f50", (17.5, 2.96, 3.50)),
    Category("vehicle.emergency.ambulance", "#ff5300", (6.5, 2.4, 2.8)),
    Category("vehicle.emergency.police", "#ffd700", (5.0, 2.0, 1.8)),
    Category("human.pedestrian.child", "#87ceeb", (0.53, 0.52, 1.38), is_rigid=False),
    Category("human.pedestrian.construction_worker", "#6495ed", (0.75, 0.68, 1.76), is_rigid=False),
    Category("human.pedestrian.police_officer", "#000080", (0.75, 0.70, 1.80), is_rigid=False),
    Category("human.pedestrian.personal_mobility", "#db7093", (1.20, 0.60, 1.85)),
    Category("human.pedestrian.stroller", "#f08080", (0.96, 0.61, 1.15)),
    Category("human.pedestrian.wheelchair", "#8a2be2", (1.00, 0.75, 1.40)),
    Category("animal", "#4682b4", (0.75, 0.30, 0.50), is_rigid=False),
    Category("movable_object.debris", "#d2691e", (1.00, 0.90, 0.80)),
    Category("movable_object.pushable_pullable", "#696969", (0.70, 0.60, 1.05)),
    Category("static_object.bicycle_rack", "#bc8f8f", (2.00, 7.00, 1.30)),
)

NUSCENES_TAXONOMY = Taxonomy(
    name="nuscenes",
    version=1,
    categories=CATEGORIES,
    attributes=(
        Attribute(
            "vehicle",
            "cuboid",
            GROUPS["vehicle"],
            tuple(item.name for item in CATEGORIES if item.name.startswith("vehicle.") and item.name not in CYCLES),
        ),
        Attribute("cycle", "cuboid", GROUPS["cycle"], CYCLES),
        Attribute(
            "pedestrian",
            "cuboid",
            GROUPS["pedestrian"],
            tuple(item.name for item in CATEGORIES if item.name.startswith("human.pedestrian.")),
        ),
        Attribute(VISIBILITY, "cuboid", tuple(VISIBILITY_LEVELS.values())),
    ),
)
