"""``truebox demo``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.options import DataDirOption, make_settings, open_database
from server.cli.output import progress_bar, show_note, show_text

if TYPE_CHECKING:
    from server.settings import Settings
    from server.store.db import Database

EXAMPLE = "Example: [bold]truebox demo[/bold]"
PROJECT = "Demo"
FRAMES = 40
VERSION = "2"
"""Rises when the simulator draws another drive, so that the cached one is made anew."""
TO_LABEL, LABELED = "0000", "0001"
SCENE_NAMES = {TO_LABEL: "Street, to label", LABELED: "Street, labeled"}


def demo(
    data_dir: DataDirOption = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="First port to try [8642].", show_default=False)
    ] = None,
) -> None:
    """Label a simulated drive: makes it once, opens a project on it, and serves it on this machine.

    The drive is there twice: without labels to try one's hand, and with all of them to see how it should look.
    """
    from server.data_folder import hold_data_folder
    from server.listen import open_socket, run_server

    settings = make_settings(data_dir, port=port)
    with open_socket(settings.host, settings.port, or_next=True) as listening:
        with hold_data_folder(settings):
            prepare_demo(settings)
        try:
            run_server(settings, listening, lambda url: show_text(f"Truebox is at {url}"))
        except KeyboardInterrupt:
            show_note("stopped")


def prepare_demo(settings: Settings, *, frame_count: int = FRAMES) -> None:
    """Make the drive and its project where they are not there yet."""
    from formats import open_dataset

    folder = settings.data_dir / "demo" / f"{VERSION}-{frame_count}"
    if not folder.is_dir():
        _make_dataset(folder, frame_count)
    with open_database(settings) as database:
        open_dataset(folder)
        _import(database, folder)


def _make_dataset(folder: Path, frame_count: int) -> None:
    """Simulate into a folder beside, and move it when it is whole: an interrupted demo leaves nothing half made."""
    from server.simulated_dataset import write_simulated_dataset
    from simulation import DEFAULT_SEED

    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    show_note("making the demo's drive; this happens once and takes a minute or so")
    with progress_bar("making the drive") as report:
        write_simulated_dataset(partial, frame_count=frame_count, scene_count=1, seed=DEFAULT_SEED, report=report)
    _double(partial / "training")
    partial.rename(folder)


def _double(training: Path) -> None:
    """Give the same files a second sequence name; the rows of labels stay with the second only."""
    for path in sorted(training.rglob("*")):
        relative = path.relative_to(training)
        parts = [
            part.replace(TO_LABEL, LABELED) if part in (TO_LABEL, f"{TO_LABEL}.txt") else part
            for part in relative.parts
        ]
        twin = training.joinpath(*parts)
        if path.is_file() and twin != path:
            twin.parent.mkdir(parents=True, exist_ok=True)
            _link(path, twin)
    (training / "label_02" / f"{TO_LABEL}.txt").unlink()


def _link(path: Path, twin: Path) -> None:
    try:
        os.link(path, twin)
    except OSError:
        shutil.copyfile(path, twin)  # some file systems have no links


def _import(database: Database, folder: Path) -> None:
    from server.default_taxonomy import default_taxonomy
    from server.jobs.import_dataset import import_dataset, store_labels
    from server.simulated_dataset import read_truth
    from server.store.projects import create_project, find_project
    from server.store.scenes import list_scenes

    with database.write() as session:
        project = find_project(session, PROJECT) or create_project(session, PROJECT, default_taxonomy())
    with progress_bar("importing") as report:
        result = import_dataset(database, project.id, folder, None, with_labels=False, report=report)
    if not result["scenes_added"]:
        return
    with database.write() as session:
        for row in list_scenes(session, project.id):
            if row.source_name == LABELED:
                store_labels(session, row, read_truth(folder / "training", TO_LABEL), "simulation")
            row.name = SCENE_NAMES.get(row.source_name, row.name)
