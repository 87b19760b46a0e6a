"""Where things are: rigid transforms, boxes, overlaps, trajectories; and the root of the error tree."""

from geometry.box import CORNER_SIGNS, EDGES, Box
from geometry.box_columns import BoxColumns
from geometry.errors import DataFileError, TrueboxError, one_line
from geometry.iou import (
    iou_3d,
    iou_3d_aligned,
    iou_bev,
    iou_bev_aligned,
    iou_bev_and_3d,
    iou_bev_and_3d_aligned,
)
from geometry.iou_tilted import iou_3d_tilted, iou_3d_tilted_aligned
from geometry.se3 import SE3
from geometry.trajectory import Trajectory, interpolate_se3

__all__ = [
    "CORNER_SIGNS",
    "EDGES",
    "SE3",
    "Box",
    "BoxColumns",
    "DataFileError",
    "Trajectory",
    "TrueboxError",
    "interpolate_se3",
    "iou_3d",
    "iou_3d_aligned",
    "iou_3d_tilted",
    "iou_3d_tilted_aligned",
    "iou_bev",
    "iou_bev_aligned",
    "iou_bev_and_3d",
    "iou_bev_and_3d_aligned",
    "one_line",
]
