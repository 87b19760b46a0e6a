"""What keeps strangers out while there are no accounts: loopback only, Host and Origin, sizes, paths, headers."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.error_shape import error_response
from server.errors import (
    BindError,
    ForbiddenHostError,
    ForbiddenOriginError,
    ForbiddenPathError,
    ServerError,
    TooLargeError,
)

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; connect-src 'self' ws:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
RESPONSE_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
POLICY_VIOLATION = 1008


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine, seen from itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_bind(host: str) -> None:
    """Raise ``BindError`` unless the server may listen there."""
    if not is_loopback(host):
        raise BindError(
            f"refusing to listen on {host}: Truebox has no accounts yet, so anybody who reaches it could change labels;"
            " use --host 127.0.0.1"
        )


def check_inside(path: Path, roots: Iterable[Path]) -> Path:
    """The path with its links followed; raises ``ForbiddenPathError`` where it leads out of all the roots."""
    resolved = path.resolve()
    if not any(resolved.is_relative_to(root.resolve()) for root in roots):
        raise ForbiddenPathError(f"{path}: leads out of the folder it belongs to")
    return resolved


class Guard:
    """Middleware: refuses foreign hosts and pages, bounds bodies, and adds the headers that browsers heed."""

    def __init__(self, app: ASGIApp, *, allowed_origins: Iterable[str] = (), max_body_bytes: int) -> None:
        """Wrap an app."""
        self._app = app
        self._allowed_origins = frozenset(allowed_origins)
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            self._check_host(headers)
            self._check_origin(headers, scope)
            self._check_length(headers)
        except ServerError as error:
            await _refuse(error, scope, receive, _with_headers(send))
            return
        await self._app(scope, self._bounded(receive), _with_headers(send))

    def _check_host(self, headers: Headers) -> None:
        host = headers.get("host", "")
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            name = ""
        if not is_loopback(name):
            raise ForbiddenHostError(f"host {host!r} is not this machine; open http://127.0.0.1 instead")

    def _check_origin(self, headers: Headers, scope: Scope) -> None:
        origin = headers.get("origin")
        if origin is not None:
            same = urlsplit(origin).netloc == headers.get("host") and origin.startswith(("http://", "https://"))
            if not same and origin not in self._allowed_origins:
                raise ForbiddenOriginError(f"a page of {origin} must not use this server")
        elif headers.get("sec-fetch-site") == "cross-site" and scope["path"].startswith("/api"):
            # Pictures and scripts of a foreign page carry no Origin.
            raise ForbiddenOriginError("a page of another site must not use this server")

    def _check_length(self, headers: Headers) -> None:
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._max_body_bytes:
            raise self._too_large()

    def _bounded(self, receive: Receive) -> Receive:
        received = 0

        async def bounded_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if message["type"] == "http.request" and received > self._max_body_bytes:
                # As an HTTP error: the framework would turn any other into "bad body".
                raise HTTPException(413, str(self._too_large()))
            return message

        return bounded_receive

    def _too_large(self) -> TooLargeError:
        return TooLargeError(f"the body is larger than {self._max_body_bytes // 2**20} MB")


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in RESPONSE_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers


async def _refuse(error: ServerError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": str(error)[:120]})
    else:
        await error_response(error)(scope, receive, send)
