"""What finds objects in a frame, ours or another's, and what has to be known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autolabel.classes import ClassSet
from autolabel.detections import Detections
from autolabel.external.frame_detector import FrameDetector
from autolabel.judging.calibration import SIMULATED, Calibration
from autolabel.network.detect import Detector
from autolabel.network.grid import GridSpec
from autolabel.recording import Recording
from autolabel.region import RegionRule
from autolabel.training.model_file import Model


@dataclass(frozen=True, eq=False)
class Finder:
    """Something that finds objects.

    Attributes:
        classes: What it tells apart.
        find: The objects of a frame, of which only those on some cells are wanted.
        rule: Where labels are at all.
        calibration: How far its scores may be trusted.
    """

    classes: ClassSet
    find: Callable[[Recording, int, GridSpec], Detections]
    rule: RegionRule
    calibration: Calibration = SIMULATED

    @classmethod
    def of(cls, model: Model) -> Finder:
        """A model of ours, trusted as the frames held back told."""
        calibration = model.meta.get("calibration")
        return cls(
            model.classes,
            Detector(model).detect,
            RegionRule.from_json(model.meta["region"]),
            SIMULATED if calibration is None else Calibration.from_json(calibration),
        )

    @classmethod
    def of_external(cls, detector: FrameDetector, rule: RegionRule) -> Finder:
        """A team's own detector; its scores are taken as ours would be."""
        return cls(detector.classes, lambda recording, frame, _grid: detector.detect(recording, frame), rule)
