"""SUSTechPOINTS: one lidar, its cameras and boxes, a folder a scene."""

from formats.format import Format
from formats.sustechpoints.sustechpoints import SustechPoints

FORMATS: tuple[Format, ...] = (SustechPoints(),)

__all__ = ["FORMATS", "SustechPoints"]
