"""What formats share that are written and never read."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from formats.errors import FormatError
from formats.format import NO_ANSWERS, Answers, LabelReading, Question
from fusion import Scene
from labels import LabelSet


class WriteOnly:
    """The reading half of a format that has none."""

    name: str
    questions: tuple[Question, ...] = ()
    can_read_scenes: bool = False
    can_read_labels: bool = False
    can_write_labels: bool = True
    is_last_resort: bool = False
    looks_for: str = "is written, not read"

    def detect(self, path: Path) -> bool:  # noqa: ARG002 - no folder is one
        """Never."""
        return False

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> NoReturn:  # noqa: ARG002
        """Refused."""
        raise FormatError(path, f"expected a format that can be read, found {self.name}: it {self.looks_for}")

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> NoReturn:  # noqa: ARG002
        """Refused."""
        raise FormatError(path, f"expected a format that can be read, found {self.name}: it {self.looks_for}")

    def read_labels(self, scene: Scene) -> LabelReading:  # noqa: ARG002
        """Nothing."""
        return LabelReading(LabelSet())
