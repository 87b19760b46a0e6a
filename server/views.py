"""From rows and scenes to schemas."""

from __future__ import annotations

from collections.abc import Iterable

import fusion
from calibration import BrownConrady, CameraModel, Intrinsics, KannalaBrandt, Pinhole
from fusion import CameraImage, Frame, Scene, cam_from_ego_at
from geometry import SE3
from server.errors import InvalidError
from server.fingerprint import fingerprint_of
from server.points import points_fingerprint
from server.schemas.autolabel import AutolabelResult
from server.schemas.common import Problem, Se3
from server.schemas.jobs import ExportResult, ImportResult, Job
from server.schemas.merge import MergeResult
from server.schemas.projects import Project, Taxonomy
from server.schemas.scenes import Camera, CameraKind, Lidar, SceneDetail, SceneFrame, SceneSummary, SceneTrajectory
from server.store.scenes import SceneCounts
from server.store.tables import JobRow, ProjectRow, SceneRow

THUMBNAIL_WIDTH_PX = 320
RESULT_TYPES: dict[str, type[ImportResult | ExportResult | MergeResult | AutolabelResult]] = {
    "import": ImportResult,
    "export": ExportResult,
    "merge": MergeResult,
    "autolabel": AutolabelResult,
}


def project_view(row: ProjectRow, scene_count: int) -> Project:
    """A project as the browser sees it."""
    return Project(
        id=row.id,
        name=row.name,
        created_at=row.created_at,
        scene_count=scene_count,
        taxonomy=Taxonomy.model_validate(row.taxonomy),
    )


def problem_views(problems: Iterable[fusion.Problem]) -> list[Problem]:
    """What is wrong with files as the browser sees it."""
    return [Problem(path=str(problem.path), message=problem.message) for problem in problems]


def scene_summary(row: SceneRow, counts: SceneCounts | None, *, is_missing: bool = False) -> SceneSummary:
    """A scene in a list."""
    shown = counts or SceneCounts()
    return SceneSummary(
        id=row.id,
        name=row.name,
        project_id=row.project_id,
        format=row.format,
        path=row.dataset_path,
        frame_count=row.frame_count,
        lidar_count=len(row.lidars),
        camera_count=len(row.cameras),
        track_count=shown.track_count,
        key_cuboid_count=shown.key_cuboid_count,
        done_frames=shown.done_frames,
        empty_frames=shown.empty_frames,
        revision=row.revision,
        updated_at=row.updated_at,
        thumbnail_url=_thumbnail_url(row),
        problem_count=len(row.problems),
        changed_file_count=row.changed_files.get("count", 0),
        is_missing=is_missing,
    )


def scene_detail(
    row: SceneRow, project: ProjectRow, scene: Scene, neighbour_ids: tuple[str | None, str | None]
) -> SceneDetail:
    """A scene in full."""
    start_ns = scene.frames[0].timestamp_ns if scene.frames else 0
    previous_id, next_id = neighbour_ids
    return SceneDetail(
        id=row.id,
        project_id=row.project_id,
        name=row.name,
        format=row.format,
        path=row.dataset_path,
        is_sequential=row.is_sequential,
        revision=row.revision,
        taxonomy=Taxonomy.model_validate(project.taxonomy),
        start_timestamp_ns=str(start_ns),
        frames=[_scene_frame(row.id, scene, frame, start_ns) for frame in scene.frames],
        lidars=[Lidar(name=name, ego_from_sensor=se3(scene.rig.ego_from_sensor[name])) for name in scene.rig.lidars],
        cameras=[_camera(scene, name) for name in scene.rig.cameras],
        problems=[Problem.model_validate(problem) for problem in row.problems],
        changed_files=[Problem.model_validate(problem) for problem in row.changed_files.get("problems", [])],
        changed_file_count=row.changed_files.get("count", 0),
        assume=row.assume,
        trajectory=SceneTrajectory.model_validate({"source": "given", "quality": None} | row.trajectory),
        previous_scene_id=previous_id,
        next_scene_id=next_id,
    )


