"""PandaSet: sequences of clouds, images and cuboids in map coordinates."""

from formats.format import Format
from formats.pandaset.pandaset import PandaSet

FORMATS: tuple[Format, ...] = (PandaSet(),)

__all__ = ["FORMATS", "PandaSet"]
