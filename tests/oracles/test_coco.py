"""COCO files judged by pycocotools: what it finds, its average precision, its masks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formats import ExportOptions, SceneExport
from formats.coco import Coco
from formats.kitti.tracking import KittiTracking
from fusion import project_hulls

pytestmark = pytest.mark.oracle
FORMAT = Coco()
KITTI = KittiTracking()
Judge = Callable[..., dict[str, Any]]


@pytest.fixture
def real(shared_data: Path) -> SceneExport:
    (scene,) = (scene for scene in KITTI.open_dataset(shared_data / "kitti_tracking").scenes if scene.name == "0001")
    labels = KITTI.read_labels(scene).labels
    return SceneExport(scene, labels, ExportOptions(include_unconfirmed=True), KITTI.default_taxonomy)


def written(export: SceneExport, folder: Path) -> Path:
    (name,) = FORMAT.write_labels(export, folder).files
    return folder / name


def test_pycocotools_finds_every_box(judge: Judge, real: SceneExport, tmp_path: Path) -> None:
    answer = judge("coco", "load", str(written(real, tmp_path)))
    with_images = {frame.index for frame in real.scene.frames if frame.images}
    expected: Counter[str] = Counter()
    for camera, model in real.scene.rig.cameras.items():
        cuboids = [c for c in real.labels.cuboids.values() if c.frame_index in with_images]
        corners = np.array([c.box_ego.corners() for c in cuboids])
        trunc = project_hulls(real.scene.rig.cam_from_ego(camera).apply(corners), model)[1]
        expected.update(
            real.labels.tracks[c.track_id].category
            for c, row in zip(cuboids, trunc, strict=True)
            if not np.isnan(row[0])
        )
    assert {name: count for name, count in answer["of_category"].items() if count} == dict(expected)
    assert answer["images"] == sum(len(frame.images) for frame in real.scene.frames)
    regions = sum(b.kind == "ignore" and b.frame_index in with_images for b in real.labels.image_boxes.values())
    assert answer["crowds"] == regions * len({track.category for track in real.labels.tracks.values()})
    assert answer["annotations"] == answer["crowds"] + sum(expected.values())


def test_the_files_own_boxes_score_perfectly(judge: Judge, real: SceneExport, tmp_path: Path) -> None:
    path = str(written(real, tmp_path))
    assert judge("coco", "score", path, "0.0") == {"ap": 1.0, "ap50": 1.0, "ar": 1.0}
    # Shifted by a fifth of the width, boxes overlap by 0.8 / 1.2 = 2/3: right at 0.5 to 0.65, wrong from 0.7 on.
    shifted = judge("coco", "score", path, "0.2")
    assert shifted["ap50"] > 0.95
    assert 0.3 < shifted["ap"] < 0.45


def test_masks_fill_their_boxes(judge: Judge, real: SceneExport, tmp_path: Path) -> None:
    path = written(real, tmp_path)
    rows = judge("coco", "masks", str(path))["rows"]
    assert len(rows) == len(json.loads(path.read_text())["annotations"])
    off: list[list[float]] = []
    for row in rows:
        x, y, width, height = row["bbox"]
        if width < 3 or height < 3:
            continue
        left, top, around_width, around_height = row["around"]
        np.testing.assert_allclose([left, top], [x, y], atol=1.6)
        np.testing.assert_allclose([left + around_width, top + around_height], [x + width, y + height], atol=1.6)
        np.testing.assert_allclose(row["mask_area"], row["area"], atol=1.5 * (width + height))
        off.append([left + around_width / 2 - x - width / 2, top + around_height / 2 - y - height / 2])
    # Half a pixel too far left, as without the change of origin, would show.
    assert np.abs(np.median(off, axis=0)).max() < 0.2
