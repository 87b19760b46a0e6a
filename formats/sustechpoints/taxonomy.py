"""SUSTechPOINTS' categories; sizes are the usual ones of such objects."""

from __future__ import annotations

from labels import Attribute, Category, Taxonomy

OBJ_ATTR = "obj_attr"

SUSTECHPOINTS_TAXONOMY = Taxonomy(
    name="sustechpoints",
    version=1,
    categories=(
        Category("Car", "#4dabf7", (4.5, 1.8, 1.5), "1"),
        Category("Pedestrian", "#f06595", (0.6, 0.6, 1.7), "2", is_rigid=False),
        Category("Van", "#3bc9db", (4.8, 1.9, 2.0), "3"),
        Category("Bus", "#ffd43b", (11.0, 2.9, 3.3), "4"),
        Category("Truck", "#ffa94d", (8.0, 2.5, 3.0), "5"),
        Category("Rider", "#69db7c", (1.7, 0.7, 1.7), "6"),
        Category("Bicycle", "#38d9a9", (1.7, 0.5, 1.1), "7"),
        Category("Motor", "#20c997", (1.9, 0.8, 1.2), "8"),
        Category("Scooter", "#94d82d", (1.6, 0.6, 1.1), "9"),
        Category("BicycleRider", "#51cf66", (1.7, 0.7, 1.7)),
        Category("ScooterRider", "#8ce99a", (1.6, 0.7, 1.7)),
        Category("MotorcyleRider", "#40c057", (1.9, 0.8, 1.7)),
        Category("Motorcycle", "#12b886", (2.1, 0.8, 1.3)),
        Category("Cyclist", "#2f9e44", (1.7, 0.7, 1.7)),
        Category("BicycleGroup", "#63e6be", (4.0, 1.5, 1.1)),
        Category("Trimotorcycle", "#a9e34b", (2.6, 1.1, 1.6)),
        Category("FreightTricycle", "#c0eb75", (2.8, 1.2, 1.6)),
        Category("PoliceCar", "#fa5252", (4.6, 1.8, 1.6)),
        Category("TourCar", "#ff8787", (4.4, 1.7, 2.0)),
        Category("LongVehicle", "#fd7e14", (16.0, 2.6, 3.8)),
        Category("ConcreteTruck", "#e8590c", (9.5, 2.6, 3.8)),
        Category("Tram", "#748ffc", (16.0, 2.6, 3.5)),
        Category("Excavator", "#fab005", (7.0, 2.8, 3.0)),
        Category("Crane", "#f59f00", (12.0, 2.8, 3.8)),
        Category("RoadRoller", "#f08c00", (5.5, 2.3, 3.0)),
        Category("Bulldozer", "#e67700", (5.5, 3.0, 3.0)),
        Category("ForkLift", "#d9480f", (3.0, 1.3, 2.2)),
        Category("Animal", "#faa2c1", (0.9, 0.4, 0.7), is_rigid=False),
        Category("RoadBarrel", "#ff6b6b", (0.6, 0.6, 1.0)),
        Category("Cone", "#ff922b", (0.4, 0.4, 0.8)),
        Category("Unknown", "#ced4da", (1.0, 1.0, 1.0)),
    ),
    attributes=(Attribute(OBJ_ATTR, "cuboid"),),
)
