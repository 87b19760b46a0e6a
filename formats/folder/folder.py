"""Plain folders of clouds and images: the last format asked, because almost any folder fits it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from formats.errors import FormatError
from formats.folder.calibration_file import NAME
from formats.folder.look import find_files, has_cloud
from formats.folder.pair import number_in
from formats.folder.questions import QUESTIONS
from formats.folder.scene import open_folder_scene
from formats.format import (
    NO_ANSWERS,
    Answers,
    Dataset,
    Guess,
    LabelReading,
    Question,
)
from formats.listing import Listing
from formats.read_only import ReadOnly
from formats.settler import Settler
from formats.usual_categories import DRIVING_TAXONOMY
from fusion import Problem, Scene
from labels import LabelSet, Taxonomy

SHARED = 0.5


@dataclass(frozen=True)
class Folder(ReadOnly):
    """Any folder of clouds and images; what is not said by ``truebox-calibration.yaml`` is guessed and shown."""

    name: str = "folder"
    title: str = "Folder of clouds and images"
    looks_for: str = f".pcd, .ply, .las, .laz, .bin, .npy, .png or .jpg files, with {NAME} where sensors are calibrated"
    default_taxonomy: Taxonomy = DRIVING_TAXONOMY
    can_read_scenes: bool = True
    can_read_labels: bool = False
    is_last_resort: bool = True
    questions: tuple[Question, ...] = QUESTIONS

    def detect(self, path: Path) -> bool:
        """Whether there is a calibration file or any cloud in the folder: images alone are no dataset to be sure of."""
        return path.is_dir() and ((path / NAME).is_file() or has_cloud(path))

    def open_dataset(self, path: Path, assume: Answers = NO_ANSWERS) -> Dataset:
        """Open the folder as one scene, or each folder in it, whichever it looks like."""
        if not path.is_dir():
            raise FormatError(path, f"expected a folder of {self.looks_for}, found none")
        root = path.resolve()
        listing, settler = Listing(root=root, base=root), Settler(path, assume)
        roots = _scene_roots(root, listing, settler)
        scenes: list[Scene] = []
        guesses: list[Guess] = list(settler.guesses)
        for folder in roots:
            try:
                scene, settled = open_folder_scene(folder, folder.name, self.name, assume)
            except FormatError as error:
                if len(roots) == 1:
                    raise
                listing.problems.append(Problem.of(error, root))
                continue
            scenes.append(scene)
            guesses += [guess for guess in settled if guess not in guesses]
        return Dataset(self.name, path, tuple(scenes), tuple(listing.problems), guesses=tuple(guesses))

    def open_scene(self, path: Path, name: str, assume: Answers = NO_ANSWERS) -> Scene:
        """Open one folder again."""
        if not path.is_dir() or path.resolve().name != name:
            raise FormatError(path, f"expected the folder {name}, found none of that name")
        return open_folder_scene(path.resolve(), name, self.name, assume)[0]

    def read_labels(self, scene: Scene) -> LabelReading:  # noqa: ARG002 - plain folders hold none
        """None: plain folders hold no labels."""
        return LabelReading(LabelSet())


def _scene_roots(root: Path, listing: Listing, settler: Settler) -> list[Path]:
    """The folder itself, or the folders in it."""
    if listing.file(root / NAME):
        return [root]
    by_folder: defaultdict[str, list[Path]] = defaultdict(list)
    for path in find_files(root, Listing(root=root, base=root)):
        parts = path.relative_to(root).parts
        by_folder[parts[0] if len(parts) > 1 else ""].append(path)
    folders = [root / name for name in sorted(by_folder) if name]
    if not folders or "" in by_folder:
        return [root]
    answer, why, is_sure = _one_or_folders(root, by_folder, listing)
    return folders if settler.settle("scenes", answer, why, is_sure=is_sure) == "folders" else [root]


def _one_or_folders(root: Path, by_folder: dict[str, list[Path]], listing: Listing) -> tuple[str, str, bool]:
    """Folders that hold the same folders, or a calibration each, are scenes; so are those whose files do not pair."""
    calibrated = [name for name in by_folder if listing.file(root / name / NAME)]
    if calibrated:
        return "folders", f"{len(calibrated)} of {len(by_folder)} folders have a {NAME} of their own", True
    if len(by_folder) == 1:
        return "one", f"{next(iter(by_folder))} is the only folder with data", True
    inner = {name: {path.relative_to(root).parts[1:-1] for path in paths} for name, paths in by_folder.items()}
    first = next(iter(inner.values()))
    alike = sum(bool(other & first - {()}) for other in inner.values())
    if alike == len(inner):
        return "folders", f"all {alike} folders hold folders of the same names", True
    numbers = {name: {number_in(path) for path in paths} for name, paths in by_folder.items()}
    largest = max(numbers.values(), key=len)
    shares = [len(found & largest) / len(found) for found in numbers.values()]
    sizes = [len(paths) for paths in by_folder.values()]
    why = f"{100 * min(shares):.0f} % or more of the numbers in each folder's names are in the largest one's"
    if min(shares) >= SHARED and None not in largest:
        return "one", why, True
    if max(sizes) < 2 * min(sizes) and None not in largest:
        return "one", f"the {len(sizes)} folders hold {min(sizes)} to {max(sizes)} files with numbers", False
    return "folders", f"the {len(sizes)} folders hold {min(sizes)} to {max(sizes)} files that do not pair", False
