"""Cameras, and the pictures they take of a scene of triangles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import ByteArray, Float32Array, FloatArray
from geometry.se3 import SE3
from simulation.rays import rays_from
from simulation.scene import Scene
from simulation.shading import Shader

SUBPIXELS = ((-0.30, 0.16), (0.30, -0.16))
EDGE_CONTRAST = 14
EDGE_SHARE = 0.09


@dataclass(frozen=True)
class SimulatedCamera:
    """A pinhole camera without distortion; its frame has z forward, x right, y down.

    Attributes:
        name: KITTI's name of its folder.
        width_px: Width of the picture.
        height_px: Height of the picture.
        fx_px: Focal length across.
        fy_px: Focal length down.
        cx_px: Column of the optical axis; pixel centres are whole numbers.
        cy_px: Row of the optical axis.
        cam_from_ego: Where it sits.
    """

    name: str
    width_px: int
    height_px: int
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float
    cam_from_ego: SE3

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
        """(height · width, 3) unit rays through all pixels, row after row, in the camera frame."""
        return self.directions_cam(*self.pixels)

    def directions_cam(self, columns: Float32Array, rows: Float32Array) -> Float32Array:
        """(N, 3) unit rays through places in the picture, in the camera frame."""
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
    """Cast one ray a pixel, then two more where neighbouring pixels differ much."""
    world_from_cam = world_from_ego @ camera.cam_from_ego.inverse()
    origin, rotation = world_from_cam.translation.astype(np.float32), world_from_cam.rotation.T.astype(np.float32)

    def look(directions_cam: Float32Array) -> tuple[Float32Array, NDArray[np.int32]]:
        rays = rays_from(origin, directions_cam @ rotation)
        hits = scene.rays.cast(rays)
        return shader.colors(scene, rays, hits, 1.0 / camera.fx_px), scene.tracks_of(hits)

    size = camera.height_px, camera.width_px
    colors, track = look(camera.pixel_directions_cam)
    image = _display(colors)
    edges = _edges(image.reshape(*size, 3))
    columns, rows = (axis[edges] for axis in camera.pixels)
    smooth = colors[edges]
    for right, down in SUBPIXELS:
        smooth += look(camera.directions_cam(columns + np.float32(right), rows + np.float32(down)))[0]
    image[edges] = _display(smooth / np.float32(1 + len(SUBPIXELS)))
    return Picture(image.reshape(*size, 3), track.reshape(size))


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
