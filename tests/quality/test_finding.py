"""A finding always says which rule and what."""

from __future__ import annotations

import pytest

from quality import Finding


def test_keeps_its_place() -> None:
    finding = Finding("alpha", "warning", "alpha differs by 0.2 rad", frame_index=3, label_ids=("a",), value=0.2)
    assert (finding.rule, finding.frame_index, finding.label_ids) == ("alpha", 3, ("a",))


@pytest.mark.parametrize(("rule", "sentence", "frame"), [("", "x", 0), ("x", "", 0), ("x", "x", -1)])
def test_says_rule_sentence_and_a_real_frame(rule: str, sentence: str, frame: int) -> None:
    with pytest.raises(ValueError, match=r"a finding needs|frame_index must"):
        Finding(rule, "error", sentence, frame_index=frame)
