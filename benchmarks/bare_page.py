"""The yardstick of the viewer: a page with three.js and nothing else, served with raw float32 points."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.errors import BenchmarkError

PAGES = Path(__file__).parent / "pages"
THREE = Path(__file__).resolve().parents[1] / "viewer" / "web" / "node_modules" / "three" / "build"
TYPES = {".html": "text/html", ".js": "text/javascript", ".bin": "application/octet-stream"}


@contextmanager
def bare_page(frames: Sequence[Path]) -> Iterator[str]:
    """Serve the page and the frames' files; yields the address of the page without its ``width`` and ``height``.

    Raises:
        BenchmarkError: three.js is not there, because the web app's packages are not installed.
    """
    if not (THREE / "three.module.js").is_file():
        raise BenchmarkError(f"three.js is needed at {THREE}: run `npm ci` in viewer/web (./run test does)")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, tuple(frames)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Files of a closed list, over one connection."""

    protocol_version = "HTTP/1.1"

    def __init__(self, frames: tuple[Path, ...], *arguments: object) -> None:
        """Answer one connection."""
        self._frames = frames
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send a file."""
        path = self._file(self.path.partition("?")[0].strip("/"))
        if path is None or not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("content-type", TYPES.get(path.suffix, "text/plain"))
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _file(self, name: str) -> Path | None:
        if name in ("", "bare_points.js"):
            return PAGES / (name or "bare_points.html")
        folder, _, rest = name.partition("/")
        if folder == "three" and "/" not in rest:
            return THREE / rest
        if folder == "frames" and rest.isdecimal() and int(rest) < len(self._frames):
            return self._frames[int(rest)]
        return None
