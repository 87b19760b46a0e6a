"""What is on the screen, as pixels."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page

Pixels = NDArray[np.uint8]
BRIGHT = 90
CLEARLY = 40
QUALITY = 80
MOST_BYTES = 250_000


def pixels_of(page: Page, element: Locator) -> Pixels:
    """(H, W, 3) of an element as the person sees it."""
    bounds = element.bounding_box()
    if bounds is None:
        raise AssertionError(f"{element} is not on the screen")
    shot = page.screenshot(clip=bounds, animations="disabled")
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))


def bright_share(pixels: Pixels) -> float:
    """The share of pixels that are no background: points, lines, texts."""
    return float((pixels.max(axis=2) > BRIGHT).mean())


def difference(one: Pixels, other: Pixels) -> float:
    """The share of pixels that clearly differ."""
    return float((np.abs(one.astype(np.int16) - other).max(axis=2) > CLEARLY).mean())


def save(page: Page, path: Path) -> None:
    """The whole page as a picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, animations="disabled")


def save_small(page: Page, path: Path) -> None:
    """The whole page as a picture for the documentation."""
    shot = page.screenshot(animations="disabled")
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(shot)).convert("RGB").save(path, quality=QUALITY, method=6)
    if path.stat().st_size > MOST_BYTES:
        raise AssertionError(f"{path.name} has {path.stat().st_size} bytes, more than {MOST_BYTES}")
