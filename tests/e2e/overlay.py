"""What a camera's overlay shows, read from its pixels, in the image's own pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator

READ = """element => {
    const canvas = element.querySelector('canvas');
    const context = canvas.getContext('2d');
    const {data, width, height} = context.getImageData(0, 0, canvas.width, canvas.height);
    const white = [];
    for (let i = 0; i < width * height; i += 1) {
        if (data[4 * i] > 240 && data[4 * i + 1] > 240 && data[4 * i + 2] > 240 && data[4 * i + 3] > 240) {
            white.push(i);
        }
    }
    const of = rect => [rect.left, rect.top, rect.width, rect.height];
    return {
        white, width,
        ratio: canvas.width / canvas.clientWidth,
        canvas: of(canvas.getBoundingClientRect()),
        image: of(element.querySelector('img').getBoundingClientRect()),
    };
}"""


@dataclass(frozen=True)
class Strokes:
    """The selected cuboid's lines, which are the only white ones.

    Attributes:
        uv: (N, 2) pixels of the image that the lines cover.
        scale: Pixels of the screen for one of the image.
    """

    uv: NDArray[np.float64]
    scale: float

    @property
    def ltrb_px(self) -> tuple[float, float, float, float]:
        """The rectangle around them."""
        (left, top), (right, bottom) = self.uv.min(axis=0), self.uv.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def farthest_px(self, edges: list[NDArray[np.float64]]) -> float:
        """How far, in pixels of the screen, the most distant of the drawn pixels is from the nearest edge."""
        distances = np.min([_distance(self.uv, start, end) for start, end in edges], axis=0)
        return float(distances.max()) * self.scale

    def uncovered_px(self, edges: list[NDArray[np.float64]], size_px: tuple[int, int]) -> float:
        """How far, in pixels of the screen, the barest place of the edges inside the image is from a drawn pixel."""
        worst = 0.0
        for start, end in edges:
            places = start + np.linspace(0, 1, 60)[:, None] * (end - start)
            inside = ((places > 2) & (places < np.array(size_px) - 3)).all(axis=1)
            for place in places[inside]:
                worst = max(worst, float(np.hypot(*(self.uv - place).T).min()) * self.scale)
        return worst


def read_strokes(camera: Locator, width_px: int) -> Strokes:
    """Read the overlay of a tile or of the enlarged image, whose picture is ``width_px`` wide."""
    shown = camera.evaluate(READ)
    places = np.array([(i % shown["width"], i // shown["width"]) for i in shown["white"]], dtype=np.float64)
    if not len(places):
        raise AssertionError("the overlay shows no selected cuboid")
    page = (places + 0.5) / shown["ratio"] + shown["canvas"][:2]
    scale = shown["image"][2] / width_px
    # Pixel (0, 0) of an image is the centre of its first pixel.
    return Strokes((page - shown["image"][:2]) / scale - 0.5, scale)


def _distance(points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    along = end - start
    share = np.clip((points - start) @ along / max(float(along @ along), 1e-12), 0, 1)
    return np.asarray(np.hypot(*(points - start - share[:, None] * along).T))
