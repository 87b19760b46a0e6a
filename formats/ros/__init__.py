"""Recordings of ROS 1 and ROS 2: bags and MCAP files, and what they share on the way to a scene."""

from formats.format import Format
from formats.ros.mcap import Mcap
from formats.ros.rosbag import Rosbag

FORMATS: tuple[Format, ...] = (Mcap(), Rosbag())

__all__ = ["FORMATS", "Mcap", "Rosbag"]
