"""One cloud of points: its type, its files, its ground, its form for the browser."""

from pointcloud.cloud import PointCloud
from pointcloud.errors import PointFileError
from pointcloud.ground import GroundMap, GroundPlane, ground_map, ground_plane
from pointcloud.kitti_bin import count_kitti_bin, read_kitti_bin, write_kitti_bin
from pointcloud.pcd import count_pcd, read_pcd, write_pcd
from pointcloud.ply import count_ply, read_ply

__all__ = [
    "GroundMap",
    "GroundPlane",
    "PointCloud",
    "PointFileError",
    "count_kitti_bin",
    "count_pcd",
    "count_ply",
    "ground_map",
    "ground_plane",
    "read_kitti_bin",
    "read_pcd",
    "read_ply",
    "write_kitti_bin",
    "write_pcd",
]
