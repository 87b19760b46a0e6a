"""Where models lie in the data folder, and whether their files are still what was saved."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from server.errors import AlreadyRunningError, DataFolderBusyError, ModelFileDamagedError
from server.file_lock import hold_lock
from server.store.tables import ModelRow

if TYPE_CHECKING:
    from autolabel.training.model_file import Model


def model_path(models_dir: Path, row: ModelRow) -> Path:
    """The file of a version."""
    return models_dir / row.project_id / f"{row.version}.safetensors"


def checkpoint_path(models_dir: Path, row: ModelRow) -> Path:
    """Where an interrupted training of a version is kept; another one's, of other labels, is not mistaken for it."""
    return models_dir / row.project_id / f"{row.version}-{row.lesson[:12]}.checkpoint"


def further_path(models_dir: Path, row: ModelRow) -> Path:
    """Where an interrupted training that goes on from a version is kept."""
    return models_dir / row.project_id / f"{row.version}-{row.lesson[:12]}-further.checkpoint"


def remove_other_checkpoints(checkpoint: Path) -> None:
    """Remove what is left of trainings that nobody will go on with; one may keep several, named after the first."""
    for path in checkpoint.parent.glob("*.checkpoint"):
        if not path.stem.startswith(checkpoint.stem):
            path.unlink(missing_ok=True)


@contextmanager
def hold_models(models_dir: Path, project_id: str) -> Iterator[None]:
    """Hold a project's models, so that two processes do not train the same version.

    Raises:
        AlreadyRunningError: Another process labels the project.
        DataFolderBusyError: The folder cannot be written.
    """
    folder = models_dir / project_id
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            is_held = stack.enter_context(hold_lock(folder / "models.lock"))
        except (OSError, sqlite3.Error) as error:
            raise DataFolderBusyError(f"{folder}: cannot be written ({error})") from error
        if not is_held:
            raise AlreadyRunningError("this project is being labelled already; wait for that, or cancel it first")
        yield


def save_model(models_dir: Path, row: ModelRow, model: Model) -> str:
    """Write a version's file whole or not at all; its digest.

    Raises:
        ModelFileError: It cannot be written, such as where the disk is full.
    """
    path = model_path(models_dir, row)
    model.save(path)
    return file_digest(path)


def load_model(models_dir: Path, row: ModelRow) -> Model:
    """Read a version's file.

    Raises:
        ModelFileDamagedError: It is gone, or is not what was saved.
        ModelFileError: It is of another version of this program.
    """
    from autolabel.training.model_file import Model

    check_model_file(models_dir, row)
    return Model.load(model_path(models_dir, row))


def check_model_file(models_dir: Path, row: ModelRow) -> None:
    """Raise ``ModelFileDamagedError`` unless a version's file is what was saved; needs no torch."""
    path = model_path(models_dir, row)
    try:
        found = file_digest(path)
    except OSError as error:
        raise ModelFileDamagedError(f"{path}: expected model {row.version}, found none ({error.strerror})") from error
    if found != row.file_digest:
        raise ModelFileDamagedError(
            f"{path}: expected model {row.version} as it was saved, found a file that was changed;"
            " let another version propose, or train anew"
        )


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
