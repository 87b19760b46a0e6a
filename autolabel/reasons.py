"""Why a proposed track is in its band: what made it less likely to be right, and what its probability does not know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autolabel.classes import ClassSet, ObjectClass
from autolabel.detections import Detections
from autolabel.judging.calibration import Calibration
from autolabel.judging.evidence import NAMES
from autolabel.reason_code import ReasonCode
from autolabel.size_spread import Spreads, usual_spread
from autolabel.tracking.sightings import Moments
from autolabel.tracking.track import ProposedTrack
from autolabel.upright import moved, overlap_bev
from geometry import SE3
from geometry.arrays import BoolArray, FloatArray

LEAST_COST = 0.1
"""Evidence counts as a reason where it lowers the odds by a tenth at least, against those of a usual track."""
LOW_SCORE = 0.6
SHORT_S = 1.0
SELDOM = 0.75
"""The share of its frames in which a track is usually detected."""
FEW_POINTS = 20.0
FAR_M = 35.0
UNSURE_HEADING = 0.9
DISPUTED = 0.3
"""The share of the votes that another class must have to dispute a track's."""
SAME = 0.3
"""A detection that overlaps a track's box by this, from above, votes on what it is."""
TOUCHES = 0.02
TOUCHES_SHARE = 0.25
"""Tracks crowd each other where their boxes overlap in this share of the frames of one of them."""
UNUSUAL = 2.5
"""A size is unusual from so many standard deviations of its class on."""


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a track.

    Attributes:
        costs: By the name of the evidence, and ``category``: how far it lowers the log odds against a usual track.
        track: The track.
        lasts_s: From its first frame to its last.
        nearest_m: How near it comes.
        votes: (C,) scores of detections for each class.
        crowded: The share of its frames in which it overlaps another track.
        size_off: By how many standard deviations of its class its worst side is off.
    """

    costs: Mapping[str, float]
    track: ProposedTrack
    lasts_s: float
    nearest_m: float
    votes: FloatArray
    crowded: float
    size_off: float

    def lowered_by(self, name: str) -> bool:
        """Whether some evidence made it less likely to be right."""
        return self.costs.get(name, 0.0) > LEAST_COST


def low_score(known: Known) -> bool:
    """The network was not sure in any of its frames."""
    return known.lowered_by("score") and known.track.score < LOW_SCORE


def short_track(known: Known) -> bool:
    """It was there for a moment."""
    return known.lowered_by("duration") and known.lasts_s < SHORT_S


def gaps(known: Known) -> bool:
    """It was not detected in many of its frames."""
    return known.lowered_by("seen_share") and float(known.track.is_seen.mean()) < SELDOM


def few_points(known: Known) -> bool:
    """Hardly any point is on it."""
    return known.lowered_by("points") and float(np.median(known.track.point_counts)) < FEW_POINTS


def far(known: Known) -> bool:
    """It never comes near."""
    return known.lowered_by("range") and known.nearest_m > FAR_M


def standing(known: Known) -> bool:
    """It never moves, and what never moves was often wrong."""
    return known.lowered_by("standing") and known.track.is_static


def looks_like_clutter(known: Known) -> bool:
    """Its points are likelier a pole's or a shrub's."""
    return known.lowered_by("shape") and known.track.shape < 0.0


def camera_disagrees(known: Known) -> bool:
    """The images made it less likely, where there is such evidence."""
    return known.lowered_by("camera")


def often_wrong_category(known: Known) -> bool:
    """What was called so in frames held back was often wrong."""
    return known.lowered_by("category")


def unsure_category(known: Known) -> bool:
    """Detections voted for another class as well."""
    others = np.delete(known.votes, known.track.class_index)
    return bool(others.max(initial=0.0) > DISPUTED * known.votes.sum())


def unsure_heading(known: Known) -> bool:
    """Front and rear may be swapped."""
    return known.track.heading < UNSURE_HEADING


def unusual_size(known: Known) -> bool:
    """It is larger or smaller than its class."""
    return known.size_off > UNUSUAL


def overlap(known: Known) -> bool:
    """It is much too near to another proposal."""
    return known.crowded >= TOUCHES_SHARE


Rule = Callable[[Known], bool]
LOWERED: Mapping[ReasonCode, tuple[str, Rule]] = {
    "low_score": ("score", low_score),
    "short_track": ("duration", short_track),
    "gaps": ("seen_share", gaps),
    "few_points": ("points", few_points),
    "far": ("range", far),
    "standing": ("standing", standing),
    "looks_like_clutter": ("shape", looks_like_clutter),
    "camera_disagrees": ("camera", camera_disagrees),
    "often_wrong_category": ("category", often_wrong_category),
}
"""What its probability is made of, with the name of the evidence."""
BESIDES: Mapping[ReasonCode, Rule] = {
    "unsure_category": unsure_category,
    "overlap": overlap,
    "unusual_size": unusual_size,
    "unsure_heading": unsure_heading,
}
"""What its probability does not know, but who looks at it should."""


def reasons_of(known: Known) -> tuple[ReasonCode, ...]:
    """Why a track is not in the accept band: what cost it most first, then what else is to be looked at.

    ``like_others`` where nothing of it stands out: then tracks like it were wrong too often.
    """
    found = [code for code, (_, rule) in LOWERED.items() if rule(known)]
    found.sort(key=lambda code: -known.costs.get(LOWERED[code][0], 0.0))
    found += [code for code, rule in BESIDES.items() if rule(known)]
    return tuple(found) or ("like_others",)


def costs_of(evidence: FloatArray, category: str, calibration: Calibration) -> dict[str, float]:
    """How far each kind of evidence (E,), and the category, lowers the log odds against a usual track's."""
    costs = dict(zip(NAMES, (-evidence * calibration.weights).tolist(), strict=True))
    return costs | {"category": -calibration.by_class.get(category, 0.0)}


