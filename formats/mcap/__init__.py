"""MCAP files with messages of ROS 1 or ROS 2."""

from formats.format import Format
from formats.mcap.mcap import Mcap

FORMATS: tuple[Format, ...] = (Mcap(),)

__all__ = ["FORMATS", "Mcap"]
