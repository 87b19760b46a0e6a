"""A detector in an ONNX file: points in, boxes out."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autolabel.classes import ClassSet
from autolabel.detections import Detections
from autolabel.external.errors import DetectorError
from autolabel.external.findings import believed
from autolabel.external.onnx_form import INPUT, OUTPUTS, check_outputs, class_of_label, columns_wanted
from autolabel.recording import Recording
from autolabel.training.devices import free_cores
from autolabel.upright import COLUMNS
from geometry.arrays import IntArray

LARGEST_BYTES = 1 << 30
TIMEOUT_S = 300.0
GPU, CPU = "CUDAExecutionProvider", "CPUExecutionProvider"
QUIET = 4


class OnnxDetector:
    """Runs a model for the objects of each frame; see docs/external-models.md.

    Libraries of operators that a model may need are never loaded: they are programs, not models.
    """

    def __init__(self, path: Path, classes: ClassSet, timeout_s: float = TIMEOUT_S) -> None:
        """Load a model and check what goes in and what comes out.

        Args:
            path: The file; weights it keeps in other files must lie beside it.
            classes: Categories by name.
            timeout_s: How long one frame may take.

        Raises:
            DetectorError: onnxruntime is missing, or this is not such a model.
            ValueError: The time is out of range.
        """
        if not 0.0 < timeout_s < 86400.0:
            raise ValueError(f"timeout_s must lie within 0 … 86400, got {timeout_s}")
        self.classes, self.where, self.timeout_s = classes, str(path), timeout_s
        self._runtime = _runtime(self.where)
        self._session = self._load(path)
        try:
            self._columns = columns_wanted(self._session, self.where)
            check_outputs(self._session, self.where)
            self._class_of_label = class_of_label(self._session, self.where, classes)
        except UnicodeDecodeError as error:
            raise DetectorError(self.where, "model", "names in UTF-8", error) from error

    def detect(self, recording: Recording, frame_index: int) -> Detections:
        """The objects of a frame, in its ``ego``, the surest first; a frame without points asks no model.

        Raises:
            DetectorError: The model fails, takes too long, or answers what are no boxes.
        """
        points = recording.points(frame_index)
        if not len(points):
            return Detections.none()
        boxes, scores, labels = self._run(np.ascontiguousarray(points[:, : self._columns], np.float32))
        count = len(boxes) if boxes.ndim else 0
        shapes = {"boxes": (count, COLUMNS), "scores": (count,), "labels": (count,)}
        for (name, shape), values in zip(shapes.items(), (boxes, scores, labels), strict=True):
            if values.shape != shape:
                raise DetectorError(self.where, name, f"the shape {shape}", values.shape)
        with np.errstate(invalid="ignore"):  # signalling NaNs, which believed() tells of
            boxes, scores = boxes.astype(float), scores.astype(float)
        return believed(self.where, boxes, self._classes_of(labels), scores)

    def _classes_of(self, labels: IntArray) -> IntArray:
        count = len(self._class_of_label)
        wrong = (labels < 0) | (labels >= count)
        if wrong.any():
            first = int(np.argmax(wrong))
            raise DetectorError(self.where, f"labels[{first}]", f"0 … {count - 1}", int(labels[first]))
        return self._class_of_label[labels]

    def _load(self, path: Path) -> Any:
        if not path.is_file():
            raise DetectorError(self.where, "model", "a file", "none")
        if (size := path.stat().st_size) > LARGEST_BYTES:
            raise DetectorError(self.where, "model", f"at most {LARGEST_BYTES >> 20} MiB", f"{size >> 20} MiB")
        if GPU in self._runtime.get_available_providers():
            # One that is listed may still be missing, busy or full.
            with contextlib.suppress(DetectorError):
                return self._session_on([GPU, CPU])
        return self._session_on([CPU])

    def _session_on(self, providers: list[str]) -> Any:
        options = self._runtime.SessionOptions()
        options.log_severity_level = QUIET
        options.intra_op_num_threads = free_cores()
        try:
            # Its own way to fall back prints.
            return self._runtime.InferenceSession(self.where, options, providers=providers, enable_fallback=0)
        except Exception as error:  # onnxruntime's errors have no common root
            raise DetectorError(self.where, "model", "an ONNX model that loads", error) from error

    def _run(self, points: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
        options = self._runtime.RunOptions()
        options.log_severity_level = QUIET
        with _deadline(self.timeout_s, lambda: setattr(options, "terminate", True)) as is_over:
            try:
                results: list[np.ndarray[Any, Any]] = self._session.run(list(OUTPUTS), {INPUT: points}, options)
            except Exception as error:  # onnxruntime's errors have no common root
                if is_over():
                    expected = f"a frame within {self.timeout_s:g} s"
                    raise DetectorError(self.where, "model", expected, "none") from error
                raise DetectorError(self.where, "model", "to run", error) from error
        return results


def _runtime(where: str) -> ModuleType:
    try:
        return import_module("onnxruntime")
    except ImportError as error:
        raise DetectorError(where, "onnxruntime", "pip install 'truebox[onnx]'", f"none ({error})") from error


@contextlib.contextmanager
def _deadline(seconds: float, stop: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Call ``stop`` after a time, unless the work is done before; what is given says whether that happened."""
    over = threading.Event()

    def end() -> None:
        over.set()
        stop()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield over.is_set
    finally:
        timer.cancel()
