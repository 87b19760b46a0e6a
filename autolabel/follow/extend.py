"""A track carried on, frame by frame: predicted, looked for, fitted, and doubted; it stops with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from autolabel.follow.appearance import Look, Match, best_match, look_of, moved
from autolabel.follow.drive import Drive, is_level, leveled
from autolabel.follow.reason import Reason
from autolabel.follow.state import Prediction, State, predict, turned_by
from geometry import Box, iou_bev
from pointcloud import DEFAULT_HABITS, FitHabits, FitScene, FittedBox, refit
from quality.checks.motion_limits import MotionLimits, limits_of

Direction = Literal["forward", "back"]
OthersIn = Callable[[int], Sequence[tuple[str, Box]]]

MOST_MISSED_S = 0.5
"""So long an object may be hidden and still be taken up again."""
LEAST_CONFIDENCE = 0.22
FEWEST_POINTS = 4
LEAST_EXPLAINED = 0.35
LEAST_SHARE = 0.12
"""Of the points that the object should show at its distance."""
MOST_COST_M = 0.24
MOST_OVERLAP = 0.15
MOST_RANGE_M = 110.0
TURN_RAD = float(np.deg2rad(12.0))
DRAWN_M = 0.12


@dataclass(frozen=True)
class Followed:
    """An object in one more frame.

    Attributes:
        frame_index: The frame.
        fitted: Its box in ``ego``, and what the points say.
    """

    frame_index: int
    fitted: FittedBox


@dataclass(frozen=True)
class Extension:
    """How far a track could be followed.

    Attributes:
        found: One entry a frame, in the order in which they were found.
        stopped_at: The frame it was not followed into; None where the scene ends.
        reason: Why it stopped.
    """

    found: tuple[Followed, ...]
    stopped_at: int | None
    reason: Reason


@dataclass(frozen=True)
class Subject:
    """What is followed.

    Attributes:
        category: Its category.
        size_prior_lwh_m: What such objects usually measure.
        is_rigid: Whether it is no person or animal.
        habits: How this dataset's boxes lie around their points.
    """

    category: str
    size_prior_lwh_m: tuple[float, float, float]
    is_rigid: bool
    habits: FitHabits = DEFAULT_HABITS


def extend(
    drive: Drive,
    keys: Sequence[tuple[int, Box]],
    subject: Subject,
    direction: Direction,
    *,
    most_frames: int = 40,
    others: OthersIn = lambda _frame: (),
) -> Extension:
    """Follow an object beyond its first or last known frame.

    Args:
        drive: The scene.
        keys: Its known frames with its boxes in ``ego``, at least one.
        subject: What it is.
        direction: Toward the end of the scene, or its beginning.
        most_frames: Where to stop in any case.
        others: The boxes of other tracks in a frame, in ``ego``, each with a name.

    Raises:
        ValueError: There is no key, or one beyond the scene.
    """
    if not keys or any(not 0 <= frame < len(drive) for frame, _ in keys):
        raise ValueError(f"keys must be one or more within frames 0 … {len(drive) - 1}")
    forward = direction == "forward"
    ordered = sorted(keys, key=lambda key: key[0], reverse=not forward)
    chase = _Chase(drive, subject, others, ordered)
    start = ordered[-1][0]
    end = min(start + most_frames, len(drive) - 1) if forward else max(start - most_frames, 0)
    step = 1 if forward else -1
    for frame in range(start + step, end + step, step):
        if not chase.advance(frame):
            break
    return chase.result(end, is_scene_end=end in (0, len(drive) - 1))


class _Chase:
    """One run through the frames; frames in which the object is not surely seen count only once it is seen again."""

    def __init__(self, drive: Drive, subject: Subject, others: OthersIn, keys: Sequence[tuple[int, Box]]) -> None:
        self._drive, self._subject, self._others = drive, subject, others
        self._limits: MotionLimits = limits_of(subject.category)
        self._states = [
            State(frame, drive.time_s(frame), box.transform(drive.base_from_ego(frame)), 2.0) for frame, box in keys
        ]
        self._level = is_level(keys[-1][1])
        self._look, self._expected = Look(np.zeros((0, 3))), 0.0
        for frame, box in keys[-3:]:
            self._remember(drive.cloud(frame), box)
        self._found: list[Followed] = []
        self._lost: tuple[int, Reason] | None = None

    def advance(self, frame: int) -> bool:
        """Look into one more frame; whether to go on."""
        outcome = self._look_into(frame)
        if isinstance(outcome, Reason):
            self._lost = self._lost or (frame, outcome)
            away_s = abs(self._drive.time_s(frame) - self._states[-1].time_s)
            return away_s < MOST_MISSED_S and outcome.code not in ("out_of_range", "overlap")
        self._lost = None
        self._found.append(Followed(frame, outcome))
        self._states.append(self._state(frame, outcome))
        self._remember(self._drive.cloud(frame), outcome.box)
        return True

    def result(self, end: int, *, is_scene_end: bool) -> Extension:
        """What was found, and why no more."""
        if self._lost is not None:
            return Extension(tuple(self._found), *self._lost)
        if is_scene_end:
            return Extension(tuple(self._found), None, Reason("end_of_scene", "the scene ends here"))
        reason = Reason("most_frames", f"it was asked for {len(self._found)} frames", {"frames": len(self._found)})
        return Extension(tuple(self._found), end, reason)

    def _look_into(self, frame: int) -> FittedBox | Reason:
        scene = self._drive.cloud(frame)
        if scene is None:
            return Reason("no_cloud", f"frame {frame} has no cloud", {"frame": frame})
        prediction = predict(self._states, self._drive.time_s(frame), self._limits, is_rigid=self._subject.is_rigid)
        box = prediction.box.transform(self._drive.base_from_ego(frame).inverse())
        box = leveled(box) if self._level else box
        range_m = float(np.hypot(*(box.center[:2] - scene.lidar_center[:2])))
        if range_m > MOST_RANGE_M:
            return Reason("out_of_range", f"it is {range_m:.0f} m away", {"range_m": round(range_m)})
        match = best_match(scene, self._look, box, prediction.reach_m, prediction.sigma_m)
        if match is None:
            return self._nothing(scene, box)
        fitted = self._fit(scene, moved(box, match.shift))
        return self._doubt(frame, scene, box, prediction, match, fitted) or fitted

    def _fit(self, scene: FitScene, box: Box) -> FittedBox:
        """Its place and heading, with the size held."""
        prior, habits = self._subject.size_prior_lwh_m, self._subject.habits
        placed = refit(scene, box, prior, "position", habits=habits)
        if not self._subject.is_rigid and _apart_m(placed.box, box) > DRAWN_M:
            # Somebody beside it draws the fit away from where the points of before are.
            return refit(scene, box, prior, "to_ground", habits=habits)
        if not self._subject.is_rigid or placed.point_count < 2 * FEWEST_POINTS:
            return placed
        turned = refit(scene, box, prior, "pose", habits=habits)
        if turned_by(turned.box, box) > TURN_RAD or turned.confidence < placed.confidence:
            return placed
        return turned

    def _doubt(
        self,
        frame: int,
        scene: FitScene,
        predicted: Box,
        prediction: Prediction,
        match: Match,
        fitted: FittedBox,
    ) -> Reason | None:
        """Why this may not be the object, or None."""
        if fitted.point_count < FEWEST_POINTS:
            return self._nothing(scene, predicted)
        share = fitted.point_count / max(self._should_show(scene, fitted.box), 1.0)
        if share < LEAST_SHARE or match.explained < LEAST_EXPLAINED:
            sentence = f"only {100 * min(share, match.explained):.0f} % of it is seen"
            return Reason("hidden", sentence, {"share": round(min(share, match.explained), 2)})
        if match.cost_m > MOST_COST_M or fitted.confidence < LEAST_CONFIDENCE:
            sentence = f"the fit's confidence is {fitted.confidence:.2f}"
            values = {"confidence": round(fitted.confidence, 2), "least": LEAST_CONFIDENCE}
            return Reason("low_confidence", sentence, values)
        jump_m = _apart_m(fitted.box, predicted)
        slack_m = 0.35 if self._subject.is_rigid else 0.1
        most_m = float(prediction.reach_m.max()) + slack_m + 0.003 * _range_m(scene, predicted)
        if jump_m > most_m:
            values = {"jump_m": round(jump_m, 1), "most_m": round(most_m, 1)}
            return Reason("jump", f"it would jump by {jump_m:.1f} m, {most_m:.1f} m are possible", values)
        return self._overlapped(frame, fitted.box)

    def _overlapped(self, frame: int, box: Box) -> Reason | None:
        near = [(name, other) for name, other in self._others(frame) if _are_near(box, other)]
        if not near:
            return None
        overlaps = iou_bev([box], [other for _, other in near])[0]
        worst = int(np.argmax(overlaps))
        if overlaps[worst] <= MOST_OVERLAP:
            return None
        share = round(float(overlaps[worst]), 2)
        return Reason("overlap", f"it would overlap {near[worst][0]}", {"track": near[worst][0], "overlap": share})

    def _nothing(self, scene: FitScene, box: Box) -> Reason:
        if is_hidden(scene, box):
            return Reason("hidden", "something else hides the place", {"share": 0.0})
        return Reason("no_points", "no points are where it should be")

    def _should_show(self, scene: FitScene, box: Box) -> float:
        """Points that it should have at its distance, as far as the frames before tell."""
        return self._expected / max(_range_m(scene, box), 1.0) ** 2

    def _remember(self, scene: FitScene | None, box: Box) -> None:
        if scene is None:
            return
        new = look_of(scene, box)
        if len(new) >= 3:
            self._look = self._look.with_more(new)
        inside = int(box.contains(scene.near(box.center[:2], float(box.size_lwh_m[:2].max()))).sum())
        at_one_metre = inside * _range_m(scene, box) ** 2
        self._expected = at_one_metre if self._expected == 0.0 else 0.7 * self._expected + 0.3 * at_one_metre

    def _state(self, frame: int, fitted: FittedBox) -> State:
        base_box = fitted.box.transform(self._drive.base_from_ego(frame))
        return State(frame, self._drive.time_s(frame), base_box, max(fitted.confidence, 0.1))


def is_hidden(scene: FitScene, box: Box) -> bool:
    """Whether nothing can be said about a place: hardly a ray crossed it."""
    half_m = float(box.size_lwh_m[:2].min()) / 2.0
    base = box.center - [0.0, 0.0, box.size_lwh_m[2] / 2.0]
    free = scene.free_places(base, half_m, 0.2, 0.6 * float(box.size_lwh_m[2]), 0.2)
    return len(free) < 4


def _apart_m(box: Box, other: Box) -> float:
    return float(np.hypot(*(box.center - other.center)[:2]))


def _range_m(scene: FitScene, box: Box) -> float:
    return float(np.hypot(*(box.center[:2] - scene.lidar_center[:2])))


def _are_near(box: Box, other: Box) -> bool:
    reach = float(np.hypot(*box.size_lwh_m[:2]) + np.hypot(*other.size_lwh_m[:2])) / 2.0
    return _apart_m(box, other) < reach
