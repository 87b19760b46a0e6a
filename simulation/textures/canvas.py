"""A canvas in metres that paints colour, tint and material at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from geometry.arrays import ByteArray, FloatArray
from simulation.materials import Surface

Color = tuple[int, int, int]
Point = tuple[float, float]

OVERSAMPLING = 2


@dataclass(frozen=True, eq=False)
class Texture:
    """A painted rectangle; row 0 is its lower edge.

    Attributes:
        texels: (H, W, 4) uint8: display red, green, blue, and how far the owner's tint colours the texel.
        surface: (H, W) uint8 ``Surface``.
        texels_per_m: Resolution on the thing that wears it.
    """

    texels: ByteArray
    surface: ByteArray
    texels_per_m: float


class Canvas:
    """Paints a ``width_m`` × ``height_m`` rectangle whose lower left corner is ``origin``.

    Colours with ``tint=True`` are multiplied by the tint of the mesh that wears the texture.
    """

    def __init__(
        self,
        size_m: Point,
        size_px: tuple[int, int],
        *,
        color: Color = (255, 255, 255),
        surface: Surface = Surface.MATTE,
        tint: bool = False,
        origin: Point = (0.0, 0.0),
    ) -> None:
        """Start with one colour and material; ``size_px`` must be powers of two.

        Raises:
            ValueError: A side in pixels is no power of two (mip levels halve it).
        """
        if any(side < 1 or side & (side - 1) for side in size_px):
            raise ValueError(f"size_px must be powers of two, got {size_px}")
        self.size_m, self.size_px, self.origin = size_m, size_px, origin
        self._scale = (size_px[0] * OVERSAMPLING / size_m[0], size_px[1] * OVERSAMPLING / size_m[1])
        large = (size_px[0] * OVERSAMPLING, size_px[1] * OVERSAMPLING)
        self._color = Image.new("RGB", large, color)
        self._tint = Image.new("L", large, 255 if tint else 0)
        self._surface = Image.new("L", large, int(surface))
        self._draws = [ImageDraw.Draw(layer) for layer in (self._color, self._tint, self._surface)]

    def _pixel(self, point: Point) -> Point:
        x = (point[0] - self.origin[0]) * self._scale[0]
        y = (point[1] - self.origin[1]) * self._scale[1]
        return x, self._color.height - y

    def _inks(self, color: Color, surface: Surface, tint: bool) -> tuple[Color | int, ...]:
        return color, 255 if tint else 0, int(surface)

    def polygon(
        self, points: Sequence[Point], color: Color, surface: Surface = Surface.MATTE, *, tint: bool = False
    ) -> None:
        """Fill a polygon; points in metres."""
        pixels = [self._pixel(point) for point in points]
        for draw, ink in zip(self._draws, self._inks(color, surface, tint), strict=True):
            draw.polygon(pixels, fill=ink)

    def rectangle(
        self, low: Point, high: Point, color: Color, surface: Surface = Surface.MATTE, *, tint: bool = False
    ) -> None:
        """Fill the rectangle between two corners in metres."""
        self.polygon([low, (high[0], low[1]), high, (low[0], high[1])], color, surface, tint=tint)

    def ellipse(
        self, center: Point, radii: Point, color: Color, surface: Surface = Surface.MATTE, *, tint: bool = False
    ) -> None:
        """Fill an ellipse; centre and radii in metres."""
        turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        points = [(center[0] + radii[0] * float(np.cos(a)), center[1] + radii[1] * float(np.sin(a))) for a in turn]
        self.polygon(points, color, surface, tint=tint)

    def line(
        self,
        points: Sequence[Point],
        width_m: float,
        color: Color,
        surface: Surface = Surface.MATTE,
        *,
        tint: bool = False,
    ) -> None:
        """Draw a line of the given width; points in metres."""
        pixels = [self._pixel(point) for point in points]
        width = max(1, round(width_m * min(self._scale)))
        for draw, ink in zip(self._draws, self._inks(color, surface, tint), strict=True):
            draw.line(pixels, fill=ink, width=width, joint="curve")

    def shade(self, factor: FloatArray) -> None:
        """Multiply the colours by ``factor`` (H, W), row 0 at the top, of any resolution."""
        mask = Image.fromarray(np.asarray(factor, dtype=np.float32)).resize(self._color.size, Image.Resampling.BILINEAR)
        shaded = np.asarray(self._color, dtype=np.float32) * np.asarray(mask)[..., None]
        self._color.paste(Image.fromarray(np.clip(shaded, 0, 255).astype(np.uint8)))

    def finish(self) -> Texture:
        """The texture, averaged down from the oversampled layers."""
        color = np.asarray(self._color.resize(self.size_px, Image.Resampling.BOX))
        tint = np.asarray(self._tint.resize(self.size_px, Image.Resampling.BOX))
        surface = np.asarray(self._surface.resize(self.size_px, Image.Resampling.NEAREST))
        texels = np.dstack([color, tint])[::-1]
        return Texture(texels.copy(), surface[::-1].copy(), self.size_px[0] / self.size_m[0])


def cloud_noise(shape: tuple[int, int], cell_px: int, seed: int) -> FloatArray:
    """Smooth noise in [0, 1] of ``shape`` that wraps around, summed over four octaves from ``cell_px`` down."""
    rng = np.random.default_rng(seed)
    total, weight = np.zeros(shape), 0.0
    for octave in range(4):
        cell = max(1, cell_px >> octave)
        coarse = rng.random((max(1, shape[0] // cell), max(1, shape[1] // cell)))
        wrapped = Image.fromarray(np.pad(coarse, 2, mode="wrap").astype(np.float32))
        scale_y, scale_x = shape[0] / coarse.shape[0], shape[1] / coarse.shape[1]
        inner = (2 * scale_x, 2 * scale_y, 2 * scale_x + shape[1], 2 * scale_y + shape[0])
        size = (round((coarse.shape[1] + 4) * scale_x), round((coarse.shape[0] + 4) * scale_y))
        large = wrapped.resize(size, Image.Resampling.BICUBIC)
        total += np.asarray(large.crop(tuple(round(edge) for edge in inner))) * 0.5**octave
        weight += 0.5**octave
    low, high = total.min(), total.max()
    return np.asarray((total - low) / max(high - low, 1e-9))
