"""Who is where at every frame: the ego, vehicles and cyclists in their lanes, parked rows, people on foot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from geometry.arrays import FloatArray
from geometry.box import Box
from geometry.se3 import SE3
from simulation.casting import Casting
from simulation.clearance import footprint, overlap
from simulation.courses import Course, Crossing, change_lane, slow_downs, swerve, walk_with_halts
from simulation.following import Driver, SlowDown, follow
from simulation.models import Model, Shape
from simulation.population import Population
from simulation.street import (
    CYCLE_CENTER_M,
    EGO_STANCE_M,
    IMU_HEIGHT_M,
    KERB_M,
    LANE_CENTER_M,
    PARKING_CENTER_M,
    Street,
)

EGO_SIZE_LW_M = np.array([4.6, 1.85])
EGO_CENTER_AHEAD_M = 1.4
"""Middle of the ego's body ahead of its IMU, which sits above the rear axle."""
EGO_SPEED_MS = 9.2
CLEARANCE_M = 0.12
STREET_END_M = 6.0
LOADING_BAY_M = 9.0
BAY_WIDTH_M = 2.7
LANE_CHANGE_CHANCE = 0.35
HALT_CHANCE = 0.5


@dataclass(frozen=True, eq=False)
class Actor:
    """One road user over the whole drive.

    Attributes:
        track: Number, the same in every frame.
        model: What it looks like and how large it is.
        world_from_base: One a frame; the base is on the ground below the middle. ``None`` beyond the street.
        travelled_m: (F,) way travelled, which drives its legs.
    """

    track: int
    model: Model
    world_from_base: tuple[SE3 | None, ...]
    travelled_m: FloatArray

    def shape(self, frame: int, *, far: bool = False) -> Shape:
        """Its shape in a frame, coarser from afar."""
        return self.model.shape_after(float(self.travelled_m[frame]), far=far)

    def box_world(self, frame: int) -> Box | None:
        """Its true extents in a frame."""
        world_from_base = self.world_from_base[frame]
        if world_from_base is None:
            return None
        rotation, height_m = world_from_base.rotation, self.model.size_lwh_m[2]
        middle = world_from_base.translation + rotation[:, 2] * (height_m / 2)
        return Box(SE3(rotation, middle), self.model.size_lwh_m)


class _Way(NamedTuple):
    """The ground somebody covers: outlines (F, 4, 2), their middles (F, 2), and radii (F,) of circles around them."""

    outline: FloatArray
    middle: FloatArray
    reach: FloatArray

    @classmethod
    def of(cls, outline: FloatArray, reach: FloatArray) -> _Way:
        return cls(outline, outline.mean(axis=1), reach)

    def meets(self, other: _Way) -> bool:
        """Whether the two overlap in any frame."""
        aside = self.middle - other.middle
        near = np.einsum("ij,ij->i", aside, aside) < np.square(np.maximum(self.reach + other.reach, 0.0))
        return bool(near.any() and overlap(self.outline[near], other.outline[near]).any())


