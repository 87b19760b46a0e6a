"""What every format can do, and what goes in and out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

from fusion import Problem, Scene
from labels import LabelSet, Taxonomy

Derive2d = Literal["missing", "all"]
SensorData = Literal["none", "link", "copy"]
Answers = Mapping[str, str]
NO_ANSWERS: Answers = MappingProxyType({})


@dataclass(frozen=True)
class Question:
    """Something that folders of a format leave open.

    Attributes:
        name: Its name in ``--assume name=answer``; one that ends in ``.*`` stands for any name with that beginning.
        text: The question as a sentence for people.
        choices: The answers there are; empty for free text.
    """

    name: str
    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guess:
    """How a question was settled for a dataset.

    Attributes:
        question: The question's name.
        answer: What is taken to hold.
        why: One sentence: what was looked at, with the figures; or that a person said so.
        is_sure: Whether what was looked at leaves no doubt.
    """

    question: str
    answer: str
    why: str
    is_sure: bool = True


@dataclass(frozen=True)
class Dataset:
    """A folder as its format sees it.

    Attributes:
        format: The format's name.
        path: The folder that was opened.
        scenes: Its scenes, by name.
        problems: What is wrong with the folder as a whole.
        taxonomy: The dataset's own, or None where it has the format's.
        guesses: How each question that the format leaves open was settled.
    """

    format: str
    path: Path
    scenes: tuple[Scene, ...]
    problems: tuple[Problem, ...] = ()
    taxonomy: Taxonomy | None = None
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True)
class LabelReading:
    """Labels that came with a scene.

    Attributes:
        labels: What could be read.
        problems: What could not, one line each.
    """

    labels: LabelSet
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ExportOptions:
    """What of a scene's labels is written.

    Attributes:
        sources: Sources to keep, whole (``model:pillar@3``) or by kind (``model`` keeps every model); None keeps all.
        categories: Categories to keep, or None for all.
        include_unconfirmed: Whether to write cuboids that no person made and no person agreed with.
        derive_2d: ``missing`` lets image boxes that came with an import stand while their cuboid is unchanged;
            ``all`` derives every one anew.
        sensor_data: Whether clouds, images and poses go with the labels, as links where no byte changes, or as copies.
    """

    sources: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    include_unconfirmed: bool = False
    derive_2d: Derive2d = "missing"
    sensor_data: SensorData = "none"


@dataclass(frozen=True)
class SceneExport:
    """A scene with the labels to write.

    Attributes:
        scene: The scene.
        labels: Its labels.
        options: What of them to write.
        taxonomy: What they were made with, for formats that keep it.
    """

    scene: Scene
    labels: LabelSet
    options: ExportOptions = ExportOptions()
    taxonomy: Taxonomy | None = None


@dataclass(frozen=True)
class WriteReport:
    """What was written.

    Attributes:
        files: The files, relative to the folder written to.
        rows: Cuboids and ignore regions written.
    """

    files: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Loss:
    """Something of the labels that a format cannot hold.

    Attributes:
        message: One sentence that says what, and what is written instead.
        count: How many times.
    """

    message: str
    count: int


@dataclass(frozen=True)
class SensorFile:
    """A file of sensor data to put into a folder.

    Attributes:
        target: Where, relative to the folder, with forward slashes.
        source: A file whose bytes stay as they are, the text or the bytes to write, or a function that writes the
            target.
    """

    target: str
    source: Path | str | bytes | Callable[[Path], None]


class Format(Protocol):
    """One way to lay out a dataset; a sub-package of ``formats`` lists its own in ``FORMATS``."""

    @property
    def name(self) -> str:
        """The name in commands and records, such as ``kitti-tracking``."""

    @property
    def title(self) -> str:
        """The name for people."""

    @property
    def looks_for(self) -> str:
        """What a folder must hold to be this format, for the message that it does not."""

    @property
    def default_taxonomy(self) -> Taxonomy:
        """The categories and attributes that its labels use."""

    @property
    def can_read_scenes(self) -> bool:
        """Whether its scenes hold sensors; those of formats that hold labels alone are there to be attached."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What its folders may leave open."""

    @property
    def is_last_resort(self) -> bool:
        """Whether it takes almost any folder, so that detection asks it last."""

    @property
    def can_read_labels(self) -> bool:
        """Whether ``read_labels`` can find any."""

    @property
    def can_write_labels(self) -> bool:
        """Whether ``write_labels`` works."""

    def detect(self, path: Path) -> bool:
        """Whether a folder looks like this format; cheap, reads no file."""

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:
        """Open every scene of a folder as references; raises ``FormatError`` where it is not this format."""

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:
        """Open one scene by ``scene.path`` and ``scene.name``; raises ``FormatError`` where there is none."""

    def read_labels(self, scene: Scene) -> LabelReading:
        """The labels beside a scene; empty where there are none. Bad rows become problems."""

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write one scene's labels under a folder; raises ``FormatError`` where the format cannot hold the scene."""

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Where a scene's clouds, images, poses and times belong, beside what ``write_labels`` writes."""

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """What would be left out or changed, without writing: of the labels, and of the data that goes with them.

        Raises:
            FormatError: The format cannot hold one of the scenes at all.
        """
