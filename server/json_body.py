"""A request's body as a JSON object, for routes whose own codec checks what is inside."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from server.errors import BadRequestError, InvalidError


async def json_object_body(request: Request) -> dict[str, Any]:
    """The body.

    Raises:
        BadRequestError: It is not JSON, or says that it is something else.
        InvalidError: It is JSON, but no object.
    """
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise BadRequestError("expected a body of type application/json")
    try:
        value = json.loads(await request.body(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequestError(f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise InvalidError(f"expected an object, found {type(value).__name__}")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
