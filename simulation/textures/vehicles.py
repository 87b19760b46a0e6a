"""The paintwork of vehicles: seen from the side, the front and the rear."""

from __future__ import annotations

import numpy as np

from simulation.materials import Surface
from simulation.styles import VAN, CarStyle
from simulation.textures.canvas import Canvas, Color, Point, Texture, cloud_noise

GLASS: Color = (38, 46, 54)
BLACK: Color = (26, 26, 28)
SEAM: Color = (44, 44, 46)
CHROME: Color = (196, 198, 202)
PAINTED: Color = (255, 255, 255)
HEADLAMP: Color = (236, 240, 244)
TAILLAMP: Color = (176, 22, 24)
TAIL_BRIGHT: Color = (224, 60, 46)
AMBER: Color = (232, 140, 40)


def _paint_canvas(size_m: Point, size_px: tuple[int, int], origin: Point) -> Canvas:
    return Canvas(size_m, size_px, color=PAINTED, surface=Surface.PAINT, tint=True, origin=origin)


def _dirt(canvas: Canvas) -> None:
    """Darken towards the ground, where less light comes and more dirt."""
    rows = np.linspace(1.0, 0.0, 64)[:, None] * np.ones((1, 2))
    canvas.shade(0.55 + 0.45 * np.clip(rows / 0.42, 0.0, 1.0) ** 0.8)


def car_side(style: CarStyle) -> Texture:
    """The side of a car: x from the rear to the front, y up."""
    length, _, height = style.size_lwh_m
    canvas = _paint_canvas((length, height), (1024, 512), (0.0, 0.0))
    canvas.rectangle((0, 0), (length, 0.155 * height), BLACK, Surface.RUBBER)
    for axle in style.axles:
        canvas.ellipse((axle * length, style.wheel_radius_m), (style.wheel_radius_m * 1.12,) * 2, BLACK, Surface.RUBBER)
    for seam in style.doors:
        low, high = 0.19 * height, float(style.belt_z(np.array(seam)))
        canvas.line([(seam * length, low), (seam * length + 0.02, high)], 0.012, SEAM)
        handle = seam * length - 0.24 if seam < style.doors[-1] else None
        if handle is not None:
            canvas.rectangle((handle - 0.09, high - 0.13), (handle + 0.09, high - 0.095), (40, 40, 42))
    canvas.line(
        [(style.doors[0] * length - 0.5, 0.19 * height), (style.doors[-1] * length, 0.19 * height)], 0.012, SEAM
    )
    crease = 0.8 * style.belt * height
    canvas.line(
        [(0.06 * length, crease), (0.93 * length, crease - 0.03)], 0.015, (214, 214, 214), Surface.PAINT, tint=True
    )
    _side_windows(canvas, style)
    _side_lamps(canvas, style)
    _dirt(canvas)
    return canvas.finish()


def _glass_outline(style: CarStyle, start: float, end: float, inset: float) -> list[Point]:
    """The glass between two fractions of the length, between belt line and roof, at least ``inset`` from both."""
    length = style.size_lwh_m[0]
    stations = np.linspace(start, end, 16)
    belt, top = style.belt_z(stations), style.top_z(stations)
    high = belt + 0.86 * (top - belt) - inset
    low = np.minimum(belt + inset + 0.015, high)
    lower = [(float(x * length), float(z)) for x, z in zip(stations, low, strict=True)]
    upper = [(float(x * length), float(z)) for x, z in zip(stations, high, strict=True)]
    return lower + upper[::-1]


def _side_windows(canvas: Canvas, style: CarStyle) -> None:
    length = style.size_lwh_m[0]
    canvas.polygon(_glass_outline(style, style.windows[0][0] - 0.012, style.windows[-1][1] + 0.014, 0.0), BLACK)
    for start, end in style.windows:
        canvas.polygon(_glass_outline(style, start, end, 0.03), GLASS, Surface.GLASS)
        middle = (start + end) / 2 * length
        seat = float(style.belt_z(np.array((start + end) / 2)))
        if end - start > 0.1:
            canvas.polygon(
                [
                    (middle - 0.2, seat + 0.05),
                    (middle + 0.04, seat + 0.05),
                    (middle, seat + 0.24),
                    (middle - 0.14, seat + 0.24),
                ],
                (22, 25, 30),
                Surface.GLASS,
            )


