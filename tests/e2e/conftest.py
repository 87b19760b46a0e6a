"""A real server, a real browser, small drives; a page whose every error fails its test."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from benchmarks.browser import chromium
from benchmarks.drives import WrittenDrive, write_simulated_drive
from benchmarks.editor_page import EditorPage
from benchmarks.server_process import ServerProcess

STEP_TIMEOUT_MS = 20_000
VIEWPORT = (1600, 900)
READ_BACK = ("GPU stall due to ReadPixels", "Multiple readback operations")
"""Chromium advises against reading pixels back, which is how a test looks at what is drawn."""
DRIVE_0013 = "kitti_raw/2011_09_26/2011_09_26_drive_0013_sync"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.e2e)


@dataclass
class Watch:
    """Everything that went wrong in a page, but for what its test expects.

    Attributes:
        expected: Regular expressions; what they find is no failure.
        seen: One line for every error of the console, the page or the network.
    """

    expected: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.seen.append(f"page error: {error}"))
        page.on("requestfailed", self._on_failed)
        page.on("response", self._on_response)

    def unexpected(self) -> list[str]:
        return [line for line in self.seen if not any(re.search(pattern, line) for pattern in self.expected)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(text in message.text for text in READ_BACK):
            self.seen.append(f"console {message.type}: {message.text}")

    def _on_failed(self, request: Request) -> None:
        # A page that is left, or an image that is not wanted any more, aborts its requests.
        if request.failure != "net::ERR_ABORTED":
            self.seen.append(f"request failed: {request.method} {request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.seen.append(f"answer {response.status}: {response.request.method} {response.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes contexts, each like a browser of its own, and closes them."""
    contexts: list[BrowserContext] = []

    def make(size: tuple[int, int] = VIEWPORT) -> BrowserContext:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, accept_downloads=True)
        context.set_default_timeout(STEP_TIMEOUT_MS)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def new_page(new_context: Callable[..., BrowserContext], watch: Watch) -> Iterator[Callable[..., Page]]:
    """Makes pages in contexts of their own; the test fails if any of them had an error that it did not expect."""

    def make(size: tuple[int, int] = VIEWPORT) -> Page:
        page = new_context(size).new_page()
        watch.follow(page)
        return page

    yield make
    assert not watch.unexpected()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def editor(page: Page, server: ServerProcess) -> EditorPage:
    return EditorPage(page, server.url)


@pytest.fixture(scope="session")
def small_drive(tmp_path_factory: pytest.TempPathFactory) -> WrittenDrive:
    """Twelve simulated frames with some 16 000 points and small pictures; without labels."""
    return write_simulated_drive(tmp_path_factory.mktemp("drive"), 12, azimuths=300, image_size_px=(621, 188))


@pytest.fixture
def scene(server: ServerProcess, small_drive: WrittenDrive, request: pytest.FixtureRequest) -> dict[str, Any]:
    """The small drive, imported anew into a project of the test's name."""
    return server.import_folder(small_drive.folder, project=request.node.name)[0]


@pytest.fixture
def copied_drive(small_drive: WrittenDrive, tmp_path: Path) -> Path:
    """A copy of the small drive that a test may break."""
    return Path(shutil.copytree(small_drive.folder, tmp_path / "drive"))


@pytest.fixture(scope="session")
def drive_0013(shared_data: Path) -> Path:
    """The real drive, with all its 115 000 points a frame."""
    folder = shared_data / DRIVE_0013
    if not folder.is_dir():
        pytest.skip(f"drive 0013 not found at {folder}")
    return folder
