"""The nuScenes development kit as a judge: one JSON object for one command.

``judge.py load|evaluate ROOT VERSION [SHIFT_M]`` looks at a dataset; ``judge.py score FILE`` at boxes of one class.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from nuscenes import NuScenes
from nuscenes.eval.common.config import config_factory
from nuscenes.eval.common.data_classes import EvalBoxes
from nuscenes.eval.common.utils import center_distance
from nuscenes.eval.detection.algo import accumulate, calc_ap, calc_tp
from nuscenes.eval.detection.data_classes import DetectionBox
from nuscenes.eval.detection.evaluate import DetectionEval
from nuscenes.eval.detection.utils import category_to_detection_name
from nuscenes.utils.data_classes import LidarPointCloud
from nuscenes.utils.geometry_utils import points_in_box

SPLIT = "all"


def load(kit: NuScenes, _arguments: list[str]) -> dict[str, Any]:
    """What the kit finds: rows of each table, and by annotation its box in the lidar's frame and the points inside."""
    annotations = {}
    images = {}
    for sample in kit.sample:
        token = sample["data"]["LIDAR_TOP"]
        path, boxes, _ = kit.get_sample_data(token)
        points = LidarPointCloud.from_file(path).points[:3] if Path(path).is_file() else np.zeros((3, 0))
        for box in boxes:
            record = kit.get("sample_annotation", box.token)
            annotations[box.token] = {
                "sample": sample["token"],
                "instance": record["instance_token"],
                "category": box.name,
                "center_lidar": box.center.tolist(),
                "size_wlh": box.wlh.tolist(),
                "points": int(points_in_box(box, points).sum()),
                "num_lidar_pts": record["num_lidar_pts"],
                "velocity": np.nan_to_num(kit.box_velocity(box.token)).tolist(),
            }
        cameras = [name for name in sample["data"] if name.startswith("CAM")]
        images[sample["token"]] = {name: _corners(kit, sample["data"][name]) for name in cameras}
    tables = {name: len(getattr(kit, name)) for name in kit.table_names}
    return {"tables": tables, "annotations": annotations, "images": images}


def _corners(kit: NuScenes, token: str) -> dict[str, Any]:
    """By annotation: the pixels of the corners of every box that is wholly before a camera."""
    record = kit.get("sample_data", token)
    calibration = kit.get("calibrated_sensor", record["calibrated_sensor_token"])
    matrix = np.array(calibration["camera_intrinsic"])
    found = {}
    for box in kit.get_sample_data(token, box_vis_level=0)[1]:
        corners = box.corners()
        if corners[2].min() > 0.1:
            pixels = matrix @ corners
            found[box.token] = (pixels[:2] / pixels[2]).T.tolist()
    return found


def evaluate(kit: NuScenes, arguments: list[str]) -> dict[str, Any]:
    """The kit's detection metrics of the annotations themselves, each moved along x of the map by so many metres."""
    shift_m = float(arguments[0])
    attributes = {row["token"]: row["name"] for row in kit.attribute}
    results: dict[str, list[dict[str, Any]]] = {sample["token"]: [] for sample in kit.sample}
    for row in kit.sample_annotation:
        name = category_to_detection_name(row["category_name"])
        if name is None:
            continue
        x, y, z = row["translation"]
        results[row["sample_token"]].append(
            {
                "sample_token": row["sample_token"],
                "translation": [x + shift_m, y, z],
                "size": row["size"],
                "rotation": row["rotation"],
                "velocity": np.nan_to_num(kit.box_velocity(row["token"])[:2]).tolist(),
                "detection_name": name,
                "detection_score": 0.9,
                "attribute_name": next((attributes[token] for token in row["attribute_tokens"]), ""),
            }
        )
    meta = {f"use_{name}": False for name in ("camera", "lidar", "radar", "map", "external")}
    Path("results.json").write_text(json.dumps({"meta": meta, "results": results}))
    config = config_factory("detection_cvpr_2019")
    metrics, _ = DetectionEval(kit, config, "results.json", SPLIT, "evaluation", verbose=False).evaluate()
    summary = metrics.serialize()
    return {
        "mean_ap": summary["mean_ap"],
        "nd_score": summary["nd_score"],
        "mean_dist_aps": summary["mean_dist_aps"],
        "tp_errors": summary["tp_errors"],
        "label_tp_errors": summary["label_tp_errors"],
    }


def score(file: Path) -> dict[str, Any]:
    """The kit's own figures for boxes that are given by frame: centre, size (width, length, height), yaw, score."""
    given = json.loads(file.read_text())
    truth, prediction = _boxes(given["truth"]), _boxes(given["prediction"])
    config = config_factory("detection_cvpr_2019")
    by_limit = {limit: accumulate(truth, prediction, "car", center_distance, limit) for limit in config.dist_ths}
    at_two = by_limit[config.dist_th_tp]
    names = ("trans_err", "scale_err", "orient_err")
    return {
        "AP": {
            f"{limit:g}": calc_ap(data, config.min_recall, config.min_precision) for limit, data in by_limit.items()
        },
        "errors": {name: calc_tp(at_two, config.min_recall, name) for name in names},
    }


def _boxes(rows: list[dict[str, Any]]) -> EvalBoxes:
    boxes = EvalBoxes()
    for frame in sorted({row["frame"] for row in rows}):
        boxes.add_boxes(str(frame), [_box(row) for row in rows if row["frame"] == frame])
    return boxes


def _box(row: dict[str, Any]) -> DetectionBox:
    half = row["yaw"] / 2.0
    return DetectionBox(
        sample_token=str(row["frame"]),
        translation=tuple(row["center"]),
        size=tuple(row["size_wlh"]),
        rotation=(float(np.cos(half)), 0.0, 0.0, float(np.sin(half))),
        velocity=(0.0, 0.0),
        detection_name="car",
        detection_score=row["score"],
        attribute_name="vehicle.moving",
    )


def main() -> None:
    """Run one command."""
    if sys.argv[1] == "score":
        sys.stdout.write(f"{json.dumps(score(Path(sys.argv[2])))}\n")
        return
    command, root, version, *arguments = sys.argv[1:]
    kit = NuScenes(version=version, dataroot=root, verbose=False)
    answer = {"load": load, "evaluate": evaluate}[command](kit, arguments)
    sys.stdout.write(f"{json.dumps(answer)}\n")


main()
