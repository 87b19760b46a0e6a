"""Cameras, and the pictures they take of a scene of triangles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from calibration import BrownConrady, CameraModel, KannalaBrandt, Pinhole
from geometry.arrays import BoolArray, ByteArray, Float32Array, FloatArray
from geometry.se3 import SE3
from simulation.checkerboard import Checkerboard, checkerboard
from simulation.rays import Hits, RayScene, rays_from
from simulation.scene import NOBODY, Scene
from simulation.shading import Shader

ASIDE_PX = (0.45, 0.27)
EDGE_CONTRAST = 14
EDGE_SHARE = 0.06


@dataclass(frozen=True)
class SimulatedCamera:
    """A camera; its frame has z forward, x right, y down.

    Attributes:
        name: KITTI's name of its folder.
        width_px: Width of the picture.
        height_px: Height of the picture.
        fx_px: Focal length across.
        fy_px: Focal length down.
        cx_px: Column of the optical axis; pixel centres are whole numbers.
        cy_px: Row of the optical axis.
        cam_from_ego: Where it sits.
        lens: How it sees, if not as a pinhole; of the same size and focal lengths.
    """

    name: str
    width_px: int
    height_px: int
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    cam_from_ego: SE3
    lens: BrownConrady | KannalaBrandt | None = None

    @property
    def model(self) -> CameraModel:
        """How it sees."""
        if self.lens is not None:
            return self.lens
        return Pinhole(self.fx_px, self.fy_px, self.cx_px, self.cy_px, self.width_px, self.height_px)

    @property
    def matrix(self) -> FloatArray:
        """(3, 3) intrinsic matrix."""
        return np.array([[self.fx_px, 0, self.cx_px], [0, self.fy_px, self.cy_px], [0, 0, 1]])

    @cached_property
    def pixels(self) -> tuple[Float32Array, Float32Array]:
        """Column and row of every pixel, row after row."""
        rows, columns = np.indices((self.height_px, self.width_px), dtype=np.float32)
        return columns.reshape(-1), rows.reshape(-1)

    @cached_property
    def pixel_directions_cam(self) -> Float32Array:
        """(height · width, 3) unit rays through all pixels, row after row, in the camera frame; ahead where blind."""
        rays = self.directions_cam(*self.pixels)
        rays[self._is_blind(rays)] = (0.0, 0.0, 1.0)
        return rays

    @cached_property
    def blind_pixels(self) -> NDArray[np.int64]:
        """Flat indices of the pixels that the lens leaves dark."""
        if self.lens is None:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(self._is_blind(self.directions_cam(*self.pixels)))

    def _is_blind(self, rays: Float32Array) -> BoolArray:
        return np.asarray(np.isnan(rays[:, 0]))

    def directions_beside_cam(self, pixels: NDArray[np.int64], right_px: float, down_px: float) -> Float32Array:
        """(N, 3) unit rays a little beside the middles of pixels; through the middles where the lens shows nothing."""
        columns, rows = (axis[pixels] for axis in self.pixels)
        rays = self.directions_cam(columns + np.float32(right_px), rows + np.float32(down_px))
        blind = self._is_blind(rays)
        rays[blind] = self.pixel_directions_cam[pixels[blind]]
        return rays

    def directions_cam(self, columns: Float32Array, rows: Float32Array) -> Float32Array:
        """(N, 3) unit rays through places in the picture, in the camera frame; NaN where the lens shows nothing."""
        if self.lens is not None:
            return self.lens.rays_from_image(np.stack([columns, rows], axis=1)).astype(np.float32)
        rays = np.empty((len(columns), 3), dtype=np.float32)
        rays[:, 0], rays[:, 1], rays[:, 2] = (columns - self.cx_px) / self.fx_px, (rows - self.cy_px) / self.fy_px, 1.0
        rays /= np.linalg.norm(rays, axis=1, keepdims=True)
        return rays


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture and its truth.

    Attributes:
        image: (H, W, 3) uint8.
        track: (H, W) int32 track of the object seen in a pixel, -1 for none.
    """

    image: ByteArray
    track: NDArray[np.int32]


