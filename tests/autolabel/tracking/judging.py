"""How good tracks are beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autolabel.recording import Recording
from autolabel.tracking.track import ProposedTrack
from autolabel.upright import moved
from geometry import BoxColumns, iou_bev
from geometry.arrays import BoolArray, FloatArray
from geometry.rotation import wrap_angle
from tests.autolabel.tracking.drives import CLASSES, KnownDrive, KnownFrame

REACH_M = 51.2
FEWEST_POINTS = 5
"""Objects farther away or with fewer points do not count."""


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
