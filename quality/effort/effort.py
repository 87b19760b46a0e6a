"""Effort with proposals as a ratio to labelling without them, with an interval, against each baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.stats import beta

from geometry.arrays import FloatArray
from quality.effort.assisted import scene_ledger
from quality.effort.costs import CostSheet
from quality.effort.ledger import Ledger
from quality.effort.scene import EffortScene, ReviewMode
from quality.effort.work import Baseline

SeedPrice = Literal["create", "one_click"]
DRAWS = 1000
INTERVAL = (0.025, 0.975)


@dataclass(frozen=True)
class Seeds:
    """The boxes that are labelled first, for the machine to learn from.

    Attributes:
        boxes: How many there are.
        project_frames: Frames of the whole project, over which their cost is spread where only a part of it is
            measured; None: what is measured is the whole.
    """

    boxes: int
    project_frames: int | None = None

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on a number below zero, or a project without frames."""
        if self.boxes < 0 or (self.project_frames is not None and self.project_frames < 1):
            raise ValueError(f"boxes must be 0 or more and project_frames 1 or more, got {self}")

    def share(self, frames: int) -> float:
        """The part of their cost that so many measured frames bear."""
        return 1.0 if self.project_frames is None else min(1.0, frames / self.project_frames)


@dataclass(frozen=True)
class Ratio:
    """Seconds with proposals by seconds without; None where there is nothing to label.

    Attributes:
        without_seeds: The seeds' cost left out.
        with_seeds: Seeds at the price of boxes drawn from nothing.
        with_seeds_one_click: Seeds at the price of our own fit.
        interval: 95 % of the first, over which objects were met.
        interval_with_seeds: Of the second.
        interval_with_seeds_one_click: Of the third.
    """

    without_seeds: float | None
    with_seeds: float | None
    with_seeds_one_click: float | None
    interval: tuple[float, float] | None = None
    interval_with_seeds: tuple[float, float] | None = None
    interval_with_seeds_one_click: tuple[float, float] | None = None


@dataclass(frozen=True)
class ErrorsLeft:
    """What stays wrong because the accept band is looked at by sample only.

    Attributes:
        share: Of all boxes of the result, the mean over draws of the sample.
        bound: What the sample allows to say of it, at the sheet's confidence: see ``Effort.errors_left``.
        audited_tracks: Tracks looked at.
        accept_tracks: Tracks in the band.
        unseen_share: Of all boxes, wrong ones of the check band between the pictures of their strips: their correction
            is paid for here, yet people may not see them.
    """

    share: float
    bound: float
    audited_tracks: int
    accept_tracks: int
    unseen_share: float


