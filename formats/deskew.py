"""Whether the ego's motion within a sweep is taken out of its points: a question that any format may leave open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast, get_args

from formats.format import Answers, Guess, Question
from fusion import Deskew, Scene, Sweep
from pointcloud import PointFileError

PREFIX = "deskew."
QUESTION = Question(
    f"{PREFIX}*",
    "Move each point by its own time (on), leave it (off), or has the recorder done so already (done)?",
    get_args(Deskew),
)


def with_deskew(scene: Scene, assume: Answers) -> Scene:
    """The scene with what was answered for its lidars, as ``deskew.<lidar>``.

    Raises:
        ValueError: An answer is for a lidar that the scene does not have.
    """
    told = {name.removeprefix(PREFIX): cast(Deskew, answer) for name, answer in assume.items() if _is_ours(name)}
    if not told:
        return scene
    if unknown := sorted(set(told) - set(scene.rig.lidars)):
        known = ", ".join(scene.rig.lidars) or "none"
        raise ValueError(f"assume {PREFIX}{unknown[0]} must name a lidar of {scene.name} ({known}), got {unknown[0]}")

    def answered(sweeps: tuple[Sweep, ...]) -> tuple[Sweep, ...]:
        return tuple(replace(sweep, deskew=told.get(sweep.sensor, sweep.deskew)) for sweep in sweeps)

    frames = tuple(replace(frame, sweeps=answered(frame.sweeps)) for frame in scene.frames)
    return replace(scene, frames=frames, sweeps_between=answered(scene.sweeps_between), assume=dict(assume))


def without_deskew(assume: Answers) -> Answers:
    """The answers that are for the format itself."""
    return {name: answer for name, answer in assume.items() if not _is_ours(name)}


def deskew_guesses(scene: Scene) -> Iterator[Guess]:
    """How the question is settled for each lidar whose points have times of their own; reads a cloud of each."""
    for lidar in scene.rig.lidars:
        sweep = next((sweep for frame in scene.frames for sweep in frame.sweeps if sweep.sensor == lidar), None)
        if sweep is not None and (found := _guess(scene, sweep)) is not None:
            yield found


def _guess(scene: Scene, sweep: Sweep) -> Guess | None:
    name = f"{PREFIX}{sweep.sensor}"
    if name in scene.assume:
        return Guess(name, sweep.deskew, "as told")
    try:
        times_ns = sweep.cloud().time_offset_ns
    except PointFileError:
        return None  # whoever checks the scene names the file
    if times_ns is None or len(times_ns) == 0:
        return None
    span = f"points have times of {times_ns.min() / 1e6:.1f} … {times_ns.max() / 1e6:.1f} ms around the sweep's"
    if sweep.deskew == "done":
        return Guess(name, "done", f"{span}, and the format's clouds are compensated")
    if scene.trajectory is None:
        return Guess(name, sweep.deskew, f"{span}, but the scene has no poses to move them by")
    return Guess(name, sweep.deskew, f"{span}; whether they were moved by them cannot be seen", is_sure=False)


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX)
