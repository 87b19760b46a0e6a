"""Bytes that a browser may keep: for ever where the URL names their content, else as long as the tag holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def cached_response(
    request: Request,
    make: Callable[[], tuple[bytes, str]],
    *,
    etag: str,
    is_current: bool,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The bytes, or "not modified" where the browser has them.

    Args:
        request: What was asked.
        make: Makes the bytes and their media type; not called where the browser has them.
        etag: Names the content.
        is_current: Whether the URL names this content, so that it may be kept for ever.
        headers: Further headers.
    """
    all_headers = {
        "etag": f'"{etag}"',
        "cache-control": FOR_EVER if is_current else ASK_AGAIN,
        **(headers or {}),
    }
    if f'"{etag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=all_headers)
    data, media_type = make()
    return Response(data, headers=all_headers, media_type=media_type)
