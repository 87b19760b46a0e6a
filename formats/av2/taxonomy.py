"""The 30 categories of AV2's sensor set; sizes are usual ones of such objects."""

from __future__ import annotations

from labels import Category, Taxonomy

AV2_TAXONOMY = Taxonomy(
    name="av2",
    version=1,
    categories=(
        Category("REGULAR_VEHICLE", "#4dabf7", (4.60, 1.90, 1.65), "1"),
        Category("PEDESTRIAN", "#f06595", (0.80, 0.80, 1.75), "2", is_rigid=False),
        Category("BICYCLE", "#69db7c", (1.75, 0.65, 1.05), "3"),
        Category("BICYCLIST", "#38d9a9", (1.75, 0.65, 1.75), "4"),
        Category("LARGE_VEHICLE", "#3bc9db", (7.00, 2.50, 2.80), "5"),
        Category("BUS", "#ffd43b", (12.00, 2.90, 3.30), "6"),
        Category("BOX_TRUCK", "#ffa94d", (7.50, 2.60, 3.20), "7"),
        Category("TRUCK", "#fd7e14", (9.50, 2.90, 3.40), "8"),
        Category("MOTORCYCLE", "#a9e34b", (2.10, 0.80, 1.30), "9"),
        Category("CONSTRUCTION_CONE", "#ff922b", (0.40, 0.40, 0.75), "0"),
        Category("MOTORCYCLIST", "#94d82d", (2.10, 0.80, 1.70)),
        Category("WHEELED_RIDER", "#20c997", (1.20, 0.60, 1.75)),
        Category("WHEELED_DEVICE", "#63e6be", (1.20, 0.60, 1.20)),
        Category("ARTICULATED_BUS", "#fab005", (18.00, 2.90, 3.30)),
        Category("SCHOOL_BUS", "#fcc419", (11.50, 2.80, 3.20)),
        Category("TRUCK_CAB", "#e8590c", (6.50, 2.80, 3.30)),
        Category("VEHICULAR_TRAILER", "#d9480f", (8.00, 2.50, 2.90)),
        Category("RAILED_VEHICLE", "#fff3bf", (20.00, 2.70, 3.60)),
        Category("BOLLARD", "#adb5bd", (0.30, 0.30, 0.95)),
        Category("CONSTRUCTION_BARREL", "#ffc078", (0.60, 0.60, 1.00)),
        Category("STOP_SIGN", "#fa5252", (0.15, 0.75, 0.75)),
        Category("SIGN", "#ff8787", (0.20, 0.70, 1.20)),
        Category("MOBILE_PEDESTRIAN_CROSSING_SIGN", "#faa2c1", (0.35, 0.45, 1.10)),
        Category("MESSAGE_BOARD_TRAILER", "#e599f7", (2.50, 2.00, 3.00)),
        Category("TRAFFIC_LIGHT_TRAILER", "#da77f2", (3.00, 2.00, 3.50)),
        Category("OFFICIAL_SIGNALER", "#e64980", (0.80, 0.80, 1.75), is_rigid=False),
        Category("STROLLER", "#b197fc", (1.00, 0.60, 1.05)),
        Category("WHEELCHAIR", "#9775fa", (1.10, 0.70, 1.30)),
        Category("DOG", "#d0bfff", (0.95, 0.40, 0.70), is_rigid=False),
        Category("ANIMAL", "#eebefa", (0.80, 0.40, 0.60), is_rigid=False),
    ),
)
