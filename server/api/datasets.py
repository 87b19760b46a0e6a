"""Folders before they are imported."""

from __future__ import annotations

from fastapi import APIRouter

from formats import all_formats
from server.browse import list_folder, usable_folder
from server.formats_by_name import check_format_name, invalid_answers
from server.inspection import inspect_for_project
from server.schemas.datasets import Folder, FormatInfo, InspectReport, InspectRequest
from server.services import ServicesDep

router = APIRouter(tags=["datasets"])


@router.get("/formats")
def list_formats() -> list[FormatInfo]:
    """Every format, by name."""
    return [
        FormatInfo(
            name=item.name,
            title=item.title,
            can_read_scenes=item.can_read_scenes,
            can_read_labels=item.can_read_labels,
            can_write_labels=item.can_write_labels,
        )
        for item in all_formats()
    ]


@router.get("/browse")
def browse_folder(services: ServicesDep, path: str | None = None) -> Folder:
    """What lies in a folder of the server's machine; without a path, where a person would start."""
    return list_folder(path, services.settings.import_roots)


@router.post("/inspect")
def inspect_folder(request: InspectRequest, services: ServicesDep) -> InspectReport:
    """What an import would bring, and every problem; nothing is written."""
    check_format_name(request.format)
    folder = usable_folder(request.path, services.settings.import_roots)
    with invalid_answers():
        report = inspect_for_project(services.database, folder, request.format, request.assume, request.project_id)
    return InspectReport.model_validate(report)
