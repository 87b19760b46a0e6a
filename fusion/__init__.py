"""Several sensors, one scene: frames, time, ego motion, fused clouds, projection and colour."""

from fusion.color import color_from_images
from fusion.errors import ImageFileError
from fusion.fuse import FusedFrame, fuse_frame
from fusion.images import image_size, read_image
from fusion.occlusion import lidar_visible_share, occlusion_level, visible_shares
from fusion.project import ProjectedBox, best_camera, project_box, project_hulls, project_points
from fusion.scene import CameraImage, Frame, Problem, Scene, Sweep

__all__ = [
    "CameraImage",
    "Frame",
    "FusedFrame",
    "ImageFileError",
    "Problem",
    "ProjectedBox",
    "Scene",
    "Sweep",
    "best_camera",
    "color_from_images",
    "fuse_frame",
    "image_size",
    "lidar_visible_share",
    "occlusion_level",
    "project_box",
    "project_hulls",
    "project_points",
    "read_image",
    "visible_shares",
]
