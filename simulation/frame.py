"""What a simulated drive hands out: frames and their labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import ByteArray, Float32Array
from geometry.box import Box
from geometry.se3 import SE3
from simulation.lidar import SimulatedSweep


@dataclass(frozen=True)
class SimulatedObject:
    """One label.

    Attributes:
        track: Number of the object, the same in every frame.
        category: KITTI category: Car, Van, Truck, Pedestrian or Cyclist.
        box_ego: Its true extents; of those who walk or pedal, over the whole cycle of their legs.
        occluded: 0 visible (at least 85 % of its view from the lidar), 1 partly (at least 40 %), 2 largely occluded.
        lidar_points: Points of all the frame's sweeps that lie on it.
    """

    track: int
    category: str
    box_ego: Box
    occluded: int
    lidar_points: int


@dataclass(frozen=True, eq=False)
class SimulatedFrame:
    """Everything recorded at one moment.

    Attributes:
        index: 0-based.
        timestamp_ns: Time since the start of the drive; the middle of sweeps that take time.
        world_from_ego: Pose of the IMU as it is reported; x forward, y left, z up.
        points_lidar: (N, 4) float32 x, y, z, intensity 0 … 1 of the main lidar, in its frame.
        point_track: (N,) int32 track each of these points lies on, -1 for none.
        images: Camera name → (H, W, 3) uint8.
        objects: Labels of all objects within 120 m that have a lidar point or 30 pixels in a picture; in the true ego.
        true_world_from_ego: Where the IMU is.
        sweeps: Lidar name → its sweep; the main lidar's comes first.
    """

    index: int
    timestamp_ns: int
    world_from_ego: SE3
    points_lidar: Float32Array
    point_track: NDArray[np.int32]
    images: dict[str, ByteArray]
    objects: tuple[SimulatedObject, ...]
    true_world_from_ego: SE3
    sweeps: dict[str, SimulatedSweep]
