"""KITTI: the object set, raw drives and tracking sequences; their calibration, poses and labels."""

from formats.format import Format
from formats.kitti.object import KittiObject
from formats.kitti.raw import KittiRaw
from formats.kitti.tracking import KittiTracking
from formats.kitti.write_drive import DriveFrame, write_drive

FORMATS: tuple[Format, ...] = (KittiObject(), KittiRaw(), KittiTracking())

__all__ = ["FORMATS", "DriveFrame", "KittiObject", "KittiRaw", "KittiTracking", "write_drive"]
