"""Shapes that several schemas share."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Vector3 = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]

ErrorCode = Literal[
    "already_running",
    "bad_request",
    "folder_missing",
    "forbidden_host",
    "forbidden_origin",
    "forbidden_path",
    "internal",
    "invalid",
    "model_damaged",
    "name_taken",
    "not_found",
    "stale_revision",
    "too_large",
]


class Schema(BaseModel):
    """Unknown fields are refused: they would be lost."""

    model_config = ConfigDict(extra="forbid")


class Se3(Schema):
    """A rigid transform, always named `dst_from_src`: `point_dst = rotate(quat_wxyz, point_src) + translation_m`."""

    quat_wxyz: Quaternion = Field(description="Unit quaternion, w first.")
    translation_m: Vector3 = Field(description="Metres, in the destination frame.")


class Problem(Schema):
    """Something wrong with a file; the rest stays usable."""

    path: str = Field(description="The file or folder, relative to the dataset's folder where it lies inside.")
    message: str = Field(description="One line: what was expected and what was found.")


class ErrorContent(Schema):
    """A code for programs, one line for people."""

    code: ErrorCode
    message: str = Field(description="One line.")
    details: dict[str, Any] = Field(
        description="What belongs to the code; for stale_revision see StaleRevisionDetails."
    )


class ErrorBody(Schema):
    """Every error of every route looks like this."""

    error: ErrorContent
