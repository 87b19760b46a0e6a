"""What each kind of work costs, and how exact a box must be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from geometry.arrays import FloatArray

OTHER = "other"
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True)
class UnitCosts:
    """Seconds for one piece of work of each kind; ``unit_costs.yaml`` says what each is and why it is so much.

    Attributes:
        create: A box drawn from nothing.
        one_click: A box fitted to the points by one click, and put right where that is needed.
        keyframe: A copied or interpolated box put right.
        position: A box moved.
        heading: A box turned.
        flip: Front and rear swapped over a run of frames.
        size: Another size for a track.
        category: Another category for a track.
        delete: A track deleted.
        trim: A track made longer or shorter, a gap closed, or a track cut in two.
        merge: Two tracks made one.
        review_box: One box in one frame looked at.
        strip: One track's strip opened.
        thumbnail: One picture of a strip looked at.
        scan_frame: One frame looked over for what is missing.
    """

    create: float
    one_click: float
    keyframe: float
    position: float
    heading: float
    flip: float
    size: float
    category: float
    delete: float
    trim: float
    merge: float
    review_box: float
    strip: float
    thumbnail: float
    scan_frame: float

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on what is not a finite number from 0 on."""
        for unit in UNITS:
            _check(unit, getattr(self, unit), 0.0)

    def seconds(self) -> FloatArray:
        """(U,) in the order of ``UNITS``."""
        return np.array([getattr(self, unit) for unit in UNITS])

    def scaled(self, share: float) -> UnitCosts:
        """All of them by one factor."""
        return replace(self, **{unit: share * getattr(self, unit) for unit in UNITS})


UNITS: tuple[str, ...] = tuple(field.name for field in fields(UnitCosts))


@dataclass(frozen=True)
class ReviewRules:
    """How proposals are looked at.

    Attributes:
        strip_step: A strip shows each so-manieth box of a track.
        audit_share: Of the accept band's tracks, the part that is looked at.
        audit_least: And at least so many of them.
        audit_confidence: Of the bound on what is left wrong.
        missed_share: An object of which less is covered is drawn anew.
    """

    strip_step: int
    audit_share: float
    audit_least: int
    audit_confidence: float
    missed_share: float

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on numbers out of their range."""
        _check("strip_step", self.strip_step, 1.0)
        _check("audit_share", self.audit_share, 0.0, 1.0)
        _check("audit_least", self.audit_least, 0.0)
        _check("audit_confidence", self.audit_confidence, 0.5, 0.9999)
        _check("missed_share", self.missed_share, 0.0, 1.0)

    def audited_part(self, tracks: int) -> float:
        """The part of the accept band's tracks that is looked at."""
        return min(1.0, max(self.audit_share * tracks, self.audit_least) / tracks) if tracks else 1.0


@dataclass(frozen=True)
class KeyRules:
    """How keys are set by hand.

    Attributes:
        most_apart_frames: Keys of a moving object are at most so many frames apart.
        moves_m: What stays within that, seen from above, stands.
        horizon_frames: Corrections are interpolated over so many frames at most.
    """

    most_apart_frames: int
    moves_m: float
    horizon_frames: int

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on numbers out of their range."""
        _check("most_apart_frames", self.most_apart_frames, 1.0)
        _check("moves_m", self.moves_m, 0.0)
        _check("horizon_frames", self.horizon_frames, 1.0, 1000.0)


@dataclass(frozen=True)
class KindTolerance:
    """How far a box may be from the truth and still be right.

    Attributes:
        words: Category names with one of these words, in lower case, are of this kind.
        xy_m: Distance of the middles, seen from above.
        z_m: Their difference in height.
        heading_deg: Difference of the headings.
        size_m: Difference of each side, or
        size_share: this part of the side, whichever is more.
    """

    words: tuple[str, ...]
    xy_m: float
    z_m: float
    heading_deg: float
    size_m: float
    size_share: float

    def __post_init__(self) -> None:
        """Raise ``ValueError`` on what is not above zero."""
        for name in ("xy_m", "z_m", "heading_deg"):
            _check(name, getattr(self, name), 1e-6, 90.0)
        _check("size_m", self.size_m, 0.0, 100.0)
        _check("size_share", self.size_share, 0.0, 1.0)

    @property
    def heading_rad(self) -> float:
        """The same as an angle in radians."""
        return float(np.deg2rad(self.heading_deg))

    def size_limits_m(self, size_lwh_m: FloatArray) -> FloatArray:
        """(..., 3) how far each side may be off."""
        return np.maximum(self.size_m, self.size_share * size_lwh_m)


@dataclass(frozen=True)
class Tolerances:
    """Tolerances by kind of object; in the order in which words are looked for, with ``other`` among them."""

    kinds: Mapping[str, KindTolerance]

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where nothing is said of all other categories."""
        if OTHER not in self.kinds:
            raise ValueError(f"expected the kind {OTHER}, found {', '.join(self.kinds) or 'none'}")

    def kind_of(self, category: str) -> str:
        """The kind of a category: ``HeavyTruck``, ``vehicle.truck`` and ``truck`` are all of the kind with truck."""
        words = {word.lower() for word in WORD.findall(category)}
        return next((kind for kind, tolerance in self.kinds.items() if words & set(tolerance.words)), OTHER)

    def of(self, category: str) -> KindTolerance:
        """The tolerance of a category."""
        return self.kinds[self.kind_of(category)]


@dataclass(frozen=True)
class CostSheet:
    """All that a file of unit costs says."""

    seconds: UnitCosts
    review: ReviewRules
    keys: KeyRules
    tolerances: Tolerances


def _check(name: str, value: float, least: float, most: float = 1e6) -> None:
    if not least <= value <= most:  # so NaN is refused as well
        raise ValueError(f"{name}: expected a number from {least:g} to {most:g}, found {value!r}")
