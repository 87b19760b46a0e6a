from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from calibration import BrownConrady, CameraModel, Pinhole, SensorRig
from formats import Loss, SceneExport
from formats.losses import count_losses, lost_between_and_masks, lost_lenses, lost_lidars
from fusion import Frame, Scene, Sweep
from geometry import SE3
from labels import LabelSet
from pointcloud import count_pcd, read_pcd

SWEEPS = tuple(Sweep(name, 0, Path(f"{name}.pcd"), read_pcd, count_pcd) for name in ("top", "low"))


def made() -> Scene:
    cameras: dict[str, CameraModel] = {
        "plain": Pinhole(100, 100, 50, 50, 100, 100),
        "bent": BrownConrady(100, 100, 50, 50, 100, 100, (0.1, 0, 0, 0)),
    }
    places = dict.fromkeys(("top", "low", *cameras), SE3.identity())
    rig = SensorRig(places, cameras, ("top", "low"), images_are="raw")
    return Scene("a", Path("a"), "made", rig, (Frame(0, 0, SWEEPS),), sweeps_between=SWEEPS, masks={"bent": Path("m")})


def test_losses_are_counted_over_all_scenes() -> None:
    def lost(export: SceneExport) -> Iterator[str]:
        yield from lost_between_and_masks(export.scene)
        yield from lost_lenses(export.scene)
        yield from lost_lidars(export.scene, "top")

    export = SceneExport(made(), LabelSet())
    assert count_losses([export, export], lost) == [
        Loss("clouds between frames: left out", 4),
        Loss("masks of the own vehicle: left out", 2),
        Loss("the lens distortion of bent: only focal lengths and the principal point are written", 2),
        Loss("clouds of low: a frame has one cloud", 2),
    ]
