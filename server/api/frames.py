"""The bytes of a frame: its points and its pictures."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from fusion import Frame, Scene
from server.cached_response import cached_response
from server.errors import NotFoundError
from server.images import original_image, thumbnail
from server.merged_points import (
    MOST_POINTS,
    merged_fingerprint,
    merged_header,
    merged_points,
    moving_boxes,
    parse_around,
)
from server.points import (
    MOST_SWEEPS,
    PointColor,
    accepted_coding,
    frame_points,
    points_fingerprint,
    shown_sweeps,
)
from server.security import check_inside
from server.services import Services, ServicesDep
from server.store import scenes
from server.views import image_version

router = APIRouter(tags=["frames"])
BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}}, "description": "The points' wire form, version 1."}
}
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {}, "image/png": {}}, "description": "The picture."}
}
FrameIndex = Annotated[int, Path(ge=0)]


@router.get("/scenes/{scene_id}/frames/{frame_index}/points", response_class=Response, responses=BYTES)
def read_points(
    scene_id: str,
    frame_index: FrameIndex,
    request: Request,
    services: ServicesDep,
    color: PointColor = "none",
    sweeps: Annotated[int, Query(ge=0, le=MOST_SWEEPS)] = 0,
    v: str | None = None,
) -> Response:
    """All lidars fused in ego at the frame's time. With the right `v` the answer may be kept for ever.

    With `sweeps`, so many of each lidar's sweeps before the frame's own are added, and as many after; moving objects
    smear. Where there would be more than two million points besides the frame's own, those are thinned.
    """
    scene, frame = _open_frame(services, scene_id, frame_index)
    shown = shown_sweeps(scene, frame_index, sweeps)
    if not shown:
        raise NotFoundError(f"frame {frame_index} has no cloud")
    _check_inside((sweep.path for sweep in shown), scene, services)
    if color == "image":
        _check_inside((image.path for image in frame.images), scene, services)
        _check_inside(scene.masks.values(), scene, services)
    fingerprint = points_fingerprint(scene, frame_index, sweeps)
    coding = accepted_coding(request.headers.get("accept-encoding", ""))
    headers = {"vary": "accept-encoding"} | ({} if coding == "identity" else {"content-encoding": coding})
    return cached_response(
        request,
        lambda: (
            frame_points(services.points, scene, frame_index, color, coding, fingerprint, sweeps),
            "application/octet-stream",
        ),
        etag=f"{fingerprint}-{color}-{coding}",
        # With other frames' sweeps the URL does not name all that is in it.
        is_current=v == fingerprint and not sweeps,
        headers=headers,
    )


@router.get("/scenes/{scene_id}/frames/{frame_index}/merged", response_class=Response, responses=BYTES)
def read_merged_points(
    scene_id: str,
    frame_index: FrameIndex,
    request: Request,
    services: ServicesDep,
    around: Annotated[str | None, Query(description="x,y,z,radius in metres, in ego.", max_length=200)] = None,
    color: PointColor = "none",
    most: Annotated[int, Query(ge=1, le=MOST_POINTS)] = MOST_POINTS,
) -> Response:
    """The whole scene as one cloud in ego at the frame's time, each point with its age.

    Labelled objects that move have their points of other times carried to where they are in the frame; what is not
    labelled smears. With `around`, only what is there is taken of other sweeps. Above `most` points besides the frame's
    own, those are thinned evenly; in a very long scene, sweeps are skipped evenly. The header `truebox-merged` says in
    JSON how many `sweeps` `of` how many were merged, and which `share` of their points.
    """
    from fusion import plan_merge

    scene, frame = _open_frame(services, scene_id, frame_index)
    plan = plan_merge(scene, frame_index, around=parse_around(around), max_points=most)
    if not plan.sweeps:
        raise NotFoundError(f"frame {frame_index} has no cloud, nor has any that could be placed in it")
    _check_inside((sweep.path for sweep in plan.sweeps), scene, services)
    if color == "image":
        _check_inside((image.path for image in frame.images), scene, services)
        _check_inside(scene.masks.values(), scene, services)
    boxes = moving_boxes(services.database, scene_id, scene)
    fingerprint = merged_fingerprint(scene, plan, boxes, (color, most))
    coding = accepted_coding(request.headers.get("accept-encoding", ""))
    headers = {"vary": "accept-encoding"} | ({} if coding == "identity" else {"content-encoding": coding})
    return cached_response(
        request,
        lambda: (
            merged_points(
                services.points, scene, plan, boxes, color=color, most=most, coding=coding, fingerprint=fingerprint
            ),
            "application/octet-stream",
        ),
        etag=f"{fingerprint}-{coding}",
        is_current=False,
        headers=headers | merged_header(plan),
    )


@router.get("/scenes/{scene_id}/frames/{frame_index}/images/{camera}", response_class=Response, responses=PICTURE)
def read_image(
    scene_id: str,
    frame_index: FrameIndex,
    camera: str,
    request: Request,
    services: ServicesDep,
    v: str | None = None,
    width: Annotated[int | None, Query(ge=16, le=2048)] = None,
) -> Response:
    """The file's own bytes, untouched; with `width` a small JPEG. With the right `v` it may be kept for ever."""
    scene, frame = _open_frame(services, scene_id, frame_index)
    image = frame.image(camera)
    if image is None:
        raise NotFoundError(f"frame {frame_index} has no image of camera {camera}")
    _check_inside([image.path], scene, services)
    version = image_version(image)
    return cached_response(
        request,
        lambda: original_image(image) if width is None else thumbnail(image, width),
        etag=f"{version}-{width or 'original'}",
        is_current=v == version,
    )


def _open_frame(services: Services, scene_id: str, frame_index: int) -> tuple[Scene, Frame]:
    with services.database.read() as session:
        row = scenes.get_scene(session, scene_id)
    if frame_index >= row.frame_count:
        raise NotFoundError(f"the scene has no frame {frame_index}; its last is {row.frame_count - 1}")
    scene = services.scenes.open(row)
    frame = scene.frames[frame_index]
    return scene, frame


def _check_inside(paths: Iterable[FilePath], scene: Scene, services: Services) -> None:
    """A dataset may hold links, but none that leads out of it."""
    for path in paths:
        check_inside(path, [scene.path, *services.settings.import_roots])
