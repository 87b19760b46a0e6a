"""Effort as JSON, and as lines to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from quality.effort.costs import UNITS
from quality.effort.effort import Effort, Ratio
from quality.effort.ledger import FlipCounts, Tally
from quality.effort.scene import ReviewMode
from quality.effort.sensitivity import sensitivity_table
from quality.effort.work import BASELINES, Baseline

JsonObject = dict[str, Any]
HOUR_S = 3600.0
COLUMNS = ("with seeds", "one click", "same tool")
BASELINE_TEXTS: dict[Baseline, str] = {
    "every_box": "every box drawn",
    "copy_and_adjust": "copied and put right",
    "key_frames": "keys, interpolated",
    "key_frames_in_strips": "keys, seen in strips",
}
REVIEW_TEXTS: dict[ReviewMode, str] = {
    "boxes": "every proposed box looked at",
    "all_strips": "a strip for each track",
    "strips": "a strip for each track to check, a sample of those to accept",
}


def effort_report(effort: Effort, review: ReviewMode = "strips") -> JsonObject:
    """All of it as JSON values.

    ``effort``, ``hours``, ``parts`` and ``errors_left`` are of the way of reviewing that ``review`` names;
    ``by_review`` has the ratios of all.
    """
    tally = effort.ledgers[review].tally
    return {
        "review": review,
        "effort": _ratios(effort, review),
        "by_review": {mode: {"effort": _plain_ratios(effort, mode)} for mode in effort.ledgers},
        "hours": _hours(effort, review),
        "parts_s": _parts(effort, review),
        "seeds": {
            "boxes": effort.seeds.boxes,
            "project_frames": effort.seeds.project_frames,
            "create_s": effort.seed_seconds("create"),
            "one_click_s": effort.seed_seconds("one_click"),
        },
        "errors_left": asdict(effort.errors_left(review)),
        "acceptance": _share(tally.right_boxes, tally.boxes),
        "covered": _share(tally.covered_boxes, tally.boxes),
        "heading_flips": _flips(effort.ledgers[review].flips),
        "false_tracks": {"total": tally.false_tracks, "accept_band": tally.false_tracks_accepted},
        "id_merges": tally.id_merges,
        "id_splits": tally.id_splits,
        "counts": asdict(tally),
        "sensitivity": [asdict(row) for row in sensitivity_table(effort, review)],
        "unit_costs_s": asdict(effort.sheet.seconds),
    }


def effort_lines(report: JsonObject) -> list[str]:
    """What ``effort_report`` gives, as lines of text."""
    return list(_lines(report))


def _ratios(effort: Effort, review: ReviewMode) -> JsonObject:
    return {
        baseline: asdict(effort.ratio(baseline, review))
        | {"same_tool": _plain(effort.ratio(baseline, review, rest=baseline, with_interval=False))}
        for baseline in BASELINES
    }


def _plain_ratios(effort: Effort, review: ReviewMode) -> JsonObject:
    return {baseline: _plain(effort.ratio(baseline, review, with_interval=False)) for baseline in BASELINES}


def _plain(ratio: Ratio) -> JsonObject:
    names = ("without_seeds", "with_seeds", "with_seeds_one_click")
    return {name: getattr(ratio, name) for name in names}


def _hours(effort: Effort, review: ReviewMode) -> JsonObject:
    by_hand = {baseline: effort.seconds(baseline, review)[1] / HOUR_S for baseline in BASELINES}
    return {"assisted": effort.seconds("key_frames", review)[0] / HOUR_S} | by_hand


def _parts(effort: Effort, review: ReviewMode) -> JsonObject:
    """Seconds with proposals by kind of work, without the seeds."""
    ledger, sheet = effort.ledgers[review], effort.sheet
    counts = ledger.assisted_work(sheet.seconds, sheet.review, "key_frames").sum(axis=0)
    counts = counts + ledger.scanned("key_frames", by_hand=False)
    seconds = (counts * sheet.seconds.seconds()).tolist()
    return {unit: value for unit, value in zip(UNITS, seconds, strict=True) if value}


def _flips(flips: FlipCounts) -> JsonObject:
    """By category, and ``all`` together: the share of boxes with front and rear swapped, by motion and in all."""
    names = sorted({category for category, _ in flips})
    return {
        name: {
            motion: _flip_share(flips, None if name == "all" else name, motion)
            for motion in ("moving", "parked", "unknown", "any")
        }
        for name in ["all", *names]
    }


def _flip_share(flips: FlipCounts, category: str | None, motion: str) -> JsonObject:
    chosen = [counts for (name, how), counts in flips.items() if category in (None, name) and motion in ("any", how)]
    swapped, boxes = sum(pair[0] for pair in chosen), sum(pair[1] for pair in chosen)
    return {"share": _share(swapped, boxes), "boxes": boxes}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _lines(report: JsonObject) -> Iterator[str]:
    counts, hours, left = Tally(**report["counts"]), report["hours"], report["errors_left"]
    yield f"review: {REVIEW_TEXTS[report['review']]}"
    size = f"{counts.frames} frames, {counts.boxes} boxes of {counts.objects} objects"
    yield f"{size}; with proposals {hours['assisted']:.2f} h"
    yield f"{'against':<24}{'by hand':>10}{'ratio':>9}{'interval':>18}" + "".join(f"{name:>12}" for name in COLUMNS)
    for baseline in BASELINES:
        yield _ratio_line(BASELINE_TEXTS[baseline], hours[baseline], report["effort"][baseline])
    yield (
        f"right as they stand {_percent(report['acceptance'])}, covered {_percent(report['covered'])}, "
        f"missed objects {counts.missed_objects}"
    )
    yield (
        f"false tracks {counts.false_tracks}, in the accept band {counts.false_tracks_accepted}; "
        f"merged {counts.id_merges}, cut {counts.id_splits}"
    )
    flips = report["heading_flips"]["all"]
    yield f"headings swapped: moving {_percent(flips['moving']['share'])}, parked {_percent(flips['parked']['share'])}"
    yield (
        f"left wrong {_percent(left['share'])} of boxes, at most {_percent(left['bound'])}, "
        f"{left['audited_tracks']} of {left['accept_tracks']} accepted tracks audited; "
        f"between pictures {_percent(left['unseen_share'])}"
    )
    yield f"{'look':>6}{'draw':>6}{'adjust':>8}" + "".join(f"{BASELINE_TEXTS[baseline]:>24}" for baseline in BASELINES)
    for row in report["sensitivity"]:
        prices = f"{row['review_s']:>6g}{row['create_s']:>6g}{row['keyframe_s']:>8g}"
        yield prices + "".join(f"{_percent(row['with_seeds'][baseline]):>24}" for baseline in BASELINES)


def _ratio_line(name: str, hours: float, ratio: JsonObject) -> str:
    interval = "–" if ratio["interval"] is None else " – ".join(_percent(end) for end in ratio["interval"])
    values = (ratio["with_seeds"], ratio["with_seeds_one_click"], ratio["same_tool"]["without_seeds"])
    with_seeds, one_click, same_tool = map(_percent, values)
    return (
        f"{name:<24}{hours:>8.2f} h{_percent(ratio['without_seeds']):>9}{interval:>18}"
        f"{with_seeds:>12}{one_click:>12}{same_tool:>12}"
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100.0 * share:.1f} %"