def _side_lamps(canvas: Canvas, style: CarStyle) -> None:
    length, _, height = style.size_lwh_m
    lamp = 0.50 * height if style.category == "Car" else 0.40 * height
    canvas.polygon(
        [(0.96 * length, lamp), (length, lamp - 0.04), (length, lamp + 0.09), (0.965 * length, lamp + 0.08)],
        HEADLAMP,
        Surface.LAMP,
    )
    tail = 0.55 * height
    canvas.polygon(
        [(0.0, tail - 0.06), (0.045 * length, tail), (0.035 * length, tail + 0.12), (0.0, tail + 0.12)],
        TAILLAMP,
        Surface.LAMP,
    )


def _screen(style: CarStyle, low: float, high: float, inset: float) -> list[Point]:
    """Outline of a screen seen along the car, between the fractions of its lower and its upper edge."""
    stations = np.array([low, high])
    half = style.half_width(stations)
    belt, top = style.belt_z(stations), style.top_z(stations)
    rise = np.array([0.12, 0.93])
    z = belt + rise * (top - belt)
    z[0] = max(float(z[0]), float(top[0]) + 0.01)
    y = half * np.array([0.88, 0.70]) - inset
    return [(-y[0], z[0] + inset), (y[0], z[0] + inset), (y[1], z[1] - inset), (-y[1], z[1] - inset)]


def _end_canvas(style: CarStyle) -> Canvas:
    _, width, height = style.size_lwh_m
    canvas = _paint_canvas((width, height), (512, 512), (-width / 2, 0.0))
    canvas.rectangle((-width / 2, 0), (width / 2, 0.15 * height), BLACK, Surface.RUBBER)
    return canvas


def car_front(style: CarStyle) -> Texture:
    """The front of a car: y to the left of the viewer, z up."""
    canvas = _end_canvas(style)
    _, width, height = style.size_lwh_m
    half, lamp = width / 2, (0.50 if style.category == "Car" else 0.40) * height
    screen = style.screens[3], style.screens[2]
    canvas.polygon(_screen(style, *screen, 0.0), BLACK)
    canvas.polygon(_screen(style, *screen, 0.035), GLASS, Surface.GLASS)
    canvas.polygon(
        [
            (-0.55 * half, lamp - 0.10),
            (0.55 * half, lamp - 0.10),
            (0.60 * half, lamp + 0.05),
            (-0.60 * half, lamp + 0.05),
        ],
        BLACK,
    )
    for bar in (-0.07, -0.03, 0.01):
        canvas.line([(-0.53 * half, lamp + bar), (0.53 * half, lamp + bar)], 0.008, (92, 92, 94))
    canvas.ellipse((0.0, lamp - 0.02), (0.07, 0.055), CHROME, Surface.METAL)
    canvas.rectangle((-0.72 * half, 0.16 * height), (0.72 * half, 0.25 * height), BLACK, Surface.RUBBER)
    for side in (-1, 1):
        canvas.polygon(
            [
                (side * 0.58 * half, lamp - 0.03),
                (side * half, lamp - 0.05),
                (side * half, lamp + 0.10),
                (side * 0.60 * half, lamp + 0.06),
            ],
            HEADLAMP,
            Surface.LAMP,
        )
        canvas.ellipse((side * 0.72 * half, lamp + 0.015), (0.045, 0.04), (150, 156, 164), Surface.LAMP)
        canvas.ellipse((side * 0.82 * half, 0.215 * height), (0.05, 0.04), (206, 208, 204), Surface.LAMP)
    _plate(canvas, 0.285 * height)
    _dirt(canvas)
    return canvas.finish()