def job_view(row: JobRow) -> Job:
    """A job as the browser sees it."""
    result_type = RESULT_TYPES[row.kind]
    return Job.model_validate(
        {
            "id": row.id,
            "kind": row.kind,
            "project_id": row.project_id,
            "state": row.state,
            "progress": row.progress,
            "message": row.message,
            "error": row.error,
            "result": None if row.result is None else result_type.model_validate(row.result),
            "created_at": row.created_at,
            "started_at": row.started_at,
            "finished_at": row.finished_at,
        }
    )


def se3(dst_from_src: SE3) -> Se3:
    """A transform as JSON."""
    qw, qx, qy, qz = dst_from_src.quat_wxyz.tolist()
    x, y, z = dst_from_src.translation.tolist()
    return Se3(quat_wxyz=(qw, qx, qy, qz), translation_m=(x, y, z))


def image_version(image: CameraImage) -> str:
    """Changes when the file is written anew."""
    return fingerprint_of([image.path], [image.part] if image.part else [])


def _frame_url(scene_id: str, frame_index: int) -> str:
    return f"/api/scenes/{scene_id}/frames/{frame_index}"


def _thumbnail_url(row: SceneRow) -> str | None:
    if row.thumbnail_frame is None:
        return None
    return f"{_frame_url(row.id, row.thumbnail_frame)}/images/{row.cameras[0]}?width={THUMBNAIL_WIDTH_PX}"


def _scene_frame(scene_id: str, scene: Scene, frame: Frame, start_ns: int) -> SceneFrame:
    url = _frame_url(scene_id, frame.index)
    world_from_ego = scene.world_from_ego(frame.index)
    return SceneFrame(
        index=frame.index,
        time_offset_ns=frame.timestamp_ns - start_ns,
        world_from_ego=None if world_from_ego is None else se3(world_from_ego),
        points_url=f"{url}/points?v={points_fingerprint(scene, frame.index)}" if frame.sweeps else None,
        cameras=list(scene.cameras_of(frame.index)),
        image_urls={image.camera: f"{url}/images/{image.camera}?v={image_version(image)}" for image in frame.images},
        cam_from_ego=cameras_seen(scene, frame),
    )


def cameras_seen(scene: Scene, frame: Frame) -> dict[str, Se3]:
    """``cam_from_ego`` of the cameras whose images of a frame are of another time, where the ego's motion is known."""
    if scene.trajectory is None:
        return {}
    late = [image.camera for image in frame.images if image.timestamp_ns != frame.timestamp_ns]
    return {camera: se3(cam_from_ego_at(scene, frame.index, camera)) for camera in late}


def _lens(name: str, model: CameraModel) -> tuple[Intrinsics, CameraKind, tuple[float, ...]]:
    match model:
        case Pinhole():
            return model, "pinhole", ()
        case BrownConrady():
            return model, "brown_conrady", model.coefficients
        case KannalaBrandt():
            return model, "kannala_brandt", model.coefficients
    raise InvalidError(f"camera {name}: the browser does not know the camera model {type(model).__name__}")


def _camera(scene: Scene, name: str) -> Camera:
    model = scene.rig.cameras[name]
    intrinsics, kind, distortion = _lens(name, model)
    return Camera(
        name=name,
        model=kind,
        width_px=intrinsics.width_px,
        height_px=intrinsics.height_px,
        fx_px=intrinsics.fx_px,
        fy_px=intrinsics.fy_px,
        cx_px=intrinsics.cx_px,
        cy_px=intrinsics.cy_px,
        distortion=list(distortion),
        max_angle_rad=model.max_angle_rad,
        cam_from_ego=se3(scene.rig.cam_from_ego(name)),
        images_are=scene.rig.images_are,
    )