class Traffic:
    """Everybody on the street, made so that nobody ever touches another or the ego."""

    def __init__(
        self,
        street: Street,
        rng: np.random.Generator,
        frame_count: int,
        step_s: float,
        crossings_m: list[float],
        whims: np.random.Generator | None = None,
        parked_chance: float = 0.9,
        population: Population | None = None,
    ) -> None:
        """Let everybody move for ``frame_count`` frames; with whims, not smoothly."""
        self._population = population or Population()
        self._parked_chance = parked_chance if self._population.parked is None else self._population.parked
        self._street, self._rng, self._step_s, self._whims = street, rng, step_s, whims
        self._times: FloatArray = np.arange(frame_count, dtype=np.float64) * step_s
        self._casting = Casting(rng, self._population)
        self._crossings_m = crossings_m
        self._crossings = list(self._plan_crossings())
        self._taken: list[_Way] = []
        self.actors: list[Actor] = []
        self.world_from_ego: tuple[SE3, ...] = ()
        self._forward_lane()
        self._oncoming_lane()
        self._cycle_lanes()
        self._parked_rows()
        self._people_crossing()
        self._people_waiting()
        self._people_walking()

    def _ego_footprints(self) -> FloatArray:
        yaw = np.array([pose.yaw_rad for pose in self.world_from_ego])
        ahead = np.stack([np.cos(yaw), np.sin(yaw)], axis=1) * EGO_CENTER_AHEAD_M
        center = np.array([pose.translation[:2] for pose in self.world_from_ego]) + ahead
        return footprint(center, yaw, EGO_SIZE_LW_M, CLEARANCE_M)

    def _plan_crossings(self) -> Iterator[Crossing]:
        for index, station in enumerate(self._crossings_m):
            # At the first crossing people are on their way when the drive begins.
            start = -3.2 if index == 0 else float(self._rng.uniform(-2, 6))
            while start < self._times[-1]:
                yield Crossing(station, start, float(self._rng.choice([-1.0, 1.0])), int(self._rng.integers(2, 4)))
                start += float(self._rng.uniform(20, 32))

    def _stop_line(self, crossing: Crossing, direction: float, time_s: float) -> float | None:
        return direction * crossing.station_m - 3.2 if crossing.occupied(time_s) else None

    def _drive_lane(self, drivers: list[Driver], direction: float) -> FloatArray:
        lines = [partial(self._stop_line, crossing, direction) for crossing in self._crossings]
        return follow(drivers, self._step_s, len(self._times), list(lines))

    def _forward_lane(self) -> None:
        """The ego's lane: somebody ahead, somebody behind."""
        ahead = self._queue(float(self._rng.uniform(30, 37)), self._street.end_m + 40, (15, 34))
        behind = self._queue(float(self._rng.uniform(17, 24)), -self._street.start_m, (12, 30))
        models = [self._casting.vehicle("van"), *(self._casting.moving_vehicle() for _ in ahead[1:])][::-1]
        models += [self._casting.moving_vehicle() for _ in behind]
        places = ahead[::-1] + [-place for place in behind]
        ego = len(ahead)
        drivers = [self._driver(place, model) for place, model in zip(places, models, strict=True)]
        drivers.insert(ego, Driver(EGO_CENTER_AHEAD_M, float(EGO_SIZE_LW_M[0]), EGO_SPEED_MS, self._slow_downs(0.6)))
        ways = self._drive_lane(drivers, 1.0)
        self._place_ego(ways[:, ego] - EGO_CENTER_AHEAD_M)
        for model, way in zip(models, np.delete(ways, ego, axis=1).T, strict=True):
            self._add_driver(model, self._lane_course(way, 1.0, LANE_CENTER_M), 1.0)

    def _oncoming_lane(self) -> None:
        """The other lane, filled so far ahead that it does not run dry within the drive."""
        reach = self._street.end_m + 10.0 * self._times[-1]
        places = [place - 60.0 for place in self._queue(float(self._rng.uniform(2, 8)), reach + 60.0, (10, 32))]
        models = [self._casting.vehicle("car") if place < 45.0 else self._casting.moving_vehicle() for place in places]
        lorry = int(np.argmin([abs(place - 52.0) for place in places]))
        models[lorry] = self._casting.vehicle("lorry")
        ways = self._drive_lane(
            [self._driver(-place, model) for place, model in zip(places, models, strict=True)], -1.0
        )
        for model, way in zip(models, ways.T, strict=True):
            self._add_driver(model, self._lane_course(-way, -1.0, LANE_CENTER_M), -1.0)

    def _cycle_lanes(self) -> None:
        for direction, first in ((1.0, 15.0), (-1.0, 12.0)):
            gaps_m = (max(16 / self._population.cyclists, 1.0), 50 / self._population.cyclists)
            places = self._queue(first + float(self._rng.uniform(0, 5)), self._street.end_m, gaps_m)
            places = [*[place for place in (-32.0, -18.0) if self._rng.random() < 0.5], *places]
            order = places[::-1] if direction > 0 else places
            models = [self._casting.cyclist() for _ in order]
            drivers = [
                Driver(direction * place, 1.8, float(self._rng.uniform(4.0, 5.6)), self._slow_downs(0.4))
                for place in order
            ]
            ways = self._drive_lane(drivers, direction)
            for model, way in zip(models, ways.T, strict=True):
                self._add_cyclist(model, self._lane_course(direction * way, direction, CYCLE_CENTER_M))

    def _queue(self, first_m: float, last_m: float, gaps_m: tuple[float, float]) -> list[float]:
        """Distances of vehicles' middles, none where people already cross."""
        places, place = [], first_m
        while place < last_m:
            if all(abs(place - station) > 12.0 for station in self._crossings_m):
                places.append(place)
            place += 7.0 + float(self._rng.uniform(*gaps_m))
        return places

    def _driver(self, place: float, model: Model) -> Driver:
        speed_ms = EGO_SPEED_MS * float(self._rng.uniform(0.93, 1.07))
        return Driver(place, float(model.size_lwh_m[0]), speed_ms, self._slow_downs(0.5))

    def _slow_downs(self, chance: float) -> tuple[SlowDown, ...]:
        if self._whims is None or self._whims.random() > chance:
            return ()
        return slow_downs(self._whims, float(self._times[-1]))

    def _add_driver(self, model: Model, course: Course, direction: float) -> None:
        """A driver, who changes lanes where that is safe."""
        if (
            self._whims is None
            or self._whims.random() > LANE_CHANGE_CHANCE
            or not self._add(model, change_lane(course, self._whims, direction))
        ):
            self._add(model, course)

    def _add_cyclist(self, model: Model, course: Course) -> None:
        """A cyclist, who swerves where that is safe."""
        if self._whims is None or not self._add(
            model, swerve(course, self._whims, depth_m=0.45, length_m=9.0, spacing_m=12.0)
        ):
            self._add(model, course)

    def _lane_course(self, station: FloatArray, direction: float, center_m: float) -> Course:
        """Along a lane, weaving a little about its middle."""
        phase, depth = self._rng.uniform(0, 2 * np.pi), self._rng.uniform(0.03, 0.12)
        rate = 2 * np.pi / 55.0
        offset = -direction * center_m + depth * np.sin(rate * station + phase)
        turn = depth * rate * np.cos(rate * station + phase) + (0.0 if direction > 0 else np.pi)
        return Course(station, offset, turn)

    def _place_ego(self, station: FloatArray) -> None:
        poses = []
        for place in station:
            base = self._street.resting(float(place), -LANE_CENTER_M, 0.0, *EGO_STANCE_M)
            poses.append(SE3(base.rotation, base.translation + np.array([0.0, 0.0, IMU_HEIGHT_M])))
        self.world_from_ego = tuple(poses)
        reach = np.full(len(poses), float(np.linalg.norm(EGO_SIZE_LW_M)) / 2)
        self._taken.append(_Way.of(self._ego_footprints(), reach))

    def _parked_rows(self) -> None:
        frames = np.ones(len(self._times))
        for side in (-1.0, 1.0):
            place = self._street.start_m + float(self._rng.uniform(1, 5))
            while place < self._street.end_m - 8:
                model = self._casting.parked_vehicle()
                half = float(model.size_lwh_m[0]) / 2
                place += half
                turned = side > 0 if self._rng.random() < 0.93 else side < 0
                turn = (np.pi if turned else 0.0) + float(self._rng.normal(0, 0.015))
                # What is wider than the bay stands on the kerb.
                onto_kerb = max(0.0, float(model.size_lwh_m[1]) - BAY_WIDTH_M) / 2
                aside = side * (PARKING_CENTER_M + float(self._rng.uniform(-0.08, 0.08)) + onto_kerb)
                kept_free = self._crossings_m + self._loading_bays(side)
                if (
                    all(abs(place - station) > half + LOADING_BAY_M / 2 for station in kept_free)
                    and self._rng.random() < self._parked_chance
                ):
                    self._add(model, Course(place * frames, aside * frames, turn * frames))
                place += half + float(
                    self._rng.uniform(0.7, 1.9) if self._rng.random() < 0.8 else self._rng.uniform(4, 9)
                )

    def _loading_bays(self, side: float) -> list[float]:
        """Middles of the stretches where nobody may park."""
        return [float(place) for place in np.arange(23.0 if side < 0 else 33.0, self._street.end_m, 46.0)]

    def _people_waiting(self) -> None:
        """Small groups at the kerb where no car hides them."""
        frames = np.ones(len(self._times))
        for side in (-1.0, 1.0):
            for bay in self._loading_bays(side):
                for step in range(int(self._rng.integers(1, 4))):
                    place = bay + 1.1 * step + float(self._rng.uniform(-0.5, 0.2))
                    aside = side * (KERB_M + float(self._rng.uniform(0.45, 1.1)))
                    turn = -side * np.pi / 2 + float(self._rng.normal(0, 0.6))
                    self._add(self._casting.bystander(), Course(place * frames, aside * frames, turn * frames))

    def _people_crossing(self) -> None:
        for crossing in self._crossings:
            for person in range(crossing.people):
                offset = crossing.offset_m(self._times, person)
                station = crossing.station_m + float(self._rng.uniform(-1.1, 1.1)) * np.ones_like(offset)
                self._add(
                    self._casting.walker(), Course(station, offset, np.full_like(offset, -crossing.side * np.pi / 2))
                )

    def _people_walking(self) -> None:
        for side in (-1.0, 1.0):
            place = self._street.start_m + 30.0
            while place < self._street.end_m - 20.0:
                place += float(self._rng.uniform(3.0, 11.0)) / self._population.people
                if self._rng.random() < 0.2:
                    self._add(self._casting.bystander(), self._standing_course(place, side))
                    continue
                direction = float(self._rng.choice([-1.0, 1.0]))
                speed = float(self._rng.uniform(1.05, 1.6))
                way = self._halting(speed)
                aside = float(self._rng.uniform(KERB_M + 1.5, KERB_M + 2.7))
                for companion in range(2 if self._rng.random() < 0.3 else 1):
                    station = place + direction * way + 0.15 * companion
                    offset = side * (aside + 0.85 * companion) + 0.04 * np.sin(station * 0.9)
                    turn = np.full_like(station, 0.0 if direction > 0 else np.pi)
                    self._add(self._casting.walker(), Course(station, offset, turn))

    def _halting(self, speed_ms: float) -> FloatArray:
        """Way of somebody who may stop now and then."""
        whims = self._whims
        if whims is None or whims.random() > HALT_CHANCE:
            return speed_ms * self._times
        return walk_with_halts(self._times, speed_ms, whims)

    def _standing_course(self, place: float, side: float) -> Course:
        frames = np.ones(len(self._times))
        aside = side * float(self._rng.uniform(KERB_M + 0.7, KERB_M + 3.4))
        return Course(place * frames, aside * frames, float(self._rng.uniform(-np.pi, np.pi)) * frames)

    def is_free(self, outline: FloatArray) -> bool:
        """Whether nobody ever comes near what stands on (4, 2) corners."""
        frames = np.broadcast_to(outline, (len(self._times), 4, 2))
        reach = np.full(len(self._times), float(np.linalg.norm(outline - outline.mean(axis=0), axis=1).max()))
        way = _Way.of(frames, reach)
        return not any(way.meets(taken) for taken in self._taken)

    def _add(self, model: Model, course: Course) -> bool:
        """Take somebody in, unless they would come too close to somebody taken before; say whether."""
        here = (course.station_m > self._street.start_m + STREET_END_M) & (
            course.station_m < self._street.end_m - STREET_END_M
        )
        if not here.any():
            return False
        poses = self._poses(model, course)
        center = np.array([pose.translation[:2] for pose in poses])
        yaw = np.array([pose.yaw_rad for pose in poses])
        outline = footprint(center, yaw, model.size_lwh_m[:2], CLEARANCE_M)
        reach = np.where(here, np.linalg.norm(model.size_lwh_m[:2]) / 2 + CLEARANCE_M, -1e9)
        way = _Way.of(outline, reach)
        if any(way.meets(taken) for taken in self._taken):
            return False
        self._taken.append(way)
        present = tuple(pose if seen else None for pose, seen in zip(poses, here, strict=True))
        step_in = float(self._rng.uniform(0, model.cycle_m))
        self.actors.append(Actor(len(self.actors), model, present, course.travelled_m + step_in))
        return True

    def _poses(self, model: Model, course: Course) -> list[SE3]:
        """``world_from_base`` in every frame; those who stand still do so to the last bit."""
        places = list(zip(course.station_m.tolist(), course.offset_m.tolist(), course.turn_rad.tolist(), strict=True))
        if len(set(places)) == 1:
            return [self._pose(model, *places[0])] * len(places)
        return [self._pose(model, *place) for place in places]

    def _pose(self, model: Model, station: float, offset: float, turn: float) -> SE3:
        if model.stance_m is None:
            return self._street.standing(station, offset, turn)
        return self._street.resting(station, offset, turn, *model.stance_m)