def take_picture(camera: SimulatedCamera, world_from_ego: SE3, scene: Scene, shader: Shader) -> Picture:
    """Cast about one ray a pixel, then one more beside its middle where neighbouring pixels differ much."""
    world_from_cam = world_from_ego @ camera.cam_from_ego.inverse()
    origin, rotation = world_from_cam.translation.astype(np.float32), world_from_cam.rotation.T.astype(np.float32)
    size, pixel_rad = (camera.height_px, camera.width_px), 1.0 / camera.fx_px
    board = checkerboard(camera.width_px, camera.height_px)
    rays = rays_from(origin, camera.pixel_directions_cam @ rotation)
    hits = cast_board(scene.rays, rays, board)
    colors = shader.colors(scene, rays, hits, pixel_rad, board)
    image = _display(colors)
    edges = _edges(image.reshape(*size, 3))
    beside = rays_from(origin, camera.directions_beside_cam(edges, *ASIDE_PX) @ rotation)
    smooth = colors[edges] + shader.colors(scene, beside, scene.rays.cast(beside), pixel_rad)
    image[edges] = _display(smooth * np.float32(0.5))
    track = scene.tracks_of(hits)
    image[camera.blind_pixels], track[camera.blind_pixels] = 0, NOBODY
    return Picture(image.reshape(*size, 3), track.reshape(size))


def cast_board(tree: RayScene, rays: Float32Array, board: Checkerboard) -> Hits:
    """First hits of all pixels' rays; where the four neighbours of a pixel met one triangle, so does the pixel.

    On a plane 1 / distance is linear in the ray's direction, and so are barycentric weights over distance. Directions
    are unit vectors rather than linear in the pixel, which over two pixels is a millionth.
    """
    hits = Hits(
        np.empty(len(rays), dtype=np.float32), np.empty(len(rays), dtype=np.int64),
        np.zeros((len(rays), 2), dtype=np.float32),
    )  # fmt: skip
    hits.put(board.asked, tree.cast(rays.take(board.asked, axis=0)))
    agreeing = board.agreeing(hits.triangle)
    alone, same = board.between[~agreeing], board.between[agreeing]
    hits.put(alone, tree.cast(rays.take(alone, axis=0)))
    with np.errstate(divide="ignore"):
        left, right = (1 / hits.distance_m.take(same + step) for step in (-1, 1))
        both = left + right
        # Where nothing is met, both are 0, and so are the weights.
        share = (left / np.maximum(both, np.float32(1e-30)))[:, None]
        weights = hits.weights.take(same - 1, axis=0) * share
        weights += hits.weights.take(same + 1, axis=0) * (1 - share)
        distance = np.asarray(np.float32(2) / both, dtype=np.float32)
        hits.put(same, Hits(distance, hits.triangle.take(same - 1), np.asarray(weights, dtype=np.float32)))
    return hits


def _display(colors: Float32Array) -> ByteArray:
    """Display values of linear colours: a soft shoulder for bright ones, display gamma 2."""
    mapped = colors * (np.float32(1.0) + colors * np.float32(0.12)) / (np.float32(1.0) + colors * np.float32(0.45))
    return np.asarray(np.minimum(np.sqrt(mapped * np.float32(1.30)) * np.float32(255.0), 255.0).astype(np.uint8))


def _edges(image: ByteArray) -> NDArray[np.int64]:
    """Flat indices of the pixels that differ most from a neighbour, at most ``EDGE_SHARE`` of them."""
    gray = (image[..., 0].astype(np.int16) + 2 * image[..., 1] + image[..., 2]) >> 2
    contrast = np.zeros_like(gray)
    for axis in (0, 1):
        step = np.abs(np.diff(gray, axis=axis))
        low = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
        high = (slice(1, None), slice(None)) if axis == 0 else (slice(None), slice(1, None))
        contrast[low] = np.maximum(contrast[low], step)
        contrast[high] = np.maximum(contrast[high], step)
    flat = contrast.reshape(-1)
    most = int(EDGE_SHARE * flat.size)
    floor = max(EDGE_CONTRAST, int(np.partition(flat, -most)[-most]) if most else EDGE_CONTRAST)
    return np.flatnonzero(flat >= floor)
