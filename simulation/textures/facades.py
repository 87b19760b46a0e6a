"""What houses wear: windows, doors, shops, roof tiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.materials import Surface
from simulation.textures.canvas import Canvas, Color, Point, Texture, cloud_noise

BAY_M = 3.0
FLOOR_M = 3.1
BAYS, FLOORS = 4, 2
FACADE_TILE_M = (BAYS * BAY_M, FLOORS * FLOOR_M)
ROOF_TILE_M = 4.0

WALL: Color = (255, 255, 255)
PANE: Color = (62, 76, 90)


@dataclass(frozen=True)
class WindowStyle:
    """How the windows of a facade look; lengths in metres.

    Attributes:
        name: Suffix of the texture.
        size_m: Width and height of the opening.
        mullions: Upright and level bars of the frame.
        frame: Colour of the frame.
        shutters: Colour of open shutters beside the window, if any.
        bricks: Whether the wall shows courses of bricks.
    """

    name: str
    size_m: Point
    mullions: tuple[int, int]
    frame: Color
    shutters: Color | None = None
    bricks: bool = False


WINDOW_STYLES = (
    WindowStyle("plain", (1.25, 1.65), (1, 1), (236, 234, 228)),
    WindowStyle("brick", (1.05, 1.75), (1, 2), (240, 238, 232), bricks=True),
    WindowStyle("shutters", (1.10, 1.60), (1, 1), (238, 236, 230), shutters=(72, 96, 84)),
    WindowStyle("modern", (2.10, 1.85), (2, 0), (58, 60, 64)),
)


def facade(style: WindowStyle) -> Texture:
    """Two upper floors of four bays."""
    canvas = _wall(style.bricks, seed=81)
    rng = np.random.default_rng(82)
    for floor in range(FLOORS):
        for bay in range(BAYS):
            low = ((bay + 0.5) * BAY_M - style.size_m[0] / 2, floor * FLOOR_M + 0.85)
            _window(canvas, style, low, rng)
    _wear(canvas, seed=83)
    return canvas.finish()


def side_wall(style: WindowStyle) -> Texture:
    """A gable or yard wall: hardly a window."""
    canvas = _wall(style.bricks, seed=84)
    rng = np.random.default_rng(85)
    _window(canvas, style, (1.5 * BAY_M - style.size_m[0] / 2, 0.85), rng)
    _wear(canvas, seed=86)
    return canvas.finish()


def ground_floor() -> Texture:
    """Shop window, house door, shop window, window; one floor of four bays."""
    canvas = Canvas((BAYS * BAY_M, FLOOR_M), (1024, 256), color=(214, 208, 198), tint=True)
    canvas.rectangle((0, 0), (BAYS * BAY_M, 0.35), (128, 124, 118))
    for bay, fascia in ((0, (44, 92, 84)), (2, (150, 56, 48))):
        left = bay * BAY_M
        canvas.rectangle((left + 0.15, 2.45), (left + 2.85, 2.95), fascia)
        canvas.rectangle((left + 0.7, 2.6), (left + 2.3, 2.8), (232, 226, 206))
        canvas.rectangle((left + 0.2, 0.4), (left + 2.8, 2.38), (48, 46, 44))
        canvas.rectangle((left + 0.27, 0.5), (left + 1.95, 2.3), (84, 92, 96), Surface.GLASS)
        canvas.rectangle((left + 0.27, 0.5), (left + 1.95, 0.95), (164, 148, 116), Surface.GLASS)
        canvas.rectangle((left + 2.05, 0.1), (left + 2.72, 2.3), (70, 80, 86), Surface.GLASS)
    _house_door(canvas, 1.5 * BAY_M)
    _window(canvas, WINDOW_STYLES[0], (3.5 * BAY_M - 0.62, 0.85), np.random.default_rng(91))
    _wear(canvas, seed=92)
    return canvas.finish()


def _wall(bricks: bool, seed: int) -> Canvas:
    canvas = Canvas(FACADE_TILE_M, (1024, 512), color=WALL, tint=True)
    if not bricks:
        return canvas
    rng = np.random.default_rng(seed)
    for row, low in enumerate(np.arange(0.0, FACADE_TILE_M[1], 0.155)):
        for column in np.arange(-0.25, FACADE_TILE_M[0], 0.5):
            tone = int(np.clip(rng.normal(232, 16), 180, 255))
            left = column + 0.25 * (row % 2)
            canvas.rectangle((left + 0.02, low + 0.02), (left + 0.48, low + 0.135), (tone, tone, tone), tint=True)
    return canvas


def _window(canvas: Canvas, style: WindowStyle, low: Point, rng: np.random.Generator) -> None:
    """One window with frame, bars, sill and something behind the pane."""
    width, height = style.size_m
    high = (low[0] + width, low[1] + height)
    canvas.rectangle((low[0] - 0.09, low[1] - 0.06), (high[0] + 0.09, high[1] + 0.14), (236, 232, 224), tint=True)
    canvas.rectangle((low[0] - 0.03, high[1]), (high[0] + 0.03, high[1] + 0.05), (120, 118, 114), tint=True)
    canvas.rectangle(low, high, style.frame)
    pane_low, pane_high = (low[0] + 0.06, low[1] + 0.06), (high[0] - 0.06, high[1] - 0.06)
    dark = float(rng.uniform(0.75, 1.15))
    canvas.rectangle(pane_low, pane_high, tuple(int(c * dark) for c in PANE), Surface.GLASS)  # type: ignore[arg-type]
    _behind_the_pane(canvas, pane_low, pane_high, rng)
    canvas.rectangle((pane_low[0], pane_high[1] - 0.12), pane_high, (30, 36, 44), Surface.GLASS)
    for bar in range(1, style.mullions[0] + 1):
        x = low[0] + width * bar / (style.mullions[0] + 1)
        canvas.rectangle((x - 0.03, low[1]), (x + 0.03, high[1]), style.frame)
    for bar in range(1, style.mullions[1] + 1):
        y = low[1] + height * bar / (style.mullions[1] + 1)
        canvas.rectangle((low[0], y - 0.025), (high[0], y + 0.025), style.frame)
    canvas.rectangle((low[0] - 0.12, low[1] - 0.10), (high[0] + 0.12, low[1] - 0.02), (204, 200, 192))
    canvas.rectangle((low[0] - 0.12, low[1] - 0.17), (high[0] + 0.12, low[1] - 0.10), (150, 148, 144), tint=True)
    if style.shutters is not None:
        for left in (low[0] - 0.62, high[0] + 0.10):
            canvas.rectangle((left, low[1]), (left + 0.52, high[1]), style.shutters)
            for slat in np.arange(low[1] + 0.1, high[1] - 0.05, 0.12):
                canvas.rectangle((left + 0.05, slat), (left + 0.47, slat + 0.03), (54, 74, 64))


def _behind_the_pane(canvas: Canvas, low: Point, high: Point, rng: np.random.Generator) -> None:
    """Curtains, a blind, or a dark room."""
    choice = rng.integers(0, 4)
    if choice == 0:
        for left, right in ((low[0], low[0] + 0.22), (high[0] - 0.22, high[0])):
            canvas.rectangle((left, low[1]), (right, high[1]), (176, 170, 158), Surface.GLASS)
    elif choice == 1:
        bottom = high[1] - (high[1] - low[1]) * float(rng.uniform(0.25, 0.6))
        canvas.rectangle((low[0], bottom), high, (190, 184, 170), Surface.GLASS)
    elif choice == 2:
        canvas.ellipse(((low[0] + high[0]) / 2, low[1] + 0.15), (0.25, 0.2), (58, 88, 50), Surface.GLASS)


def _house_door(canvas: Canvas, middle_m: float) -> None:
    canvas.rectangle((middle_m - 0.75, 0.0), (middle_m + 0.75, 2.6), (196, 190, 180))
    canvas.rectangle((middle_m - 0.6, 0.05), (middle_m + 0.6, 2.45), (86, 50, 36))
    canvas.rectangle((middle_m - 0.5, 2.05), (middle_m + 0.5, 2.38), PANE, Surface.GLASS)
    for panel in (-0.28, 0.28):
        canvas.rectangle((middle_m + panel - 0.2, 0.25), (middle_m + panel + 0.2, 0.95), (70, 40, 28))
        canvas.rectangle((middle_m + panel - 0.2, 1.1), (middle_m + panel + 0.2, 1.9), (70, 40, 28))


def _wear(canvas: Canvas, seed: int) -> None:
    width, height = canvas.size_px
    canvas.shade(0.90 + 0.14 * cloud_noise((height, width), 128, seed))


def roof() -> Texture:
    """Rows of clay tiles."""
    canvas = Canvas((ROOF_TILE_M, ROOF_TILE_M), (256, 256), color=(120, 120, 120), tint=True)
    rng = np.random.default_rng(95)
    for row, low in enumerate(np.arange(0.0, ROOF_TILE_M, 0.4)):
        for left in np.arange(-0.125, ROOF_TILE_M, 0.25):
            tone = int(np.clip(rng.normal(222, 18), 160, 255))
            shifted = left + 0.125 * (row % 2)
            canvas.rectangle((shifted + 0.01, low + 0.05), (shifted + 0.24, low + 0.4), (tone, tone, tone), tint=True)
    return canvas.finish()
