"""``truebox register``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.choices import AssumeOption, LocationArgument, answers
from server.cli.options import FormatOption, JsonOption
from server.cli.output import progress_bar, show_json, show_note, show_text
from server.cli.shown_scene import SceneOption

if TYPE_CHECKING:
    from fusion import RegisteredTrajectory, Scene

EXAMPLE = "Example: [bold]truebox register ~/clouds --scene 0003 --out poses.json[/bold]"


def register(
    path: LocationArgument,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write the poses, as JSON.", show_default=False)
    ] = None,
    scene: SceneOption = None,
    format: FormatOption = None,  # noqa: A002
    assume: AssumeOption = None,
    json: JsonOption = False,
) -> None:
    """Work out where the vehicle was from its clouds alone, and say how far that can be trusted.

    For scenes without poses; the dataset's own poses, if any, are not looked at but to compare with. Needs the extra
    truebox[registration].

    With --json, and in the file: `version`, `source`, `lidar`, `drift_m`, `figures` {clouds, path_m,
    inlier_share_mean, inlier_share_min, residual_m, drift_m, drift_percent, doubtful_frames}, `summary`,
    `world_from_ego` [{timestamp_ns, quat_wxyz, translation_m, inlier_share, residual_m}] and `problems`
    [{path, message}]; where the dataset has poses, `against_given` {translation_m, rotation_deg} is how far the worst
    pose is from its, both seen from the first.
    """
    import json as json_text

    from formats import open_dataset
    from fusion import trajectory_by_registration
    from server.formats_by_name import check_format_name, invalid_answers
    from viewer import choose_scene

    check_format_name(format)
    if out is not None and not out.parent.is_dir():
        from server.errors import InvalidError

        raise InvalidError(f"out: there is no folder {out.parent}")
    with invalid_answers():
        chosen = choose_scene(open_dataset(path, format, answers(assume)), scene)
    with progress_bar(f"registering {chosen.name}") as report:
        found = trajectory_by_registration(chosen, report)
    result = found.to_json() | _against_given(chosen, found)
    if out is not None:
        out.write_text(json_text.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if json:
        show_json(result)
        return
    show_text(found.summary())
    if "against_given" in result:
        show_text("from the dataset's own poses: {translation_m} m, {rotation_deg}°".format(**result["against_given"]))
    for problem in found.problems:
        show_note(f"{problem.path}: {problem.message}")
    if out is not None:
        show_text(f"written to {out}")


def _against_given(scene: Scene, found: RegisteredTrajectory) -> dict[str, dict[str, float]]:
    """How far the worst pose is from the dataset's own, both seen from the first."""
    import numpy as np

    if scene.trajectory is None:
        return {}
    times_ns = [int(time_ns) for time_ns in found.trajectory.timestamps_ns]
    first_from_world = scene.trajectory.world_from_ego(times_ns[0]).inverse()
    away = [
        pose.inverse() @ first_from_world @ scene.trajectory.world_from_ego(time_ns)
        for time_ns, pose in zip(times_ns, found.trajectory.poses, strict=True)
    ]
    distance_m = max(float(np.linalg.norm(pose.translation)) for pose in away)
    angle_rad = max(2 * float(np.arccos(min(pose.quat_wxyz[0], 1.0))) for pose in away)
    return {"against_given": {"translation_m": round(distance_m, 3), "rotation_deg": round(np.rad2deg(angle_rad), 3)}}
