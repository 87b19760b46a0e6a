from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from formats import FormatError, inspect_dataset, open_scene
from fusion import fuse_frame
from pointcloud import PointCloud, write_kitti_bin


def messages(report: dict[str, Any]) -> dict[str, str]:
    return {problem["path"]: problem["message"] for problem in report["problems"]}


def test_a_report_has_exactly_the_agreed_keys(tracking: Path) -> None:
    report = inspect_dataset(tracking)
    assert json.loads(json.dumps(report)) == {
        "format": "kitti-tracking",
        "scenes": [
            {
                "name": "0000",
                "frames": 5,
                "tracks": 2,
                "labels": 4,
                "ignored": 1,
                "sequential": True,
                "poses": True,
                "categories": {"Car": 1, "Pedestrian": 1},
                "lidars": [{"name": "velodyne", "frames": 5, "points": 1500}],
                "cameras": [
                    {"name": "image_02", "frames": 5, "width": 200, "height": 100},
                    {"name": "image_03", "frames": 5, "width": 200, "height": 100},
                    {"name": "image_00", "frames": 5, "width": 200, "height": 100},
                ],
            }
        ],
        "guesses": [],
        "problems": [],
    }


def test_every_bad_file_is_one_line_and_the_rest_stays_usable(tracking: Path) -> None:
    training = tracking / "training"
    cloud = training / "velodyne" / "0000" / "000001.bin"
    cloud.write_bytes(cloud.read_bytes()[:-5])
    (training / "image_02" / "0000" / "000002.jpg").write_text("not found")
    Image.new("RGB", (20, 10)).save(training / "image_03" / "0000" / "000003.jpg")
    (training / "velodyne" / "0000" / "000004.bin").unlink()
    with (training / "label_02" / "0000.txt").open("a") as file:
        file.write("3 9 Car 0 0 nan\n")
    report = inspect_dataset(tracking)
    assert messages(report) == {
        "training/velodyne/0000": "1 of 5 frames has no cloud (4)",
        "training/velodyne/0000/000001.bin": (
            "expected whole points of 16 bytes, found 4795 bytes: 299 points and 11 bytes over (cut off?)"
        ),
        "training/image_02/0000/000002.jpg": (
            "expected a PNG or JPEG image, found a file that begins with b'not foun'"
        ),
        "training/image_03/0000/000003.jpg": "expected an image of 200 × 100 pixels, found 20 × 10",
        "training/label_02/0000.txt": "line 6: expected 17 fields (18 with a score), found 6",
    }
    assert all("\n" not in message for message in messages(report).values())
    (scene,) = report["scenes"]
    assert (scene["frames"], scene["labels"]) == (5, 4)
    assert scene["lidars"] == [{"name": "velodyne", "frames": 4, "points": 900}]
    usable = open_scene(training, "0000", "kitti-tracking")
    assert len(fuse_frame(usable, 0, color=True).cloud) == 300
    assert len(fuse_frame(usable, 1, color=True).cloud) == 0


def test_a_cropped_lidar_is_named_with_the_camera(tracking: Path) -> None:
    folder = tracking / "training" / "velodyne" / "0000"
    rng = np.random.default_rng(0)
    for path in folder.iterdir():
        ahead = np.column_stack([rng.uniform(10, 40, 200), rng.uniform(-2, 2, 200), rng.uniform(-1, 1, 200)])
        write_kitti_bin(path, PointCloud(ahead.astype(np.float32), "velodyne"))
    message = messages(inspect_dataset(tracking))["training/velodyne/0000"]
    assert message.startswith("the lidar is cropped to the view of image_02: 100.0 % of its points")
    assert message.endswith("none behind the camera (3 of 5 frames looked at)")


def test_a_folder_that_is_no_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="expected a dataset"):
        inspect_dataset(tmp_path)


def test_paths_are_relative_to_the_folder_that_was_given(raw: Path) -> None:
    assert "image_00" in messages(inspect_dataset(raw))
    assert f"{raw.name}/image_00" in messages(inspect_dataset(raw.parent))
