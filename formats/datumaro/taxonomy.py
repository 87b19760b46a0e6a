"""Datumaro's and Supervisely's categories are each dataset's own; these are the usual ones of streets."""

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
DATUMARO_TAXONOMY = Taxonomy("datumaro", 1, STREET_CATEGORIES)
SUPERVISELY_TAXONOMY = Taxonomy("supervisely", 1, STREET_CATEGORIES)