@dataclass(frozen=True, eq=False)
class Circumstances:
    """What is known of all tracks of a scene together.

    Attributes:
        moments: The scene's frames.
        classes: What the tracks' classes are.
        votes: (T, C) scores of detections for each class.
        crowded: (T,) the share of each track's frames in which it overlaps another.
        spreads: By class, (3,) standard deviations of its sides.
    """

    moments: Moments
    classes: ClassSet
    votes: FloatArray
    crowded: FloatArray
    spreads: Spreads

    @classmethod
    def of(
        cls,
        tracks: Sequence[ProposedTrack],
        moments: Moments,
        detections: Sequence[Detections],
        classes: ClassSet,
        spreads: Spreads,
    ) -> Circumstances:
        """Gather them, frame by frame."""
        by_frame: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, track in enumerate(tracks):
            for place, frame in enumerate(track.frames.tolist()):
                by_frame[frame].append((number, place))
        votes, crowded = np.zeros((len(tracks), len(classes))), np.zeros(len(tracks))
        for frame, here in by_frame.items():
            numbers = [number for number, _ in here]
            rows = np.array([tracks[number].boxes_base[place] for number, place in here])
            votes[numbers] += _votes(rows, detections[frame], moments.base_from_ego[frame], len(classes))
            crowded[numbers] += _touched(rows)
        lengths = np.array([len(track.frames) for track in tracks])
        return cls(moments, classes, votes, crowded / np.maximum(lengths, 1), spreads)

    def known(self, track: ProposedTrack, number: int, costs: Mapping[str, float]) -> Known:
        """What is known of the track of some number, of which the evidence cost so much."""
        times_s = self.moments.times_s[track.frames]
        return Known(
            costs=costs,
            track=track,
            lasts_s=float(times_s[-1] - times_s[0]),
            nearest_m=float(self.moments.ranges_m(track.frames, track.boxes_base).min()),
            votes=self.votes[number],
            crowded=float(self.crowded[number]),
            size_off=_size_off(track, self.classes[track.class_index], self.spreads),
        )


def _votes(rows: FloatArray, detections: Detections, base_from_ego: SE3, class_count: int) -> FloatArray:
    """(T, C) what the detections of a frame say of boxes (T, 7) in ``base``."""
    overlaps = overlap_bev(rows, moved(detections.boxes_ego, base_from_ego))
    by_class = np.zeros((len(detections), class_count))
    by_class[np.arange(len(detections)), detections.classes] = detections.scores
    return np.asarray((overlaps > SAME) @ by_class)


def _touched(rows: FloatArray) -> BoolArray:
    """(T,) which boxes overlap another."""
    overlaps = overlap_bev(rows, rows)
    np.fill_diagonal(overlaps, 0.0)
    return np.asarray((overlaps > TOUCHES).any(axis=1))


def _size_off(track: ProposedTrack, item: ObjectClass, spreads: Spreads) -> float:
    size = np.median(track.boxes_base[:, 3:6], axis=0)
    spread = spreads.get(item.name, usual_spread(item))
    return float((np.abs(size - item.size_lwh_m) / spread).max())
