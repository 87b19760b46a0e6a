"""ASAM OpenLABEL 1.0: one JSON file a scene, with objects, coordinate systems, streams and ego poses."""

from formats.format import Format
from formats.openlabel.openlabel import OpenLabel

FORMATS: tuple[Format, ...] = (OpenLabel(),)

__all__ = ["FORMATS", "OpenLabel"]
