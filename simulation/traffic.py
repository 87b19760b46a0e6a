"""Who is where at every frame: the ego, vehicles and cyclists in their lanes, parked rows, people on foot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from geometry.arrays import FloatArray
from geometry.box import Box
from geometry.se3 import SE3
from simulation.clearance import footprint, overlap
from simulation.following import Driver, follow
from simulation.models import Casting, Model, Shape
from simulation.street import (
    CYCLE_CENTER_M,
    CYCLE_EDGE_M,
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
CROSSING_SPEED_MS = 1.3
STEP_OFF_S = 0.8
WALK_START_M = KERB_M + 1.0


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
        up = SE3(np.eye(3), np.array([0.0, 0.0, self.model.size_lwh_m[2] / 2]))
        return Box(world_from_base @ up, self.model.size_lwh_m)


@dataclass(frozen=True, eq=False)
class Course:
    """A way over the street: where an actor's base is in every frame.

    Attributes:
        station_m: (F,) along the street.
        offset_m: (F,) to the left of the centre line.
        turn_rad: (F,) heading against the street's direction.
    """

    station_m: FloatArray
    offset_m: FloatArray
    turn_rad: FloatArray

    @property
    def travelled_m(self) -> FloatArray:
        """(F,) way travelled since the first frame."""
        steps = np.hypot(np.diff(self.station_m), np.diff(self.offset_m))
        return np.concatenate([[0.0], np.cumsum(steps)])


@dataclass(frozen=True)
class Crossing:
    """People who cross the street at a place and time.

    Attributes:
        station_m: Middle of the zebra crossing.
        start_s: When the first steps off ``WALK_START_M`` from the centre line.
        side: +1 when they start on the left.
        people: How many.
    """

    station_m: float
    start_s: float
    side: float
    people: int

    def offset_m(self, time_s: FloatArray, person: int) -> FloatArray:
        """Where a person is across the street, beyond both kerbs at the ends."""
        since = time_s - self.start_s - 0.9 * person
        whole = 2 * WALK_START_M
        left = whole / CROSSING_SPEED_MS + STEP_OFF_S - since
        way = np.where(since < left, _way_from_rest(since), whole - _way_from_rest(left))
        return np.asarray(self.side * (WALK_START_M - way))

    def occupied(self, time_s: float) -> bool:
        """Whether drivers must wait: somebody is on the road or about to step onto it."""
        last = self.start_s + 0.9 * (self.people - 1) + (WALK_START_M + CYCLE_EDGE_M) / CROSSING_SPEED_MS
        return self.start_s - 1.5 < time_s < last


def _way_from_rest(time_s: FloatArray) -> FloatArray:
    """Way of a walker who reaches full pace within ``STEP_OFF_S``, none before time 0."""
    after = np.maximum(time_s, 0.0)
    pace = CROSSING_SPEED_MS
    return np.asarray(np.where(after < STEP_OFF_S, pace * after**2 / (2 * STEP_OFF_S), pace * (after - STEP_OFF_S / 2)))


class Traffic:
    """Everybody on the street, made so that nobody ever touches another or the ego."""

    def __init__(
        self, street: Street, rng: np.random.Generator, frame_count: int, step_s: float, crossings_m: list[float]
    ) -> None:
        """Let everybody move for ``frame_count`` frames."""
        self._street, self._rng, self._step_s = street, rng, step_s
        self._times: FloatArray = np.arange(frame_count, dtype=np.float64) * step_s
        self._casting = Casting(rng)
        self._crossings_m = crossings_m
        self._crossings = list(self._plan_crossings())
        self._taken: list[tuple[FloatArray, FloatArray]] = []
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
        drivers.insert(ego, Driver(EGO_CENTER_AHEAD_M, float(EGO_SIZE_LW_M[0]), EGO_SPEED_MS))
        ways = self._drive_lane(drivers, 1.0)
        self._place_ego(ways[:, ego] - EGO_CENTER_AHEAD_M)
        for model, way in zip(models, np.delete(ways, ego, axis=1).T, strict=True):
            self._add(model, self._lane_course(way, 1.0, LANE_CENTER_M))

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
            self._add(model, self._lane_course(-way, -1.0, LANE_CENTER_M))

    def _cycle_lanes(self) -> None:
        for direction, first in ((1.0, 15.0), (-1.0, 12.0)):
            places = self._queue(first + float(self._rng.uniform(0, 5)), self._street.end_m, (16, 50))
            places = [*[place for place in (-32.0, -18.0) if self._rng.random() < 0.5], *places]
            order = places[::-1] if direction > 0 else places
            models = [self._casting.cyclist() for _ in order]
            drivers = [Driver(direction * place, 1.8, float(self._rng.uniform(4.0, 5.6))) for place in order]
            ways = self._drive_lane(drivers, direction)
            for model, way in zip(models, ways.T, strict=True):
                self._add(model, self._lane_course(direction * way, direction, CYCLE_CENTER_M))

    def _queue(self, first_m: float, last_m: float, gaps_m: tuple[float, float]) -> list[float]:
        """Distances of vehicles' middles, none where people already cross."""
        places, place = [], first_m
        while place < last_m:
            if all(abs(place - station) > 12.0 for station in self._crossings_m):
                places.append(place)
            place += 7.0 + float(self._rng.uniform(*gaps_m))
        return places

    def _driver(self, place: float, model: Model) -> Driver:
        return Driver(place, float(model.size_lwh_m[0]), EGO_SPEED_MS * float(self._rng.uniform(0.93, 1.07)))

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
        self._taken.append((self._ego_footprints(), reach))

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
                aside = side * (PARKING_CENTER_M + float(self._rng.uniform(-0.08, 0.08)))
                kept_free = self._crossings_m + self._loading_bays(side)
                if (
                    all(abs(place - station) > half + LOADING_BAY_M / 2 for station in kept_free)
                    and self._rng.random() < 0.9
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
                place += float(self._rng.uniform(3.0, 11.0))
                if self._rng.random() < 0.2:
                    self._add(self._casting.bystander(), self._standing_course(place, side))
                    continue
                direction = float(self._rng.choice([-1.0, 1.0]))
                speed = float(self._rng.uniform(1.05, 1.6))
                aside = float(self._rng.uniform(KERB_M + 1.5, KERB_M + 2.7))
                for companion in range(2 if self._rng.random() < 0.3 else 1):
                    station = place + direction * speed * self._times + 0.15 * companion
                    offset = side * (aside + 0.85 * companion) + 0.04 * np.sin(station * 0.9)
                    turn = np.full_like(station, 0.0 if direction > 0 else np.pi)
                    self._add(self._casting.walker(), Course(station, offset, turn))

    def _standing_course(self, place: float, side: float) -> Course:
        frames = np.ones(len(self._times))
        aside = side * float(self._rng.uniform(KERB_M + 0.7, KERB_M + 3.4))
        return Course(place * frames, aside * frames, float(self._rng.uniform(-np.pi, np.pi)) * frames)

    def _add(self, model: Model, course: Course) -> None:
        """Take somebody in, unless they would come too close to somebody taken before."""
        here = (course.station_m > self._street.start_m + STREET_END_M) & (
            course.station_m < self._street.end_m - STREET_END_M
        )
        if not here.any():
            return
        poses = self._poses(model, course)
        center = np.array([pose.translation[:2] for pose in poses])
        yaw = np.array([pose.yaw_rad for pose in poses])
        outline = footprint(center, yaw, model.size_lwh_m[:2], CLEARANCE_M)
        reach = np.where(here, np.linalg.norm(model.size_lwh_m[:2]) / 2 + CLEARANCE_M, -1e9)
        if any(_meet(outline, reach, *taken) for taken in self._taken):
            return
        self._taken.append((outline, reach))
        present = tuple(pose if seen else None for pose, seen in zip(poses, here, strict=True))
        step_in = float(self._rng.uniform(0, model.cycle_m))
        self.actors.append(Actor(len(self.actors), model, present, course.travelled_m + step_in))

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


def _meet(outline: FloatArray, reach: FloatArray, other: FloatArray, other_reach: FloatArray) -> bool:
    """Whether two outlines (F, 4, 2) overlap in any frame; the reaches (F,) bound them by circles."""
    near = np.linalg.norm(outline.mean(axis=1) - other.mean(axis=1), axis=1) < reach + other_reach
    return bool(near.any() and overlap(outline[near], other[near]).any())
