"""Scenes, in a list and in full."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.schemas.common import Problem, Schema, Se3
from server.schemas.projects import Taxonomy

CameraKind = Literal["pinhole", "brown_conrady", "kannala_brandt"]


class SceneSummary(Schema):
    """One scene in a project's list."""

    id: str
    name: str
    project_id: str
    format: str
    path: str = Field(description="The folder of the dataset it was imported from.")
    frame_count: int
    lidar_count: int
    camera_count: int
    track_count: int
    key_cuboid_count: int
    done_frames: int
    empty_frames: int
    revision: int
    updated_at: str = Field(description="ISO 8601 in UTC.")
    thumbnail_url: str | None
    problem_count: int
    changed_file_count: int = Field(description="Raw files that the last look found changed since the import.")
    is_missing: bool = Field(description="Its folder is not there; relink it if it moved.")


class SceneFrame(Schema):
    """One moment of the drive."""

    index: int
    time_offset_ns: int = Field(description="After the scene's start; exact in a float64 for a hundred days.")
    world_from_ego: Se3 | None = Field(description="Where the vehicle is; null where the scene has no world.")
    points_url: str | None = Field(description="Null where the frame has no cloud. Takes &color=image and &sweeps=.")
    cameras: list[str] = Field(description="The scene's cameras that this frame was taken with, images or not.")
    image_urls: dict[str, str] = Field(description="By camera; a camera without an image is absent. Takes &width=.")
    cam_from_ego: dict[str, Se3] = Field(
        description="From ego at the frame's time into a camera at its image's, where that is another time; else, the"
        " camera's own holds."
    )


class Lidar(Schema):
    """A lidar and where it sits."""

    name: str
    ego_from_sensor: Se3


class Camera(Schema):
    """A camera: where it sits and how it sees. `u = fx · x / z + cx`, `v = fy · y / z + cy`, x right, y down.

    A lens moves x / z and y / z before that, by OpenCV's formulas: `brown_conrady` as in calib3d, `kannala_brandt` as
    in its fisheye module.
    """

    name: str
    model: CameraKind
    width_px: int
    height_px: int
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    distortion: list[float] = Field(description="The lens's coefficients in OpenCV's order; none for a pinhole.")
    max_angle_rad: float = Field(description="The angle from the optical axis up to which the model holds.")
    cam_from_ego: Se3
    images_are: Literal["raw", "rectified"]


class TrajectoryQuality(Schema):
    """How far poses by registration can be trusted."""

    figures: dict[str, float] = Field(description="What was measured, by name with its unit.")
    summary: str = Field(description="One sentence.")


class SceneTrajectory(Schema):
    """Where a scene's poses are from."""

    source: Literal["given", "registration", "none"] = Field(
        description="given: the dataset's own, if it has any; registration: of its clouds, at import; none: left out."
    )
    quality: TrajectoryQuality | None = Field(description="Null where the poses are the dataset's own.")


class SceneDetail(Schema):
    """All that the editor needs but points, pictures and labels."""

    id: str
    project_id: str
    name: str
    format: str
    path: str
    is_sequential: bool
    revision: int
    taxonomy: Taxonomy
    start_timestamp_ns: str = Field(description="Of the first frame; as text, for it is beyond 2^53.")
    frames: list[SceneFrame]
    lidars: list[Lidar]
    cameras: list[Camera] = Field(description="The one that looks ahead comes first.")
    problems: list[Problem]
    changed_files: list[Problem] = Field(description="The first 200 raw files that changed since the import.")
    changed_file_count: int
    assume: dict[str, str] = Field(description="How a person settled what the format leaves open.")
    trajectory: SceneTrajectory
    previous_scene_id: str | None
    next_scene_id: str | None
