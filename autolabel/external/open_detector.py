"""A detector by what somebody typed: an address or a file."""

from __future__ import annotations

from pathlib import Path

from autolabel.classes import ClassSet, classes_of
from autolabel.external.errors import DetectorError
from autolabel.external.frame_detector import FrameDetector
from autolabel.external.http_detector import HttpDetector
from autolabel.external.onnx_detector import OnnxDetector
from labels import Taxonomy


def open_detector(text: str, taxonomy: Taxonomy) -> FrameDetector:
    """A detector of the categories of a project.

    Args:
        text: ``http://…``, ``https://…`` or the path of an ``.onnx`` file.
        taxonomy: The categories it may answer, by name.

    Raises:
        DetectorError: It is none of these, or cannot be used.
    """
    if "://" in text:
        return HttpDetector(text, _classes(taxonomy))
    if Path(text).suffix.lower() == ".onnx":
        return OnnxDetector(_path(text), _classes(taxonomy))
    raise DetectorError("detector", "address", "http://…, https://… or FILE.onnx", repr(text))


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError as error:  # nobody's home
        raise DetectorError("detector", "address", "a path", repr(text)) from error


def _classes(taxonomy: Taxonomy) -> ClassSet:
    return classes_of(taxonomy, (category.name for category in taxonomy.categories), {})
