"""Folder to folder, from any format to any other: labels, calibration and, where asked, the sensor data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from formats.errors import FormatError
from formats.format import Dataset, ExportOptions, Format, Loss, SceneExport
from formats.place_files import place_file
from formats.registry import get_format, open_dataset
from fusion import Problem
from geometry import TrueboxError

Report = Callable[[float, str], None]
LABEL_SHARE = 0.3
"""How much of the progress writing labels is taken to be where sensor data goes along."""


@dataclass(frozen=True)
class Conversion:
    """What is about to be written.

    Attributes:
        source: The dataset that was opened.
        target: The format to write.
        exports: Its scenes with their labels.
        losses: What the format cannot hold.
        problems: What could not be read of the labels, relative to the dataset's folder.
    """

    source: Dataset
    target: Format
    exports: tuple[SceneExport, ...]
    losses: tuple[Loss, ...]
    problems: tuple[Problem, ...]


@dataclass
class ConvertReport:
    """What was written.

    Attributes:
        scenes: How many scenes.
        rows: Cuboids and ignore regions.
        files: Label and calibration files.
        sensor_files: Files of sensor data by what was done: ``linked``, ``copied``, ``written``.
    """

    scenes: int = 0
    rows: int = 0
    files: int = 0
    sensor_files: Counter[str] = field(default_factory=Counter)


def prepare_conversion(
    path: Path, to: str, *, from_format: str | None = None, options: ExportOptions | None = None
) -> Conversion:
    """Read a dataset and find out what a format would lose of it; writes nothing.

    Args:
        path: The dataset's folder.
        to: The format to write.
        from_format: The dataset's own; found out where None.
        options: What to write; all cuboids, confirmed or not, and links to the sensor data where None.

    Raises:
        FormatError: The folder is no dataset, or the format cannot hold one of its scenes.
        ValueError: There is no such format.
    """
    target = get_format(to)
    dataset = open_dataset(path, from_format)
    source = get_format(dataset.format)
    chosen = options or ExportOptions(include_unconfirmed=True, sensor_data="link")
    exports: list[SceneExport] = []
    problems = list(dataset.problems)
    for scene in dataset.scenes:
        reading = source.read_labels(scene)
        root = path.resolve()
        problems += [Problem.at(scene.path / found.path, root, found.message) for found in reading.problems]
        taxonomy = dataset.taxonomy or source.default_taxonomy
        exports.append(SceneExport(scene, reading.labels, chosen, taxonomy))
    losses = target.losses(exports)
    if problems:
        losses.append(Loss("rows, records or files that cannot be read: left out", len(problems)))
    return Conversion(dataset, target, tuple(exports), tuple(losses), tuple(problems))


def write_conversion(
    conversion: Conversion, out: Path, report: Report = lambda _progress, _message: None
) -> ConvertReport:
    """Write all scenes below a folder.

    Raises:
        FormatError: The folder is the dataset's own, or two scenes would get the same files.
        OSError: A file cannot be read or written.
    """
    done = ConvertReport()
    inside = out.resolve()
    if any(scene_path == inside or scene_path in inside.parents for scene_path in _scene_folders(conversion)):
        raise FormatError(out, "expected a folder outside the dataset, found one in it")
    exports = conversion.exports
    written: set[str] = set()
    for index, export in enumerate(exports):
        report(index / len(exports), f"{export.scene.name} ({index + 1} of {len(exports)})")
        labels = conversion.target.write_labels(export, out)
        done.scenes, done.rows, done.files = done.scenes + 1, done.rows + labels.rows, done.files + len(labels.files)
        share = 1.0 / len(exports)
        _place_all(conversion.target, export, out, done, written, (index + LABEL_SHARE) * share, share, report)
    report(1.0, "")
    return done


def _scene_folders(conversion: Conversion) -> Sequence[Path]:
    return [conversion.source.path.resolve(), *(export.scene.path.resolve() for export in conversion.exports)]


def _place_all(
    target: Format,
    export: SceneExport,
    out: Path,
    done: ConvertReport,
    written: set[str],
    start: float,
    share: float,
    report: Report,
) -> None:
    mode = export.options.sensor_data
    if mode == "none":
        return
    files = list(target.sensor_files(export))
    for number, file in enumerate(files):
        if number % 20 == 0:
            report(start + share * (1 - LABEL_SHARE) * number / len(files), f"{export.scene.name}: {file.target}")
        if file.target in written:
            raise FormatError(out / file.target, "expected one file by this name, found a second scene's")
        written.add(file.target)
        try:
            done.sensor_files[place_file(file, out, mode)] += 1
        except TrueboxError as error:
            raise FormatError(out / file.target, f"cannot be written: {error}") from error