def car_rear(style: CarStyle) -> Texture:
    """The rear of a car: y to the left of the car, z up."""
    canvas = _end_canvas(style)
    _, width, height = style.size_lwh_m
    half, tail = width / 2, 0.55 * height
    if style is VAN:
        for left in (-0.74 * half, 0.08):
            canvas.rectangle((left, 0.60 * height), (left + 0.74 * half - 0.08, 0.84 * height), GLASS, Surface.GLASS)
        canvas.line([(0, 0.2 * height), (0, 0.95 * height)], 0.02, SEAM)
    else:
        canvas.polygon(_screen(style, style.screens[0], style.screens[1], 0.0), BLACK)
        canvas.polygon(_screen(style, style.screens[0], style.screens[1], 0.035), GLASS, Surface.GLASS)
    for side in (-1, 1):
        canvas.polygon(
            [
                (side * 0.62 * half, tail - 0.06),
                (side * half, tail - 0.07),
                (side * half, tail + 0.12),
                (side * 0.66 * half, tail + 0.08),
            ],
            TAILLAMP,
            Surface.LAMP,
        )
        canvas.rectangle(
            (min(side * 0.68 * half, side * 0.9 * half), tail),
            (max(side * 0.68 * half, side * 0.9 * half), tail + 0.03),
            TAIL_BRIGHT,
            Surface.LAMP,
        )
        canvas.rectangle(
            (min(side * 0.6 * half, side * 0.8 * half), 0.24 * height),
            (max(side * 0.6 * half, side * 0.8 * half), 0.26 * height),
            TAILLAMP,
            Surface.RETRO,
        )
    canvas.line([(-0.8 * half, 0.36 * height), (0.8 * half, 0.36 * height)], 0.012, SEAM)
    canvas.rectangle((-0.75 * half, 0.15 * height), (0.75 * half, 0.21 * height), BLACK, Surface.RUBBER)
    _plate(canvas, 0.43 * height)
    _dirt(canvas)
    return canvas.finish()


def _plate(canvas: Canvas, height_m: float) -> None:
    canvas.rectangle((-0.26, height_m - 0.055), (0.26, height_m + 0.055), (238, 238, 232), Surface.RETRO)
    canvas.rectangle((-0.26, height_m - 0.055), (-0.22, height_m + 0.055), (32, 64, 150), Surface.RETRO)
    for letter in (-0.15, -0.09, 0.0, 0.06, 0.12, 0.18):
        canvas.rectangle((letter, height_m - 0.03), (letter + 0.035, height_m + 0.03), (40, 40, 44), Surface.RETRO)


def wheel() -> Texture:
    """A tyre around a five-spoke rim, seen from its outside; radius 1 spans the texture."""
    canvas = Canvas((2.0, 2.0), (128, 128), color=(30, 30, 31), surface=Surface.RUBBER, origin=(-1.0, -1.0))
    canvas.ellipse((0, 0), (0.70, 0.70), (150, 152, 156), Surface.METAL)
    canvas.ellipse((0, 0), (0.63, 0.63), (42, 42, 44), Surface.METAL)
    for spoke in np.arange(5) * 2 * np.pi / 5:
        tip = (0.64 * float(np.cos(spoke)), 0.64 * float(np.sin(spoke)))
        canvas.line([(0.0, 0.0), tip], 0.17, (176, 178, 182), Surface.METAL)
    canvas.ellipse((0, 0), (0.17, 0.17), (196, 198, 200), Surface.METAL)
    return canvas.finish()


def cargo_side() -> Texture:
    """The side of a box body, with panels, a coloured band and marker lamps."""
    canvas = Canvas((5.6, 2.4), (512, 256), color=(236, 236, 232), surface=Surface.PAINT)
    canvas.polygon([(0.0, 0.5), (5.6, 0.9), (5.6, 1.5), (0.0, 1.1)], PAINTED, Surface.PAINT, tint=True)
    canvas.polygon([(0.0, 0.32), (5.6, 0.72), (5.6, 0.8), (0.0, 0.4)], PAINTED, Surface.PAINT, tint=True)
    for seam in np.arange(0.7, 5.6, 0.7):
        canvas.line([(seam, 0.0), (seam, 2.4)], 0.01, (196, 196, 194))
    for edge in (0.03, 2.37):
        canvas.line([(0.0, edge), (5.6, edge)], 0.06, (150, 152, 156), Surface.METAL)
    for lamp in (0.2, 2.8, 5.4):
        canvas.rectangle((lamp - 0.06, 0.02), (lamp + 0.06, 0.07), AMBER, Surface.RETRO)
    return canvas.finish()


