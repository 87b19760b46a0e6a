"""What stands beside the points of a frame, as arrays for window and pictures alike: cuboids, cameras, ego, grid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from calibration import SensorRig
from geometry import EDGES, Box
from geometry.arrays import ByteArray, FloatArray, frozen_array
from viewer.colors import EGO, FRUSTUM, GRID, GROUND, RING, Rgb, mix
from viewer.labeled_scene import ShownCuboid

KEY_WIDTH_PX, DERIVED_WIDTH_PX, FRUSTUM_WIDTH_PX, EGO_WIDTH_PX, GRID_WIDTH_PX = 2.0, 1.2, 1.2, 1.6, 1.0
DASH_M, MAX_DASHES = 0.3, 24
ARROW_SHARE, ARROW_MIN_M, ARROW_MAX_M = 0.28, 0.35, 1.4
"""The heading arrow reaches this far out of the front face, as a share of the length."""

FRUSTUM_DEPTH_M, RIM_STEPS = 2.5, 12
GRID_REACH_M, GRID_STEP_M, RING_STEP_M, RING_PIECES = 100.0, 10.0, 20.0, 128
EGO_OUTLINE_M = ((-2.0, 0.9), (1.7, 0.9), (2.6, 0.0), (1.7, -0.9), (-2.0, -0.9))
"""Seen from above: a box with a pointed nose, so that forward is never in doubt."""

FRONT_FACE = (0, 1, 5, 4)


@dataclass(frozen=True, eq=False)
class Lines:
    """Straight lines of one width.

    Attributes:
        segments_ego: (S, 2, 3) their ends.
        rgb: (S, 3) their colours.
        width_px: How wide they are drawn.
    """

    segments_ego: FloatArray
    rgb: ByteArray
    width_px: float

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on wrong shapes."""
        object.__setattr__(self, "segments_ego", frozen_array("segments_ego", self.segments_ego, (None, 2, 3)))
        rgb = np.asarray(self.rgb, dtype=np.uint8)
        if rgb.shape != (len(self.segments_ego), 3):
            raise ValueError(f"rgb must have shape {(len(self.segments_ego), 3)}, got {rgb.shape}")
        object.__setattr__(self, "rgb", rgb)

    @classmethod
    def of_color(cls, segments_ego: FloatArray, color: Rgb, width_px: float) -> Lines:
        """Lines (S, 2, 3) that share a colour."""
        return cls(segments_ego, np.tile(np.array(color, dtype=np.uint8), (len(segments_ego), 1)), width_px)

    @classmethod
    def join(cls, parts: Sequence[Lines], width_px: float) -> Lines:
        """All lines of several, in one width."""
        segments = np.concatenate([np.zeros((0, 2, 3)), *(part.segments_ego for part in parts)])
        rgb = np.concatenate([np.zeros((0, 3), dtype=np.uint8), *(part.rgb for part in parts)])
        return cls(segments, rgb, width_px)


def cuboid_lines(cuboid: ShownCuboid) -> Lines:
    """A cuboid's edges and its heading arrow: a key solid, a derived one thinner and dashed."""
    corners = cuboid.box_ego.corners()
    edges = [corners[EDGES]] if cuboid.is_key else [dashes(*corners[edge]) for edge in EDGES]
    segments = np.concatenate([*edges, heading_segments(cuboid.box_ego)])
    return Lines.of_color(segments, cuboid.color, KEY_WIDTH_PX if cuboid.is_key else DERIVED_WIDTH_PX)


def all_cuboid_lines(cuboids: Iterable[ShownCuboid]) -> tuple[Lines, Lines]:
    """The lines of all keys, and those of all derived cuboids."""
    lines = [(cuboid.is_key, cuboid_lines(cuboid)) for cuboid in cuboids]
    keys = Lines.join([part for is_key, part in lines if is_key], KEY_WIDTH_PX)
    return keys, Lines.join([part for is_key, part in lines if not is_key], DERIVED_WIDTH_PX)


def dashes(start: FloatArray, end: FloatArray) -> FloatArray:
    """Segments (S, 2, 3) of a line that starts and ends with a whole dash, so that corners are always drawn."""
    gaps = int(np.clip(round(float(np.linalg.norm(end - start)) / DASH_M / 2), 1, MAX_DASHES))
    places = np.arange(2 * gaps + 2).reshape(-1, 2, 1) / (2 * gaps + 1)
    return np.asarray(start + places * (end - start))


