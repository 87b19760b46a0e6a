"""Clouds ready for fitting: made once, bounded, and never kept when they could not be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from formats import open_dataset
from pointcloud import PointFileError
from server.errors import NotFoundError
from server.frame_clouds import FrameClouds
from server.settings import Settings


@pytest.fixture
def scene(make_dataset: Callable[..., Any]) -> Any:
    (scene,) = open_dataset(make_dataset(frames=3, points=200).path).scenes
    return scene


def test_made_once_and_bounded(scene: Any, settings: Settings) -> None:
    clouds = FrameClouds(settings, most_points=450)
    first = clouds.get(scene, 0)
    assert len(first.points) == 200
    assert clouds.get(scene, 0) is first
    clouds.get(scene, 1)
    assert clouds.known(scene, 0) is first
    clouds.get(scene, 2)
    assert clouds.known(scene, 0) is None
    assert clouds.known(scene, 2) is not None
    clouds.close()


def test_prefetched_in_the_background(scene: Any, settings: Settings) -> None:
    clouds = FrameClouds(settings)
    clouds.prefetch(scene, 1)
    clouds.prefetch(scene, 99)
    assert len(clouds.get(scene, 1).points) == 200
    clouds.close()
    clouds.prefetch(scene, 2)
    assert clouds.known(scene, 2) is None


def test_a_file_that_cannot_be_read_is_tried_again(scene: Any, settings: Settings) -> None:
    path = Path(scene.frames[1].sweeps[0].path)
    whole = path.read_bytes()
    path.write_bytes(b"abc")
    clouds = FrameClouds(settings)
    with pytest.raises(PointFileError, match=r"000001\.bin"):
        clouds.get(scene, 1)
    assert clouds.find(scene, 1) is None
    path.write_bytes(whole)
    assert len(clouds.get(scene, 1).points) == 200
    clouds.close()


def test_a_frame_without_cloud_says_so(scene: Any, settings: Settings) -> None:
    from dataclasses import replace

    frames = (replace(scene.frames[0], sweeps=()), *scene.frames[1:])
    clouds = FrameClouds(settings)
    with pytest.raises(NotFoundError, match="frame 0 has no cloud"):
        clouds.get(replace(scene, frames=frames), 0)
    clouds.close()
