"""A made detector that errs as a network does, by seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autolabel.detections import Detections
from autolabel.upright import moved
from geometry.arrays import FloatArray
from geometry.rotation import wrap_angle
from tests.autolabel.tracking.drives import CLASSES, KnownDrive, KnownFrame

LIKE = (1, 0, 1, 4, 3)
"""What each class is taken for at times."""
REACH_M = 51.2
"""It sees this far."""


@dataclass(frozen=True)
class Noise:
    """How a made detector errs.

    Attributes:
        place_m: Standard deviation of a place nearby; it doubles at 50 m. Half of its variance lasts about a second.
        yaw_rad: Standard deviation of an axis nearby.
        size: Relative standard deviation of sizes, most of which stays with the object.
        flips: The share of frames in which front and rear are swapped; some objects more, some less.
        misses: The share of well seen objects that are missed; it grows with range and with few points.
        others: Usual number of false detections in a frame.
    """

    place_m: float = 0.12
    yaw_rad: float = 0.052
    size: float = 0.06
    flips: float = 0.25
    misses: float = 0.1
    others: float = 7.0


def detect(drive: KnownDrive, seed: int, noise: Noise | None = None) -> list[Detections]:
    """What a network might see in each frame of a drive."""
    return _Detector(drive, noise or Noise(), np.random.default_rng(seed)).all_frames()


class _Detector:
    """Errors that last are drawn once for each object."""

    def __init__(self, drive: KnownDrive, noise: Noise, random: np.random.Generator) -> None:
        self.drive, self.noise, self.random = drive, noise, random
        count = 1 + max((int(frame.identities.max()) for frame in drive.frames if len(frame.identities)), default=0)
        self.size_bias = random.normal(0.0, 0.7 * noise.size, (count, 3))
        self.flip_chance = np.clip(noise.flips * random.uniform(0.0, 2.0, count), 0.0, 0.5)
        self.ease = random.normal(0.0, 0.06, count)
        self.drift = random.normal(0.0, 0.7 * noise.place_m, (count, 3))
        self.clutter = self._clutter()

    def all_frames(self) -> list[Detections]:
        return [self._frame(index) for index in range(len(self.drive.frames))]

    def _clutter(self) -> list[tuple[FloatArray, int, float]]:
        """Boxes in ``world`` of things that look like objects, with class and usual score."""
        places = [
            pose.apply(frame.clutter_ego)
            for frame, pose in list(zip(self.drive.frames, self.drive.world_from_ego, strict=True))[::10]
            if len(frame.clutter_ego)
        ]
        if not places or not self.noise.others:
            return []
        pool = np.concatenate(places)
        wanted = int(self.noise.others * (4 + len(self.drive.frames) / 8))
        chosen = pool[self.random.integers(0, len(pool), wanted)]
        found = []
        for place in chosen:
            number = int(self.random.choice([0, 0, 3, 3, 3, 4, 2]))
            size = np.array(CLASSES[number].size_lwh_m) * self.random.uniform(0.8, 1.2, 3)
            row = np.array([*place, *size, self.random.uniform(-np.pi, np.pi)])
            found.append((row, number, float(self.random.beta(2.0, 8.0))))
        return found

    def _frame(self, index: int) -> Detections:
        frame = self.drive.frames[index]
        self.drift = 0.9 * self.drift + self.random.normal(
            0.0, 0.7 * np.sqrt(0.19) * self.noise.place_m, self.drift.shape
        )
        found = [self._seen(frame, place) for place in range(len(frame.identities)) if self._is_seen(frame, place)]
        found += self._false(index)
        if not found:
            return Detections.none()
        order = self.random.permutation(len(found))
        rows, classes, scores, headings = (np.array([found[i][part] for i in order]) for part in range(4))
        return Detections(rows, classes.astype(np.int64), scores, headings)

    def _is_seen(self, frame: KnownFrame, place: int) -> bool:
        row, count = frame.boxes_ego[place], frame.counts[place]
        if count < 3 or np.abs(row[:2]).max() > REACH_M:
            return False
        chance = 1.0 - self.noise.misses - 0.3 * np.hypot(row[0], row[1]) / 50.0 * (self.noise.misses > 0)
        return bool(self.random.random() < chance * count / (count + 2.0))

    def _seen(self, frame: KnownFrame, place: int) -> tuple[FloatArray, int, float, float]:
        row, who, noise = frame.boxes_ego[place].copy(), frame.identities[place], self.noise
        far = np.hypot(row[0], row[1]) / 50.0
        own = int(frame.classes[place])
        size = row[3:6] * np.exp(self.size_bias[who] + self.random.normal(0.0, 0.7 * noise.size, 3))
        row[:2] += self._toward_lidar(row, row[3:5] - size[:2])
        row[2] += (size[2] - row[5]) / 2.0
        row[3:6] = size
        place_m = self.drift[who] + self.random.normal(0.0, 0.7 * noise.place_m, 3)
        row[:3] += (1.0 + far) * place_m * np.array([1.0, 1.0, 0.5])
        wild = 4.0 if not CLASSES[own].is_rigid else 1.0
        row[6] += self.random.normal(0.0, noise.yaw_rad * wild * (1.0 + far))
        flips = self.flip_chance[who]
        row[6] = wrap_angle(row[6] + np.pi * (self.random.random() < flips))
        crowd = float(frame.counts[place]) / (frame.counts[place] + 10.0)
        score = np.clip(0.9 * crowd - 0.25 * far + self.ease[who] + self.random.normal(0.0, 0.08), 0.08, 0.97)
        named = own if self.random.random() < 0.88 else LIKE[own]
        heading = np.clip(1.0 - flips + self.random.normal(0.0, 0.08), 0.5, 1.0)
        return row, named, float(score), float(heading)

    def _toward_lidar(self, row: FloatArray, missing_lw: FloatArray) -> FloatArray:
        """A box of another size keeps the corner that is seen."""
        cos, sin = np.cos(row[6]), np.sin(row[6])
        away = self.drive.lidar_center_ego[:2] - row[:2]
        local = np.array([away[0] * cos + away[1] * sin, away[1] * cos - away[0] * sin])
        shift = missing_lw / 2.0 * np.clip(local / (row[3:5] / 2.0), -1.0, 1.0)
        return np.array([shift[0] * cos - shift[1] * sin, shift[0] * sin + shift[1] * cos])

    def _false(self, index: int) -> list[tuple[FloatArray, int, float, float]]:
        ego_from_world = self.drive.world_from_ego[index].inverse()
        found = []
        for row, number, score in self.clutter:
            here = moved(row[None], ego_from_world)[0]
            if np.abs(here[:2]).max() > REACH_M or self.random.random() < 0.6:
                continue
            here[:3] += self.random.normal(0.0, 0.2, 3)
            here[6] += self.random.normal(0.0, 0.3)
            found.append((here, number, float(np.clip(score + self.random.normal(0.0, 0.06), 0.08, 0.5)), 0.6))
        return found
