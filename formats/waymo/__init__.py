"""Waymo's open set, version 2: one Parquet file a component and segment.

Written after the set's published schema and code; no real file was at hand, so tests make theirs to that schema.
"""

from formats.format import Format
from formats.waymo.waymo import Waymo

FORMATS: tuple[Format, ...] = (Waymo(),)

__all__ = ["FORMATS", "Waymo"]
