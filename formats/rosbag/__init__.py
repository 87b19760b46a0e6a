"""Bags of ROS 1, and the bag folders of ROS 2 with SQLite or MCAP in them."""

from formats.format import Format
from formats.rosbag.rosbag import Rosbag

FORMATS: tuple[Format, ...] = (Rosbag(),)

__all__ = ["FORMATS", "Rosbag"]
