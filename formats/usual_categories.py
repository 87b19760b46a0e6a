"""Categories for data that brings none of its own: what is labeled around a car, with usual sizes."""

from __future__ import annotations

from labels import Category, Taxonomy

STREET_CATEGORIES = (
    Category("car", "#4dabf7", (4.5, 1.8, 1.5), "1"),
    Category("van", "#3bc9db", (5.0, 1.9, 2.1), "2"),
    Category("truck", "#ffa94d", (8.0, 2.5, 3.0), "3"),
    Category("bus", "#ffd43b", (11.0, 2.8, 3.2), "4"),
    Category("pedestrian", "#f06595", (0.7, 0.7, 1.75), "5", is_rigid=False),
    Category("cyclist", "#69db7c", (1.8, 0.7, 1.7), "6"),
    Category("motorcycle", "#38d9a9", (2.1, 0.9, 1.5), "7"),
)
"""As labels of camera tools spell them: small letters."""

DRIVING_TAXONOMY = Taxonomy(
    name="driving",
    version=1,
    categories=(
        Category("Car", "#4dabf7", (4.5, 1.9, 1.65), "1"),
        Category("Truck", "#ffa94d", (8.0, 2.6, 3.2), "2"),
        Category("Bus", "#ffd43b", (11.5, 2.9, 3.4), "3"),
        Category("Trailer", "#e8590c", (10.0, 2.6, 3.6), "4"),
        Category("Motorcycle", "#20c997", (2.1, 0.8, 1.5), "5"),
        Category("Bicycle", "#69db7c", (1.75, 0.6, 1.4), "6"),
        Category("Pedestrian", "#f06595", (0.7, 0.7, 1.75), "7", is_rigid=False),
        Category("Animal", "#cc5de8", (0.8, 0.4, 0.6), "8", is_rigid=False),
        Category("Object", "#ced4da", (0.5, 0.5, 0.9), "9"),
    ),
)
"""Of recordings and plain folders."""
