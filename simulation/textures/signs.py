"""Road signs."""

from __future__ import annotations

import numpy as np

from simulation.materials import Surface
from simulation.textures.canvas import Canvas, Color, Texture

RED: Color = (196, 30, 36)
BLUE: Color = (30, 84, 170)
WHITE: Color = (240, 240, 238)
BLACK: Color = (24, 24, 26)


def _blank(color: Color) -> Canvas:
    return Canvas((2.0, 2.0), (64, 64), color=color, surface=Surface.RETRO, origin=(-1.0, -1.0))


def speed_limit() -> Texture:
    """A round 30 sign; the disc that wears it is as wide as the texture."""
    canvas = _blank(RED)
    canvas.ellipse((0, 0), (0.74, 0.74), WHITE, Surface.RETRO)
    three = [(-0.52, 0.36), (-0.12, 0.36), (-0.12, 0.0), (-0.42, 0.0), (-0.12, 0.0), (-0.12, -0.36), (-0.52, -0.36)]
    canvas.line(three, 0.13, BLACK, Surface.RETRO)
    canvas.line([(0.12, 0.36), (0.5, 0.36), (0.5, -0.36), (0.12, -0.36), (0.12, 0.42)], 0.13, BLACK, Surface.RETRO)
    return canvas.finish()


def parking() -> Texture:
    """A blue parking sign."""
    canvas = _blank(BLUE)
    canvas.line([(-0.3, -0.7), (-0.3, 0.66)], 0.26, WHITE, Surface.RETRO)
    canvas.ellipse((0.0, 0.32), (0.46, 0.42), WHITE, Surface.RETRO)
    canvas.ellipse((-0.03, 0.32), (0.2, 0.18), BLUE, Surface.RETRO)
    return canvas.finish()


def crossing() -> Texture:
    """A blue sign with a white triangle and a walking figure."""
    canvas = _blank(BLUE)
    canvas.polygon([(-0.8, -0.7), (0.8, -0.7), (0.0, 0.78)], WHITE, Surface.RETRO)
    canvas.ellipse((0.02, 0.22), (0.11, 0.11), BLACK, Surface.RETRO)
    canvas.line([(0.0, 0.1), (0.0, -0.2), (-0.22, -0.6)], 0.13, BLACK, Surface.RETRO)
    canvas.line([(0.0, -0.2), (0.24, -0.6)], 0.13, BLACK, Surface.RETRO)
    for stripe in np.arange(-0.6, 0.7, 0.3):
        canvas.rectangle((stripe - 0.08, -0.7), (stripe + 0.08, -0.62), BLACK, Surface.RETRO)
    return canvas.finish()
