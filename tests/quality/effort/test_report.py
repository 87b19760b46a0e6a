from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from quality.effort import BASELINES, Band, CostSheet, EffortScene, Seeds, effort_lines, effort_report, measure_effort
from quality.effort import nothing_proposed as without_proposals

Spoil = Callable[..., EffortScene]


def test_report_is_json_with_what_the_commands_promise(street: EffortScene, spoiled: Spoil, sheet: CostSheet) -> None:
    effort = measure_effort([spoiled(street, 0.2, band=Band.ACCEPT)], sheet, Seeds(4, 1000))
    report = json.loads(json.dumps(effort_report(effort), allow_nan=False))
    assert list(report["effort"]) == list(BASELINES)
    for baseline in BASELINES:
        found = report["effort"][baseline]
        assert (
            found["without_seeds"] < found["with_seeds_one_click"]
            or found["with_seeds_one_click"] < found["with_seeds"]
        )
        assert found["interval"][0] <= found["without_seeds"] <= found["interval"][1]
        assert found == report["effort"][baseline] | report["by_review"]["strips"]["effort"][baseline]
    assert list(report["by_review"]) == ["boxes", "all_strips", "strips"]
    assert sum(report["parts_s"].values()) == pytest.approx(3600.0 * report["hours"]["assisted"])
    assert report["false_tracks"] == {"total": 0, "accept_band": 0}
    assert report["heading_flips"]["all"]["any"]["share"] == 0.0
    assert len(report["sensitivity"]) == 6


def test_accept_band_is_cheaper_than_all_strips(street: EffortScene, spoiled: Spoil, sheet: CostSheet) -> None:
    from dataclasses import replace

    few = replace(sheet, review=replace(sheet.review, audit_least=2))
    report = effort_report(measure_effort([spoiled(street, 0.2, band=Band.ACCEPT)], few))
    strips, every = (
        report["by_review"][mode]["effort"]["key_frames"]["without_seeds"] for mode in ("strips", "all_strips")
    )
    assert strips < every
    assert 0.0 < report["errors_left"]["share"] <= report["errors_left"]["bound"]


def test_lines_say_how_it_was_reviewed(street: EffortScene, spoiled: Spoil, sheet: CostSheet) -> None:
    effort = measure_effort([spoiled(street, 0.2)], sheet)
    assert effort_lines(effort_report(effort, "boxes"))[0] == "review: every proposed box looked at"
    lines = effort_lines(effort_report(effort))
    assert "a sample of those to accept" in lines[0]
    assert any("copied and put right" in line for line in lines)
    assert all("\n" not in line and len(line) < 160 for line in lines)


def test_nothing_can_be_reported(street: EffortScene, sheet: CostSheet) -> None:
    report = effort_report(measure_effort([without_proposals(street)], sheet))
    assert report["heading_flips"]["all"]["any"] == {"share": None, "boxes": 0}
    assert "100.0 %" in "".join(effort_lines(report))
