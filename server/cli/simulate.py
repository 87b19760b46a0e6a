"""``truebox simulate``."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from server.cli.options import JsonOption
from server.cli.output import progress_bar, show_json, show_note, show_text

if TYPE_CHECKING:
    from simulation import DriveOptions

EXAMPLE = (
    "Example: [bold]truebox simulate ~/made --frames 40 --scenes 2 --format native --lidar 32 --lidar rosette --lens"
    " fisheye[/bold]"
)
SENSORS, STREET, ERRORS = "Sensors", "Street", "What the recording gets wrong"


def simulate(
    out: Annotated[Path, typer.Argument(help="The folder to write.", show_default=False)],
    frames: Annotated[int, typer.Option(min=1, max=10_000, help="Frames of each drive, ten a second.")] = 40,
    scenes: Annotated[int, typer.Option(min=1, max=1000, help="Number of drives.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Decides everything that is random.")] = 7,
    format: Annotated[  # noqa: A002
        str, typer.Option("--format", help="The form to write; native keeps every channel and every label.")
    ] = "kitti-tracking",
    lidar: Annotated[
        list[str] | None,
        typer.Option(
            help="16, 32, 40, 64 or 128 beams, raster or rosette; again for one more: roof, front, left, right, rear."
            " [64]",
            show_default=False,
            rich_help_panel=SENSORS,
        ),
    ] = None,
    azimuths: Annotated[
        int, typer.Option(min=36, max=7200, help="Pulses of each spinning beam in a turn.", rich_help_panel=SENSORS)
    ] = 1800,
    rolling: Annotated[
        bool, typer.Option("--rolling", help="Sweeps take time; each point has its own.", rich_help_panel=SENSORS)
    ] = False,
    lens: Annotated[
        Literal["pinhole", "brown-conrady", "fisheye"],
        typer.Option(help="How the three cameras see.", rich_help_panel=SENSORS),
    ] = "pinhole",
    image_size: Annotated[
        str, typer.Option(help="Width × height of a picture.", metavar="<WxH>", rich_help_panel=SENSORS)
    ] = "1242x375",
    pictures: Annotated[
        bool, typer.Option("--pictures/--no-pictures", help="Whether cameras record.", rich_help_panel=SENSORS)
    ] = True,
    surroundings: Annotated[
        Literal["town", "suburb", "country"],
        typer.Option(help="Houses wall to wall, in gardens, or hardly any.", rich_help_panel=STREET),
    ] = "town",
    slope: Annotated[
        float, typer.Option(min=0.0, max=0.15, help="Steepest gradient of the hills.", rich_help_panel=STREET)
    ] = 0.0,
    clutter: Annotated[
        float, typer.Option(min=0.0, max=5.0, help="Bins, racks, posts: 1 is common.", rich_help_panel=STREET)
    ] = 1.0,
    lively: Annotated[
        bool, typer.Option("--lively", help="Traffic brakes, stops and swerves.", rich_help_panel=STREET)
    ] = False,
    pose_drift_m: Annotated[
        float, typer.Option(min=0.0, help="The poses' drift after ten seconds, metres.", rich_help_panel=ERRORS)
    ] = 0.0,
    pose_jitter_m: Annotated[
        float, typer.Option(min=0.0, help="Standard deviation of each position, metres.", rich_help_panel=ERRORS)
    ] = 0.0,
    mounting_offset_m: Annotated[
        float, typer.Option(min=0.0, help="How far sensors sit from where they should.", rich_help_panel=ERRORS)
    ] = 0.0,
    mounting_turn_deg: Annotated[
        float, typer.Option(min=0.0, help="How far sensors are turned, degrees.", rich_help_panel=ERRORS)
    ] = 0.0,
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")] = False,
    json: JsonOption = False,
) -> None:
    """Make drives with known truth: lidars, three cameras, moving traffic, exact labels."""
    from server.errors import InvalidError
    from server.formats_by_name import check_format_name
    from server.simulated_dataset import write_simulated_dataset
    from simulation import DriveOptions, MountingDisturbance, PoseDisturbance, rig_lidars

    check_format_name(format, writes_labels=True)
    if out.exists() and not out.is_dir():
        raise InvalidError(f"{out}: expected a folder, found a file")
    if not force and out.is_dir() and any(out.iterdir()):
        raise InvalidError(f"{out}: expected an empty folder or none, found files; --force writes into it")
    try:
        options = DriveOptions(
            image_size_px=_image_size(image_size),
            azimuths=azimuths,
            pictures=pictures,
            lens=lens,
            lidars=rig_lidars(lidar, azimuths) if lidar else (),
            rolling=rolling,
            surroundings=surroundings,
            slope=slope,
            clutter=clutter,
            lively=lively,
            pose_disturbance=PoseDisturbance(drift_m=pose_drift_m, jitter_m=pose_jitter_m),
            mounting_disturbance=MountingDisturbance(mounting_offset_m, math.radians(mounting_turn_deg)),
        )
    except ValueError as error:
        raise InvalidError(str(error)) from error
    _check_form(options, format, json)
    with progress_bar("simulating") as report:
        labelled = write_simulated_dataset(
            out, frame_count=frames, scene_count=scenes, seed=seed, report=report, format=format, options=options
        )
    result = {"path": str(out), "format": format, "scenes": scenes, "frames": frames, "seed": seed, "labels": labelled}
    if json:
        show_json(result)
    else:
        show_text(f"{scenes} drive(s) of {frames} frames with {labelled} labels written to {out}")


def _image_size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,5})\s*[x×]\s*(\d{1,5})", text)
    if found is None:
        raise ValueError(f"image-size must look like 1242x375, got {text}")
    return int(found[1]), int(found[2])


def _check_form(options: DriveOptions, format_name: str, json: bool) -> None:
    """KITTI has one lidar, no lens and no times of points."""
    from server.errors import InvalidError

    if not format_name.startswith("kitti"):
        return
    if any(camera.lens is not None for camera in options.all_cameras()):
        raise InvalidError(f"lens: {format_name} has rectified images alone; write native or another form")
    if json:
        return
    if len(options.all_lidars()) > 1:
        show_note(f"note: {format_name} has one lidar: the points of the others are left out; native keeps them")
    if options.rolling:
        show_note(f"note: {format_name} has no times of points: sweeps stay distorted; native keeps the times")
