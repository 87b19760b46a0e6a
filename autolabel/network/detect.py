"""A frame's objects, as a trained network sees them."""

from __future__ import annotations

from functools import partial

import numpy as np
import torch

from autolabel.detections import Detections
from autolabel.network.bev import bev_input
from autolabel.network.bev_net import without_norms
from autolabel.network.decode import LEAST_SCORE, decode
from autolabel.network.grid import GridSpec
from autolabel.network.sweeps import Sweeps, gather_sweeps
from autolabel.recording import Recording
from autolabel.training.devices import Device, keep_freed_memory
from autolabel.training.model_file import Model


class Detector:
    """A model on a device, for many frames."""

    def __init__(self, model: Model, device: Device | None = None, least_score: float = LEAST_SCORE) -> None:
        """Bring a model to a device, the best one at hand where none is named."""
        self.model, self.device, self.least_score = model, device or Device.best(), least_score
        if self.device.name == "cpu":
            keep_freed_memory()
        net = without_norms(model.net())
        self._net = net.to(self.device.name, memory_format=torch.channels_last)  # type: ignore[call-overload]

    def detect(self, recording: Recording, frame_index: int, grid: GridSpec | None = None) -> Detections:
        """The objects of a frame, in its ``ego``, the surest first.

        Args:
            recording: Where the frame is.
            frame_index: Which frame.
            grid: Where to look; where the model was trained if not said.

        Raises:
            ValueError: The grid's cells are not as large as those the model was trained on.
        """
        looked_at = grid or self.model.grid
        sweeps, ground = gather_sweeps(recording, frame_index, looked_at)
        found = self.detect_in(sweeps, looked_at)
        found.boxes_ego[:, 2] += ground.at(found.boxes_ego[:, 0], found.boxes_ego[:, 1])
        return found

    def detect_in(self, sweeps: Sweeps, grid: GridSpec) -> Detections:
        """The objects in some sweeps; z is the height of their centres above the ground."""
        if not np.isclose(grid.cell_m, self.model.grid.cell_m):
            raise ValueError(f"grid.cell_m must be {self.model.grid.cell_m} as the model's, got {grid.cell_m}")
        if not sweeps.current.shape[1]:
            return Detections.none()
        picture = torch.from_numpy(bev_input(sweeps, grid))[None].to(self.device.name)
        with self.device.in_use(), torch.inference_mode(), self.device.autocast():
            seen = self._net.seen(picture)
            return decode(self._net.heat_of(seen)[0], partial(self._net.boxes_at, seen), grid, self.least_score)


def detect(model: Model, recording: Recording, frame_index: int, device: Device | None = None) -> Detections:
    """The objects of one frame; for many, make a ``Detector`` once."""
    return Detector(model, device).detect(recording, frame_index)
