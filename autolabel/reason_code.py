"""The codes for why a proposal is in its band; the browser has a text for each."""

from __future__ import annotations

from typing import Literal

ReasonCode = Literal[
    "low_score",
    "short_track",
    "gaps",
    "few_points",
    "far",
    "standing",
    "looks_like_clutter",
    "camera_disagrees",
    "often_wrong_category",
    "carried_on",
    "unsure_category",
    "unsure_heading",
    "unusual_size",
    "overlap",
    "like_others",
]
