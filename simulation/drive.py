"""A simulated drive: a street is laid, filled with traffic, driven along and looked at by lidars and cameras."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geometry.arrays import IntArray
from geometry.se3 import SE3
from simulation.camera import Picture, take_picture
from simulation.clearance import footprint
from simulation.clutter import LOOKALIKES, place_clutter
from simulation.frame import SimulatedFrame, SimulatedObject
from simulation.lidar import SimulatedSweep, meet_at_once, record_sweep
from simulation.occlusion import occlusion_level, visible_shares
from simulation.options import DriveOptions
from simulation.plans import PLANS
from simulation.rolling import Motion, meet_rolling
from simulation.scene import Scene
from simulation.scenery import Scenery
from simulation.shading import ContactShade, Shader
from simulation.sky import Sky
from simulation.street import Street
from simulation.subjects import Subject
from simulation.traffic import EGO_SPEED_MS, Actor, Traffic

DEFAULT_SEED = 11
FRAME_NS = 100_000_000
FAR_M = 32.0
LABEL_RANGE_M = 120.0
VISIBLE_PIXELS = 30
STREET_BEHIND_M = 95.0
STREET_AHEAD_M = 165.0
FIRST_CROSSING_M = 62.0
CROSSING_SPACING_M = 115.0


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
        options: What the sensors record, and of what.
        cameras: The cameras, where they are reported to sit.
        lidars: The lidars, where they are reported to sit; the main one first.
    """

    def __init__(self, seed: int, frame_count: int, options: DriveOptions) -> None:
        """Lay out the street and let everybody move; see ``simulate_drive``."""
        self.seed, self.frame_count, self.options = seed, frame_count, options
        self.true_cameras, self.true_lidars = options.all_cameras(), options.all_lidars()
        mounting, report = np.random.default_rng([seed, 105]), options.mounting_disturbance.report
        self.lidars = tuple(
            replace(lidar, ego_from_lidar=report(lidar.ego_from_lidar, mounting)) for lidar in self.true_lidars
        )
        self.cameras = tuple(
            replace(camera, cam_from_ego=report(camera.cam_from_ego.inverse(), mounting).inverse())
            for camera in self.true_cameras
        )
        self._world = _build_world(seed, frame_count, options)
        self._reported_world_from_ego = options.pose_disturbance.report(
            self._world.traffic.world_from_ego, FRAME_NS * 1e-9, np.random.default_rng([seed, 106])
        )

    @property
    def ego_from_lidar(self) -> SE3:
        """Where the main lidar is reported to sit."""
        return self.lidars[0].ego_from_lidar

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Everybody who takes part, seen or not; the place in the tuple is the track."""
        return tuple(self._world.traffic.actors)

    def world_from_ego(self, index: int) -> SE3:
        """Where the ego truly is in a frame."""
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
        subjects = self._subjects(index)
        scene = self._scene(index, subjects)
        sweeps = self._sweeps(index, scene, subjects)
        pictures = self._pictures(index, scene, subjects) if self.options.pictures else {}
        objects = self._label(index, scene, subjects, list(sweeps.values()), pictures)
        main = sweeps[self.lidars[0].name]
        return SimulatedFrame(
            index,
            index * FRAME_NS,
            self._reported_world_from_ego[index],
            main.points_lidar,
            main.track,
            {name: picture.image for name, picture in pictures.items()},
            objects,
            self.world_from_ego(index),
            sweeps,
        )

    def pictures(self, index: int) -> dict[str, Picture]:
        """The pictures of one frame with the track of every pixel."""
        subjects = self._subjects(index)
        return self._pictures(index, self._scene(index, subjects), subjects)

    def _subjects(self, index: int) -> list[Subject]:
        """Who is within sight; those who move come last."""
        eye = self.world_from_ego(index).translation
        subjects = []
        for actor in self.actors:
            world_from_base = actor.world_from_base[index]
            if world_from_base is None:
                continue
            distance = float(np.linalg.norm(world_from_base.translation[:2] - eye[:2]))
            box = actor.box_world(index) if distance < self.options.sight_m else None
            if box is not None:
                subjects.append(Subject(actor.track, actor.shape(index, far=distance > FAR_M), world_from_base, box))
        return sorted(subjects, key=lambda subject: self._motion(subject, index).moves)

    def _motion(self, subject: Subject, index: int) -> Motion:
        return Motion.at(self._world.traffic.actors[subject.track].world_from_base, index)

    def _scene(self, index: int, subjects: list[Subject]) -> Scene:
        scenery = self._world.scenery.around(self.world_from_ego(index), self.options.sight_m + 25.0)
        return Scene(scenery, [(s.track, s.shape.mesh.transform(s.world_from_base)) for s in subjects])

    def _sweeps(self, index: int, scene: Scene, subjects: list[Subject]) -> dict[str, SimulatedSweep]:
        sweeps = {}
        ego = Motion.at(self._world.traffic.world_from_ego, index)
        moving = [(s, motion) for s in subjects if (motion := self._motion(s, index)).moves]
        standing = scene.rays_before_last(len(moving)) if self.options.rolling else None
        for number, lidar in enumerate(self.true_lidars):
            pulses = lidar.pattern.pulses(index)
            if standing is None:
                met = meet_at_once(scene, ego.now @ lidar.ego_from_lidar, pulses)
            else:
                met = meet_rolling(scene, standing, moving, ego, lidar, pulses, FRAME_NS)
            rng = np.random.default_rng([self.seed, index, 1, *([number] if number else [])])
            sweeps[lidar.name] = record_sweep(scene, lidar, pulses, met, rng)
        return sweeps

    def _pictures(self, index: int, scene: Scene, subjects: list[Subject]) -> dict[str, Picture]:
        world_from_ego = self.world_from_ego(index)
        outlines = [
            footprint(box.center[:2], np.array(box.yaw_rad), box.size_lwh_m[:2])
            for box in (subject.box_world for subject in subjects)
        ]
        shader = Shader(self._world.sky, ContactShade(world_from_ego.translation[:2], outlines))
        return {camera.name: take_picture(camera, world_from_ego, scene, shader) for camera in self.true_cameras}

    def _label(
        self,
        index: int,
        scene: Scene,
        subjects: list[Subject],
        sweeps: list[SimulatedSweep],
        pictures: dict[str, Picture],
    ) -> tuple[SimulatedObject, ...]:
        """Truth about every object that left a trace in the frame, by track."""
        actors = self.actors
        ego_from_world = self.world_from_ego(index).inverse()
        eye = (self.world_from_ego(index) @ self.true_lidars[0].ego_from_lidar).translation
        points = _count([sweep.track for sweep in sweeps], len(actors))
        seen = points + (_count([p.track.reshape(-1) for p in pictures.values()], len(actors)) >= VISIBLE_PIXELS)
        near = [s for s in subjects if seen[s.track] and np.linalg.norm(s.box_world.center - eye) < LABEL_RANGE_M]
        near.sort(key=lambda subject: subject.track)
        shares = visible_shares(scene, eye, near) if self.options.occlusion else [1.0] * len(near)
        return tuple(
            SimulatedObject(
                s.track, actors[s.track].model.category, s.box_world.transform(ego_from_world), occlusion_level(share),
                int(points[s.track]),
            )
            for s, share in zip(near, shares, strict=True)
        )  # fmt: skip


def _count(tracks: list[NDArray[np.int32]], track_count: int) -> IntArray:
    """(track_count,) how often each track occurs."""
    total = np.zeros(track_count, dtype=np.int64)
    for track in tracks:
        total += np.bincount(track + 1, minlength=track_count + 1)[1:]
    return total


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


def _build_world(seed: int, frame_count: int, options: DriveOptions) -> _World:
    layout, moves, looks, day, whims, litter, growth = (
        np.random.default_rng([seed, stream]) for stream in (101, 102, 103, 104, 107, 108, 109)
    )
    step_s = FRAME_NS * 1e-9
    end = 1.08 * EGO_SPEED_MS * frame_count * step_s + STREET_AHEAD_M
    street = Street(layout, -STREET_BEHIND_M, end, options.slope)
    crossings = [float(m) for m in np.arange(FIRST_CROSSING_M, end - 40.0, CROSSING_SPACING_M)]
    plan = PLANS[options.surroundings]
    traffic = Traffic(
        street, moves, frame_count, step_s, crossings, whims if options.lively else None, plan.parked_chance,
        options.population,
    )  # fmt: skip
    scenery = Scenery(street, looks, crossings, plan)
    scenery.add(place_clutter(street, litter, options.clutter, traffic.is_free, scenery.taken))
    if options.lookalikes > 0:
        scenery.add(place_clutter(street, growth, options.lookalikes, traffic.is_free, scenery.taken, LOOKALIKES))
    return _World(scenery, traffic, Sky.of_day(day))
