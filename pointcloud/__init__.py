"""One cloud of points: its type, its files, its ground, boxes fitted to it, its form for the browser."""

from pointcloud.cloud import PointCloud
from pointcloud.errors import PointFileError
from pointcloud.fit import FACES, WHATS, Face, FittedBox, What, fit_at, refit
from pointcloud.fit_habits import DEFAULT_HABITS, FitHabits, learn_habits
from pointcloud.fit_scene import FitScene
from pointcloud.fit_witness import Witness
from pointcloud.ground import GroundMap, GroundPlane, ground_map, ground_plane
from pointcloud.kitti_bin import count_kitti_bin, read_kitti_bin, write_kitti_bin
from pointcloud.pcd import count_pcd, read_pcd, write_pcd
from pointcloud.ply import count_ply, read_ply

__all__ = [
    "DEFAULT_HABITS",
    "FACES",
    "WHATS",
    "Face",
    "FitHabits",
    "FitScene",
    "FittedBox",
    "GroundMap",
    "GroundPlane",
    "PointCloud",
    "PointFileError",
    "What",
    "Witness",
    "count_kitti_bin",
    "count_pcd",
    "count_ply",
    "fit_at",
    "ground_map",
    "ground_plane",
    "learn_habits",
    "read_kitti_bin",
    "read_pcd",
    "read_ply",
    "refit",
    "write_kitti_bin",
    "write_pcd",
]
