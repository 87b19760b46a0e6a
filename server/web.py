"""The web app: built files, and its one page for every address that is not the API's."""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from server.codings import accepted_codings
from server.errors import ForbiddenPathError, NotFoundError
from server.security import check_inside

NOT_BUILT = (
    "<!doctype html><title>Truebox</title><p>The web app is not built yet. In a checkout, <code>./run demo</code>"
    " builds it. The API is at <a href='/api/health'>/api</a>."
)
HASHED = "public, max-age=31536000, immutable"
CODED = (("zstd", ".zst"), ("gzip", ".gz"))
"""What the build leaves beside a large file, the best first."""
SCENE_PAGE = "scene.html"
"""The app's page with the names of all that a scene's address needs, which the browser then need not find out."""


def default_web_dir() -> Path:
    """Where the build leaves the app: beside this package, in a checkout and in an installation."""
    return Path(__file__).resolve().parent.parent / "viewer" / "web" / "dist"


def serve_web_app(app: FastAPI, web_dir: Path) -> None:
    """Answer every address that no route takes; add it last."""

    def read_page(path: str, request: Request) -> Response:
        """A built file, or the app's page, whose own router knows the address."""
        if path == "api" or path.startswith("api/"):
            raise NotFoundError(f"there is no {request.method} /{path}")
        return _answer(web_dir, path, request.headers.get("accept-encoding", ""))

    app.add_api_route("/{path:path}", read_page, include_in_schema=False, response_model=None)


def _answer(web_dir: Path, path: str, accept_encoding: str) -> Response:
    if "\0" in path:
        raise ForbiddenPathError("the path holds a NUL character")
    file = check_inside(web_dir / path, [web_dir])
    if path and file.is_file():
        return _file(file, HASHED if path.startswith("assets/") else "no-cache", accept_encoding)
    if path.startswith("assets/"):
        raise NotFoundError(f"there is no /{path}")
    page = web_dir / "index.html"
    if not page.is_file():
        return HTMLResponse(NOT_BUILT, status_code=503)
    headers = {"cache-control": "no-cache"}
    folder, _, scene_id = path.rstrip("/").partition("/")
    if folder == "scenes" and scene_id and "/" not in scene_id and (web_dir / SCENE_PAGE).is_file():
        page = web_dir / SCENE_PAGE
        headers["link"] = _preloads(quote(scene_id, safe=""))
    return FileResponse(page, headers=headers)


def _preloads(scene_id: str) -> str:
    """What the page asks for first, for the browser to ask for even before it has read the page."""
    urls = (f"/api/scenes/{scene_id}", f"/api/scenes/{scene_id}/labels")
    return ", ".join(f"<{url}>; rel=preload; as=fetch; crossorigin=anonymous" for url in urls)


def _file(file: Path, cache_control: str, accept_encoding: str) -> Response:
    """The file, or what the build made of it in a coding that the client takes."""
    headers = {"cache-control": cache_control, "vary": "accept-encoding"}
    accepted = accepted_codings(accept_encoding)
    for coding, suffix in CODED:
        coded = file.with_name(file.name + suffix)
        if coding in accepted and coded.is_file():
            media_type = guess_type(file.name)[0] or "application/octet-stream"
            return FileResponse(coded, headers=headers | {"content-encoding": coding}, media_type=media_type)
    return FileResponse(file, headers=headers)
