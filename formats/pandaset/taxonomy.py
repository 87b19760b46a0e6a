"""PandaSet's categories and attributes; sizes are the usual ones of such objects."""

from __future__ import annotations

from labels import Attribute, Category, Taxonomy

MOTION = "object_motion"
COLUMNS = {
    MOTION: "attributes.object_motion",
    "rider_status": "attributes.rider_status",
    "pedestrian_behavior": "attributes.pedestrian_behavior",
    "pedestrian_age": "attributes.pedestrian_age",
    "sibling_id": "cuboids.sibling_id",
}
"""Answers of cuboids that are texts, and the column of each; an empty text is no answer."""
WHOLE_COLUMNS = {"camera_used": "camera_used", "sensor_id": "cuboids.sensor_id"}
"""The same for whole numbers; -1 is no answer."""

PANDASET_TAXONOMY = Taxonomy(
    name="pandaset",
    version=1,
    categories=(
        Category("Car", "#4dabf7", (4.5, 1.9, 1.6), "1"),
        Category("Pickup Truck", "#3bc9db", (5.7, 2.1, 1.9), "2"),
        Category("Medium-sized Truck", "#ffa94d", (7.5, 2.5, 3.1), "3"),
        Category("Semi-truck", "#ff922b", (14.0, 2.8, 3.8), "4"),
        Category("Bus", "#ffd43b", (11.5, 2.9, 3.3), "5"),
        Category("Pedestrian", "#f06595", (0.8, 0.8, 1.75), "6", is_rigid=False),
        Category("Pedestrian with Object", "#cc5de8", (1.2, 0.9, 1.75), "7", is_rigid=False),
        Category("Bicycle", "#69db7c", (1.8, 0.7, 1.5), "8"),
        Category("Motorcycle", "#38d9a9", (2.1, 0.9, 1.5), "9"),
        Category("Motorized Scooter", "#20c997", (1.5, 0.7, 1.4)),
        Category("Personal Mobility Device", "#94d82d", (1.2, 0.7, 1.6)),
        Category("Towed Object", "#fab005", (5.0, 2.2, 2.2)),
        Category("Emergency Vehicle", "#fa5252", (6.5, 2.3, 2.6)),
        Category("Other Vehicle - Construction Vehicle", "#e8590c", (6.0, 2.6, 3.0)),
        Category("Other Vehicle - Uncommon", "#ced4da", (4.0, 2.0, 2.0)),
        Category("Other Vehicle - Pedicab", "#a9e34b", (2.7, 1.2, 1.9)),
        Category("Train", "#845ef7", (25.0, 3.0, 4.0)),
        Category("Trolley", "#7950f2", (12.0, 2.6, 3.5)),
        Category("Tram / Subway", "#748ffc", (20.0, 2.7, 3.5)),
        Category("Animals - Bird", "#f783ac", (0.4, 0.3, 0.3), is_rigid=False),
        Category("Animals - Other", "#faa2c1", (0.9, 0.4, 0.7), is_rigid=False),
        Category("Pylons", "#ff8787", (0.4, 0.4, 0.9)),
        Category("Road Barriers", "#adb5bd", (2.0, 0.6, 1.0)),
        Category("Signs", "#868e96", (0.7, 0.5, 2.0)),
        Category("Cones", "#ff6b6b", (0.4, 0.4, 0.8)),
        Category("Construction Signs", "#f59f00", (0.9, 0.7, 1.4)),
        Category("Temporary Construction Barriers", "#f76707", (1.5, 0.6, 1.1)),
        Category("Rolling Containers", "#495057", (1.0, 0.8, 1.2)),
    ),
    attributes=(
        Attribute(MOTION, "cuboid", ("Parked", "Stopped", "Moving")),
        Attribute("rider_status", "cuboid", ("With Rider", "Without Rider")),
        Attribute("pedestrian_behavior", "cuboid", ("Standing", "Walking", "Sitting", "Lying")),
        Attribute("pedestrian_age", "cuboid", ("Adult", "Child")),
        Attribute("sibling_id", "cuboid"),
        Attribute("sensor_id", "cuboid"),
        Attribute("camera_used", "cuboid"),
    ),
)
