"""Where things are: rigid transforms, boxes, overlaps, trajectories; and the root of the error tree."""

from geometry.box import CORNER_SIGNS, EDGES, Box
from geometry.errors import DataFileError, TrueboxError
from geometry.iou import iou_3d, iou_bev
from geometry.se3 import SE3
from geometry.trajectory import Trajectory, interpolate_se3

__all__ = [
    "CORNER_SIGNS",
    "EDGES",
    "SE3",
    "Box",
    "DataFileError",
    "Trajectory",
    "TrueboxError",
    "interpolate_se3",
    "iou_3d",
    "iou_bev",
]
