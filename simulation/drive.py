"""A simulated drive: a street is laid, filled with traffic, driven along and looked at by lidar and cameras."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import ByteArray, Float32Array, FloatArray
from geometry.box import Box
from geometry.rotation import rotation_from_yaw
from geometry.se3 import SE3
from simulation.camera import Picture, SimulatedCamera, take_picture
from simulation.clearance import footprint
from simulation.lidar import Sweep, beam_directions, take_sweep
from simulation.occlusion import Subject, occlusion_level, visible_shares
from simulation.scene import Scene
from simulation.scenery import Scenery
from simulation.shading import ContactShade, Shader
from simulation.sky import Sky
from simulation.street import Street
from simulation.traffic import EGO_SPEED_MS, Actor, Traffic

DEFAULT_SEED = 11
FRAME_NS = 100_000_000
SIGHT_M = 125.0
FAR_M = 32.0
LABEL_RANGE_M = 120.0
VISIBLE_PIXELS = 30
STREET_BEHIND_M = 95.0
STREET_AHEAD_M = 165.0
FIRST_CROSSING_M = 62.0
CROSSING_SPACING_M = 115.0

EGO_FROM_LIDAR = SE3.from_yaw(np.deg2rad(-0.6), [0.81, -0.32, 0.80])
"""The lidar sits ahead of and above the IMU, as in KITTI's cars."""

CAM_FROM_FORWARD = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])
"""Axes of a camera (right, down, ahead) that looks along x, in axes x ahead, y left, z up."""


@dataclass(frozen=True)
class DriveOptions:
    """What the sensors record.

    Attributes:
        image_size_px: Width and height of the pictures; the field of view stays.
        azimuths: Pulses of each of the 64 beams in one turn.
        pictures: Whether the cameras take pictures at all.
    """

    image_size_px: tuple[int, int] = (1242, 375)
    azimuths: int = 1800
    pictures: bool = True

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on sizes no sensor has."""
        if min(self.image_size_px) < 16:
            raise ValueError(f"image_size_px must be at least 16 × 16, got {self.image_size_px}")
        if not 36 <= self.azimuths <= 7200:
            raise ValueError(f"azimuths must be 36 … 7200, got {self.azimuths}")


@dataclass(frozen=True)
class SimulatedObject:
    """One label.

    Attributes:
        track: Number of the object, the same in every frame.
        category: KITTI category: Car, Van, Truck, Pedestrian or Cyclist.
        box_ego: Its true extents; of those who walk or pedal, over the whole cycle of their legs.
        occluded: 0 visible (at least 85 % of its view from the lidar), 1 partly (at least 40 %), 2 largely occluded.
        lidar_points: Points of the frame that lie on it.
    """

    track: int
    category: str
    box_ego: Box
    occluded: int
    lidar_points: int


@dataclass(frozen=True, eq=False)
class SimulatedFrame:
    """Everything recorded at one moment; the sweep counts as instantaneous.

    Attributes:
        index: 0-based.
        timestamp_ns: Time since the start of the drive.
        world_from_ego: Pose of the IMU; x forward, y left, z up.
        points_lidar: (N, 4) float32 x, y, z, intensity 0 … 1 in the lidar's frame.
        point_track: (N,) int32 track each point lies on, -1 for none.
        images: Camera name → (H, W, 3) uint8.
        objects: Labels of all objects within 120 m that have a lidar point or 30 pixels in a picture.
    """

    index: int
    timestamp_ns: int
    world_from_ego: SE3
    points_lidar: Float32Array
    point_track: NDArray[np.int32]
    images: dict[str, ByteArray]
    objects: tuple[SimulatedObject, ...]


@dataclass(frozen=True, eq=False)
class _World:
    """What exists, whoever looks at it."""

    scenery: Scenery
    traffic: Traffic
    sky: Sky


class SimulatedDrive:
    """A drive through a street; frames are made when asked for, each independently of the others.

    Attributes:
        seed: Decides everything that is random.
        frame_count: Number of frames, ten a second.
        options: What the sensors record.
        cameras: The three cameras.
        ego_from_lidar: Where the lidar sits.
    """

    def __init__(self, seed: int, frame_count: int, options: DriveOptions) -> None:
        """Lay out the street and let everybody move; see ``simulate_drive``."""
        self.seed, self.frame_count, self.options = seed, frame_count, options
        self.cameras = rig_cameras(options.image_size_px)
        self.ego_from_lidar = EGO_FROM_LIDAR
        self._directions = beam_directions(options.azimuths)
        self._world = _build_world(seed, frame_count)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Everybody who takes part, seen or not; the place in the tuple is the track."""
        return tuple(self._world.traffic.actors)

    def world_from_ego(self, index: int) -> SE3:
        """Where the ego is in a frame."""
        return self._world.traffic.world_from_ego[index]

    def frames(self) -> Iterator[SimulatedFrame]:
        """All frames in order."""
        return (self.frame(index) for index in range(self.frame_count))

    def frame(self, index: int) -> SimulatedFrame:
        """Record one frame.

        Raises:
            ValueError: The index is not within the drive.
        """
        if not 0 <= index < self.frame_count:
            raise ValueError(f"index must be 0 … {self.frame_count - 1}, got {index}")
        world_from_ego = self.world_from_ego(index)
        subjects = self._subjects(index)
        scene = self._scene(index, subjects)
        world_from_lidar = world_from_ego @ self.ego_from_lidar
        sweep = take_sweep(scene, world_from_lidar, self._directions, np.random.default_rng([self.seed, index, 1]))
        pictures = self._pictures(index, scene, subjects) if self.options.pictures else {}
        objects = self._label(index, scene, subjects, sweep, pictures)
        images = {name: picture.image for name, picture in pictures.items()}
        return SimulatedFrame(index, index * FRAME_NS, world_from_ego, sweep.points_lidar, sweep.track, images, objects)

    def pictures(self, index: int) -> dict[str, Picture]:
        """The pictures of one frame with the track of every pixel."""
        subjects = self._subjects(index)
        return self._pictures(index, self._scene(index, subjects), subjects)

    def _subjects(self, index: int) -> list[Subject]:
        """Who is within sight."""
        eye = self.world_from_ego(index).translation
        subjects = []
        for actor in self.actors:
            world_from_base = actor.world_from_base[index]
            if world_from_base is None:
                continue
            distance = float(np.linalg.norm(world_from_base.translation[:2] - eye[:2]))
            box = actor.box_world(index) if distance < SIGHT_M else None
            if box is not None:
                subjects.append(Subject(actor.track, actor.shape(index, far=distance > FAR_M), world_from_base, box))
        return subjects

    def _scene(self, index: int, subjects: list[Subject]) -> Scene:
        scenery = self._world.scenery.around(self.world_from_ego(index), SIGHT_M + 25.0)
        return Scene(scenery, [(s.track, s.shape.mesh.transform(s.world_from_base)) for s in subjects])

    def _pictures(self, index: int, scene: Scene, subjects: list[Subject]) -> dict[str, Picture]:
        world_from_ego = self.world_from_ego(index)
        outlines = [
            footprint(box.center[:2], np.array(box.yaw_rad), box.size_lwh_m[:2])
            for box in (subject.box_world for subject in subjects)
        ]
        shader = Shader(self._world.sky, ContactShade(world_from_ego.translation[:2], outlines))
        return {camera.name: take_picture(camera, world_from_ego, scene, shader) for camera in self.cameras}

    def _label(
        self, index: int, scene: Scene, subjects: list[Subject], sweep: Sweep, pictures: dict[str, Picture]
    ) -> tuple[SimulatedObject, ...]:
        """Truth about every object that left a trace in the frame."""
        actors = self.actors
        ego_from_world = self.world_from_ego(index).inverse()
        eye = (self.world_from_ego(index) @ self.ego_from_lidar).translation
        points = np.bincount(sweep.track + 1, minlength=len(actors) + 1)[1:]
        pixels = sum(np.bincount(p.track.reshape(-1) + 1, minlength=len(actors) + 1)[1:] for p in pictures.values())
        seen = points + (np.asarray(pixels) >= VISIBLE_PIXELS)
        near = [s for s in subjects if seen[s.track] and np.linalg.norm(s.box_world.center - eye) < LABEL_RANGE_M]
        shares = visible_shares(scene, eye, near)
        return tuple(
            SimulatedObject(
                s.track, actors[s.track].model.category, s.box_world.transform(ego_from_world), occlusion_level(share),
                int(points[s.track]),
            )
            for s, share in zip(near, shares, strict=True)
        )  # fmt: skip


