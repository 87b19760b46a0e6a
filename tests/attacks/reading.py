"""Reads all there is of a dataset that somebody spoilt, within bounds of memory and time, and says what came out."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from formats import check_scene, detect_format, get_format, inspect_dataset, open_dataset
from fusion import Problem, Scene, read_image
from fusion.fuse import fuse_frame
from geometry import TrueboxError
from geometry.errors import DataFileError
from labels import LabelSet

T = TypeVar("T")
MAX_SECONDS = 20
MAX_GROWTH_BYTES = 300 << 20
MAX_RESERVED_BYTES = 1 << 30
MAX_MESSAGE = 2000
PEAK = "VmHWM"
_opened: list[str] | None = None


class HungError(BaseException):
    """Reading did not end; no reader's own handling of errors may catch it."""


@dataclass
class Answers:
    """What came of reading.

    Attributes:
        path: The dataset.
        messages: Every error and problem.
        errors: The errors among them.
        contents: The bytes and texts of all that was read.
    """

    path: Path
    messages: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)

    def ask(self, question: Callable[[], T]) -> T | None:
        """The answer, or None after an error that is one clear line."""
        try:
            return question()
        except TrueboxError as error:
            found = error
        assert type(found) not in (TrueboxError, DataFileError)
        self.say(str(found))
        self.errors.append(str(found))
        assert not isinstance(found, DataFileError) or str(found.path).startswith(str(self.path)), found
        return None

    def say(self, message: str) -> None:
        assert len(message.splitlines()) == 1, message
        assert "\x00" not in message, message
        assert len(message) <= MAX_MESSAGE, message[:200]
        self.messages.append(message)

    def name_problems(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        for problem in problems:
            self.say(problem.path)
            self.say(problem.message)


def read_everything(path: Path, kind: str, *, assume: dict[str, str] | None = None) -> Answers:
    """Open a dataset, read its labels, decode every cloud and image, look for faults, inspect it."""
    answers = Answers(path.absolute())
    answers.ask(lambda: detect_format(path))
    dataset = answers.ask(lambda: open_dataset(path, kind, assume or {}))
    if dataset is None:
        return answers
    answers.name_problems(dataset.problems)
    for scene in dataset.scenes:
        _read_scene(answers, kind, scene)
    report = answers.ask(lambda: inspect_dataset(path, kind))
    answers.contents.append(repr(report).encode())
    return answers


def _read_scene(answers: Answers, kind: str, scene: Scene) -> None:
    answers.name_problems(scene.problems)
    answers.ask(lambda: get_format(kind).open_scene(scene.path, scene.name, scene.assume))
    reading = answers.ask(lambda: get_format(kind).read_labels(scene))
    if reading is not None:
        answers.name_problems(reading.problems)
        answers.contents.append(repr(reading.labels).encode())
        _check_labels(scene, reading.labels)
    answers.name_problems(answers.ask(lambda: check_scene(scene)) or [])
    for frame in scene.frames:
        for sweep in frame.sweeps:
            cloud = answers.ask(sweep.cloud)
            answers.ask(sweep.point_count)
            answers.contents.append(b"" if cloud is None else cloud.xyz.tobytes())
        for image in frame.images:
            answers.contents.append(answers.ask(image.encoded) or b"")
            answers.ask(lambda image=image: read_image(image))  # type: ignore[misc]
        answers.ask(lambda frame=frame: fuse_frame(scene, frame.index))  # type: ignore[misc]
    for mask in scene.masks.values():
        answers.ask(lambda mask=mask: read_image(mask))  # type: ignore[misc]
    for sweep in scene.sweeps_between[:3]:
        answers.ask(sweep.cloud)


def _check_labels(scene: Scene, labels: LabelSet) -> None:
    """Whatever a file said, the records fit each other and the scene."""
    keys = set()
    for cuboid in labels.cuboids.values():
        track = labels.tracks[cuboid.track_id]
        assert track.first_frame <= cuboid.frame_index <= track.last_frame
        assert 0 <= cuboid.frame_index < len(scene.frames)
        assert np.isfinite(cuboid.ego_from_object.matrix).all()
        assert np.isfinite(cuboid.size_lwh_m).all()
        assert (cuboid.size_lwh_m > 0).all()
        keys.add((cuboid.track_id, cuboid.frame_index))
    assert len(keys) == len(labels.cuboids)
    assert all(0 <= box.frame_index < len(scene.frames) for box in labels.image_boxes.values())
    assert all(np.isfinite(box.ltrb_px).all() for box in labels.image_boxes.values())


@contextmanager
def bounded(*, reserve_bytes: int = MAX_RESERVED_BYTES) -> Iterator[None]:
    """Fail where the block takes too long, asks for far too much memory, or uses more than that at its peak."""

    def hang(_number: int, _frame: object) -> None:
        raise HungError(f"reading went on for {MAX_SECONDS} s")

    before = _memory()
    old_handler = signal.signal(signal.SIGALRM, hang)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (before["VmSize"] + reserve_bytes, hard))
    signal.alarm(MAX_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old_handler)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    assert _memory()[PEAK] - before["VmRSS"] <= MAX_GROWTH_BYTES


def _memory() -> dict[str, int]:
    """Bytes in use, reserved, and at the peak since this was asked last."""
    lines = Path("/proc/self/status").read_text().splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) << 10 for line in lines if line.startswith("Vm")}
    Path("/proc/self/clear_refs").write_text("5")
    return found


def _note(event: str, args: tuple[Any, ...]) -> None:
    if _opened is not None and event in ("open", "sqlite3.connect"):
        _opened.append(os.fsdecode(args[0]) if isinstance(args[0], (str, bytes, os.PathLike)) else "")


sys.addaudithook(_note)


@contextmanager
def noted() -> Iterator[list[str]]:
    """The names of all files and folders that the block opens."""
    global _opened  # noqa: PLW0603 - a hook for audits stays for the life of the process
    names: list[str] = []
    _opened = names
    try:
        yield names
    finally:
        _opened = None
