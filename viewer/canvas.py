"""A painter of points and lines through a camera, in memory: needs no window, no driver and no graphics card."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from calibration import CameraModel, Pinhole
from fusion import CameraView, RollingRows
from geometry import SE3
from geometry.arrays import ByteArray, Float32Array, FloatArray, IntArray
from viewer.colors import GROUND, Rgb
from viewer.fonts import text_font
from viewer.frame_parts import Lines

POINT_SIZE_M = 0.09
"""The width of a point in space, which makes near ones larger than far ones."""

POINT_SIZES_PX = (1.0, 2.6)
SHADE_REACH_PX, SHADE_STRENGTH, DARKEST = 1.5, 5.0, 0.35
NEIGHBOURS = ((1, 0), (-1, 0), (0, 1), (0, -1))
FINENESS, MOST_PAINTED_PX = 2, 24_000_000


class Canvas:
    """A picture that things are painted on in turn; what is painted later covers what was painted before.

    It is painted finer than it is shown, and made smaller at the end, so that edges are smooth.
    """

    def __init__(
        self,
        camera: CameraModel,
        cam_from_ego: SE3,
        size: tuple[int, int],
        background: Image.Image | None = None,
        rows: RollingRows | None = None,
    ) -> None:
        """A canvas over all that a camera sees.

        Args:
            camera: How it sees; its image fills the canvas, whatever the size.
            cam_from_ego: Where it is.
            size: Width and height of the finished picture, in pixels.
            background: A picture to paint on, of any size; else an empty one.
            rows: How it moves while its rows are exposed.
        """
        self._camera, self._view = camera, CameraView(camera, cam_from_ego, rows)
        self.fineness = FINENESS if FINENESS**2 * size[0] * size[1] <= MOST_PAINTED_PX else 1
        self._scale = np.array(size) / (camera.width_px, camera.height_px)
        fine = (size[0] * self.fineness, size[1] * self.fineness)
        background = background or Image.new("RGB", (1, 1), GROUND)
        # Filtered when it is made smaller, even where the canvas is finer than the picture.
        self._image = background.convert("RGB").resize(size, Image.Resampling.LANCZOS).resize(fine)

    def points(self, points_ego: FloatArray, rgb: ByteArray, scale: float = 1.0) -> None:
        """Points (N, 3) with their colours (N, 3): near ones cover far ones, and edges in depth are darkened."""
        uv, all_depths_m, visible = self._view.project_points(points_ego)
        order = np.flatnonzero(visible)
        order = order[np.argsort(-all_depths_m[order])]
        depth_m = all_depths_m[order].astype(np.float32)
        places, sizes = self._fine(uv[order]), self._point_sizes(depth_m, scale)
        pixels = np.array(self._image)
        depths: Float32Array = np.full(pixels.shape[:2], np.inf, dtype=np.float32)
        for size in np.unique(sizes):
            some = sizes == size
            _splat(pixels, depths, places[some], depth_m[some], rgb[order[some]], int(size))
        _shade(pixels, depths, max(round(SHADE_REACH_PX * scale * self.fineness), 1))
        self._image = Image.fromarray(pixels)

    def lines(self, lines: Lines, scale: float = 1.0) -> None:
        """Lines, cut where the camera does not see them; curves where the lens bends them."""
        parts, uv, counts = self._view.draw_segments(lines.segments_ego)
        draw, width = ImageDraw.Draw(self._image), max(round(lines.width_px * scale * self.fineness), 1)
        bounds = np.array(self._image.size)
        for segment, line in zip(parts.segment, np.split(self._fine(uv), np.cumsum(counts)[:-1]), strict=False):
            if (line.max(axis=0) >= -width).all() and (line.min(axis=0) <= bounds + width).all():
                red, green, blue = lines.rgb[segment].tolist()
                # Far outside, whole numbers of the drawing library run over.
                draw.line(line.clip(-30_000, 30_000).ravel().tolist(), (red, green, blue), width, joint="curve")

    def face(self, corners_ego: FloatArray, color: Rgb, opacity: float) -> None:
        """A flat outline (K, 3), filled so that what is behind shines through; left out where a corner is not seen."""
        uv, visible = self._view.place_points(corners_ego)
        if visible.all():
            polygon = self._fine(uv).clip(-30_000, 30_000).ravel().tolist()
            ImageDraw.Draw(self._image, "RGBA").polygon(polygon, (*color, round(255 * opacity)))

    def text(self, point_ego: FloatArray, text: str, size_px: float, color: Rgb) -> None:
        """A word over a point (3,), where it is seen."""
        place = self.place(point_ego)
        if place is not None:
            middle = (place[0] * self.fineness, place[1] * self.fineness)
            font = text_font(round(size_px * self.fineness), text)
            ImageDraw.Draw(self._image).text(middle, text, fill=color, font=font, anchor="mm")

    def place(self, point_ego: FloatArray) -> tuple[float, float] | None:
        """Where a point is in the finished picture, or None where it is not seen."""
        uv, visible = self._view.place_points(point_ego[np.newaxis])
        u, v = ((uv[0] + 0.5) * self._scale - 0.5).tolist()
        return (u, v) if visible[0] else None

    def finished(self) -> Image.Image:
        """The picture."""
        return self._image.reduce(self.fineness) if self.fineness > 1 else self._image.copy()

    def _fine(self, uv: FloatArray) -> FloatArray:
        """From pixels to the finer ones that are painted; both count from the middle of the first."""
        return np.asarray((uv + 0.5) * self._scale * self.fineness - 0.5)

    def _point_sizes(self, depth_m: Float32Array, scale: float) -> IntArray:
        middle, side = self._camera.image_from_rays([[0.0, 0.0, 1.0], [0.01, 0.0, 1.0]])
        focal_px = (side[0] - middle[0]) / 0.01 * self._scale[0]
        low, high = (scale * size for size in POINT_SIZES_PX)
        sizes = self.fineness * np.clip(POINT_SIZE_M * focal_px / depth_m, low, high)
        return np.asarray(np.maximum(np.rint(sizes), 1).astype(np.int64))


def look_at(eye_ego: FloatArray, target_ego: FloatArray) -> SE3:
    """``cam_from_ego`` of an upright camera at one place (3,) that looks at another."""
    forward = (target_ego - eye_ego) / np.linalg.norm(target_ego - eye_ego)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    rotation = np.stack([right, np.cross(forward, right), forward])
    return SE3(rotation, -rotation @ eye_ego)


def perspective(width_px: int, height_px: int, height_angle_rad: float) -> Pinhole:
    """A camera without distortion that sees so much from top to bottom."""
    focal_px = height_px / 2 / float(np.tan(height_angle_rad / 2))
    return Pinhole(focal_px, focal_px, (width_px - 1) / 2, (height_px - 1) / 2, width_px, height_px)


def _splat(
    pixels: ByteArray, depths: Float32Array, places: FloatArray, depth_m: Float32Array, rgb: ByteArray, size: int
) -> None:
    """Squares of ``size`` pixels at places (N, 2), from far to near, where nothing nearer was painted."""
    height, width = depths.shape
    first = np.rint(places - (size - 1) / 2).clip(-size, max(width, height)).astype(np.int64)
    for right in range(size):
        for down in range(size):
            u, v = first[:, 0] + right, first[:, 1] + down
            inside = np.flatnonzero((u >= 0) & (u < width) & (v >= 0) & (v < height))
            u, v = u[inside], v[inside]
            nearer = depth_m[inside] < depths[v, u]
            u, v, inside = u[nearer], v[nearer], inside[nearer]
            # Of several at one pixel the last one stays, which is the nearest.
            depths[v, u] = depth_m[inside]
            pixels[v, u] = rgb[inside]


def _shade(pixels: ByteArray, depths: Float32Array, reach: int) -> None:
    """Darken what lies behind its neighbours in the picture, so that shapes stand out (eye-dome lighting).

    After Boucheny, "Interactive scientific visualization of large datasets" (2009).
    """
    painted = np.isfinite(depths)
    if not painted.any():
        return
    logarithm = np.log2(np.where(painted, depths, np.inf))
    behind = np.zeros(depths.shape, dtype=np.float32)
    for right, down in NEIGHBOURS:
        near = np.full_like(logarithm, np.inf)
        _shifted(near, right * reach, down * reach)[...] = _shifted(logarithm, -right * reach, -down * reach)
        behind[painted] += np.maximum(logarithm[painted] - near[painted], 0.0)
    share = np.maximum(np.exp(-SHADE_STRENGTH * behind[painted] / len(NEIGHBOURS)), DARKEST)
    pixels[painted] = np.rint(pixels[painted] * share[:, np.newaxis]).astype(np.uint8)


def _shifted(array: Float32Array, right: int, down: int) -> Float32Array:
    """The part of an image that is left when it moves."""
    height, width = array.shape
    return array[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)]
