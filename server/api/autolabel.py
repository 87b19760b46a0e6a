"""Labels by a model that the project's own labelled frames taught: train and propose, versions, the queue."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from server.jobs.submit import submit_job
from server.schemas.autolabel import (
    ActivateRequest,
    AutolabelModel,
    AutolabelRequest,
    ModelComparison,
    ProposedTracks,
    Readiness,
)
from server.schemas.jobs import Job, ModelActivation
from server.services import ServicesDep

router = APIRouter(tags=["autolabel"])
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]
SomeVersion = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.post("/projects/{project_id}/autolabel", status_code=202)
def autolabel_project(project_id: str, request: AutolabelRequest, services: ServicesDep) -> Job:
    """Train on the labelled frames where they changed, and propose labels for the rest, as a job.

    What people made or confirmed stays as it is; unconfirmed proposals of earlier models go.
    """
    services.autolabel.check_scenes(project_id, request.scene_ids)
    return submit_job(services, "autolabel", project_id, request.model_dump() | {"model_version": None})


@router.get("/projects/{project_id}/autolabel/readiness")
def read_readiness(project_id: str, services: ServicesDep) -> Readiness:
    """Whether enough is labelled to learn from, and what to label next."""
    return services.autolabel.readiness(project_id)


@router.get("/projects/{project_id}/models")
def list_models(project_id: str, services: ServicesDep) -> list[AutolabelModel]:
    """The versions of the project's model, newest first."""
    return services.autolabel.models(project_id)


@router.get("/projects/{project_id}/models/compare")
def compare_models(
    project_id: str, services: ServicesDep, a: SomeVersion = None, b: SomeVersion = None
) -> ModelComparison:
    """Two versions side by side; `b` is by default the active one, `a` the one trained before it."""
    return services.autolabel.compare(project_id, a, b)


@router.post("/projects/{project_id}/models/{version}/activate")
def activate_model(
    project_id: str, version: Version, request: ActivateRequest, services: ServicesDep
) -> ModelActivation:
    """Let this version propose from now on; with `propose` its proposals come in place of the present ones."""
    services.autolabel.check_scenes(project_id, request.scene_ids)
    model = services.autolabel.activate(project_id, version)
    if not request.propose:
        return ModelActivation(model=model, job=None)
    arguments = request.model_dump(exclude={"propose"}) | {"retrain": False, "model_version": version}
    return ModelActivation(model=model, job=submit_job(services, "autolabel", project_id, arguments))


@router.get("/scenes/{scene_id}/proposed-tracks")
def list_proposed_tracks(scene_id: str, services: ServicesDep) -> ProposedTracks:
    """What a model proposed and is still there, in the order in which looking at it pays most."""
    return services.autolabel.proposed_tracks(scene_id)
