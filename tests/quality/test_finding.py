"""A finding always says which rule and what, and findings have one order."""

from __future__ import annotations

import pytest

from quality import Finding, finding_order


def test_keeps_its_place() -> None:
    finding = Finding("alpha", "warning", "alpha differs by 0.2 rad", frame_index=3, label_ids=("a",), value=0.2)
    assert (finding.rule, finding.frame_index, finding.label_ids) == ("alpha", 3, ("a",))
    assert len({finding, Finding("alpha", "warning", "alpha differs by 0.2 rad", 3, ("a",), 0.2)}) == 1


@pytest.mark.parametrize(("rule", "sentence", "frame"), [("", "x", 0), ("x", "", 0), ("x", "x", -1)])
def test_says_rule_sentence_and_a_real_frame(rule: str, sentence: str, frame: int) -> None:
    with pytest.raises(ValueError, match=r"a finding needs|frame_index must"):
        Finding(rule, "error", sentence, frame_index=frame)


def test_knows_three_severities() -> None:
    with pytest.raises(ValueError, match="severity must be one of error, warning, info, got 'fatal'"):
        Finding("x", "fatal", "x")  # type: ignore[arg-type]


def test_the_whole_scene_comes_first_then_frames_then_the_gravest() -> None:
    findings = [
        Finding("b", "info", "x", 1),
        Finding("a", "warning", "x", 2),
        Finding("b", "error", "x", 1),
        Finding("c", "info", "x"),
    ]
    places = [(finding.frame_index, finding.severity) for finding in sorted(findings, key=finding_order)]
    assert places == [(None, "info"), (1, "error"), (1, "info"), (2, "warning")]
