"""Which files of a folder belong to which sensor, by folder and name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from formats.listing import IMAGE_SUFFIXES, Listing, is_text
from formats.location import is_remote
from formats.scene_names import FORBIDDEN_IN_NAMES

CLOUD_SUFFIXES = (".pcd", ".ply", ".las", ".laz", ".bin", ".npy")
MAX_DEPTH = 5
MAX_FILES = 1_000_000
MAX_LOOKED_AT = 100_000
MAX_PREFIXES = 32
GENERIC = frozenset(("data", "points", "images", "image", "frames", "pcd", "bin", "npy", "ply", "las", "laz", "clouds"))
"""Names of folders that say what is in them and not which sensor it comes from."""
LAST_NUMBER = re.compile(r"\d+(?!.*\d)")
Kind = Literal["lidar", "camera"]


@dataclass(frozen=True)
class SensorFiles:
    """The files of one sensor.

    Attributes:
        name: The sensor's.
        kind: What it is.
        files: By name.
    """

    name: str
    kind: Kind
    files: tuple[Path, ...]


def find_files(root: Path, listing: Listing) -> list[Path]:
    """Every cloud and image at most five folders down, by path; hidden ones are passed over."""
    found: list[Path] = []
    waiting = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        for entry in _entries(folder, listing):
            suffix = entry.suffix.lower()
            if entry.name.startswith("."):
                continue
            if suffix in CLOUD_SUFFIXES or suffix in IMAGE_SUFFIXES:
                if entry.is_symlink() and not listing.is_inside(entry):
                    continue
                if is_remote(entry) or entry.is_file():
                    found.append(entry)
                else:
                    listing.complain(entry, "expected a file, found something else")
            elif depth < MAX_DEPTH and listing.folder(entry):
                waiting.append((entry, depth + 1))
        if len(found) > MAX_FILES:
            listing.complain(folder, f"expected at most {MAX_FILES} files, found more: the rest is not looked at")
            break
    return sorted(found)


def has_cloud(root: Path) -> bool:
    """Whether there is a cloud at most five folders down; looks no further than the first, and not for ever."""
    listing = Listing(root=root, base=root)
    waiting = [(root, 0)]
    looked_at = 0
    while waiting and looked_at < MAX_LOOKED_AT:
        folder, depth = waiting.pop(0)
        for entry in _entries(folder, listing):
            suffix = entry.suffix.lower()
            looked_at += 1
            if suffix in CLOUD_SUFFIXES:
                return True
            if depth < MAX_DEPTH and not suffix and not entry.name.startswith(".") and entry.is_dir():
                waiting.append((entry, depth + 1))
    return False


def kind_of(path: Path) -> Kind:
    """By the suffix alone."""
    return "lidar" if path.suffix.lower() in CLOUD_SUFFIXES else "camera"


def guess_sensors(root: Path, files: Iterable[Path]) -> list[SensorFiles]:
    """One sensor a folder and kind; several where the names in a folder begin differently, each of them often."""
    groups: defaultdict[tuple[str, ...], list[Path]] = defaultdict(list)
    for path in files:
        groups[(*path.relative_to(root).parts[:-1], kind_of(path))].append(path)
    named: list[tuple[str, Kind, list[Path]]] = []
    for key, members in groups.items():
        kind: Kind = kind_of(members[0])
        for prefix, part in _by_prefix(members).items():
            named.append((_name(key[:-1], prefix, kind), kind, part))
    counts = Counter(name for name, _, _ in named)
    sensors: dict[str, SensorFiles] = {}
    for name, kind, members in named:
        unique = name if counts[name] == 1 else clean_name("_".join([*members[0].relative_to(root).parts[:-1], kind]))
        while unique in sensors:
            unique += "_"
        sensors[unique] = SensorFiles(unique, kind, tuple(sorted(members)))
    return sorted(sensors.values(), key=lambda sensor: (sensor.kind != "lidar", -len(sensor.files), sensor.name))


def match_sensors(root: Path, files: Sequence[Path], patterns: Mapping[str, str]) -> list[SensorFiles]:
    """The sensors of globs, in their order; one that matches nothing has no files."""
    names = [(path.relative_to(root).as_posix(), path) for path in files]
    sensors: list[SensorFiles] = []
    for sensor, pattern in patterns.items():
        found = [path for name, path in names if fnmatchcase(name, pattern)]
        kinds = Counter(kind_of(path) for path in found)
        kind: Kind = "camera" if kinds["camera"] > kinds["lidar"] else "lidar"
        sensors.append(SensorFiles(sensor, kind, tuple(path for path in found if kind_of(path) == kind)))
    return sensors


def clean_name(name: str) -> str:
    """A name that can name a file."""
    return "".join("_" if letter in FORBIDDEN_IN_NAMES or letter.isspace() else letter for letter in name)[:80]


def _entries(folder: Path, listing: Listing) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        listing.complain(folder, f"expected a folder that can be read, found another ({error.strerror})")
        return []
    for entry in entries:
        if not is_text(entry.name):
            listing.complain(entry, "expected a name in UTF-8, found another")
    return [entry for entry in entries if is_text(entry.name)]


def _by_prefix(members: Sequence[Path]) -> dict[str, list[Path]]:
    """Files by what their names begin with before the last number; one group unless each has at least two files."""
    groups: defaultdict[str, list[Path]] = defaultdict(list)
    for path in members:
        number = LAST_NUMBER.search(path.stem)
        groups[path.stem[: number.start()].strip("_-. ") if number else path.stem].append(path)
    is_split = 1 < len(groups) <= MAX_PREFIXES and all(len(part) > 1 for part in groups.values())
    return dict(groups) if is_split else {"": list(members)}


def _name(folders: Sequence[str], prefix: str, kind: Kind) -> str:
    telling = [part for part in folders if part.lower() not in GENERIC]
    parts = [*telling[-1:], prefix] if prefix else telling[-1:]
    return clean_name("_".join(part for part in parts if part)) or ("lidar" if kind == "lidar" else "camera")