@dataclass(frozen=True, eq=False)
class Effort:
    """What was counted, ready to be priced.

    Attributes:
        ledgers: By way of reviewing, all scenes together.
        sheet: Prices and rules.
        seeds: What was labelled first.
        seed: Of the draws for intervals.
    """

    ledgers: dict[ReviewMode, Ledger]
    sheet: CostSheet
    seeds: Seeds
    seed: int = 0

    def ratio(
        self, baseline: Baseline, review: ReviewMode, *, rest: Baseline | None = None, with_interval: bool = True
    ) -> Ratio:
        """Against one baseline.

        Args:
            baseline: How it would be labelled without proposals.
            review: How proposals are looked at.
            rest: How what proposals leave out is labelled: with keys, as this tool does, by default; or in the
                baseline's own way, so that nothing proposed makes exactly 1.
            with_interval: Bootstrap the intervals, which takes some ten milliseconds.
        """
        rest = rest or _tool_rest(baseline)
        once = np.ones((1, len(self.ledgers[review].is_truth)))
        without, drawn, clicked = (_only(each) for each in self._ratios(once, baseline, review, rest))
        if not with_interval:
            return Ratio(without, drawn, clicked)
        draws = self._draws(review)
        intervals = (_interval(each) for each in self._ratios(draws, baseline, review, rest))
        return Ratio(without, drawn, clicked, *intervals)

    def seconds(self, baseline: Baseline, review: ReviewMode) -> tuple[float, float]:
        """With proposals, without the seeds' cost, the rest labelled with keys; and by hand."""
        rest = _tool_rest(baseline)
        assisted, by_hand = self._seconds(baseline, review, rest)
        return float(assisted.sum()) + self._scan(rest, review), float(by_hand.sum()) + self._scan_by_hand(
            baseline, review
        )

    def seed_seconds(self, price: SeedPrice) -> float:
        """The seeds' cost, as far as the measured frames bear it."""
        frames = next(iter(self.ledgers.values())).tally.frames
        return self.seeds.boxes * self.seeds.share(frames) * float(getattr(self.sheet.seconds, price))

    def errors_left(self, review: ReviewMode) -> ErrorsLeft:
        """What stays wrong.

        With p the audited part, m the audited and k the wrong tracks among them (the mean, rounded up), the part of the
        band's tracks that is wrong lies below the upper end of Clopper and Pearson's interval,
        ``Beta⁻¹(confidence; k + 1, m - k)``; taking all boxes of such tracks for wrong bounds the boxes.
        """
        tally, rules = self.ledgers[review].tally, self.sheet.review
        part = rules.audited_part(tally.accept_tracks)
        boxes = max(1.0, tally.boxes + (1.0 - part) * tally.accept_surplus_boxes)
        audited = min(tally.accept_tracks, int(np.ceil(part * tally.accept_tracks - 1e-9)))
        found = min(audited, int(np.ceil(part * tally.accept_wrong_tracks - 1e-9)))
        most = 1.0 if found == audited else float(beta.ppf(rules.audit_confidence, found + 1, audited - found))
        left = (1.0 - part) / boxes
        bound = left * tally.accept_boxes * most
        return ErrorsLeft(
            left * tally.accept_wrong_boxes, bound, audited, tally.accept_tracks, tally.unseen_boxes / boxes
        )

    def _seconds(self, baseline: Baseline, review: ReviewMode, rest: Baseline) -> tuple[FloatArray, FloatArray]:
        """(R,) seconds with proposals, and by hand."""
        ledger, seconds = self.ledgers[review], self.sheet.seconds.seconds()
        assisted = ledger.assisted_work(self.sheet.seconds, self.sheet.review, rest) @ seconds
        return assisted, ledger.work_by_hand(baseline) @ seconds

    def _scan(self, rest: Baseline, review: ReviewMode) -> float:
        return float(self.ledgers[review].scanned(rest, by_hand=False) @ self.sheet.seconds.seconds())

    def _scan_by_hand(self, baseline: Baseline, review: ReviewMode) -> float:
        return float(self.ledgers[review].scanned(baseline, by_hand=True) @ self.sheet.seconds.seconds())

    def _ratios(
        self, draws: FloatArray, baseline: Baseline, review: ReviewMode, rest: Baseline
    ) -> Iterator[FloatArray | None]:
        """(D,) for draws (D, R): without seeds, with them drawn, with them clicked; None where nothing is labelled."""
        assisted, by_hand = self._seconds(baseline, review, rest)
        top = draws @ assisted + self._scan(rest, review)
        bottom = draws @ by_hand + self._scan_by_hand(baseline, review)
        is_empty = bool((bottom <= 0.0).any())
        for seeds in (0.0, self.seed_seconds("create"), self.seed_seconds("one_click")):
            yield None if is_empty else (top + seeds) / bottom

    def _draws(self, review: ReviewMode) -> FloatArray:
        """(D, R) how often each object and each false track is met, drawn with replacement from their own kind."""
        is_truth = self.ledgers[review].is_truth
        rng = np.random.default_rng(self.seed)
        draws = np.zeros((DRAWS, len(is_truth)))
        for kind in (is_truth, ~is_truth):
            if count := int(kind.sum()):
                draws[:, kind] = rng.multinomial(count, np.full(count, 1.0 / count), DRAWS)
        return draws


def measure_effort(
    scenes: Sequence[EffortScene], sheet: CostSheet, seeds: Seeds | None = None, *, seed: int = 0
) -> Effort:
    """Count what has to be done in scenes, for all ways of reviewing.

    Args:
        scenes: At least one; together they are one project, of which the accept band's sample is drawn.
        sheet: Prices, tolerances and rules.
        seeds: What was labelled first; none by default.
        seed: Of the draws for intervals.

    Raises:
        ValueError: There is no scene.
    """
    ledgers = {
        mode: Ledger.joined([scene_ledger(scene, sheet, mode) for scene in scenes]) for mode in get_args(ReviewMode)
    }
    return Effort(ledgers, sheet, seeds or Seeds(0), seed)


def _tool_rest(baseline: Baseline) -> Baseline:
    """How this tool labels what is not proposed: with keys, looked at as in what it is compared with."""
    return "key_frames_in_strips" if baseline == "key_frames_in_strips" else "key_frames"


def _only(values: FloatArray | None) -> float | None:
    return None if values is None else float(values[0])


def _interval(values: FloatArray | None) -> tuple[float, float] | None:
    if values is None:
        return None
    low, high = np.quantile(values, INTERVAL)
    return float(low), float(high)
