"""Folder to folder, from any format to any other: labels, calibration and, where asked, the sensor data."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from formats.errors import FormatError
from formats.format import NO_ANSWERS, Answers, Dataset, ExportOptions, Format, Loss, SceneExport
from formats.mapping import (
    CategoryMapping,
    MappedCategory,
    Unknown,
    default_mapping,
    given_mapping,
    map_labels,
    mapped_categories,
    unknown_categories,
)
from formats.place_files import place_file
from formats.registry import get_format, open_dataset
from formats.selection import select_cuboids
from fusion import Problem, Scene
from geometry import TrueboxError
from labels import LabelSet, Taxonomy

Report = Callable[[float, str], None]
NAMED = 12
LABEL_SHARE = 0.3
"""How much of the progress writing labels is taken to be where sensor data goes along."""


@dataclass(frozen=True)
class Conversion:
    """What is about to be written.

    Attributes:
        source: The dataset that was opened.
        target: The format to write.
        exports: Its scenes with their labels, in the categories that are written.
        losses: What the format cannot hold.
        problems: What could not be read of the labels, relative to the dataset's folder.
        categories: What became of the labels' categories.
        unknown: Categories that neither the format nor the mapping has a name for, with their tracks.
        unconfirmed_count: Cuboids that nobody agreed with: written or left out as the options say.
    """

    source: Dataset
    target: Format
    exports: tuple[SceneExport, ...]
    losses: tuple[Loss, ...]
    problems: tuple[Problem, ...]
    categories: tuple[MappedCategory, ...] = ()
    unknown: Mapping[str, int] = field(default_factory=dict)
    unconfirmed_count: int = 0


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
    path: Path,
    to: str,
    *,
    from_format: str | None = None,
    options: ExportOptions | None = None,
    assume: Answers = NO_ANSWERS,
    mapping: CategoryMapping | None = None,
    unknown: Unknown | None = None,
    scenes: Sequence[str] | None = None,
) -> Conversion:
    """Read a dataset and find out what a format would lose of it; writes nothing.

    Args:
        path: The dataset's folder.
        to: The format to write.
        from_format: The dataset's own; found out where None.
        options: What to write, by the dataset's own categories; all cuboids, confirmed or not, and links to the sensor
            data where None.
        assume: Answers to questions that the dataset's format leaves open.
        mapping: What categories become; the nearest names of the format where None.
        unknown: What happens to categories without a name there; as the mapping says, else kept, where None.
        scenes: Names of the scenes to convert; None for all.

    Raises:
        FormatError: The folder is no dataset, or the format cannot hold one of its scenes.
        ValueError: There is no such format, question, answer or scene.
    """
    target = get_format(to)
    chosen = options or ExportOptions(include_unconfirmed=True, sensor_data="link")
    dataset = open_dataset(path, from_format, assume)
    source = get_format(dataset.format)
    taxonomy = dataset.taxonomy or source.default_taxonomy
    named = _mapping(mapping, unknown, taxonomy, target.default_taxonomy)
    read: list[tuple[Scene, LabelSet]] = []
    problems = list(dataset.problems)
    for scene in _chosen_scenes(dataset, scenes):
        reading = source.read_labels(scene)
        root = path.resolve()
        problems += [Problem.at(scene.path / found.path, root, found.message) for found in reading.problems]
        read.append((scene, _with_categories(reading.labels, chosen.categories)))
    kept = target.default_taxonomy if target.default_taxonomy.categories else taxonomy
    chosen = replace(chosen, categories=None)
    exports = [SceneExport(scene, map_labels(labels, named), chosen, kept) for scene, labels in read]
    losses = list(target.losses(exports))
    if problems:
        losses.append(Loss("rows, records or files that cannot be read: left out", len(problems)))
    categories = mapped_categories((labels for _, labels in read), named)
    losses += [Loss(f"category {row.category}: left out", row.tracks) for row in categories if row.target is None]
    return Conversion(
        dataset,
        target,
        tuple(exports),
        tuple(losses),
        tuple(problems),
        tuple(categories),
        _unknown([labels for _, labels in read], target.default_taxonomy, named),
        sum(select_cuboids(export).unconfirmed_count for export in exports),
    )


def _chosen_scenes(dataset: Dataset, names: Sequence[str] | None) -> Sequence[Scene]:
    if names is None:
        return dataset.scenes
    known = [scene.name for scene in dataset.scenes]
    if missing := [name for name in names if name not in known]:
        raise ValueError(f"scenes must be among those of {dataset.path} ({_some(known)}), got {missing[0]}")
    return [scene for scene in dataset.scenes if scene.name in names]


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _mapping(
    given: CategoryMapping | None, unknown: Unknown | None, source: Taxonomy, target: Taxonomy
) -> CategoryMapping:
    if given is None:
        return default_mapping(source, target, unknown or "keep")
    return given_mapping(given, source, target, unknown)


def _with_categories(labels: LabelSet, names: Sequence[str] | None) -> LabelSet:
    """The labels of these categories: what was not asked for is no loss."""
    if names is None:
        return labels
    used = {track.category for track in labels.tracks.values()}
    return map_labels(labels, CategoryMapping(dict.fromkeys(used - set(names))))


def _unknown(label_sets: Sequence[LabelSet], target: Taxonomy, mapping: CategoryMapping) -> dict[str, int]:
    """A format without categories takes any name."""
    counts: Counter[str] = Counter()
    for labels in label_sets if target.categories else ():
        counts.update(unknown_categories(labels, target, mapping))
    return dict(sorted(counts.items()))


def write_conversion(
    conversion: Conversion, out: Path, report: Report = lambda _progress, _message: None
) -> ConvertReport:
    """Write all scenes below a folder.

    A new folder gets its name when it is whole: what is cut short before leaves nothing by that name.

    Raises:
        FormatError: The folder is the dataset's own, or two scenes would get the same files.
        OSError: A file cannot be read or written.
    """
    inside = out.resolve()
    if any(scene_path == inside or scene_path in inside.parents for scene_path in _scene_folders(conversion)):
        raise FormatError(out, "expected a folder outside the dataset, found one in it")
    if inside.exists() and any(inside.iterdir()):
        return _write_scenes(conversion, inside, report)
    partial = inside.with_name(f".{inside.name}.{uuid4().hex[:8]}.partial")
    partial.mkdir(parents=True)
    try:
        done = _write_scenes(conversion, partial, report)
        if inside.exists():
            inside.rmdir()
        partial.rename(inside)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return done


def _write_scenes(conversion: Conversion, out: Path, report: Report) -> ConvertReport:
    done = ConvertReport()
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
