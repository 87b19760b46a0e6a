"""``truebox autolabel run``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.autolabel.self_training_line import self_training_line
from server.cli.choices import AssumeOption, ScenesOption, answers, listed, parse_path
from server.cli.options import JsonOption
from server.cli.output import progress_bar, show_json, show_note, show_text, spinner

if TYPE_CHECKING:
    from autolabel.experiment import Experiment, Target
    from autolabel.proposal import Proposal
    from autolabel.self_training import SelfTrained
    from autolabel.training.model_file import Model
    from formats.convert import Conversion

EXAMPLE = "Example: [bold]truebox autolabel run ~/kitti/training --scene 0003 --train 10 --out ~/labelled[/bold]"
SOURCE, EXTERNAL_SOURCE = "model:few-shot@1", "model:external@1"


def run(
    source: Annotated[
        Path, typer.Argument(metavar="PATH", parser=parse_path, help="The dataset's folder.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write.", show_default=False)],
    scenes: ScenesOption = None,
    train_from: Annotated[
        list[str] | None,
        typer.Option(
            "--train-from",
            metavar="PATH[@SCENE]",
            help="Learn from all labelled frames of another dataset, or of a scene of it; again for more.",
            show_default=False,
        ),
    ] = None,
    train_frames: Annotated[
        str | None,
        typer.Option(help="Frames of each scene that count as labelled, by commas.", show_default=False),
    ] = None,
    train: Annotated[
        int | None,
        typer.Option(help="So many frames count as labelled, spread over the scenes.", min=1, show_default=False),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="The form to write; the dataset's own where it can be written.")
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(help="Labels to score with, where the dataset has none: another folder.", show_default=False),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="Begin with this model instead of the one that comes along.", show_default=False)
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(
            metavar="URL|FILE.onnx",
            help="Ask this detector instead of learning; see docs/external-models.md.",
            show_default=False,
        ),
    ] = None,
    costs: Annotated[
        Path | None, typer.Option(help="What work costs, as YAML; see docs/effort.md.", show_default=False)
    ] = None,
    wished_error: Annotated[float, typer.Option(help="Share of wrong boxes that may be accepted unseen.")] = 0.02,
    self_train: Annotated[
        bool,
        typer.Option(
            "--self-train",
            help="Learn further from what the machine is sure of; kept only where frames held back say it is better.",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Decides everything that is random.")] = 0,
    steps: Annotated[int | None, typer.Option(help="How long to train.", min=1, show_default=False)] = None,
    assume: AssumeOption = None,
    force: Annotated[bool, typer.Option("--force", help="Write into a folder that is not empty.")] = False,
    json: JsonOption = False,
) -> None:
    """Learn from a few labelled frames, label the rest, and say what that saves. Folder in, folder out.

    Labels of other frames than those learnt from are looked at only to score. The keys of the JSON: `effort` (by
    baseline `every_box`, `copy_and_adjust`, `key_frames`: `without_seeds`, `with_seeds`, intervals), `ap` (by overlap
    from above, then category; `all` pools them, `any` does not look at them), `false_tracks`, `heading_flips`,
    `train_s`, `ms_per_frame`, `detector_ms_per_frame` (its part for finding objects frame by frame), `seeds`, `bands`,
    `reasons` (by band, how often each), `self_training` (null unless wished: `was_kept`, `score_before`,
    `score_after`, `frames`, `boxes`), `warnings`, and those of docs/effort.md.
    """
    from autolabel.experiment import run_experiment
    from autolabel.external.open_detector import open_detector
    from autolabel.learn import LearnOptions
    from autolabel.propose import ProposeOptions
    from formats import get_format
    from formats.convert import write_conversion
    from server.cli.autolabel.datasets import elsewhere_of, prepare, targets_of
    from server.cli.convert import check_out

    if self_train and detector is not None:
        from server.errors import InvalidError

        raise InvalidError("expected --self-train or --detector, found both")
    check_out(out, force)
    with spinner(f"reading {source.name}"):
        conversion = prepare(source, to, answers(assume), listed(scenes))
        targets = targets_of(conversion, train_frames, train, truth)
        elsewhere = [each for text in train_from or () for each in elsewhere_of(text)]
        taxonomy = conversion.source.taxonomy or get_format(conversion.source.format).default_taxonomy
        init = initial_model(model) if detector is None else None
        other = None if detector is None else open_detector(detector, taxonomy)
    with progress_bar(f"labelling {source.name}") as report:
        done = run_experiment(
            targets,
            elsewhere,
            taxonomy,
            init,
            detector=other,
            learning=LearnOptions(seed=seed, steps=steps),
            proposing=ProposeOptions(wished_error=wished_error),
            further=self_train,
            progress=report,
        )
    with progress_bar(f"writing {out.name}") as report:
        write_conversion(_with_results(conversion, targets, done), out, report)
    result = _result(done, targets, costs) | {"path": str(out)}
    if json:
        show_json(result)
    else:
        _show(result)


def initial_model(path: Path | None) -> Model:
    """The model to begin with: the one that comes along where no other is named."""
    from autolabel.training.model_file import Model
    from autolabel.weights import INITIAL

    return Model.load(path or INITIAL)


def _with_results(conversion: Conversion, targets: list[Target], done: Experiment) -> Conversion:
    from dataclasses import replace

    from autolabel.labeled_scene import labels_of_frames
    from autolabel.proposal import with_proposals
    from labels import LabelSet

    exports = []
    for export, target, trial in zip(conversion.exports, targets, done.trials, strict=True):
        told = labels_of_frames(target.scene, target.truth or LabelSet(), target.seeds)
        source = SOURCE if done.learned is not None else EXTERNAL_SOURCE
        exports.append(replace(export, labels=with_proposals(told, trial.proposals, source)))
    return replace(conversion, exports=tuple(exports))


def _result(done: Experiment, targets: list[Target], costs: Path | None) -> dict[str, Any]:
    from collections import Counter

    from autolabel.experiment import score
    from quality.effort import load_costs

    learned, proposals = done.learned, [proposal for trial in done.trials for proposal in trial.proposals]
    result: dict[str, Any] = {
        "scenes": len(targets),
        "frames": sum(len(target.scene.frames) for target in targets),
        "proposed_tracks": len(proposals),
        "bands": dict(Counter(proposal.band for proposal in proposals)),
        "reasons": _reasons(proposals),
        "self_training": self_training_json(done.self_trained),
        "learned_from": {} if learned is None else dict(learned.counts),
        "warnings": [] if learned is None else list(learned.warnings),
        "train_s": 0.0 if learned is None else learned.train_s,
        "ms_per_frame": done.ms_per_frame,
        "detector_ms_per_frame": done.detector_ms_per_frame,
    }
    if any(target.truth is None or not target.truth.tracks for target in targets):
        show_note("there are no labels to score with")
        return result
    return result | score(done, load_costs(costs))


def _reasons(proposals: list[Proposal]) -> dict[str, dict[str, int]]:
    """By band, how often each reason is given, the most frequent first."""
    from collections import Counter

    bands = {each.band for each in proposals}
    return {
        band: dict(Counter(code for each in proposals if each.band == band for code in each.reasons).most_common())
        for band in ("accept", "check", "redo")
        if band in bands
    }


def self_training_json(outcome: SelfTrained | None) -> dict[str, Any] | None:
    """What is said of learning further; None where that was not wished."""
    if outcome is None:
        return None
    return {
        "was_kept": outcome.was_kept,
        "score_before": outcome.score_before,
        "score_after": outcome.score_after,
        "frames": outcome.frames,
        "boxes": outcome.boxes,
    }


def _show(result: dict[str, Any]) -> None:
    from quality.effort import effort_lines

    for warning in result["warnings"]:
        show_note(warning)
    show_text(
        f"{result['proposed_tracks']} tracks proposed in {result['frames']} frames "
        f"({', '.join(f'{count} to {band}' for band, count in sorted(result['bands'].items()))}); "
        f"learnt in {result['train_s']:.0f} s, {result['ms_per_frame']:.0f} ms a frame, "
        f"{result['detector_ms_per_frame']:.0f} of them to find objects; written to {result['path']}"
    )
    if result["self_training"] is not None:
        show_text(self_training_line(result["self_training"]))
    if "effort" in result:
        precision = ", ".join(f"{name} {value:.3f}" for name, value in result["ap"]["0.5"].items() if value is not None)
        show_text(f"average precision from above at 0.5: {precision}")
        for line in effort_lines(result):
            show_text(line)
