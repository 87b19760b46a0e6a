"""What proposes: anything that finds the objects of one frame."""

from __future__ import annotations

from typing import Protocol

from autolabel.classes import ClassSet
from autolabel.detections import Detections
from autolabel.recording import Recording


class FrameDetector(Protocol):
    """Finds objects, frame by frame; whatever joins them to tracks does not know whose it is."""

    @property
    def classes(self) -> ClassSet:
        """What the numbers in ``Detections.classes`` mean."""

    def detect(self, recording: Recording, frame_index: int) -> Detections:
        """The objects of a frame, in its ``ego``, the surest first."""
