"""``truebox check``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.choices import AssumeOption, LocationArgument, ScenesOption, answers, listed
from server.cli.options import FormatOption, JsonOption
from server.cli.output import progress_bar, show_json, show_pretty

if TYPE_CHECKING:
    from rich.console import RenderableType

    from formats import Dataset
    from fusion import Scene

EXAMPLE = "Example: [bold]truebox check ~/kitti/training --rule edge_difference --json[/bold]"
WORST_SHOWN = 5
COLORS = {"error": "red", "warning": "yellow", "info": "cyan"}
JsonObject = dict[str, Any]


def check(
    path: LocationArgument,
    rule: Annotated[
        list[str] | None, typer.Option(help="A rule to check, again for more; else all.", show_default=False)
    ] = None,
    scenes: ScenesOption = None,
    no_points: Annotated[
        bool, typer.Option("--no-points", help="Leave out the rules that look into the clouds; faster.")
    ] = False,
    format: FormatOption = None,  # noqa: A002
    assume: AssumeOption = None,
    json: JsonOption = False,
) -> None:
    """Hold the labels of a folder against the data and themselves; nothing is written.

    The exit code is 1 where a finding of severity error was made or the folder cannot be read, else 0.

    With --json: `path`, `format`, `counts` {error, warning, info}, `rules` [{rule, title, description, severity,
    counts}], `scenes` [{name, frames, cuboids, findings}] (findings is their number), `problems` [{path, message}]
    (what could not be read), and `findings` [{scene, rule, severity, sentence, frame_index, value, details,
    label_ids}]: `details` holds what the sentence is made of, such as object, camera and difference_px.
    """
    from formats import open_dataset
    from server.formats_by_name import check_format_name, invalid_answers

    check_format_name(format)
    with invalid_answers():
        dataset = open_dataset(path, format, answers(assume))
    report = check_dataset(dataset, _chosen(dataset, listed(scenes)), rule, with_points=not no_points)
    if json:
        show_json(report)
    else:
        _show(report)
    if report["counts"]["error"]:
        raise typer.Exit(1)


def check_dataset(dataset: Dataset, scenes: list[Scene], rules: list[str] | None, *, with_points: bool) -> JsonObject:
    """What ``--json`` prints.

    Raises:
        InvalidError: There is no such rule, or the format has no labels.
    """
    from formats import get_format
    from quality import all_checks
    from server.errors import InvalidError

    known = {each.rule: each for each in all_checks()}
    if unknown := sorted(set(rules or ()) - set(known)):
        raise InvalidError(f"there is no rule {', '.join(unknown)}; there is: {', '.join(known)}")
    if not get_format(dataset.format).can_read_labels:
        raise InvalidError(f"{dataset.path}: {dataset.format} holds no labels to check")
    chosen = [each for each in known.values() if (not rules or each.rule in rules)]
    findings: list[JsonObject] = []
    rows: list[JsonObject] = []
    problems = list(dataset.problems)
    with progress_bar(f"checking {dataset.path.name}") as report:
        for index, scene in enumerate(scenes):
            report(index / len(scenes), scene.name)
            labels, found, wrong = _check_scene(scene, [each.rule for each in chosen], with_points=with_points)
            findings += found
            problems += wrong
            rows.append({"name": scene.name, "frames": len(scene.frames), "cuboids": labels, "findings": len(found)})
    return {
        "path": str(dataset.path),
        "format": dataset.format,
        "counts": _counts(findings),
        "rules": [
            {
                "rule": each.rule,
                "title": each.title,
                "description": each.description,
                "severity": each.severity,
                "counts": _counts([finding for finding in findings if finding["rule"] == each.rule]),
            }
            for each in chosen
            if with_points or not each.needs_points
        ],
        "scenes": rows,
        "problems": [{"path": problem.path, "message": problem.message} for problem in problems],
        "findings": findings,
    }


def _check_scene(scene: Scene, rules: list[str], *, with_points: bool) -> tuple[int, list[JsonObject], list[Any]]:
    """The number of key cuboids, the findings, and what could not be read."""
    from formats import get_format
    from formats.given import cuboid_fingerprint
    from quality import run_checks

    item = get_format(scene.format)
    reading = item.read_labels(scene)
    findings = run_checks(
        scene,
        reading.labels,
        rules,
        taxonomy=item.default_taxonomy,
        with_points=with_points,
        fingerprint=cuboid_fingerprint,
    )
    rows = [
        {
            "scene": scene.name,
            "rule": finding.rule,
            "severity": finding.severity,
            "sentence": finding.sentence,
            "frame_index": finding.frame_index,
            "value": finding.value,
            "details": dict(finding.details),
            "label_ids": list(finding.label_ids),
        }
        for finding in findings
    ]
    return len(reading.labels.cuboids), rows, list(reading.problems)


def _chosen(dataset: Dataset, names: list[str] | None) -> list[Scene]:
    from server.errors import NotFoundError

    if not names:
        return list(dataset.scenes)
    scenes = {scene.name: scene for scene in dataset.scenes}
    if missing := [name for name in names if name not in scenes]:
        raise NotFoundError(f"{dataset.path}: there is no scene {missing[0]}; there is: {_some(list(scenes))}")
    return [scenes[name] for name in scenes if name in names]


def _some(names: list[str]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _counts(findings: list[JsonObject]) -> dict[str, int]:
    counted = Counter(finding["severity"] for finding in findings)
    return {severity: counted[severity] for severity in COLORS}


def _show(report: JsonObject) -> None:
    from rich.table import Table
    from rich.text import Text

    cuboids, frames = (sum(scene[name] for scene in report["scenes"]) for name in ("cuboids", "frames"))
    title = f"{len(report['scenes'])} scene(s), {frames} frames, {cuboids} key cuboids"
    table = Table("rule", "", title=title, title_justify="left")
    for severity in COLORS:
        table.add_column(severity, justify="right")
    for rule in report["rules"]:
        counts = (_count(rule["counts"][severity], COLORS[severity]) for severity in COLORS)
        table.add_row(rule["rule"], rule["title"], *counts)
    wrong = [Text.assemble((f"{row['path']}: ", "yellow"), row["message"]) for row in report["problems"]]
    show_pretty(table, *_worst(report), *wrong, _verdict(report["counts"], cuboids))


def _count(count: int, color: str) -> RenderableType:
    from rich.text import Text

    return Text(str(count), color if count else "dim")


def _worst(report: JsonObject) -> list[RenderableType]:
    """The gravest findings of each rule, those with the largest value first."""
    from rich.text import Text

    lines: list[RenderableType] = []
    for rule in report["rules"]:
        found = [finding for finding in report["findings"] if finding["rule"] == rule["rule"]]
        found.sort(key=lambda finding: (list(COLORS).index(finding["severity"]), -(finding["value"] or 0.0)))
        for finding in found[:WORST_SHOWN]:
            place = "" if finding["frame_index"] is None else f" frame {finding['frame_index']}"
            color = COLORS[finding["severity"]]
            lines.append(Text.assemble((f"{finding['scene']}{place}: ", color), finding["sentence"]))
        if len(found) > WORST_SHOWN:
            lines.append(Text(f"… and {len(found) - WORST_SHOWN} more of {rule['rule']}", "dim"))
    return lines


def _verdict(counts: dict[str, int], cuboids: int) -> RenderableType:
    from rich.text import Text

    if not cuboids:
        return Text("there are no labels to check", "bold yellow")
    if not any(counts.values()):
        return Text("nothing found", "bold green")
    return Text(f"{counts['error']} error(s), {counts['warning']} warning(s), {counts['info']} hint(s)", "bold")
