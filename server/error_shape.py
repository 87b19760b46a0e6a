"""The one shape that every error has for a client: ``{"error": {"code", "message", "details"}}``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from geometry.errors import DataFileError, TrueboxError
from labels.errors import RecordError, StaleRevisionError
from server.errors import ServerError


def error_body(code: str, message: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A code for programs, one line for people, and what belongs to the code."""
    return {"error": {"code": code, "message": " ".join(message.split()), "details": dict(details or {})}}


def error_response(error: TrueboxError) -> JSONResponse:
    """How an error of this house looks to a client."""
    if isinstance(error, ServerError):
        return JSONResponse(error_body(error.code, str(error), error.details), error.status)
    if isinstance(error, StaleRevisionError):
        return JSONResponse(error_body("stale_revision", str(error), _stale_details(error)), 409)
    details: dict[str, Any] = {}
    if isinstance(error, DataFileError):
        details = {"path": str(error.path), "line": error.line, "reason": error.reason}
    elif isinstance(error, RecordError):
        details = {"where": error.where, "reason": error.reason}
    return JSONResponse(error_body("invalid", str(error), details), 422)


def install_error_handlers(app: FastAPI) -> None:
    """Give every error of every route the one shape."""
    app.add_exception_handler(TrueboxError, _on_truebox_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_unexpected)


def _stale_details(error: StaleRevisionError) -> dict[str, Any]:
    return {
        "base_revision": error.base,
        "current_revision": error.current,
        "conflicts": [asdict(conflict) for conflict in error.conflicts],
    }


def _on_truebox_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, TrueboxError):
        raise error
    return error_response(error)


def _on_validation_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    problems = [
        {"where": ".".join(str(part) for part in problem["loc"]), "reason": problem["msg"]}
        for problem in error.errors()
    ]
    code, status = ("bad_request", 400) if error.errors()[0]["type"] == "json_invalid" else ("invalid", 422)
    message = f"{problems[0]['where']}: {problems[0]['reason']}"
    return JSONResponse(error_body(code, message, {"problems": problems}), status)


def _on_http_exception(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = {404: "not_found", 413: "too_large"}.get(error.status_code, "bad_request")
    return JSONResponse(error_body(code, str(error.detail)), error.status_code, error.headers)


def _on_unexpected(request: Request, error: Exception) -> Response:
    # The trace goes to the log, by the server that runs us; never to the screen.
    message = f"{request.method} {request.url.path} failed unexpectedly ({type(error).__name__}); see the server's log"
    return JSONResponse(error_body("internal", message), 500)
