"""Where a scene's poses are from: the dataset, a registration of its clouds at import, or nowhere by choice."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from fusion import Problem
from server.errors import InvalidError
from server.jobs.context import Report
from server.store.tables import SceneRow

if TYPE_CHECKING:
    from fusion import RegisteredTrajectory, Scene

TrajectorySource = Literal["given", "registration", "none"]
JsonObject = dict[str, Any]


@dataclass(frozen=True)
class ChosenTrajectory:
    """A scene as it is to be imported.

    Attributes:
        scene: With the poses that were chosen.
        note: Where they are from and how good they are, to store; empty for the dataset's own.
        packed: Poses that are not the dataset's own, to store.
        problems: Why there are none.
    """

    scene: Scene
    note: JsonObject
    packed: bytes | None
    problems: tuple[Problem, ...] = ()


def choose_trajectory(scene: Scene, source: TrajectorySource, report: Report) -> ChosenTrajectory:
    """A scene of a dataset with the poses that a person chose for its import."""
    if source == "none":
        return ChosenTrajectory(_without_world(scene), {"source": "none"}, None)
    if source == "given" or scene.trajectory is not None:
        return ChosenTrajectory(scene, {}, None)
    return _registered(scene, report)


def pack_poses(registered: RegisteredTrajectory) -> bytes:
    """Poses by registration as bytes to store."""
    return zlib.compress(json.dumps(registered.to_json(), separators=(",", ":")).encode())


def unpack_poses(packed: bytes) -> RegisteredTrajectory:
    """Inverse of ``pack_poses``."""
    from fusion import RegisteredTrajectory

    return RegisteredTrajectory.from_json(json.loads(zlib.decompress(packed)))


def with_stored_trajectory(scene: Scene, row: SceneRow) -> Scene:
    """The scene with the poses that were chosen at its import."""
    source: TrajectorySource = row.trajectory.get("source", "given")
    if source == "none":
        return _without_world(scene)
    return replace(scene, trajectory=unpack_poses(row.poses).trajectory) if row.poses is not None else scene


def _registered(scene: Scene, report: Report) -> ChosenTrajectory:
    from fusion import RegistrationError, trajectory_by_registration

    try:
        found = trajectory_by_registration(scene, report)
    except RegistrationError as error:
        reason = f"it has no poses, for none could be made by registration: {error}"
        return ChosenTrajectory(scene, {}, None, (Problem(".", reason),))
    note = {"source": "registration", "quality": {"figures": found.figures(), "summary": found.summary()}}
    return ChosenTrajectory(replace(scene, trajectory=found.trajectory), note, pack_poses(found), found.problems)


def _without_world(scene: Scene) -> Scene:
    return replace(scene, trajectory=None, map_from_world=None, map_name="", origin_wgs84=None)


def check_trajectory(source: TrajectorySource) -> None:
    """Raise ``InvalidError`` where poses by registration are wanted, but what makes them is not installed."""
    from fusion import why_no_registration

    reason = why_no_registration() if source == "registration" else None
    if reason is not None:
        raise InvalidError(f"trajectory: {reason}")
