"""What lies underfoot: road with its markings, crossings, sidewalk, kerb, grass."""

from __future__ import annotations

import numpy as np

from simulation.materials import Surface
from simulation.street import CYCLE_EDGE_M, KERB_M, LANE_EDGE_M
from simulation.textures.canvas import Canvas, Color, Texture, cloud_noise

ROAD_TILE_M = 24.0
CROSSING_LENGTH_M = 4.0
SIDEWALK_TILE_M = 4.0
GRASS_TILE_M = 8.0

ASPHALT: Color = (104, 104, 107)
CYCLE_ASPHALT: Color = (138, 84, 76)
WHITE: Color = (226, 226, 220)


def _asphalt_canvas(length_m: float, size_px: tuple[int, int], seed: int) -> Canvas:
    """Bare road across both kerbs; x along the street, y from the right kerb to the left one."""
    canvas = Canvas((length_m, 2 * KERB_M), size_px, color=ASPHALT, surface=Surface.ASPHALT, origin=(0.0, -KERB_M))
    rng = np.random.default_rng(seed)
    for side in (-1, 1):
        low, high = sorted((side * LANE_EDGE_M, side * CYCLE_EDGE_M))
        canvas.rectangle((0, low), (length_m, high), CYCLE_ASPHALT, Surface.ASPHALT)
        low, high = sorted((side * CYCLE_EDGE_M, side * KERB_M))
        canvas.rectangle((0, low), (length_m, high), (113, 112, 112), Surface.ASPHALT)
        gutter = sorted((side * (KERB_M - 0.25), side * KERB_M))
        canvas.rectangle((0, gutter[0]), (length_m, gutter[1]), (92, 91, 90), Surface.ASPHALT)
    for _ in range(int(length_m / 6)):
        x, y = rng.uniform(0, length_m - 2.5), rng.uniform(-LANE_EDGE_M, LANE_EDGE_M - 1)
        tone = int(rng.uniform(86, 99))
        canvas.rectangle(
            (x, y), (x + rng.uniform(0.6, 2.5), y + rng.uniform(0.4, 1.2)), (tone, tone, tone + 2), Surface.ASPHALT
        )
    return canvas


def _weather(canvas: Canvas, seed: int) -> None:
    """Grain, stains and the worn tracks of wheels."""
    width, height = canvas.size_px
    grain = np.random.default_rng(seed).normal(1.0, 0.045, (height, width))
    stains = 0.86 + 0.24 * cloud_noise((height, width), 128, seed)
    across = np.linspace(KERB_M, -KERB_M, height)
    tracks = sum(np.exp(-(((np.abs(across) - center) / 0.28) ** 2)) for center in (0.9, 2.45))
    canvas.shade(grain * stains * (1.0 - 0.07 * np.asarray(tracks))[:, None])


def road() -> Texture:
    """24 m of road: dashed centre line, red cycle lanes, parking bays."""
    canvas = _asphalt_canvas(ROAD_TILE_M, (2048, 1024), seed=11)
    for start in np.arange(1.5, ROAD_TILE_M, 6.0):
        canvas.rectangle((start, -0.07), (start + 3.0, 0.07), WHITE, Surface.MARKING)
    for side in (-1, 1):
        for start in np.arange(0.5, ROAD_TILE_M, 2.0):
            edge = side * LANE_EDGE_M
            canvas.rectangle((start, edge - 0.06), (start + 1.0, edge + 0.06), WHITE, Surface.MARKING)
        canvas.rectangle(
            (0, side * CYCLE_EDGE_M - 0.05), (ROAD_TILE_M, side * CYCLE_EDGE_M + 0.05), WHITE, Surface.MARKING
        )
        for bay in np.arange(0.0, ROAD_TILE_M, 6.0):
            low, high = sorted((side * (CYCLE_EDGE_M + 1.5), side * CYCLE_EDGE_M))
            canvas.rectangle((bay + 0.05, low), (bay + 0.17, high), WHITE, Surface.MARKING)
    for center in ((7.3, -1.0), (19.1, 1.9)):
        canvas.ellipse(center, (0.36, 0.36), (70, 68, 66), Surface.METAL)
        canvas.ellipse(center, (0.30, 0.30), (86, 83, 80), Surface.METAL)
    _weather(canvas, seed=12)
    return canvas.finish()


def crossing() -> Texture:
    """A zebra crossing, 4 m along the street."""
    canvas = _asphalt_canvas(CROSSING_LENGTH_M, (256, 1024), seed=21)
    for low in np.arange(-KERB_M + 0.35, KERB_M - 0.5, 1.0):
        canvas.rectangle((0.25, low), (CROSSING_LENGTH_M - 0.25, low + 0.5), WHITE, Surface.MARKING)
    _weather(canvas, seed=22)
    return canvas.finish()


def sidewalk() -> Texture:
    """Paving slabs of 0.5 m, each a little different."""
    canvas = Canvas((SIDEWALK_TILE_M, SIDEWALK_TILE_M), (512, 512), color=(128, 125, 120))
    rng = np.random.default_rng(31)
    for row in range(8):
        shift = 0.25 * (row % 2)
        for column in range(-1, 8):
            low = (column * 0.5 + shift + 0.008, row * 0.5 + 0.008)
            tone = rng.normal(0, 5)
            color = (int(172 + tone), int(167 + tone), int(159 + tone))
            canvas.rectangle(low, (low[0] + 0.484, low[1] + 0.484), color)
    canvas.shade(0.9 + 0.16 * cloud_noise((512, 512), 64, 32))
    return canvas.finish()


def kerb() -> Texture:
    """Kerb stones of 1 m; x along the street, y up the stone."""
    canvas = Canvas((4.0, 0.5), (256, 32), color=(178, 176, 170))
    for joint in range(4):
        canvas.rectangle((joint, 0), (joint + 0.02, 0.5), (116, 114, 110))
    canvas.shade(0.92 + 0.14 * cloud_noise((32, 256), 16, 41))
    return canvas.finish()


def grass() -> Texture:
    """Lawn with lighter and darker patches."""
    canvas = Canvas((GRASS_TILE_M, GRASS_TILE_M), (512, 512), color=(104, 128, 66), surface=Surface.FOLIAGE)
    blades = np.random.default_rng(51).normal(1.0, 0.10, (512, 512))
    canvas.shade(blades * (0.72 + 0.5 * cloud_noise((512, 512), 128, 52)))
    return canvas.finish()


def gravel() -> Texture:
    """A courtyard between houses."""
    canvas = Canvas((GRASS_TILE_M, GRASS_TILE_M), (512, 512), color=(156, 149, 136))
    canvas.shade(
        np.random.default_rng(61).normal(1.0, 0.06, (512, 512)) * (0.85 + 0.2 * cloud_noise((512, 512), 64, 62))
    )
    return canvas.finish()
