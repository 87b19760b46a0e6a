"""The scene that ``view`` and ``render`` show, and the options that choose it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.choices import answers
from server.cli.output import show_note, spinner

if TYPE_CHECKING:
    from viewer import LabeledScene

FrameOption = Annotated[int, typer.Option("--frame", min=0, help="Which frame, counted from 0.")]
SceneOption = Annotated[
    str | None, typer.Option("--scene", help="The scene's name; the first where not given.", show_default=False)
]
SweepsOption = Annotated[
    int,
    typer.Option(
        "--sweeps", min=0, max=50, help="Sweeps before the frame's own to show with it, and as many after it."
    ),
]


def open_labeled_scene(
    path: Path, scene_name: str | None, format_name: str | None, frame_index: int, assume: Sequence[str] | None = None
) -> LabeledScene:
    """A scene of a folder, with its labels; a note says which where there are several.

    Raises:
        FormatError: The folder is no dataset, or has no such scene.
        InvalidError: There is no such format, question or answer, or the scene has no such frame.
    """
    from formats import open_dataset
    from server.errors import InvalidError
    from server.formats_by_name import check_format_name, invalid_answers
    from viewer import choose_scene, read_labeled_scene

    check_format_name(format_name)
    with spinner(f"reading {path.name}"):
        with invalid_answers():
            dataset = open_dataset(path, format_name, answers(assume))
        scene = choose_scene(dataset, scene_name)
        last = len(scene.frames) - 1
        if frame_index > last:
            raise InvalidError(f"frame: scene {scene.name} has the frames 0 … {last}, found {frame_index}")
        labeled = read_labeled_scene(dataset, scene)
    if scene_name is None and len(dataset.scenes) > 1:
        show_note(f"note: {len(dataset.scenes)} scenes, this is {scene.name}; --scene chooses another")
    return labeled
