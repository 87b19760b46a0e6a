"""Several sensors, one scene: frames, time, ego motion, fused clouds, projection and colour."""

from fusion.color import color_from_images
from fusion.errors import ImageFileError
from fusion.fuse import FusedFrame, fuse_frame
from fusion.images import image_size, open_image, read_image
from fusion.occlusion import lidar_visible_share, occlusion_level, visible_shares
from fusion.project import ProjectedBox, best_camera, project_box, project_hulls, project_points
from fusion.scene import CameraImage, Deskew, Frame, Problem, Scene, Sweep, load_image_file

__all__ = [
    "CameraImage",
    "Deskew",
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
    "load_image_file",
    "occlusion_level",
    "open_image",
    "project_box",
    "project_hulls",
    "project_points",
    "read_image",
    "visible_shares",
]
