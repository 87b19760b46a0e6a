"""Which KITTI label files of two folders are to be compared.

Object labels are a file a frame of 15 columns, tracking labels a file a sequence of 17; one more is a score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from formats import FormatError
from formats.kitti.label_rows import COLUMNS, OBJECT_COLUMNS

LABEL_FOLDERS = ("label_2", "label_02", "training/label_2", "training/label_02", "data")
"""Where a dataset's folder, or a benchmark's result folder, keeps its label files."""
NAMED_AT_MOST = 5


@dataclass(frozen=True)
class LabelFiles:
    """The label files of one side.

    Attributes:
        folder: Where they are.
        by_stem: Each file by its name without ``.txt``.
        has_tracks: Whether these are tracking labels; None where all are empty.
    """

    folder: Path
    by_stem: dict[str, Path]
    has_tracks: bool | None


@dataclass(frozen=True)
class LabelFilePairs:
    """The label files of both sides.

    Attributes:
        truth: What is so.
        prediction: What is claimed.
        has_tracks: Whether both are tracking labels.
        missing: Names of files of the truth without a prediction.
        extra: Names of predicted files without a truth.
    """

    truth: LabelFiles
    prediction: LabelFiles
    has_tracks: bool
    missing: tuple[str, ...]
    extra: tuple[str, ...]


def pair_label_files(truth: Path, prediction: Path) -> LabelFilePairs:
    """Find the label files of both and pair them by name; two single files are a pair whatever their names.

    Raises:
        FormatError: There is no label file, no file has a partner, or one side is object and the other tracking labels.
    """
    true, predicted = find_label_files(truth), find_label_files(prediction)
    if truth.is_file() and prediction.is_file():
        predicted = replace(predicted, by_stem=dict(zip(true.by_stem, predicted.by_stem.values(), strict=True)))
    if None not in (true.has_tracks, predicted.has_tracks) and true.has_tracks != predicted.has_tracks:
        expected = f"expected {_kind(true.has_tracks)} labels as in {true.folder}"
        raise FormatError(prediction, f"{expected}, found {_kind(predicted.has_tracks)} labels")
    missing = tuple(stem for stem in true.by_stem if stem not in predicted.by_stem)
    extra = tuple(stem for stem in predicted.by_stem if stem not in true.by_stem)
    if len(missing) == len(true.by_stem):
        raise FormatError(prediction, f"expected files named as in {true.folder} ({shorten(missing)}), found none")
    return LabelFilePairs(true, predicted, bool(true.has_tracks or predicted.has_tracks), missing, extra)


def find_label_files(path: Path) -> LabelFiles:
    """Find the label files of a file, a folder of them, or a dataset's folder.

    Raises:
        FormatError: There is nothing there, or no label file.
    """
    if path.is_file():
        return LabelFiles(path.parent, {path.stem: path}, _have_tracks([path]))
    if not path.is_dir():
        raise FormatError(path, "expected a label file or a folder of label files, found nothing")
    for folder in (path, *(path / name for name in LABEL_FOLDERS)):
        files = {file.stem: file for file in sorted(folder.glob("*.txt")) if _is_label_name(file.stem)}
        if files:
            return LabelFiles(folder, files, _have_tracks(files.values()))
    raise FormatError(path, f"expected label files such as 000000.txt, there or in {', '.join(LABEL_FOLDERS)}")


def read_lines(path: Path) -> list[str]:
    """The lines of a text file.

    Raises:
        FormatError: It is not text.
    """
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise FormatError(path, f"expected text, found byte {error.object[error.start]:#04x}") from error


def shorten(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _is_label_name(stem: str) -> bool:
    return stem.isascii() and stem.isdigit()


def _kind(has_tracks: bool | None) -> str:
    return "tracking" if has_tracks else "object"


def _have_tracks(files: Iterable[Path]) -> bool | None:
    """Decided by the first row there is."""
    for path in files:
        for number, line in enumerate(read_lines(path), start=1):
            count = len(line.split())
            if count in (OBJECT_COLUMNS, OBJECT_COLUMNS + 1):
                return False
            if count in (COLUMNS, COLUMNS + 1):
                return True
            if count:
                expected = (
                    f"{OBJECT_COLUMNS} fields (object labels) or {COLUMNS} (tracking labels), one more with a score"
                )
                raise FormatError(path, f"expected {expected}, found {count}", number)
    return None
