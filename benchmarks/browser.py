"""A headless Chromium that draws WebGL in software, for the benchmarks and the browser tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.errors import BenchmarkError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = (
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-precise-memory-info",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str:
    """The browser's file: ``TRUEBOX_CHROMIUM``, or what the system has.

    Raises:
        BenchmarkError: There is none.
    """
    found = os.environ.get("TRUEBOX_CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise BenchmarkError("Chromium is needed: install it (apt install chromium), or name it in TRUEBOX_CHROMIUM")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a new empty profile, closed at the end.

    Raises:
        BenchmarkError: There is no browser.
    """
    from playwright.sync_api import sync_playwright

    executable = find_chromium()
    with sync_playwright() as playwright:
        # Playwright makes a new profile folder for every launch and removes it afterwards.
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS), headless=True)
        try:
            yield browser
        finally:
            browser.close()
