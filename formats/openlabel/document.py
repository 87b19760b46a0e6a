"""One OpenLABEL file: its JSON within bounds, its frames in order, and what Truebox itself left in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeGuard

from formats.carried import KEY
from formats.checked_values import as_object
from formats.errors import FormatError
from formats.json_files import read_json
from formats.listing import MAX_FRAMES

HEAD_BYTES = 4096
HEAD = re.compile(rb'(\xef\xbb\xbf)?\s*\{\s*"openlabel"\s*:')
FRAME_NUMBER = re.compile(r"[0-9]{1,9}")
JsonObject = Mapping[str, Any]
Complain = Callable[[str], None]


def looks_like_openlabel(path: Path) -> bool:
    """Whether a file begins as an OpenLABEL file does; reads no more than its head."""
    if path.suffix.lower() != ".json":
        return False
    try:
        with path.open("rb") as file:
            return HEAD.match(file.read(HEAD_BYTES)) is not None
    except OSError:
        return False


@dataclass(frozen=True)
class FileFrame:
    """A frame of a file.

    Attributes:
        number: The master frame number.
        value: What the file says of it; empty where only an interval names it.
    """

    number: int
    value: JsonObject

    @property
    def properties(self) -> JsonObject:
        """``frame_properties``, or nothing."""
        return as_object(self.value.get("frame_properties"))

    @property
    def own(self) -> JsonObject:
        """What Truebox left in it."""
        return as_object(self.properties.get(KEY))


@dataclass(frozen=True)
class Document:
    """The parts of a file.

    Attributes:
        path: The file.
        value: The object under ``openlabel``.
        frames: Its frames by their numbers.
    """

    path: Path
    value: JsonObject
    frames: tuple[FileFrame, ...]

    def part(self, name: str) -> JsonObject:
        """An object among the parts; empty where it is not there or is none."""
        return as_object(self.value.get(name))

    @cached_property
    def own(self) -> JsonObject:
        """What Truebox itself left in the file's metadata; empty in files of others."""
        return as_object(self.part("metadata").get(KEY))


def read_document(path: Path, complain: Complain) -> Document:
    """Read a file whole.

    Raises:
        FormatError: It cannot be read, is no JSON or holds no ``openlabel`` object.
    """
    value = read_json(path)
    content = value.get("openlabel") if isinstance(value, dict) else None
    if not isinstance(content, dict):
        raise FormatError(path, "expected an object under openlabel, found none")
    version = as_object(content.get("metadata")).get("schema_version")
    if not (isinstance(version, str) and version.startswith("1.")):
        complain(f"expected schema_version 1.0.0, found {repr(version)[:40]}: read as if it were")
    frames = as_object(content.get("frames"))
    by_number = {number: as_object(frames[key]) for key, number in _frame_numbers(frames, complain)}
    for number in _interval_frames(content.get("frame_intervals"), complain):
        by_number.setdefault(number, {})
    numbers = sorted(by_number)
    if len(numbers) > MAX_FRAMES:
        complain(f"expected at most {MAX_FRAMES} frames, found {len(numbers)}: the first are read")
    kept = numbers[:MAX_FRAMES] or [0]
    return Document(path, content, tuple(FileFrame(number, by_number.get(number, {})) for number in kept))


def intervals(value: Any) -> Iterator[tuple[int, int]]:
    """The frame intervals that can be used, first and last frame inclusive."""
    for entry in value if isinstance(value, list) else ():
        first, last = as_object(entry).get("frame_start"), as_object(entry).get("frame_end")
        whole = [number for number in (first, last) if _is_whole(number)]
        if len(whole) == 2 and whole[0] <= whole[1]:
            yield whole[0], whole[1]


def _frame_numbers(frames: JsonObject, complain: Complain) -> Iterator[tuple[str, int]]:
    seen: set[int] = set()
    for key in frames:
        if not FRAME_NUMBER.fullmatch(key) or int(key) in seen:
            complain(f"frames: expected a number of its own below a billion for each frame, found {key[:40]!r}")
            continue
        seen.add(int(key))
        yield key, int(key)


def _interval_frames(value: Any, complain: Complain) -> Iterator[int]:
    left = MAX_FRAMES
    for first, last in intervals(value):
        if last - first >= left:
            complain(f"frame_intervals: expected at most {MAX_FRAMES} frames, found {first} to {last}: left out")
            continue
        left -= last - first + 1
        yield from range(first, last + 1)


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9
