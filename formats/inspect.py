"""What would be imported from a folder, and every problem; writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from formats.deskew import deskew_guesses
from formats.format import NO_ANSWERS, Answers, Dataset, Format, Guess, Question
from formats.registry import find_question, get_format, open_dataset
from fusion import Frame, ImageFileError, Problem, Scene, Sweep, image_size, project_points
from pointcloud import PointFileError

SAMPLED_FRAMES = 3
CROPPED_SHARE = 0.995
JsonObject = dict[str, Any]


def inspect_dataset(path: Path, format: str | None = None, assume: Answers = NO_ANSWERS) -> JsonObject:  # noqa: A002
    """The report on a dataset, as plain JSON values.

    Args:
        path: The dataset's folder.
        format: The format's name; detected where None.
        assume: Answers to questions that the format leaves open.

    Returns:
        ``format``; ``scenes[]`` with ``name``, ``frames``, ``tracks``, ``labels`` (cuboids), ``ignored`` (ignore
        regions), ``sequential``, ``poses`` (whether it has any), ``categories`` (tracks by category), ``lidars[]``
        (``name``, ``frames``, ``points``) and ``cameras[]`` (``name``, ``frames``, ``width``, ``height``);
        ``guesses[]`` with ``question``, ``text``, ``choices``, ``answer``, ``why`` and ``is_sure``; ``problems[]`` with
        ``path`` and ``message``.

    Raises:
        FormatError: The folder is no dataset.
        ValueError: There is no such format, question or answer.
    """
    dataset = open_dataset(path, format, assume)
    problems = list(dataset.problems)
    scenes: list[JsonObject] = []
    for scene in dataset.scenes:
        entry, label_problems = _scene_entry(get_format(dataset.format), scene)
        scenes.append(entry)
        found = [*scene.problems, *check_scene(scene), *label_problems]
        problems += [Problem.at(scene.path / problem.path, path.resolve(), problem.message) for problem in found]
    return {
        "format": dataset.format,
        "scenes": scenes,
        "guesses": [_guess_entry(get_format(dataset.format), guess) for guess in _guesses(dataset)],
        "problems": [{"path": problem.path, "message": problem.message} for problem in problems],
    }


def check_scene(scene: Scene) -> list[Problem]:
    """What a look into the files finds: cut-off clouds, images that are none, a lidar cropped to a camera's view.

    Reads the size of every cloud, the header of every image and the points of three frames a lidar.
    """
    problems: list[Problem] = []
    for frame in scene.frames:
        problems += _check_files(scene, frame)
    for lidar in scene.rig.lidars:
        problems += _check_cropping(scene, lidar)
    return problems


def _scene_entry(item: Format, scene: Scene) -> tuple[JsonObject, Sequence[Problem]]:
    reading = item.read_labels(scene)
    entry: JsonObject = {
        "name": scene.name,
        "frames": len(scene.frames),
        "tracks": len(reading.labels.tracks),
        "labels": len(reading.labels.cuboids),
        "ignored": sum(box.kind == "ignore" for box in reading.labels.image_boxes.values()),
        "sequential": scene.is_sequential,
        "poses": scene.trajectory is not None,
        "categories": dict(sorted(Counter(track.category for track in reading.labels.tracks.values()).items())),
        "lidars": [_lidar_entry(scene, name) for name in scene.rig.lidars],
        "cameras": [
            {
                "name": name,
                "frames": sum(frame.image(name) is not None for frame in scene.frames),
                "width": camera.width_px,
                "height": camera.height_px,
            }
            for name, camera in scene.rig.cameras.items()
        ],
    }
    return entry, reading.problems


def _guesses(dataset: Dataset) -> tuple[Guess, ...]:
    """What the format settled, and what is asked of any; of a scene for all where they have the same lidars."""
    asked = {guess.question: guess for scene in dataset.scenes[:1] for guess in deskew_guesses(scene)}
    return (*dataset.guesses, *asked.values())


def _guess_entry(item: Format, guess: Guess) -> JsonObject:
    question = find_question(item, guess.question)
    return {
        "question": guess.question,
        "text": _question_text(question, guess.question),
        "choices": list(question.choices) if question else [],
        "answer": guess.answer,
        "why": guess.why,
        "is_sure": guess.is_sure,
    }


def _question_text(question: Question | None, name: str) -> str:
    """What is asked, and of which sensor where it is asked of each."""
    if question is None:
        return name
    about = name.removeprefix(question.name[:-1]) if question.name.endswith(".*") else ""
    return f"{about}: {question.text}" if about else question.text


def _lidar_entry(scene: Scene, name: str) -> JsonObject:
    sweeps = _sweeps(scene, name)
    points = 0
    for sweep in sweeps:
        try:
            points += sweep.point_count()
        except PointFileError:
            continue  # check_scene names the file
    return {"name": name, "frames": len(sweeps), "points": points}


def _sweeps(scene: Scene, lidar: str) -> list[Sweep]:
    return [sweep for frame in scene.frames for sweep in frame.sweeps if sweep.sensor == lidar]


def _check_files(scene: Scene, frame: Frame) -> list[Problem]:
    problems: list[Problem] = []
    for sweep in frame.sweeps:
        try:
            if sweep.point_count() == 0:
                problems.append(Problem.at(sweep.path, scene.path, "a cloud of no points"))
        except PointFileError as error:
            problems.append(Problem.of(error, scene.path))
    for image in frame.images:
        if image.part and frame.index > 0:
            continue  # a picture inside a large file costs its decoding; the first of each camera stands for all
        try:
            size = image_size(image)
        except ImageFileError as error:
            problems.append(Problem.of(error, scene.path))
            continue
        camera = scene.rig.cameras[image.camera]
        if size != (camera.width_px, camera.height_px):
            wanted = f"{camera.width_px} × {camera.height_px}"
            message = f"expected an image of {wanted} pixels, found {size[0]} × {size[1]}"
            problems.append(Problem.at(image.path, scene.path, message))
    return problems


def _check_cropping(scene: Scene, lidar: str) -> list[Problem]:
    """Name a lidar whose points all lie in one camera's image: somebody cut the rest away."""
    sweeps = _sweeps(scene, lidar)
    if not sweeps or not scene.rig.cameras:
        return []
    picked = sorted({round(i * (len(sweeps) - 1) / (SAMPLED_FRAMES - 1)) for i in range(SAMPLED_FRAMES)})
    inside: dict[str, list[float]] = {name: [] for name in scene.rig.cameras}
    for index in picked:
        try:
            cloud = sweeps[index].cloud()
        except PointFileError:
            continue  # a cut-off file is named by its size
        points_ego = scene.rig.ego_from_sensor[lidar].apply(cloud.positions_m)
        for name, camera in scene.rig.cameras.items():
            if camera.bends_lines:
                continue  # a wide lens may see all that a lidar without turning parts does
            seen = project_points(points_ego, scene.rig.cam_from_ego(name), camera)[2]
            inside[name].append(float(np.mean(seen)) if len(seen) else 0.0)
    for name, shares in inside.items():
        if shares and min(shares) >= CROPPED_SHARE:
            message = (
                f"the lidar is cropped to the view of {name}: {100 * min(shares):.1f} % of its points or more lie in"
                f" that image, none behind the camera ({len(shares)} of {len(sweeps)} frames looked at)"
            )
            return [Problem.at(sweeps[0].path.parent, scene.path, message)]
    return []