def simulate_drive(seed: int, frame_count: int, *, options: DriveOptions | None = None) -> SimulatedDrive:
    """A drive of ``frame_count`` frames; the same seed gives the same bytes on the same machine.

    Raises:
        ValueError: The seed is negative or there is no frame.
    """
    if seed < 0:
        raise ValueError(f"seed must not be negative, got {seed}")
    if frame_count < 1:
        raise ValueError(f"frame_count must be at least 1, got {frame_count}")
    return SimulatedDrive(seed, frame_count, options or DriveOptions())


def rig_cameras(image_size_px: tuple[int, int]) -> tuple[SimulatedCamera, ...]:
    """Front, front-left and front-right cameras with KITTI's optics (81° wide), scaled to a picture size."""
    places = {
        "image_02": (0.0, -0.4, (1.08, -0.32, 0.72)),
        "image_01": (57.0, -1.2, (0.92, 0.28, 0.70)),
        "image_03": (-58.0, -0.9, (0.90, -0.93, 0.70)),
    }
    across, down = image_size_px[0] / 1242, image_size_px[1] / 375
    cameras = []
    for name, (yaw_deg, pitch_deg, center) in places.items():
        looking = rotation_from_yaw(np.deg2rad(yaw_deg)) @ _pitch(np.deg2rad(pitch_deg))
        ego_from_cam = SE3(looking @ CAM_FROM_FORWARD.T, np.array(center))
        optics = (721.54 * across, 721.54 * down, 609.56 * across, 172.85 * down)
        cameras.append(SimulatedCamera(name, *image_size_px, *optics, ego_from_cam.inverse()))
    return tuple(cameras)


def _pitch(angle: float) -> FloatArray:
    """Rotation that lifts the view by an angle."""
    cos, sin = np.cos(-angle), np.sin(-angle)
    return np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])


def _build_world(seed: int, frame_count: int) -> _World:
    layout, moves, looks, day = (np.random.default_rng([seed, stream]) for stream in (101, 102, 103, 104))
    step_s = FRAME_NS * 1e-9
    end = 1.08 * EGO_SPEED_MS * frame_count * step_s + STREET_AHEAD_M
    street = Street(layout, -STREET_BEHIND_M, end)
    crossings = [float(m) for m in np.arange(FIRST_CROSSING_M, end - 40.0, CROSSING_SPACING_M)]
    traffic = Traffic(street, moves, frame_count, step_s, crossings)
    return _World(Scenery(street, looks, crossings), traffic, Sky.of_day(day))
