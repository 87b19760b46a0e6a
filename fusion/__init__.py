"""Several sensors, one scene: frames, time, ego motion, fused clouds, projection and colour."""

from fusion.accumulate import Accumulated, accumulate
from fusion.color import color_from_images
from fusion.errors import ImageFileError, RegistrationError
from fusion.fuse import FusedFrame, color_cloud, fuse_frame, read_images
from fusion.images import image_size, open_image, read_image
from fusion.lidar_center import lidar_center_ego
from fusion.merge import Around, MergePlan, merge_sweeps, plan_merge
from fusion.motion import deskew
from fusion.occlusion import lidar_visible_share, occlusion_level, visible_shares
from fusion.project import ProjectedBox, best_camera, project_box, project_hulls, project_points
from fusion.registered import RegisteredTrajectory
from fusion.registration import trajectory_by_registration, why_no_registration
from fusion.scene import CameraImage, Deskew, Frame, Problem, Scene, Sweep, load_image_file
from fusion.sync import Between, between, nearest_within
from fusion.views import CameraView, RollingRows, cam_from_ego_at, camera_view, camera_views

__all__ = [
    "Accumulated",
    "Around",
    "Between",
    "CameraImage",
    "CameraView",
    "Deskew",
    "Frame",
    "FusedFrame",
    "ImageFileError",
    "MergePlan",
    "Problem",
    "ProjectedBox",
    "RegisteredTrajectory",
    "RegistrationError",
    "RollingRows",
    "Scene",
    "Sweep",
    "accumulate",
    "best_camera",
    "between",
    "cam_from_ego_at",
    "camera_view",
    "camera_views",
    "color_cloud",
    "color_from_images",
    "deskew",
    "fuse_frame",
    "image_size",
    "lidar_center_ego",
    "lidar_visible_share",
    "load_image_file",
    "merge_sweeps",
    "nearest_within",
    "occlusion_level",
    "open_image",
    "plan_merge",
    "project_box",
    "project_hulls",
    "project_points",
    "read_image",
    "read_images",
    "trajectory_by_registration",
    "visible_shares",
    "why_no_registration",
]
