"""``truebox render``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from server.cli.choices import AssumeOption, LocationArgument
from server.cli.options import FormatOption, JsonOption
from server.cli.output import show_json, show_text
from server.cli.shown_scene import FrameOption, SceneOption, SweepsOption, open_labeled_scene

EXAMPLE = "Example: [bold]truebox render ~/kitti/training --scene 0003 --frame 30 --out frame.png[/bold]"
SUFFIXES = (".png", ".jpg", ".jpeg")


def render(
    path: LocationArgument,
    out: Annotated[Path, typer.Option("--out", help="The picture to write, PNG or JPEG.", show_default=False)],
    frame: FrameOption = 0,
    scene: SceneOption = None,
    sweeps: SweepsOption = 0,
    format: FormatOption = None,  # noqa: A002
    assume: AssumeOption = None,
    width: Annotated[int, typer.Option(min=320, max=7680, help="Of the picture, in pixels.")] = 1920,
    height: Annotated[int, typer.Option(min=240, max=4320, help="Of the picture, in pixels.")] = 1080,
    color: Annotated[
        Literal["height", "intensity", "image"], typer.Option(help="What the colours of the points mean.")
    ] = "height",
    json: JsonOption = False,
) -> None:
    """Paint a frame into a file: the cloud beside the camera images, cuboids in all; needs no display.

    With --json: `path`, `width`, `height`, `scene`, `frame`, `sweeps` (how many the points are of), `points`,
    `cuboids` [{name, category, is_key}], `cameras` {name: {left, top, width, height}} (where each image is in the
    picture), and `problems` (what is missing).
    """
    from server.errors import InvalidError
    from viewer import frame_layout, render_frame

    if out.suffix.lower() not in SUFFIXES:
        raise InvalidError(f"out: expected a name that ends in {', '.join(SUFFIXES)}, found {out}")
    if not out.parent.is_dir():
        raise InvalidError(f"out: there is no folder {out.parent}")
    content = open_labeled_scene(path, scene, format, frame, assume).content(frame, sweeps=sweeps)
    render_frame(content, width, height, color).save(out)
    if not json:
        show_text(f"{content.title}: {content.figures}; written to {out}")
        return
    areas = frame_layout(content, width, height).images
    show_json(
        {
            "path": str(out),
            "width": width,
            "height": height,
            "scene": content.scene.name,
            "frame": frame,
            "sweeps": content.sweep_count,
            "points": len(content.cloud),
            "cuboids": [
                {"name": cuboid.name, "category": cuboid.category, "is_key": cuboid.is_key}
                for cuboid in content.cuboids
            ],
            "cameras": {name: vars(area) for name, area in areas.items()},
            "problems": list(content.problems),
        }
    )
