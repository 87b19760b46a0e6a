"""What finds objects in a frame, ours or another's, and what has to be known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from autolabel.classes import ClassSet
from autolabel.detections import Detections
from autolabel.external.frame_detector import FrameDetector
from autolabel.judging.calibration import SIMULATED, SIMULATED_EXACT, Calibration
from autolabel.network.detect import Detector
from autolabel.network.grid import GridSpec
from autolabel.recording import Recording
from autolabel.region import RegionRule
from autolabel.size_spread import Spreads, spreads_from_json
from autolabel.training.devices import Device, usable_cores
from autolabel.training.model_file import Model
from autolabel.weights import INITIAL
from autolabel.witnesses import Witnesses


@dataclass(frozen=True, eq=False)
class Finder:
    """Something that finds objects.

    Attributes:
        classes: What it tells apart.
        find: The objects of a frame, of which only those on some cells are wanted.
        at_once: How many frames it may be asked for at once, by as many threads.
        rule: Where labels are at all.
        calibration: How far its scores may be trusted.
        exactness: How far its boxes may be.
        witnesses: Who else is asked about its tracks.
        spreads: How much the sizes of its classes differ; what is usual where it does not say.
    """

    classes: ClassSet
    find: Callable[[Recording, int, GridSpec], Detections]
    rule: RegionRule
    at_once: int = 1
    calibration: Calibration = SIMULATED
    exactness: Calibration = SIMULATED_EXACT
    witnesses: Witnesses = field(default_factory=Witnesses)
    spreads: Spreads = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model) -> Finder:
        """A model of ours, trusted as the frames held back told."""
        device = Device.best()
        calibration, exactness = model.meta.get("calibration"), model.meta.get("exactness")
        return cls(
            model.classes,
            Detector(model, device.with_threads(1)).detect,
            RegionRule.from_json(model.meta["region"]),
            # One thread a frame: none waits for another, so it does not matter which cores are busy.
            usable_cores() if device.name == "cpu" else 1,
            SIMULATED if calibration is None else Calibration.from_json(calibration),
            SIMULATED_EXACT if exactness is None else Calibration.from_json(exactness),
            Witnesses.of(model),
            spreads_from_json(model.classes, model.meta.get("size_spread", {})),
        )

    @classmethod
    def of_external(cls, detector: FrameDetector, rule: RegionRule) -> Finder:
        """A team's own detector; its scores are taken as ours would be."""

        def find(recording: Recording, frame: int, _grid: GridSpec) -> Detections:
            return detector.detect(recording, frame)

        return cls(detector.classes, find, rule, witnesses=Witnesses.by_shape(Model.load(INITIAL)))