def heading_segments(box: Box) -> FloatArray:
    """(3, 2, 3) an arrow out of the bottom of the front face."""
    length, width, height = box.size_lwh_m
    reach = float(np.clip(length * ARROW_SHARE, ARROW_MIN_M, ARROW_MAX_M))
    head, side = 0.35 * reach, min(0.21 * reach, width / 2)
    tip = (length / 2 + reach, 0.0)
    ends = [[(length / 2, 0.0), tip], [tip, (tip[0] - head, side)], [tip, (tip[0] - head, -side)]]
    flat = np.array(ends)
    segments_object = np.concatenate([flat, np.full((3, 2, 1), -height / 2)], axis=2)
    return box.frame_from_object.apply(segments_object)


def front_face(box: Box) -> FloatArray:
    """(4, 3) the corners of the front face, in turn."""
    return np.asarray(box.corners()[list(FRONT_FACE)])


def frustum_lines(rig: SensorRig, cameras: Iterable[str]) -> Lines:
    """Where cameras sit and what they see, as pyramids."""
    parts = [Lines.of_color(_frustum(rig, name), FRUSTUM, FRUSTUM_WIDTH_PX) for name in cameras]
    return Lines.join(parts, FRUSTUM_WIDTH_PX)


def _frustum(rig: SensorRig, name: str) -> FloatArray:
    """(S, 2, 3) from the camera to the corners of its image, and around the image."""
    camera, ego_from_cam = rig.cameras[name], rig.ego_from_sensor[name]
    right, bottom = camera.width_px - 0.5, camera.height_px - 0.5
    corners = np.array([(-0.5, -0.5), (right, -0.5), (right, bottom), (-0.5, bottom)])
    share = (np.arange(RIM_STEPS) / RIM_STEPS)[:, np.newaxis]
    sides = [corners[i] + share * (corners[(i + 1) % 4] - corners[i]) for i in range(4)]
    rays = camera.rays_from_image(np.concatenate(sides))
    # Straight-seeing cameras have a flat image; a fisheye's looks back at its edge and has none.
    reach = np.ones(len(rays)) if camera.bends_lines else rays[:, 2]
    rim = ego_from_cam.apply(FRUSTUM_DEPTH_M * rays / reach[:, np.newaxis])
    around = np.stack([rim, np.roll(rim, -1, axis=0)], axis=1)
    spokes = np.stack([np.tile(ego_from_cam.translation, (4, 1)), rim[::RIM_STEPS]], axis=1)
    segments = np.concatenate([spokes, around])
    # A pixel that no ray meets has no place.
    return np.asarray(segments[np.isfinite(segments).all(axis=(1, 2))])


def ego_lines(ground_z_m: float) -> Lines:
    """The vehicle's footprint."""
    outline = np.column_stack([np.array(EGO_OUTLINE_M), np.full(len(EGO_OUTLINE_M), ground_z_m + 0.05)])
    return Lines.of_color(np.stack([outline, np.roll(outline, -1, axis=0)], axis=1), EGO, EGO_WIDTH_PX)


def grid_lines(ground_z_m: float) -> Lines:
    """A grid of 10 m with rings of 20 m around the vehicle, fading into the background with distance."""
    steps = np.arange(-GRID_REACH_M, GRID_REACH_M + 1, GRID_STEP_M)
    across, start = (axis.ravel() for axis in np.meshgrid(steps, steps[:-1], indexing="ij"))
    along = np.stack([start, start + GRID_STEP_M], axis=1)
    across = np.stack([across, across], axis=1)
    grid = np.concatenate([np.stack([across, along], axis=2), np.stack([along, across], axis=2)])
    angles = np.linspace(0.0, 2 * np.pi, RING_PIECES + 1)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    pieces = np.stack([circle[:-1], circle[1:]], axis=1)
    rings = np.concatenate([radius * pieces for radius in ring_radii_m()])
    return Lines.join([_faded(grid, GRID, ground_z_m), _faded(rings, RING, ground_z_m)], GRID_WIDTH_PX)


def ring_radii_m() -> FloatArray:
    """The radii of the rings that the grid has."""
    return np.arange(RING_STEP_M, GRID_REACH_M, RING_STEP_M)


def _faded(flat: FloatArray, color: Rgb, z_m: float) -> Lines:
    """Segments (S, 2, 2) on the ground, in the colour that their distance leaves of them."""
    share = np.sqrt(np.clip(1.0 - np.linalg.norm(flat.mean(axis=1), axis=1) / GRID_REACH_M, 0.0, 1.0))
    rgb = np.array([mix(GROUND, color, each) for each in share], dtype=np.uint8)
    visible = share > 0
    segments = np.concatenate([flat, np.full(flat.shape[:2] + (1,), z_m)], axis=2)
    return Lines(segments[visible], rgb[visible], GRID_WIDTH_PX)
