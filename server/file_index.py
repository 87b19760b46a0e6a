"""The state of a scene's raw files: taken at import, compared later, so that a file that changed is noticed.

A file's bytes are told by a digest of blocks spread over it, its beginning and its end among them: all of a small file,
and of a large one enough to see another recording, another coding or a cut, without reading gigabytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fusion import Problem

if TYPE_CHECKING:
    from fusion import Scene

BLOCK_BYTES = 4096
BLOCKS = 8
DIGEST_BYTES = 8
VERSION = 1
ROUNDED_TO = 6
"""Decimals of numbers that are compared: micrometres."""


@dataclass(frozen=True)
class FileState:
    """One file as it was.

    Attributes:
        size: Its bytes.
        mtime_ns: When it was last written.
        digest: Of its bytes, in hexadecimal.
    """

    size: int
    mtime_ns: int
    digest: str


@dataclass(frozen=True)
class FileIndex:
    """All files of a scene as they were, and what was read of those that it does not list.

    Attributes:
        files: By path, relative to the scene's folder.
        frames: Digest of the frames' times.
        rig: Digest of the sensors' places and the cameras' models.
        poses: Digest of the poses.
    """

    files: Mapping[str, FileState]
    frames: str
    rig: str
    poses: str

    def packed(self) -> bytes:
        """As bytes to store; by columns, for those compress well."""
        states = list(self.files.values())
        value = {
            "version": VERSION,
            "paths": list(self.files),
            "sizes": [state.size for state in states],
            "mtimes_ns": [state.mtime_ns for state in states],
            "digests": "".join(state.digest for state in states),
            "frames": self.frames,
            "rig": self.rig,
            "poses": self.poses,
        }
        return zlib.compress(json.dumps(value, separators=(",", ":")).encode())

    @classmethod
    def unpacked(cls, packed: bytes) -> FileIndex:
        """Inverse of ``packed``."""
        value = json.loads(zlib.decompress(packed))
        width = 2 * DIGEST_BYTES
        digests = [value["digests"][start : start + width] for start in range(0, len(value["digests"]), width)]
        columns = zip(value["paths"], value["sizes"], value["mtimes_ns"], digests, strict=True)
        files = {path: FileState(size, mtime_ns, digest) for path, size, mtime_ns, digest in columns}
        return cls(files, value["frames"], value["rig"], value["poses"])


@dataclass(frozen=True)
class FileCheck:
    """What a look at the files found.

    Attributes:
        problems: Each file that is gone or changed, and what else reads differently.
        index: The index with the new times of files whose bytes are the same.
    """

    problems: tuple[Problem, ...]
    index: FileIndex


def index_scene(scene: Scene) -> FileIndex:
    """Look at every file of a scene; one that cannot be read is left out, for it is a problem of the import already.

    Of a scene in an object store no file is looked at, for each would be a request: only what is read of them is kept.
    """
    from formats.location import is_remote

    files: dict[str, FileState] = {}
    for path in () if is_remote(scene.path) else scene_files(scene):
        try:
            files[_relative(path, scene.path)] = file_state(path)
        except OSError:
            continue
    return FileIndex(files, frames_digest(scene), _rig_digest(scene), _poses_digest(scene))


def check_scene_files(index: FileIndex, scene: Scene) -> FileCheck:
    """Compare a scene with its index: a file is read only where its size or time differs."""
    problems = list(_reading_problems(index, scene))
    files = dict(index.files)
    for relative, before in index.files.items():
        now = _compared(scene.path / relative, before)
        if isinstance(now, str):
            problems.append(Problem(relative, now))
        else:
            files[relative] = now
    return FileCheck(tuple(problems), replace(index, files=files))


def scene_files(scene: Scene) -> Sequence[Path]:
    """Every raw file that a scene refers to, once each."""
    paths = {sweep.path for frame in scene.frames for sweep in frame.sweeps}
    paths |= {image.path for frame in scene.frames for image in frame.images}
    paths |= {sweep.path for sweep in scene.sweeps_between} | set(scene.masks.values())
    return sorted(paths)


def file_state(path: Path) -> FileState:
    """A file as it is; raises ``OSError`` where it cannot be read."""
    with path.open("rb", buffering=0) as file:
        stat = os.fstat(file.fileno())
        digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
        for start, count in _blocks(stat.st_size):
            digest.update(os.pread(file.fileno(), count, start))
    return FileState(stat.st_size, stat.st_mtime_ns, digest.hexdigest())


def frames_digest(scene: Scene) -> str:
    """Changes with the number of frames and their times, on which every label hangs."""
    return _digest([np.array(scene.frame_times_ns, dtype=np.int64).tobytes()])


def _compared(path: Path, before: FileState) -> FileState | str:
    """The state to keep, or what is wrong."""
    try:
        stat = path.stat()
        if (stat.st_size, stat.st_mtime_ns) == (before.size, before.mtime_ns):
            return before
        if stat.st_size != before.size:
            when = _time(stat.st_mtime_ns)
            return f"changed since the import: expected {before.size} bytes, found {stat.st_size}, written {when}"
        now = file_state(path)
    except FileNotFoundError:
        return "expected the file that was imported, found none"
    except OSError as error:
        return f"expected the file that was imported, found one that cannot be read ({error.strerror})"
    if now.digest != before.digest:
        return f"changed since the import: same size, but other bytes, written {_time(now.mtime_ns)}"
    return now


def _reading_problems(index: FileIndex, scene: Scene) -> Iterator[Problem]:
    if index.frames != frames_digest(scene):
        yield Problem(
            ".",
            f"changed since the import: its frames, of which there are {len(scene.frames)} now, are not those that were"
            " imported; labels may lie in wrong ones",
        )
    if index.rig != _rig_digest(scene):
        yield Problem(".", "changed since the import: the calibration, so boxes may fit the images differently")
    if index.poses != _poses_digest(scene):
        yield Problem(".", "changed since the import: the poses, so cuboids between keys may lie elsewhere")


def _blocks(size: int) -> list[tuple[int, int]]:
    """(start, count) of the blocks to read: all of a small file, else spread evenly with both ends among them."""
    if size <= BLOCKS * BLOCK_BYTES:
        return [(0, size)]
    last = size - BLOCK_BYTES
    return [(last * number // (BLOCKS - 1), BLOCK_BYTES) for number in range(BLOCKS)]


def _relative(path: Path, base: Path) -> str:
    """Relative where it lies inside; files outside keep their whole path, for they do not move along."""
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)


def _rig_digest(scene: Scene) -> str:
    rig = scene.rig
    parts = [f"{name}{_rounded(place.matrix)!r}".encode() for name, place in sorted(rig.ego_from_sensor.items())]
    return _digest([*parts, *(f"{name}{camera!r}".encode() for name, camera in sorted(rig.cameras.items()))])


def _poses_digest(scene: Scene) -> str:
    poses = [scene.world_from_ego(frame.index) for frame in scene.frames]
    return _digest([b"none" if pose is None else repr(_rounded(pose.matrix)).encode() for pose in poses])


def _rounded(values: np.ndarray) -> list[float]:
    # Adding 0 makes one number of the two zeros.
    return [float(value) for value in (np.round(values, ROUNDED_TO) + 0.0).ravel()]


def _digest(parts: Sequence[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        digest.update(part)
        digest.update(b"\0")
    return digest.hexdigest()


def _time(mtime_ns: int) -> str:
    return datetime.fromtimestamp(mtime_ns / 1e9, UTC).strftime("%Y-%m-%d %H:%M UTC")
