"""What the machine proposes; the client makes the change, so undo and conflicts are as for a hand's edit."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from server.schemas.proposals import (
    ExtendAnswer,
    ExtendRequest,
    FitInImageAnswer,
    FitInImageRequest,
    FitRequest,
    FittedBox,
    PointsPerFrame,
    RefitRequest,
    SceneMotion,
    SnapAnswer,
    SnapRequest,
    ThinAnswer,
    ThinRequest,
    TrackRequest,
)
from server.services import ServicesDep

router = APIRouter(tags=["proposals"])
FrameIndex = Annotated[int, Path(ge=0)]


@router.post("/scenes/{scene_id}/frames/{frame_index}/fit")
def fit(scene_id: str, frame_index: FrameIndex, body: FitRequest, services: ServicesDep) -> FittedBox:
    """One click on an object becomes a box; of the usual size and with confidence 0 where there are no points."""
    return services.proposals.fit(scene_id, frame_index, body)


@router.post("/scenes/{scene_id}/frames/{frame_index}/refit")
def refit(scene_id: str, frame_index: FrameIndex, body: RefitRequest, services: ServicesDep) -> FittedBox:
    """A box that is roughly right is fitted again, or one part of it; the same box where there is nothing to go by."""
    return services.proposals.refit(scene_id, frame_index, body)


@router.post("/scenes/{scene_id}/frames/{frame_index}/fit-in-image")
def fit_in_image(
    scene_id: str, frame_index: FrameIndex, body: FitInImageRequest, services: ServicesDep
) -> FitInImageAnswer:
    """A rectangle drawn in an image becomes the cuboid whose picture fills it best."""
    return services.proposals.fit_in_image(scene_id, frame_index, body)


@router.post("/scenes/{scene_id}/tracks/extend")
def extend_track(scene_id: str, body: ExtendRequest, services: ServicesDep) -> ExtendAnswer:
    """Carry a track on, fitting in every frame, until nothing vouches for it any more."""
    return services.proposals.extend(scene_id, body)


@router.post("/scenes/{scene_id}/tracks/thin")
def thin_track(scene_id: str, body: ThinRequest, services: ServicesDep) -> ThinAnswer:
    """The fewest keys from which every cuboid of today is derived within a tolerance."""
    return services.proposals.thin(scene_id, body)


@router.post("/scenes/{scene_id}/tracks/snap")
def snap_track(scene_id: str, body: SnapRequest, services: ServicesDep) -> SnapAnswer:
    """The keys with which a static track follows its points where poses drift."""
    return services.proposals.snap(scene_id, body)


@router.get("/scenes/{scene_id}/tracks/motion")
def read_motion(scene_id: str, services: ServicesDep) -> SceneMotion:
    """Whether each stored track stands or moves."""
    return services.proposals.motion(scene_id, None)


@router.post("/scenes/{scene_id}/tracks/motion")
def judge_track(scene_id: str, body: TrackRequest, services: ServicesDep) -> SceneMotion:
    """Whether one track stands or moves, as the client has it now."""
    return services.proposals.motion(scene_id, body)


@router.post("/scenes/{scene_id}/tracks/points-per-frame")
def count_points(scene_id: str, body: TrackRequest, services: ServicesDep) -> PointsPerFrame:
    """How many points are in a track's box in each of its frames, and in which it is seen best."""
    return services.proposals.points_per_frame(scene_id, body)
