"""``truebox evaluate``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from server.cli.options import JsonOption
from server.cli.output import show_json, show_note, show_pretty, spinner

if TYPE_CHECKING:
    from rich.table import Table

    from quality.metrics import EvaluatedClass

EXAMPLE = "Example: [bold]truebox evaluate training/label_2 results/data --json[/bold]"
TRACKING_SHOWN = ("HOTA", "DetA", "AssA", "MOTA", "MOTP", "IDF1", "IDSW", "MT", "ML")
Missing = Literal["error", "empty", "skip"]


def evaluate(
    truth: Annotated[
        Path, typer.Argument(help="KITTI labels: a folder of files, one file, or a dataset.", show_default=False)
    ],
    prediction: Annotated[
        Path, typer.Argument(help="Labels of the same kind, with scores or without.", show_default=False)
    ],
    class_: Annotated[
        list[str] | None,
        typer.Option(
            "--class",
            metavar="NAME=OVERLAP",
            help="A class and the overlap it needs, again for more [Car=0.7, Pedestrian=0.5, Cyclist=0.5].",
            show_default=False,
        ),
    ] = None,
    missing: Annotated[
        Missing, typer.Option(help="Label files without a prediction: refuse, take as nothing found, or leave out.")
    ] = "error",
    min_score: Annotated[
        float | None,
        typer.Option(help="Objects, ranges and tracking look at scores from here on; AP at all.", show_default=False),
    ] = None,
    pairs: Annotated[bool, typer.Option("--pairs", help="List every matched pair in the JSON.")] = False,
    json: JsonOption = False,
) -> None:
    """Judge labels or detections against the truth: precision as KITTI counts it, errors, ranges, tracking.

    Label files alone are enough; calibration and sensor data are not needed. The keys of the JSON:

    `AP_R11`, `AP_R40`: by class, then by bbox, bev, 3d, aos: percent for easy, moderate, hard; null where there is
    nothing to find or to judge by. `min_overlap` and `difficulties` say what was asked.

    `objects`: by class, matched one to one where volumes overlap by 0.1: counts; `good` above min_overlap, with their
    recall and precision (0 to 1); `excused` on an ignore region or a neighbouring class; `errors`, prediction less
    truth, along, across and up as the true box lies, yaw without the flipped ones.

    `ranges`, `sizes`: by class, the same in bins of distance, and of length. `pairs`: by class, every pair, with
    --pairs.

    `center_distance`: by class, as nuScenes counts: AP (0 to 1) where centres lie within 0.5, 1, 2, 4 m, their mean,
    and the errors of what is found within 2 m; null where the truth has none.

    `tracking`: for tracking labels, by class: HOTA, DetA, AssA, DetRe, DetPr, AssRe, AssPr, LocA, MOTA, MOTP, IDF1,
    IDR, IDP in percent, and TP, FN, FP, IDSW, Frag, MT, PT, ML, IDTP, IDFN, IDFP, on the overlap of volumes; and the
    same for each of its `sequences`.

    `truth`, `prediction`, `frames`, `missing`, `extra`: what was compared.
    """
    classes = _classes(class_)
    with spinner(f"comparing {prediction.name} with {truth.name}"):
        report = compare(truth, prediction, classes, missing=missing, min_score=min_score, with_pairs=pairs)
    if report["extra"]:
        show_note(f"{len(report['extra'])} predicted file(s) are left out, because they have no truth")
    if json:
        show_json(report)
    else:
        _show(report)


def compare(
    truth: Path,
    prediction: Path,
    classes: Sequence[EvaluatedClass],
    *,
    missing: Missing = "error",
    min_score: float | None = None,
    with_pairs: bool = False,
) -> dict[str, Any]:
    """What ``--json`` prints.

    Raises:
        FormatError: There are no labels, a row is wrong, or, unless allowed, files have no prediction.
    """
    from formats import FormatError
    from quality.metrics import evaluate as evaluate_tables
    from quality.metrics import evaluate_tracking
    from server.label_files import pair_label_files, shorten
    from server.label_tables import read_tables

    files = pair_label_files(truth, prediction)
    if files.missing and missing == "error":
        count, total = len(files.missing), len(files.truth.by_stem)
        reason = f"expected a file for each of {files.truth.folder}, {count} of {total} are missing"
        raise FormatError(prediction, f"{reason} ({shorten(files.missing)}); --missing empty or skip goes on")
    tables = read_tables(files, skip_missing=missing == "skip")
    report: dict[str, Any] = {"truth": str(truth), "prediction": str(prediction), "frames": len(tables.keys)}
    report |= {"missing": list(files.missing), "extra": list(files.extra)}
    report |= evaluate_tables(
        tables.truth, tables.prediction, classes, frame_names=tables.names(), min_score=min_score, with_pairs=with_pairs
    )
    if files.has_tracks:
        report["tracking"] = evaluate_tracking(
            tables.truth, tables.prediction, *tables.sequences(), classes, min_score=min_score
        )
    return report


def _classes(wanted: Sequence[str] | None) -> list[EvaluatedClass]:
    """The classes asked for; those that KITTI evaluates keep their neighbours."""
    from quality.metrics import KITTI_CLASSES, EvaluatedClass
    from server.errors import InvalidError

    if not wanted:
        return list(KITTI_CLASSES)
    neighbors = {each.name.lower(): each.neighbor for each in KITTI_CLASSES}
    classes: dict[str, EvaluatedClass] = {}
    for text in wanted:
        name, _, overlap = text.partition("=")
        try:
            classes[name] = EvaluatedClass(name, float(overlap), neighbors.get(name.lower()))
        except ValueError:
            raise InvalidError(f"--class: expected a name and an overlap such as Car=0.7, found {text}") from None
    return list(classes.values())


def _show(report: dict[str, Any]) -> None:
    tables = [_precision_table(report, f"AP_R{recalls}", f"AP at {recalls} recalls") for recalls in (40, 11)]
    tables.append(_object_table(report["objects"]))
    tables.append(_distance_table(report["center_distance"]))
    if "tracking" in report:
        tables.append(_tracking_table(report["tracking"]))
    show_pretty(f"{report['frames']} frames", *tables)


def _precision_table(report: dict[str, Any], key: str, title: str) -> Table:
    from rich.table import Table

    table = Table("class", "overlap", "", title=f"{title}, percent", title_justify="left")
    for difficulty in report["difficulties"]:
        table.add_column(difficulty, justify="right")
    for name, metrics in report[key].items():
        for metric, values in metrics.items():
            row = (name, f"{report['min_overlap'][name]:g}") if metric == "bbox" else ("", "")
            table.add_row(*row, metric, *(_number(value, 2) for value in values), end_section=metric == "aos")
    return table


def _object_table(objects: dict[str, Any]) -> Table:
    from rich.table import Table

    table = Table("class", title="objects, whatever their difficulty", title_justify="left")
    for column in ("truth", "found", "missed", "false", "recall", "precision", "centre", "yaw"):
        table.add_column(column, justify="right")
    for name, row in objects.items():
        rates = (f"{row['matched']}", f"{row['missed']}", f"{row['false']}", row["recall"], row["precision"])
        errors = (row["errors"]["center_m"]["median"], row["errors"]["yaw_deg"]["median"])
        table.add_row(
            *(name, f"{row['truth']}", *(value if isinstance(value, str) else _number(value, 3) for value in rates)),
            *(_number(errors[0], 2, " m"), _number(errors[1], 1, "°")),
        )
    return table


def _distance_table(metrics: dict[str, Any]) -> Table:
    from rich.table import Table

    table = Table("class", title="AP by distance of centres, as nuScenes counts", title_justify="left")
    for column in ("0.5 m", "1 m", "2 m", "4 m", "mean", "distance", "size", "heading"):
        table.add_column(column, justify="right")
    for name, row in metrics.items():
        if row is None:
            table.add_row(name, *["–"] * 8)
            continue
        errors = row["errors"]
        table.add_row(
            *(name, *(_number(row["AP"][limit], 3) for limit in ("0.5", "1", "2", "4", "mean"))),
            *(_number(errors["translation_m"], 2, " m"), _number(errors["scale"], 2)),
            _number(errors["orientation_rad"], 2, " rad"),
        )
    return table


def _tracking_table(tracking: dict[str, Any]) -> Table:
    from rich.table import Table

    table = Table("class", title="tracking, on volumes", title_justify="left")
    for column in TRACKING_SHOWN:
        table.add_column(column, justify="right")
    for name, scores in tracking.items():
        values = (scores[column] for column in TRACKING_SHOWN)
        table.add_row(name, *(str(value) if isinstance(value, int) else _number(value, 1) for value in values))
    return table


def _number(value: float | None, digits: int, unit: str = "") -> str:
    return "–" if value is None else f"{value:.{digits}f}{unit}"
