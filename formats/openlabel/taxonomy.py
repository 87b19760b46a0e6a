"""The categories of OpenLABEL files: the standard names none, so these are usual ones."""

from __future__ import annotations

from labels import Category, Taxonomy

OPENLABEL_TAXONOMY = Taxonomy(
    name="openlabel",
    version=1,
    categories=(
        Category("Car", "#4dabf7", (4.2, 1.8, 1.6), "1"),
        Category("Van", "#3bc9db", (5.1, 1.9, 2.2), "2"),
        Category("Truck", "#ffa94d", (10.0, 2.6, 3.3), "3"),
        Category("Bus", "#ff922b", (12.0, 2.6, 3.2), "4"),
        Category("Motorcycle", "#94d82d", (2.1, 0.8, 1.5), "5"),
        Category("Bicycle", "#69db7c", (1.8, 0.6, 1.3), "6"),
        Category("Cyclist", "#51cf66", (1.8, 0.6, 1.7), "7"),
        Category("Pedestrian", "#f06595", (0.8, 0.7, 1.8), "8", is_rigid=False),
        Category("Trailer", "#fcc419", (7.0, 2.4, 2.5), "9"),
        Category("Animal", "#cc5de8", (1.0, 0.4, 0.8), is_rigid=False),
        Category("Misc", "#ced4da", (2.0, 1.5, 1.5)),
    ),
)
