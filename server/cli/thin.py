"""``truebox thin``."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from server.cli.choices import AssumeOption, ScenesOption, answers, listed, parse_path
from server.cli.options import JsonOption
from server.cli.output import progress_bar, show_json, show_text, spinner

if TYPE_CHECKING:
    from formats import SceneExport
    from labels import ThinPlan, Tolerance

EXAMPLE = "Example: [bold]truebox thin ~/kitti/training ~/drive-native --tolerance-m 0.05[/bold]"


def thin(
    source: Annotated[
        Path, typer.Argument(metavar="PATH", parser=parse_path, help="The dataset's folder.", show_default=False)
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write.", show_default=False)],
    tolerance_m: Annotated[float, typer.Option(help="How far a cuboid may then be from where it was.", min=0)] = 0.1,
    tolerance_deg: Annotated[float, typer.Option(help="How far its heading may be off.", min=0, max=180)] = 3.0,
    keep_answers: Annotated[bool, typer.Option("--keep-answers", help="Keep keys that have attributes.")] = False,
    scenes: ScenesOption = None,
    assume: AssumeOption = None,
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")] = False,
    json: JsonOption = False,
) -> None:
    """Turn dense tracks into the fewest key cuboids that say the same, as a folder in Truebox's own form.

    Keys are removed, never moved; sensor data is linked. Other forms write a row for every frame, so the fewer keys
    would not show in them.
    """
    from formats import ExportOptions
    from formats.convert import prepare_conversion, write_conversion
    from labels import Tolerance
    from server.cli.convert import check_out
    from server.formats_by_name import invalid_answers

    check_out(out, force)
    tolerance = Tolerance(tolerance_m, math.radians(tolerance_deg))
    with spinner(f"reading {source.name}"), invalid_answers():
        conversion = prepare_conversion(
            source,
            "native",
            options=ExportOptions(sensor_data="link"),
            assume=answers(assume),
            scenes=listed(scenes),
        )
    with spinner("thinning"):
        done = [_thinned(export, tolerance, keep_answers=keep_answers) for export in conversion.exports]
    with progress_bar(f"writing {out.name}") as report:
        write_conversion(replace(conversion, exports=tuple(export for export, _ in done)), out, report)
    rows = [_row(export, plan, before) for (export, plan), before in zip(done, conversion.exports, strict=True)]
    if json:
        show_json({"path": str(out), "scenes": rows} | _totals(rows))
    else:
        total = _totals(rows)
        show_text(
            f"{total['keys_before']} keys became {total['keys_after']}; "
            f"{total['made_static']} tracks stand still; written to {out}"
        )


def _thinned(export: SceneExport, tolerance: Tolerance, *, keep_answers: bool) -> tuple[SceneExport, ThinPlan]:
    from labels import apply
    from labels import thin as thin_labels

    scene, labels = export.scene, export.labels
    plan = thin_labels(labels, scene.frame_times_ns, scene.trajectory, tolerance, keep_answers=keep_answers)
    change = plan.edit.signed(
        change_id=str(uuid4()), scene_id=scene.name, author="human:local", time="", base_revision=labels.revision
    )
    thinned = replace(apply(labels, change), revision=labels.revision)
    return replace(export, labels=thinned), plan


def _row(export: SceneExport, plan: ThinPlan, before: SceneExport) -> dict[str, Any]:
    return {
        "scene": export.scene.name,
        "tracks": len(export.labels.tracks),
        "keys_before": len(before.labels.cuboids),
        "keys_after": len(export.labels.cuboids),
        "made_static": sum(track.made_static for track in plan.tracks.values()),
        "answers_lost": sum(track.answers_lost for track in plan.tracks.values()),
    }


def _totals(rows: list[dict[str, Any]]) -> dict[str, int]:
    names = ("tracks", "keys_before", "keys_after", "made_static", "answers_lost")
    return {name: sum(row[name] for row in rows) for name in names}
