"""One cloud of points: its type, its files, its form for the browser."""

from pointcloud.cloud import PointCloud
from pointcloud.errors import PointFileError
from pointcloud.kitti_bin import count_kitti_bin, read_kitti_bin, write_kitti_bin

__all__ = ["PointCloud", "PointFileError", "count_kitti_bin", "read_kitti_bin", "write_kitti_bin"]
