"""The HTTP contract, version 1: points of one frame go out, boxes come back; see docs/external-models.md."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from autolabel.classes import ClassSet
from autolabel.detections import Detections
from autolabel.external.errors import DetectorError, clipped
from autolabel.external.findings import MOST_BOXES, believed
from autolabel.recording import Recording
from autolabel.upright import COLUMNS

VERSION = 1

Three = tuple[FiniteFloat, FiniteFloat, FiniteFloat]


class _Form(BaseModel):
    """Numbers must be numbers; keys that are not known are left for later versions."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class AnsweredBox(_Form):
    """One box, as it comes over the wire."""

    center: Three
    size_lwh: Three
    yaw: FiniteFloat
    category: str
    score: FiniteFloat


class Answer(_Form):
    """What a detector answers."""

    version: Literal[1]
    boxes: Annotated[list[AnsweredBox], Field(max_length=MOST_BOXES, fail_fast=True)]


def body_of(recording: Recording, frame_index: int) -> bytes:
    """N rows of x, y, z in ``ego`` (metres) and intensity 0 … 1, each number a little-endian float32."""
    return np.ascontiguousarray(recording.points(frame_index)[:, :4], "<f4").tobytes()


def headers_of(recording: Recording, frame_index: int) -> dict[str, str]:
    """What is told beside the points; nothing that names the scene."""
    return {
        "Content-Type": "application/octet-stream",
        "Accept": "application/json",
        "Truebox-Contract": str(VERSION),
        "Truebox-Frame": str(frame_index),
        "Truebox-Timestamp-Ns": str(recording.times_ns[frame_index]),
        "Truebox-Points": str(len(recording.points(frame_index))),
        "Truebox-Lidar-Center": ",".join(f"{value:.4f}" for value in recording.lidar_center_ego),
    }


def read_answer(body: bytes, where: str, classes: ClassSet) -> Detections:
    """The boxes of an answer.

    Args:
        body: JSON.
        where: Whose answer it is.
        classes: Categories by name; another one is an error, so that none is lost in silence.

    Raises:
        DetectorError: It is not as the contract says.
    """
    try:
        answer = Answer.model_validate_json(body)
    except ValidationError as error:
        raise _first_error(error, where) from error
    numbers = {item.name: number for number, item in enumerate(classes)}
    for index, box in enumerate(answer.boxes):
        if box.category not in numbers:
            known = clipped(", ".join(numbers))
            raise DetectorError(where, f"boxes[{index}].category", f"one of {known}", repr(box.category))
    rows = np.array([[*box.center, *box.size_lwh, box.yaw] for box in answer.boxes], float).reshape(-1, COLUMNS)
    found = np.array([numbers[box.category] for box in answer.boxes], np.int64)
    return believed(where, rows, found, np.array([box.score for box in answer.boxes], float))


def _first_error(error: ValidationError, where: str) -> DetectorError:
    first = error.errors(include_url=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        return DetectorError(where, "answer", "JSON", first["msg"].removeprefix("Invalid JSON: "))
    if first["type"] == "missing":
        return DetectorError(where, _place(first["loc"]), "a value", "nothing")
    return DetectorError(where, _place(first["loc"]), _wanted(first["msg"]), _seen(first["input"]))


def _place(steps: tuple[int | str, ...]) -> str:
    """Such as ``boxes[3].score``."""
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return place.removeprefix(".") or "answer"


def _wanted(message: str) -> str:
    """The end of a sentence such as ``Input should be a valid number``."""
    if " should have " in message:
        return message.partition(" should have ")[2].partition(" after ")[0]
    return message.removeprefix("Input should be ")


def _seen(value: Any) -> str:
    """What was there; lists and objects may be large and are only counted."""
    if isinstance(value, list | dict):
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"
    return clipped(repr(value))
