"""Waymo's object types; sizes are usual ones of such objects."""

from __future__ import annotations

from labels import Attribute, Category, Taxonomy

DIFFICULTY = "difficulty"
TYPES = ("TYPE_UNKNOWN", "TYPE_VEHICLE", "TYPE_PEDESTRIAN", "TYPE_SIGN", "TYPE_CYCLIST")
"""By the number that stands for them."""

WAYMO_TAXONOMY = Taxonomy(
    name="waymo",
    version=1,
    categories=(
        Category("TYPE_VEHICLE", "#4dabf7", (4.70, 2.10, 1.75), "1"),
        Category("TYPE_PEDESTRIAN", "#f06595", (0.90, 0.85, 1.75), "2", is_rigid=False),
        Category("TYPE_CYCLIST", "#69db7c", (1.80, 0.85, 1.75), "3"),
        Category("TYPE_SIGN", "#ff8787", (0.20, 0.65, 0.80), "4"),
        Category("TYPE_UNKNOWN", "#ced4da", (1.00, 1.00, 1.00), "5"),
    ),
    attributes=(Attribute(DIFFICULTY, "cuboid", (1, 2)),),
)
