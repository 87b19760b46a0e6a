"""Backups of CVAT's tasks: a folder, or a zip file of which only the small JSON files are ever unpacked."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formats.errors import FormatError
from formats.listing import Listing, entries_in, read_bounded

TASK, ANNOTATIONS, MANIFEST = "task.json", "annotations.json", "data/manifest.jsonl"
MAX_MEMBER_BYTES = 128 << 20
MAX_RATIO, FREE_BYTES = 100, 8 << 20
"""Annotations pack to a tenth or less; what packs far better was made to be unpacked by somebody else."""
MAX_MEMBERS = 200_000
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError, OverflowError)


@dataclass(frozen=True)
class Backup:
    """One task's files.

    Attributes:
        path: The folder or the zip file.
        prefix: Where the task's files are in it; empty, or a folder's name and a slash.
        read: The bytes of a file by its name below the prefix, or None where there is none; raises ``FormatError``.
    """

    path: Path
    prefix: str
    read: Callable[[str], bytes | None]

    def json(self, name: str) -> Any:
        """The value of a JSON file, or None where there is none; raises ``FormatError``."""
        data = self.read(name)
        return None if data is None else _value(data, self.path, name)

    def lines(self, name: str) -> Iterator[Any]:
        """The values of a file with one JSON value a line; raises ``FormatError``."""
        for line in (self.read(name) or b"").splitlines():
            if line.strip():
                yield _value(line, self.path, name)


def find_backups(path: Path, listing: Listing | None = None) -> dict[str, Backup]:
    """The tasks of a folder or a zip file, by the names of their scenes; ``listing`` says which links lead out.

    Raises:
        FormatError: A zip file is none, or holds far too many files.
    """
    if path.is_file():
        return {_joined(path.stem, prefix): backup for prefix, backup in _of_zip(path).items()}
    if _is_task(path):
        return {path.name: _of_folder(path)}
    found: dict[str, Backup] = {}
    inside = listing or Listing(root=path, base=path)
    for entry in entries_in(inside.root):
        if entry.is_dir() and _is_task(entry) and inside.is_inside(entry):
            found[entry.name] = _of_folder(entry)
        elif entry.suffix.lower() == ".zip" and inside.file(entry):
            found |= {_joined(entry.stem, prefix): backup for prefix, backup in _of_zip(entry).items()}
    return found


def looks_like_backup(path: Path) -> bool:
    """Whether a folder holds a task's files or folders of tasks, or a file is a zip with some; no other zip counts."""
    if path.is_dir():
        return _is_task(path) or ((path / "project.json").is_file() and any(map(_is_task, entries_in(path))))
    if path.suffix.lower() != ".zip" or not path.is_file():
        return False
    try:
        return bool(_of_zip(path))
    except FormatError:
        return False


def _of_folder(folder: Path) -> Backup:
    listing = Listing(root=folder, base=folder)

    def read(name: str) -> bytes | None:
        return read_bounded(folder / name, MAX_MEMBER_BYTES) if listing.file(folder / name) else None

    return Backup(folder, "", read)


def _of_zip(path: Path) -> dict[str, Backup]:
    """The tasks in a zip file by prefix."""

    def reader(prefix: str) -> Callable[[str], bytes | None]:
        return lambda name: _member(path, prefix + name)

    names = _names(path)
    prefixes = sorted(name.removesuffix(TASK) for name in names if name == TASK or name.endswith(f"/{TASK}"))
    tasks = [prefix for prefix in prefixes if prefix.count("/") <= 1 and prefix + ANNOTATIONS in names]
    return {prefix: Backup(path, prefix, reader(prefix)) for prefix in tasks}


def _names(path: Path) -> frozenset[str]:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except OSError as error:
        raise FormatError(path, f"expected a zip file, found none that can be read ({error.strerror})") from error
    except ZIP_ERRORS as error:
        raise FormatError(path, f"expected a zip file, found another ({str(error)[:80]})") from error
    if len(names) > MAX_MEMBERS:
        raise FormatError(path, f"expected a zip file of at most {MAX_MEMBERS} files, found {len(names)}")
    return frozenset(names)


def _member(path: Path, name: str) -> bytes | None:
    """A file of a zip, whatever size it says it has; None where there is none."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            if name not in archive.NameToInfo:
                return None
            with archive.open(name) as member:
                limit = min(MAX_MEMBER_BYTES, max(FREE_BYTES, MAX_RATIO * path.stat().st_size))
                data = member.read(limit + 1)
    except OSError as error:
        raise FormatError(path, f"expected a zip file, found none that can be read ({error.strerror})") from error
    except ZIP_ERRORS as error:
        raise FormatError(path, f"{name}: expected a whole file, found another ({str(error)[:80]})") from error
    if len(data) > limit:
        raise FormatError(path, f"{name}: expected a file of at most {limit >> 20} MiB unpacked, found a larger one")
    return data


def _value(data: bytes, path: Path, name: str) -> Any:
    try:
        return json.load(io.BytesIO(data))
    except (ValueError, RecursionError) as error:
        raise FormatError(path, f"{name}: expected JSON, found something else ({str(error)[:80]})") from error


def _joined(stem: str, prefix: str) -> str:
    return f"{stem} {prefix.rstrip('/')}".strip()


def _is_task(folder: Path) -> bool:
    return (folder / TASK).is_file() and (folder / ANNOTATIONS).is_file()


def frame_names(backup: Backup, task: Mapping[str, Any], least: int) -> list[str]:
    """The names of a task's frames: its clouds', as far as the manifest says them, else six-digit numbers.

    Args:
        backup: The task's files.
        task: What ``task.json`` says.
        least: How many frames there are at least, by the annotations.
    """
    named = [
        value["name"].rpartition("/")[2]
        for value in backup.lines(MANIFEST)
        if isinstance(value, Mapping) and isinstance(value.get("name"), str)
    ]
    data = task.get("data")
    options = data if isinstance(data, Mapping) else {}
    start, step = options.get("start_frame"), str(options.get("frame_filter") or "").removeprefix("step=")
    first = start if type(start) is int and 0 <= start < MAX_MEMBERS else 0
    used = named[first :: int(step) if step.isascii() and step.isdigit() and int(step[:9]) > 0 else 1]
    unique = len(set(used)) == len(used)
    return [used[index] if unique and index < len(used) else f"{index:06d}" for index in range(max(least, len(used)))]
