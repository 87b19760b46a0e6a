"""What colour a point of a surface shows: sun and its shadows, sky light, gloss, contact shade, haze."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from geometry.arrays import BoolArray, ByteArray, Float32Array, FloatArray, IntArray
from simulation.checkerboard import Checkerboard
from simulation.materials import Surface, optics_column
from simulation.rays import Hits, rays_from
from simulation.scene import Scene
from simulation.sky import GROUNDLIGHT, SKYLIGHT, SUNLIGHT, Sky

GLOSS = optics_column("gloss")
GLOW = optics_column("glow")
PAVING = np.isin(list(Surface), (Surface.ASPHALT, Surface.MARKING, Surface.MATTE))
SHADOW_REACH_M = 60.0
OFFSET_M = 0.02
UNKNOWN = 2


class ContactShade:
    """Sky light that vehicles and people keep from the ground below and beside them, as a map from above."""

    CELL_M = 0.125
    REACH_M = 48.0

    def __init__(self, center_xy: FloatArray, footprints: Sequence[FloatArray]) -> None:
        """Draw the (4, 2) footprints around the centre and let them fade out."""
        self._low = center_xy - self.REACH_M
        side = int(2 * self.REACH_M / self.CELL_M)
        cover = Image.new("L", (side, side), 0)
        draw = ImageDraw.Draw(cover)
        for footprint in footprints:
            draw.polygon([tuple(corner) for corner in (footprint - self._low) / self.CELL_M], fill=255)
        near = np.asarray(cover.filter(ImageFilter.GaussianBlur(2.0)), dtype=np.float32)
        wide = np.asarray(cover.filter(ImageFilter.GaussianBlur(6.0)), dtype=np.float32)
        self._open = 1.0 - (0.45 * near + 0.40 * wide) / np.float32(255.0)

    def open_sky(self, points: Float32Array) -> Float32Array:
        """(N,) share of sky light left at world points (N, 3)."""
        cells = ((points[:, :2] - self._low.astype(np.float32)) / np.float32(self.CELL_M)).astype(np.int32)
        inside = ((cells >= 0) & (cells < self._open.shape[0])).all(axis=1)
        cells = np.where(inside[:, None], cells, 0)
        return np.where(inside, self._open[cells[:, 1], cells[:, 0]], np.float32(1.0))


@dataclass(frozen=True, eq=False)
class Shader:
    """Turns hits into colours."""

    sky: Sky
    contact: ContactShade

    def colors(
        self, scene: Scene, rays: Float32Array, hits: Hits, pixel_rad: float, board: Checkerboard | None = None
    ) -> Float32Array:
        """Linear colours of what rays of a camera met.

        Args:
            scene: What was met.
            rays: (N, 6) origins and unit directions.
            hits: N first hits.
            pixel_rad: Width of a pixel.
            board: Given where the rays are all pixels of a picture: shadows are then looked for at every other pixel,
                and between those only at their borders.

        Returns:
            (N, 3) linear colours.
        """
        empty = np.flatnonzero(hits.triangle < 0)
        # What met nothing is shaded like the rest, as the first triangle, and then painted over: that is cheaper than
        # taking it out and putting it back.
        triangle, distance = hits.triangle, hits.distance_m
        if len(empty):
            triangle, distance = triangle.copy(), distance.copy()
            triangle[empty], distance[empty] = 0, 1.0
        colors = self._lit(scene, rays, triangle, hits.weights, distance, pixel_rad, empty, board)
        self.sky.haze(colors, distance)
        colors[empty] = self.sky.color(rays[empty, 3:])
        return colors

    def _lit(
        self,
        scene: Scene,
        rays: Float32Array,
        triangle: NDArray[np.int64],
        weights: Float32Array,
        distance: Float32Array,
        pixel_rad: float,
        empty: IntArray,
        board: Checkerboard | None,
    ) -> Float32Array:
        directions = rays[:, 3:]
        normals = scene.normals_of(triangle, weights)
        facing = np.einsum("ij,ij->i", normals, directions)
        # Leaves, panes and the inside of things show their back as their front.
        normals *= np.where(facing > 0, np.float32(-1), np.float32(1))[:, None]
        slant = np.maximum(np.abs(facing), np.float32(0.04))
        footprint = distance * np.float32(pixel_rad) / np.sqrt(slant)
        albedo, surface = scene.surface_of(triangle, weights, footprint)
        points = rays[:, :3] + directions * distance[:, None]
        sun = self._sun(scene, points, normals, empty, board)
        ambient = self._ambient(points, normals, surface)
        light = ambient
        light += sun[:, None] @ SUNLIGHT[None]
        light += GLOW.take(surface)[:, None]
        color = albedo
        color *= light
        self._add_gloss(color, directions, normals, slant, surface, sun)
        return color

    def _sun(
        self, scene: Scene, points: Float32Array, normals: Float32Array, empty: IntArray, board: Checkerboard | None
    ) -> Float32Array:
        """(N,) cosine of the sun's incidence where it shines, 0 in the shade and where nothing was met."""
        sun = np.maximum(normals @ self.sky.sun, np.float32(0.0))
        sun[empty] = 0.0
        bright = np.flatnonzero(sun > 0.02)

        def shaded(chosen: IntArray) -> BoolArray:
            starts = points.take(chosen, axis=0) + normals.take(chosen, axis=0) * np.float32(OFFSET_M)
            directions = np.broadcast_to(self.sky.sun, starts.shape)
            return scene.rays.blocked(rays_from(starts, directions), SHADOW_REACH_M)

        dark = shaded(bright) if board is None else _shaded_board(shaded, bright, board)
        sun[bright[dark]] = 0.0
        return np.asarray(sun)

    def _ambient(self, points: Float32Array, normals: Float32Array, surface: ByteArray) -> Float32Array:
        upward = (normals[:, 2:] + 1) * np.float32(0.5)
        ambient = upward @ (SKYLIGHT - GROUNDLIGHT)[None]
        ambient += GROUNDLIGHT
        low = np.flatnonzero((normals[:, 2] > 0.9) & PAVING.take(surface))
        ambient[low] *= self.contact.open_sky(points.take(low, axis=0))[:, None]
        return ambient

    def _add_gloss(
        self, color: Float32Array, directions: Float32Array, normals: Float32Array, slant: Float32Array,
        surface: ByteArray, sun: Float32Array,
    ) -> None:  # fmt: skip
        """Add mirrored surroundings by Schlick's approximation, and the sun's highlight."""
        glossy = np.flatnonzero(GLOSS.take(surface) > 0)
        normal, ray, cosine = normals.take(glossy, axis=0), directions.take(glossy, axis=0), slant.take(glossy)
        mirrored = ray + 2 * cosine[:, None] * normal
        base = GLOSS.take(surface.take(glossy))
        grazing = 1 - cosine
        share = (base + (1 - base) * np.square(np.square(grazing)) * grazing)[:, None]
        highlight = _power_64(np.clip(mirrored @ self.sky.sun, 0.0, 1.0)) * (sun[glossy] > 0)
        shine = (
            self.sky.mirrored(mirrored) * share
            + (highlight * np.float32(0.9) * np.sqrt(base))[:, None] @ SUNLIGHT[None]
        )
        color[glossy] = color.take(glossy, axis=0) * (1 - share) + shine


def _shaded_board(shaded: Callable[[IntArray], BoolArray], bright: IntArray, board: Checkerboard) -> BoolArray:
    """Which pixels are in the shade: those between four neighbours of one kind are of that kind, too.

    Args:
        shaded: Casts rays from what some of the pixels show.
        bright: (M,) pixels that face the sun.
        board: The board of the picture.
    """
    shade = np.full(len(board.is_asked), UNKNOWN, dtype=np.int8)
    asked = bright[board.is_asked.take(bright)]
    shade[asked] = shaded(asked)
    left = shade.take(board.between - 1)
    shade[board.between] = np.where(board.agreeing(shade), left, UNKNOWN)
    answer = shade.take(bright)
    alone = np.flatnonzero(answer == UNKNOWN)
    answer[alone] = shaded(bright[alone])
    return np.asarray(answer == 1)


def _power_64(values: Float32Array) -> Float32Array:
    """The 64th power, by squaring; many times faster than a power."""
    for _ in range(6):
        values = np.square(values)
    return values
