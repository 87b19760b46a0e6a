"""The small scene of ``made.py`` as a dataset."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from calibration import BrownConrady
from formats import SceneExport
from fusion import Scene
from tests.formats.nuscenes.made import OPTIONS, SIZE, made_labels, made_scene, write


@pytest.fixture(scope="session")
def source_scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return made_scene(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="session")
def template(source_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("template") / "dataset"
    write(SceneExport(source_scene, made_labels(), OPTIONS), out)
    return out


@pytest.fixture
def dataset(template: Path, tmp_path: Path) -> Path:
    """A dataset of one scene of four samples, to spoil at will."""
    return Path(shutil.copytree(template, tmp_path / "nuscenes"))


@pytest.fixture
def bent_scene(source_scene: Scene) -> Scene:
    """The scene with a camera whose lens bends lines."""
    rig = source_scene.rig
    bent = BrownConrady(50.0, 51.0, 31.5, 17.5, *SIZE, coefficients=(0.1, 0.01, 0.001, 0.0))
    return replace(
        source_scene, rig=replace(rig, cameras={**rig.cameras, "CAM_BACK": bent}, images_are="raw", revision=3)
    )
