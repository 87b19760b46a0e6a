"""Other people's folders: one sub-folder an ecosystem, each reading its scenes and reading and writing its labels."""

from formats.errors import FormatError
from formats.format import (
    NO_ANSWERS,
    Answers,
    Dataset,
    ExportOptions,
    Format,
    Guess,
    LabelReading,
    Loss,
    Question,
    SceneExport,
    SensorData,
    SensorFile,
    WriteReport,
)
from formats.inspect import check_scene, inspect_dataset
from formats.registry import all_formats, detect_format, get_format, open_dataset, open_scene

__all__ = [
    "NO_ANSWERS",
    "Answers",
    "Dataset",
    "ExportOptions",
    "Format",
    "FormatError",
    "Guess",
    "LabelReading",
    "Loss",
    "Question",
    "SceneExport",
    "SensorData",
    "SensorFile",
    "WriteReport",
    "all_formats",
    "check_scene",
    "detect_format",
    "get_format",
    "inspect_dataset",
    "open_dataset",
    "open_scene",
]
