"""All checks together: nothing to say about right labels, little about people's, and always the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from quality import all_checks, find_checks
from quality.finding import finding_order

KITTI_0003 = {
    ("acceleration", "warning"): 1,
    ("no_points", "warning"): 1,
    ("no_points", "info"): 2,
    ("occlusion", "info"): 2,
}
"""Of 197 cuboids: a car that jumps back by 0.7 m, one in the part of the sweep that was cropped away, two 85 m away,
one hidden by no cuboid."""


def test_right_labels_give_no_finding(street: Any) -> None:
    assert street.find() == []


def test_every_check_explains_itself() -> None:
    for check in all_checks():
        assert check.rule.replace("_", "").isalpha()
        assert check.title
        assert check.description.endswith(".")
    assert {check.rule for check in all_checks()} >= {
        "alpha",
        "edge_difference",
        "missing_projection",
        "no_points",
        "occlusion",
        "overlap",
        "size",
        "tight_outside",
        "truncation",
    }


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(ValueError, match=r"rules must be among acceleration, alpha, .* got spelling"):
        find_checks(["alpha", "spelling"])


def test_rules_and_points_are_chosen(street: Any) -> None:
    wrong = street.moved("0", (0.0, 60.0, 0.0))
    assert {finding.rule for finding in wrong.find()} >= {"missing_projection", "no_points"}
    assert {finding.rule for finding in wrong.find("no_points")} == {"no_points"}
    assert "no_points" not in {finding.rule for finding in wrong.find(with_points=False)}


def test_findings_come_in_one_order(street: Any) -> None:
    wrong = street.moved("0", (0.0, 2.0, 0.0), frame=4).moved("1", (0.0, 3.0, 0.0), frame=1, yaw_rad=3.0)
    findings = wrong.find()
    assert findings == wrong.find() == sorted(findings, key=finding_order)
    assert findings[0].frame_index == 1
    reordered = street.put(*reversed(list(street.labels.cuboids.values()))).labels
    assert {finding.rule for finding in findings} >= {"alpha", "edge_difference", "heading"}
    assert reordered == street.labels


def test_labels_of_another_scene_are_survived(street: Any) -> None:
    """A 2D box of a camera or frame that is not there, and of no track, is passed by."""
    from dataclasses import replace

    box = street.box("0")
    strange = street.put(
        replace(box, id="x", camera="behind"), replace(box, id="y", frame_index=99), replace(box, id="z", track_id=None)
    )
    assert strange.find() == []


def test_people_agree_with_most_rules(kitti_street: Any) -> None:
    found = Counter((finding.rule, finding.severity) for finding in kitti_street("0003").find())
    assert found == KITTI_0003


@pytest.mark.parametrize(("name", "most"), [("0009", 110), ("0006", 12)])
def test_long_sequences_give_few_findings_and_no_gross_ones(kitti_street: Any, name: str, most: int) -> None:
    found = Counter(finding.severity for finding in kitti_street(name).find(with_points=False))
    assert sum(found.values()) <= most
    assert found["error"] <= 1
