"""ASAM OpenLABEL 1.0: a JSON file, or a folder of them, one scene a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from formats.errors import FormatError
from formats.format import (
    NO_ANSWERS,
    Answers,
    Dataset,
    Guess,
    LabelReading,
    Loss,
    Question,
    SceneExport,
    SensorFile,
    WriteReport,
)
from formats.listing import Listing, entries_in
from formats.openlabel.document import looks_like_openlabel
from formats.openlabel.guess_cuboids import OWN, QUESTIONS
from formats.openlabel.losses import openlabel_losses
from formats.openlabel.read_labels import LabelReader
from formats.openlabel.read_scene import SUFFIX, OpenedFile, open_file, scene_name
from formats.openlabel.taxonomy import OPENLABEL_TAXONOMY
from formats.openlabel.timestamps import QUESTION, UNITS
from formats.openlabel.write_labels import write_labels_file
from formats.openlabel.write_scene import frame_files
from formats.taxonomy_codec import decode_taxonomy
from fusion import Problem, Scene
from labels import RecordError, Taxonomy

MAX_LOOKED_AT = 20
ALL_QUESTIONS = (*QUESTIONS, Question(QUESTION, "What do numbers as timestamps count?", tuple(UNITS)))


@dataclass(frozen=True)
class OpenLabel:
    """OpenLABEL files; the folder of a file is its scene's."""

    name: str = "openlabel"
    title: str = "ASAM OpenLABEL"
    looks_for: str = 'a .json file, or a folder of them, that begins with {"openlabel":'
    default_taxonomy: Taxonomy = OPENLABEL_TAXONOMY
    questions: tuple[Question, ...] = ALL_QUESTIONS
    can_read_scenes: bool = True
    can_read_labels: bool = True
    can_write_labels: bool = True
    is_last_resort: bool = False

    def detect(self, path: Path) -> bool:
        """Whether a file, or one of the first JSON files of a folder, begins as OpenLABEL does."""
        if path.is_file():
            return looks_like_openlabel(path)
        files = _json_files(path, Listing(root=path, base=path))
        return any(map(looks_like_openlabel, files[:MAX_LOOKED_AT]))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:
        """Open a file, or every OpenLABEL file of a folder; one that cannot be read is named."""
        folder = path.parent if path.is_file() else path
        base = folder.resolve()
        listing = Listing(root=base, base=base)
        files = [path] if path.is_file() else list(filter(looks_like_openlabel, _json_files(base, listing)))
        if not files:
            raise FormatError(path, _first(listing) or f"expected {self.looks_for}, found none")
        opened: list[OpenedFile] = []
        for file in files:
            if not listing.file(base / file.name):
                continue
            try:
                opened.append(open_file(base / file.name, self.name, assume))
            except FormatError as error:
                listing.problems.append(Problem.of(error, base))
        if not opened and path.is_file():
            raise FormatError(path, _first(listing) or f"expected {self.looks_for}")
        guesses = _settled(opened)
        taxonomy = _taxonomy(opened, listing)
        return Dataset(
            self.name, path, tuple(item.scene for item in opened), tuple(listing.problems), taxonomy, guesses
        )

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:
        """Open the file of that name in a folder."""
        return _open(self.name, path, name, assume).scene

    def read_labels(self, scene: Scene) -> LabelReading:
        """The objects of the scene's file."""
        return LabelReader(_open(self.name, scene.path, scene.name, scene.assume)).read()

    def write_labels(self, export: SceneExport, out: Path) -> WriteReport:
        """Write ``<scene>.json``, of a scene of any format."""
        return write_labels_file(export, out)

    def sensor_files(self, export: SceneExport) -> Iterator[SensorFile]:
        """Clouds and images under ``<scene>/<sensor>/``, as the streams of the file's frames name them."""
        for frame in export.scene.frames:
            yield from (item.sensor_file() for item in frame_files(export.scene, frame))

    def losses(self, exports: Sequence[SceneExport]) -> list[Loss]:
        """Tracks without a cuboid, clouds between frames, masks."""
        return openlabel_losses(exports)


def _open(format_name: str, folder: Path, name: str, assume: Answers) -> OpenedFile:
    root = folder.resolve()
    files = _json_files(root, Listing(root=root, base=root))
    file = next((file for file in files if scene_name(file) == name), None)
    if file is None:
        raise FormatError(folder / f"{name}{SUFFIX}", f"expected the scene {name}, found no file of it")
    return open_file(file, format_name, assume)


def _first(listing: Listing) -> str:
    return listing.problems[0].message if listing.problems else ""


def _json_files(folder: Path, listing: Listing) -> list[Path]:
    return [entry for entry in entries_in(folder) if entry.suffix.lower() == SUFFIX and listing.file(entry)]


def _settled(opened: Sequence[OpenedFile]) -> tuple[Guess, ...]:
    """How questions were settled; where files differ, each answer once. Of our own files nothing is asked."""
    found: dict[tuple[str, str], Guess] = {}
    for item in opened:
        for guess in (*LabelReader(item).guesses, *item.guesses):
            if guess.why != OWN:
                found.setdefault((guess.question, guess.answer), guess)
    return tuple(found.values())


def _taxonomy(opened: Sequence[OpenedFile], listing: Listing) -> Taxonomy | None:
    """The taxonomy that Truebox left in the first file that has one."""
    for item in opened:
        if "taxonomy" in item.document.own:
            try:
                return decode_taxonomy(item.document.own["taxonomy"], "truebox.taxonomy")
            except RecordError as error:
                listing.complain(item.document.path, str(error))
                return None
    return None
