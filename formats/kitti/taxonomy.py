"""KITTI's categories and attributes; sizes are the means of the object training set."""

from __future__ import annotations

from labels import Attribute, Category, Taxonomy

OCCLUDED = "occluded"
OCCLUDED_UNKNOWN = 3

KITTI_TAXONOMY = Taxonomy(
    name="kitti",
    version=1,
    categories=(
        Category("Car", "#4dabf7", (3.88, 1.63, 1.53), "1"),
        Category("Van", "#3bc9db", (5.08, 1.90, 2.21), "2"),
        Category("Truck", "#ffa94d", (10.11, 2.59, 3.25), "3"),
        Category("Pedestrian", "#f06595", (0.84, 0.66, 1.76), "4", is_rigid=False),
        Category("Person_sitting", "#cc5de8", (0.80, 0.60, 1.27), "5", is_rigid=False),
        Category("Cyclist", "#69db7c", (1.76, 0.60, 1.74), "6"),
        Category("Tram", "#ffd43b", (16.09, 2.54, 3.53), "7"),
        Category("Misc", "#ced4da", (3.58, 1.51, 1.91), "8"),
    ),
    attributes=(Attribute(OCCLUDED, "cuboid", (0, 1, 2, OCCLUDED_UNKNOWN)),),
)

EVALUATED_CATEGORIES = frozenset({category.name for category in KITTI_TAXONOMY.categories} | {"Person"})
"""What KITTI's evaluators know; the tracking set says Person where the object set says Person_sitting."""
