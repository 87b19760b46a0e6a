"""What learning further brought, as a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def self_training_line(outcome: Mapping[str, Any]) -> str:
    """Which model was kept, and both scores.

    Args:
        outcome: ``was_kept``, ``score_before``, ``score_after``, the scores perhaps None.
    """
    before, after = outcome["score_before"], outcome["score_after"]
    if before is None:
        return "self-training: left out, for too few frames are labelled to hold some back and judge by"
    if after is None:
        return "self-training: left out, for nothing was sure enough to learn from"
    kept = "kept" if outcome["was_kept"] else "not kept"
    return f"self-training: {kept}; score in the frames held back {before:.3f} before, {after:.3f} after"
