"""Labels: read them, and the one door through which they change."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import JSONResponse, Response

from server.json_body import json_object_body
from server.schemas.common import ErrorBody
from server.schemas.records import ChangeAnswer, ChangeLog, LabelChange, Labels
from server.services import ServicesDep
from server.store import labels
from server.store.db import after_commit

router = APIRouter(tags=["labels"])

CHANGE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{LabelChange.__name__}"}}},
    }
}


# Records leave as they are stored: checking thousands of them again would only cost time.
@router.get("/scenes/{scene_id}/labels", response_model=Labels)
def read_labels(scene_id: str, services: ServicesDep, since: Annotated[int | None, Query(ge=0)] = None) -> Response:
    """All records; with `since` only those touched after that revision, and the ids of those removed after it."""
    with services.database.read() as session:
        return JSONResponse(labels.read_labels(session, scene_id, since))


@router.post(
    "/scenes/{scene_id}/changes",
    responses={409: {"model": ErrorBody, "description": "Others changed the same records first."}},
    openapi_extra=CHANGE_BODY,
)
def append_change(
    scene_id: str, change: Annotated[dict[str, Any], Depends(json_object_body)], services: ServicesDep
) -> ChangeAnswer:
    """Store a change. When the answer comes, it is safe on disk; it may be sent again for ever."""
    with services.database.write() as session:
        done = labels.append_change(session, scene_id, change, services.author)
        if not done.was_known:
            after_commit(session, lambda: services.hub.publish_revision(scene_id, done.revision, done.body))
    return ChangeAnswer(revision=done.revision, change_id=done.change_id, was_known=done.was_known)


@router.get("/scenes/{scene_id}/changes", response_model=ChangeLog)
def list_changes(
    scene_id: str,
    services: ServicesDep,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """The log after a revision, oldest first."""
    with services.database.read() as session:
        return JSONResponse({"changes": labels.read_changes(session, scene_id, after, limit)})
