"""What tests of tracking share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from autolabel.classes import ClassSet
from autolabel.detections import Detections
from autolabel.recording import Recording
from autolabel.tracking.track import ProposedTrack
from tests.autolabel.tracking.drives import CLASSES, KnownDrive, made_drive, simulated
from tests.autolabel.tracking.judging import Judged, judge
from tests.autolabel.tracking.made_detector import Noise, detect


@pytest.fixture(scope="session")
def street() -> KnownDrive:
    """A little more than a second of a simulated street."""
    return simulated(7301, 12)


@pytest.fixture(scope="session")
def make_drive() -> Callable[..., KnownDrive]:
    """Makes drives on flat ground of objects, each a class and its place by time."""
    return made_drive


@pytest.fixture(scope="session")
def classes() -> ClassSet:
    """Those of the simulator."""
    return CLASSES


@pytest.fixture(scope="session")
def detector() -> Callable[..., list[Detections]]:
    """Makes what a network might see of a drive: drive, seed, and how it errs by name."""

    def made(drive: KnownDrive, seed: int, **noise: float) -> list[Detections]:
        return detect(drive, seed, Noise(**noise))

    return made


@pytest.fixture(scope="session")
def judged() -> Callable[[KnownDrive, Recording, Sequence[ProposedTrack]], Judged]:
    """Compares tracks with the truth."""
    return judge
