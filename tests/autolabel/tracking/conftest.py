"""Drives whose objects are known, and a made detector that errs as a network does; all by seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from autolabel.classes import ClassSet, ObjectClass
from autolabel.detections import Detections
from autolabel.recording import Recording
from autolabel.tracking.track import ProposedTrack
from autolabel.upright import moved, upright
from geometry import SE3, BoxColumns, Trajectory, iou_bev
from geometry.arrays import BoolArray, FloatArray, IntArray
from geometry.rotation import wrap_angle
from simulation.drive import simulate_drive
from simulation.options import DriveOptions
from simulation.rig import spinning_lidar

CLASSES: ClassSet = (
    ObjectClass("Car", (4.2, 1.8, 1.5), True),
    ObjectClass("Van", (5.0, 1.95, 2.1), True),
    ObjectClass("Truck", (9.0, 2.5, 3.2), True),
    ObjectClass("Pedestrian", (0.7, 0.65, 1.75), False),
    ObjectClass("Cyclist", (1.8, 0.65, 1.75), False),
)
NAMES = tuple(item.name for item in CLASSES)
LIKE = (1, 0, 1, 4, 3)
"""What each class is taken for at times."""
STEP_NS = 100_000_000
REACH_M = 51.2
FEWEST_POINTS = 5


@dataclass(frozen=True, eq=False)
class KnownFrame:
    """One frame and what is in it.

    Attributes:
        points: (N, 4) x, y, z in ``ego`` and intensity.
        boxes_ego: (K, 7) the objects.
        classes: (K,) numbers of their classes.
        identities: (K,) the same in all frames.
        counts: (K,) points on them.
        clutter_ego: (C, 3) places on things that are no objects.
    """

    points: FloatArray
    boxes_ego: FloatArray
    classes: IntArray
    identities: IntArray
    counts: IntArray
    clutter_ego: FloatArray


@dataclass(frozen=True, eq=False)
class KnownDrive:
    """Frames a tenth of a second apart, with true poses."""

    frames: Sequence[KnownFrame]
    world_from_ego: Sequence[SE3]
    lidar_center_ego: FloatArray

    def recording(self, told: Sequence[SE3] | None = None, *, has_poses: bool = True) -> Recording:
        """As the machine sees it, perhaps with poses that are wrong."""
        times = [index * STEP_NS for index in range(len(self.frames))]
        trajectory = Trajectory.from_poses(times, told or self.world_from_ego) if has_poses else None
        return Recording(times, trajectory, lambda i: self.frames[i].points.astype(np.float32), self.lidar_center_ego)

    def part(self, first: int, end: int) -> KnownDrive:
        """Some frames in a row."""
        return KnownDrive(self.frames[first:end], self.world_from_ego[first:end], self.lidar_center_ego)


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


@dataclass(frozen=True)
class Judged:
    """How good tracks are beside the truth, over all frames; boxes within reach with enough points count.

    Attributes:
        ap50: Average precision at an overlap of 0.5 from above, classes apart from each other, boxes pooled.
        ap70: At 0.7.
        place_m: Median distance of the centres of boxes that overlap by 0.5.
        place_p90_m: Of nine in ten.
        yaw_rad: Median angle between axes.
        size: Median relative error of lengths.
        flips_moving: Share of matched boxes of moving vehicles whose front is at the rear.
        flips_parked: Of standing ones.
        flips_within: Tracks that swap front and rear while they last.
        false_tracks: Tracks hardly any box of which lies on an object.
        missed_tracks: Objects hardly any box of which is found.
        switches: How often an object passes from one track to another.
    """

    ap50: float
    ap70: float
    place_m: float
    place_p90_m: float
    yaw_rad: float
    size: float
    flips_moving: float
    flips_parked: float
    flips_within: int
    false_tracks: int
    missed_tracks: int
    switches: int


def judge(drive: KnownDrive, recording: Recording, tracks: Sequence[ProposedTrack]) -> Judged:
    """Compare tracks with the truth."""
    table = [_judge_frame(drive, recording, tracks, index) for index in range(len(drive.frames))]
    pairs = np.concatenate([part for part, _, _ in table])
    known = int(sum(count for _, count, _ in table))
    good = pairs[(pairs[:, 3] >= 0.5) & (pairs[:, 1] >= 0)]
    moves, parked = good[good[:, 8] == 1], good[good[:, 8] == 0]
    by_object = {who: good[good[:, 1] == who] for who in np.unique(good[:, 1])}
    counted: dict[int, int] = {}
    for _, _, whom in table:
        for who in whom:
            counted[who] = counted.get(who, 0) + 1
    found = {who: len(np.unique(rows[:, 9])) for who, rows in by_object.items()}
    hits = {int(number): rows for number in range(len(tracks)) if len(rows := pairs[pairs[:, 0] == number])}
    return Judged(
        ap50=_average_precision(pairs, known, 0.5),
        ap70=_average_precision(pairs, known, 0.7),
        place_m=float(np.median(good[:, 4])) if len(good) else np.nan,
        place_p90_m=float(np.quantile(good[:, 4], 0.9)) if len(good) else np.nan,
        yaw_rad=float(np.median(good[:, 5])) if len(good) else np.nan,
        size=float(np.median(good[:, 6])) if len(good) else np.nan,
        flips_moving=float(moves[:, 7].mean()) if len(moves) else 0.0,
        flips_parked=float(parked[:, 7].mean()) if len(parked) else 0.0,
        flips_within=sum(_swaps(track) for track in tracks),
        false_tracks=sum(bool((rows[:, 3] > 0.1).mean() < 0.2) for rows in hits.values()),
        missed_tracks=sum(frames >= 8 and found.get(who, 0) < 0.3 * frames for who, frames in counted.items()),
        switches=sum(len(np.unique(rows[:, 0])) - 1 for rows in by_object.values()),
    )


def _swaps(track: ProposedTrack) -> bool:
    turned = np.abs(wrap_angle(np.diff(track.boxes_base[:, 6])))
    return bool((turned > np.pi / 2.0).any())


def _judge_frame(
    drive: KnownDrive, recording: Recording, tracks: Sequence[ProposedTrack], index: int
) -> tuple[FloatArray, int, list[int]]:
    """Rows of track, object (-1: none, -2: passed over), score, overlap, and errors; objects that count; which."""
    frame = drive.frames[index]
    rows, numbers = [], []
    for number, track in enumerate(tracks):
        place = int(np.searchsorted(track.frames, index))
        if place < len(track.frames) and track.frames[place] == index:
            rows.append(track.boxes_base[place])
            numbers.append(number)
    within = np.abs(frame.boxes_ego[:, :2]).max(axis=1, initial=0.0) <= REACH_M
    counts = (frame.counts >= FEWEST_POINTS) & within
    whom = frame.identities[counts].tolist()
    if not rows:
        return np.zeros((0, 10)), int(counts.sum()), whom
    boxes = moved(np.array(rows), recording.base_from_ego(index).inverse())
    overlap = iou_bev(columns(boxes), columns(frame.boxes_ego))
    out = np.zeros((len(boxes), 10))
    taken: BoolArray = np.zeros(len(frame.identities), dtype=bool)
    classes = np.array([tracks[number].class_index for number in numbers])
    same = classes[:, None] == frame.classes[None]
    scores = np.array([tracks[number].score for number in numbers])
    for at in np.argsort(-scores, kind="stable"):
        free = np.where(taken | ~same[at], 0.0, overlap[at])
        best = int(free.argmax()) if len(free) else -1
        iou = float(free[best]) if best >= 0 else 0.0
        whole = float(overlap[at].max(initial=0.0))
        out[at, :4] = numbers[at], -1, scores[at], whole
        if iou >= 0.5:
            taken[best] = True
            out[at] = _errors(numbers[at], scores[at], iou, boxes[at], frame, best, bool(counts[best]), drive, index)
        elif (whole > 0.3 and not counts[overlap[at].argmax()]) or np.abs(boxes[at, :2]).max() > REACH_M:
            out[at, 1] = -2
    return out, int(counts.sum()), whom


def _errors(
    number: int,
    score: float,
    iou: float,
    box: FloatArray,
    frame: KnownFrame,
    best: int,
    counts: bool,
    drive: KnownDrive,
    index: int,
) -> list[float]:
    truth = frame.boxes_ego[best]
    turn = float(wrap_angle(box[6] - truth[6]))
    who = int(frame.identities[best])
    rigid = CLASSES[frame.classes[best]].is_rigid
    moves = -1.0 if not rigid else float(_speed(drive, index, who) > 1.0)
    return [
        number,
        who if counts else -2,
        score,
        iou,
        float(np.hypot(*(box[:2] - truth[:2]))),
        abs((turn + np.pi / 2.0) % np.pi - np.pi / 2.0),
        abs(box[3] / truth[3] - 1.0),
        abs(turn) > np.pi / 2.0,
        moves,
        index,
    ]  # fmt: skip


def _speed(drive: KnownDrive, index: int, who: int) -> float:
    places = []
    for at in (max(index - 1, 0), min(index + 1, len(drive.frames) - 1)):
        here = drive.frames[at].identities == who
        if not here.any():
            return 0.0
        places.append(drive.world_from_ego[at].apply(drive.frames[at].boxes_ego[here][0, :3]))
    return float(np.hypot(*(places[1] - places[0])[:2])) / 0.2


def _average_precision(pairs: FloatArray, known: int, least: float) -> float:
    """The area under the precision that is reached at each of 40 recalls."""
    rows = pairs[pairs[:, 1] != -2]
    rows = rows[np.argsort(-rows[:, 2], kind="stable")]
    right = np.cumsum((rows[:, 1] >= 0) & (rows[:, 3] >= least))
    precision = right / np.arange(1, len(rows) + 1)
    recall = right / max(known, 1)
    steps = np.arange(1, 41) / 40.0
    return float(np.mean([precision[recall >= step].max(initial=0.0) for step in steps]))


def columns(rows: FloatArray) -> BoxColumns:
    """Boxes for the overlap."""
    return BoxColumns.from_arrays(rows[:, :3], rows[:, 3:6], rows[:, 6])


def simulated(seed: int, frames: int, beams: int = 32) -> KnownDrive:
    """A simulated drive."""
    options = DriveOptions(pictures=False, lively=True, lidars=(spinning_lidar(beams, azimuths=1200),))
    drive = simulate_drive(seed, frames, options=options)
    ego_from_lidar = drive.lidars[0].ego_from_lidar
    known, poses = [], []
    for frame in drive.frames():
        xyz = ego_from_lidar.apply(frame.points_lidar[:, :3])
        points = np.column_stack([xyz, frame.points_lidar[:, 3]])
        boxes = upright([item.box_ego for item in frame.objects])
        numbers = [NAMES.index(item.category) for item in frame.objects]
        identities = [item.track for item in frame.objects]
        counts = [item.lidar_points for item in frame.objects]
        poses.append(frame.true_world_from_ego)
        known.append(known_frame(points, frame.point_track, boxes, numbers, identities, counts))
    return KnownDrive(known, poses, np.asarray(ego_from_lidar.translation))


def known_frame(
    points: FloatArray,
    on: IntArray,
    boxes: FloatArray,
    classes: Sequence[int],
    identities: Sequence[int],
    counts: Sequence[int],
) -> KnownFrame:
    """Clutter is what stands above the ground and is no object."""
    away = points[:, 2] + 0.9
    clutter = points[(on < 0) & (away > 0.4) & (away < 1.6) & (np.abs(points[:, :2]).max(axis=1) < 45.0), :3]
    return KnownFrame(
        points,
        boxes,
        np.array(classes, np.int64),
        np.array(identities, np.int64),
        np.array(counts, np.int64),
        clutter[::50],
    )


@pytest.fixture(scope="session")
def street() -> KnownDrive:
    """Two seconds of a simulated street."""
    return simulated(7301, 20)


Where = Callable[[float], Sequence[float] | None]
"""The row of an object in ``world`` at a time, None where it is not there."""


@pytest.fixture(scope="session")
def make_drive() -> Callable[..., KnownDrive]:
    """Makes drives on flat ground of objects, each a class and its place by time."""
    return made_drive


def made_drive(objects: Sequence[tuple[str, Where]], *, frames: int = 20, ego_ms: float = 5.0) -> KnownDrive:
    """A drive straight ahead past some objects."""
    poses = [SE3.from_yaw(0.0, [ego_ms * index / 10.0, 0.0, 0.0]) for index in range(frames)]
    known = []
    for index, pose in enumerate(poses):
        rows = [(who, NAMES.index(name), at(index / 10.0)) for who, (name, at) in enumerate(objects)]
        here = [(who, number, row) for who, number, row in rows if row is not None]
        boxes = moved(np.array([row for _, _, row in here], dtype=np.float64).reshape(-1, 7), pose.inverse())
        points = np.concatenate([flat_ground(), *(filled(row) for row in boxes)])
        points = np.column_stack([points, np.zeros(len(points))])
        numbers = np.array([number for _, number, _ in here], np.int64)
        identities = np.array([who for who, _, _ in here], np.int64)
        counts = np.full(len(here), 200, np.int64)
        known.append(KnownFrame(points, boxes, numbers, identities, counts, np.zeros((0, 3))))
    return KnownDrive(known, poses, np.array([0.0, 0.0, 1.7]))


def flat_ground() -> FloatArray:
    """(N, 3) points at z = 0."""
    axis = np.arange(-40.0, 40.0, 1.0)
    x, y = np.meshgrid(axis, axis)
    return np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)])


def filled(row: FloatArray) -> FloatArray:
    """(N, 3) points all through a box."""
    local = np.stack(np.meshgrid(*[np.linspace(-0.48, 0.48, 6)] * 3), axis=-1).reshape(-1, 3) * row[3:6]
    return np.asarray(SE3.from_yaw(float(row[6]), row[:3]).apply(local))


@pytest.fixture(scope="session")
def classes() -> ClassSet:
    """Those of the simulator."""
    return CLASSES


@pytest.fixture(scope="session")
def detector() -> Callable[..., list[Detections]]:
    """Makes what a network might see of a drive: drive, seed, and how it errs by name."""

    def made(drive: KnownDrive, seed: int, **noise: float) -> list[Detections]:
        return detect(drive, seed, Noise(**noise))

    return made


@pytest.fixture(scope="session")
def judged() -> Callable[[KnownDrive, Recording, Sequence[ProposedTrack]], Judged]:
    """Compares tracks with the truth."""
    return judge
