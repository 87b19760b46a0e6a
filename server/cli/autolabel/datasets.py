"""Datasets as ``truebox autolabel run`` takes them: what is to be labelled, and what is learnt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from server.errors import InvalidError

if TYPE_CHECKING:
    from autolabel.experiment import Target
    from autolabel.labeled_scene import LabeledScene
    from formats.convert import Conversion
    from fusion import Scene
    from labels import LabelSet

MOST_LEARNT_FROM = 200
"""Frames of one dataset: they are all in memory at once."""


def prepare(path: Path, to: str | None, assume: Mapping[str, str], scenes: Sequence[str] | None) -> Conversion:
    """What will be written: the dataset with other labels, in its own form where that can be written.

    Raises:
        FormatError: The folder is no dataset.
        InvalidError: There is no such form, question, answer or scene.
    """
    from formats import ExportOptions, detect_format
    from formats.convert import prepare_conversion
    from server.formats_by_name import invalid_answers

    own = detect_format(path)
    with invalid_answers():
        return prepare_conversion(
            path,
            to or (own.name if own.can_write_labels else "native"),
            options=ExportOptions(include_unconfirmed=True, sensor_data="none" if to is None else "link"),
            assume=assume,
            scenes=scenes,
        )


def targets_of(conversion: Conversion, train_frames: str | None, train: int | None, truth: Path | None) -> list[Target]:
    """The scenes with their truth and the frames that count as labelled.

    Raises:
        InvalidError: Frames are named twice over, do not exist, or have no labels.
    """
    from autolabel.experiment import Target
    from autolabel.seed_frames import spread_frames, usable_frames

    if train_frames is not None and train is not None:
        raise InvalidError("expected --train-frames or --train, found both")
    scenes = [(export.scene, _truth(export.scene, export.labels, truth)) for export in conversion.exports]
    usable = [usable_frames(scene, labels) for scene, labels in scenes]
    if train is not None:
        if not any(usable):
            raise InvalidError("--train: expected labelled frames with a cloud, found none")
        seeds = spread_frames(usable, train)
    else:
        seeds = [_named(train_frames, scene) for scene, _ in scenes]
    return [Target(scene, labels, tuple(chosen)) for (scene, labels), chosen in zip(scenes, seeds, strict=True)]


def elsewhere_of(text: str) -> list[LabeledScene]:
    """The labelled frames of another dataset, or of one scene of it.

    Raises:
        FormatError: The folder is no dataset.
        InvalidError: There is no such scene, or none of its frames has labels and a cloud.
    """
    from autolabel.labeled_scene import LabeledScene
    from autolabel.recording import Recording
    from autolabel.seed_frames import spread_frames, usable_frames
    from formats import get_format, open_dataset
    from server.cli.choices import parse_path

    place, _, name = text.partition("@") if not Path(text).exists() else (text, "", "")
    dataset = open_dataset(parse_path(place))
    scenes = [scene for scene in dataset.scenes if name in ("", scene.name)]
    if not scenes:
        names = ", ".join(scene.name for scene in dataset.scenes)
        raise InvalidError(f"--train-from {text}: there is no scene {name}; there is: {names}")
    read = [(scene, get_format(dataset.format).read_labels(scene).labels) for scene in scenes]
    usable = [usable_frames(scene, labels) for scene, labels in read]
    if not any(usable):
        raise InvalidError(f"--train-from {text}: expected labelled frames with a cloud, found none")
    chosen = spread_frames(usable, MOST_LEARNT_FROM)
    return [
        LabeledScene.of(scene, Recording.of(scene), labels, frames)
        for (scene, labels), frames in zip(read, chosen, strict=True)
        if frames
    ]


def _truth(scene: Scene, own: LabelSet, other: Path | None) -> LabelSet:
    """A scene's labels: its own, or those that another dataset has for its frames."""
    if other is None:
        return own
    from formats import get_format, open_dataset
    from formats.attach import attach_labels, match_frames

    dataset = open_dataset(other)
    matches = {source.name: match_frames(source, scene).target_from_source for source in dataset.scenes}
    best = max(dataset.scenes, key=lambda source: len(matches[source.name]), default=None)
    if best is None or not matches[best.name]:
        raise InvalidError(f"--truth {other}: expected a scene with the frames of {scene.name}, found none")
    return attach_labels(get_format(dataset.format).read_labels(best).labels, best, scene).labels


def _named(text: str | None, scene: Scene) -> list[int]:
    if text is None:
        return []
    try:
        frames = sorted({int(each) for each in text.split(",")})
    except ValueError:
        raise InvalidError(f"--train-frames: expected numbers such as 0,5,10, found {text}") from None
    if missing := [frame for frame in frames if not 0 <= frame < len(scene.frames)]:
        raise InvalidError(f"--train-frames: {scene.name} has frames 0 … {len(scene.frames) - 1}, not {missing[0]}")
    return frames
