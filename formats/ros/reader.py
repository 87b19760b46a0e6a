"""What the formats of recordings share: they hold scenes and no labels, and are read at random."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from formats.errors import FormatError
from formats.format import (
    NO_ANSWERS,
    Answers,
    Dataset,
    Guess,
    LabelReading,
    Question,
)
from formats.listing import Listing
from formats.location import is_remote
from formats.read_only import ReadOnly
from formats.ros.questions import QUESTIONS
from formats.ros.scene import open_recording_scene
from formats.usual_categories import DRIVING_TAXONOMY
from fusion import Problem, Scene
from labels import LabelSet, Taxonomy

Recordings = Mapping[str, tuple[Path, tuple[Path, ...]]]
"""By scene name: the recording, and its files in order."""


def check_local(path: Path) -> None:
    """Raise ``FormatError`` on a path in object storage: a recording is read here and there, message by message."""
    if is_remote(path):
        raise FormatError(path, "expected a recording on a local disk, found one in an object store: copy it first")


class RecordingFormat(ReadOnly):
    """A format of recordings; its kinds say which files are one."""

    title: str
    looks_for: str
    can_read_scenes: bool = True
    can_read_labels: bool = False
    is_last_resort: bool = False
    questions: tuple[Question, ...] = QUESTIONS
    default_taxonomy: Taxonomy = DRIVING_TAXONOMY

    def recordings(self, path: Path, listing: Listing) -> Recordings:
        """The recordings of a path, each with its files; empty where there is none."""
        raise NotImplementedError

    def check_recording(self, recording: Path, files: tuple[Path, ...]) -> None:
        """Raise ``FormatError`` on a recording of a kind that is not read."""

    def detect(self, path: Path) -> bool:
        """Whether a path is a recording or a folder with some."""
        return bool(self.recordings(path, _listing(path)))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:
        """Open every recording of a folder; one that cannot be read is named, unless it is the only one."""
        check_local(path)
        listing = _listing(path)
        found = self.recordings(path, listing)
        if not found:
            raise FormatError(path, f"expected {self.looks_for}, found none")
        scenes: list[Scene] = []
        guesses: list[Guess] = []
        for name, (recording, files) in found.items():
            try:
                self.check_recording(recording, files)
                scene, settled = open_recording_scene(name, recording, files, self.name, listing.root, assume)
            except FormatError as error:
                if len(found) == 1:
                    raise
                listing.problems.append(Problem.of(error, listing.base))
                continue
            scenes.append(scene)
            guesses += [guess for guess in settled if guess not in guesses]
        return Dataset(self.name, path, tuple(scenes), tuple(listing.problems), guesses=tuple(guesses))

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:
        """Open one recording again."""
        check_local(path)
        listing = _listing(path)
        found = self.recordings(path, listing).get(name)
        if found is None:
            raise FormatError(path, f"expected the recording {name}, found none of that name")
        self.check_recording(*found)
        return open_recording_scene(name, *found, self.name, listing.root, assume)[0]

    def read_labels(self, scene: Scene) -> LabelReading:  # noqa: ARG002 - recordings hold none
        """None: recordings hold no labels."""
        return LabelReading(LabelSet())


def _listing(path: Path) -> Listing:
    """Of the folder itself, or the one that a recording of one file lies in."""
    root = path.resolve() if path.is_dir() else path.resolve().parent
    return Listing(root=root, base=root)