def cargo_rear() -> Texture:
    """The doors of a box body."""
    canvas = Canvas((2.4, 2.4), (256, 256), color=(228, 228, 224), surface=Surface.PAINT)
    canvas.line([(1.2, 0.0), (1.2, 2.4)], 0.03, (90, 90, 92))
    for edge in (0.04, 2.36):
        canvas.line([(0.0, edge), (2.4, edge)], 0.08, (140, 142, 146), Surface.METAL)
        canvas.line([(edge, 0.0), (edge, 2.4)], 0.08, (140, 142, 146), Surface.METAL)
    for bar in (0.85, 1.0, 1.4, 1.55):
        canvas.line([(bar, 0.1), (bar, 2.3)], 0.03, (166, 168, 172), Surface.METAL)
    canvas.rectangle((0.0, 0.0), (2.4, 0.09), (200, 40, 36), Surface.RETRO)
    return canvas.finish()


def cab_side() -> Texture:
    """The side of a lorry's cab: x from its rear to its front."""
    canvas = _paint_canvas((1.9, 2.1), (256, 256), (0.0, 0.0))
    canvas.polygon([(0.55, 1.05), (1.78, 1.05), (1.62, 1.80), (0.55, 1.80)], BLACK)
    canvas.polygon([(0.60, 1.10), (1.71, 1.10), (1.58, 1.75), (0.60, 1.75)], GLASS, Surface.GLASS)
    canvas.line([(0.48, 0.15), (0.48, 1.85)], 0.015, SEAM)
    canvas.line([(1.72, 0.15), (1.72, 1.05)], 0.015, SEAM)
    canvas.rectangle((0.56, 0.90), (0.74, 0.94), (40, 40, 42))
    canvas.rectangle((0.0, 0.0), (1.9, 0.14), BLACK, Surface.RUBBER)
    _dirt(canvas)
    return canvas.finish()


def cab_front() -> Texture:
    """The front of a lorry's cab."""
    canvas = _paint_canvas((2.3, 2.1), (256, 256), (-1.15, 0.0))
    canvas.polygon([(-1.06, 1.0), (1.06, 1.0), (1.0, 1.86), (-1.0, 1.86)], BLACK)
    canvas.polygon([(-1.01, 1.05), (1.01, 1.05), (0.95, 1.81), (-0.95, 1.81)], GLASS, Surface.GLASS)
    canvas.rectangle((-0.75, 0.50), (0.75, 0.88), BLACK)
    for bar in np.arange(0.56, 0.88, 0.08):
        canvas.line([(-0.72, bar), (0.72, bar)], 0.02, (110, 112, 114), Surface.METAL)
    canvas.rectangle((-1.15, 0.0), (1.15, 0.36), (58, 58, 60), Surface.RUBBER)
    for side in (-1, 1):
        low, high = sorted((side * 0.68, side * 1.05))
        canvas.rectangle((low, 0.14), (high, 0.32), HEADLAMP, Surface.LAMP)
        canvas.rectangle(
            (min(side * 1.05, side * 1.13), 0.14), (max(side * 1.05, side * 1.13), 0.32), AMBER, Surface.LAMP
        )
    _plate(canvas, 0.2)
    return canvas.finish()


def lorry_tail() -> Texture:
    """The bar under the rear doors of a lorry: lamps and plate."""
    canvas = Canvas((2.2, 0.3), (256, 32), color=BLACK, surface=Surface.RUBBER, origin=(-1.1, 0.0))
    for side in (-1, 1):
        low, high = sorted((side * 0.66, side * 1.06))
        canvas.rectangle((low, 0.08), (high, 0.24), TAILLAMP, Surface.LAMP)
    _plate(canvas, 0.15)
    return canvas.finish()


def clouds() -> Texture:
    """Fair-weather clouds: white, with the tint channel as their cover."""
    canvas = Canvas((1.0, 1.0), (512, 512))
    noise = cloud_noise((512, 512), 128, 71)
    texture = canvas.finish()
    cover = np.clip((noise - 0.52) / 0.33, 0.0, 1.0) ** 1.2
    texture.texels[..., 3] = (255 * cover).astype(np.uint8)
    return texture
