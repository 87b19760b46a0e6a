"""The av2 package as judge of logs: what its loader reads, counts and projects, and how it scores detections."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from av2.datasets.sensor.av2_sensor_dataloader import AV2SensorDataLoader
from av2.evaluation.detection.eval import evaluate
from av2.evaluation.detection.utils import DetectionCfg
from av2.structures.cuboid import CuboidList
from av2.structures.sweep import Sweep
from av2.utils.io import read_feather


def load(split: Path, log: str) -> dict[str, Any]:
    """Everything of a log through the loader: cuboids by sweep, the points in them, and the poses at the sweeps."""
    loader = AV2SensorDataLoader(data_dir=split, labels_dir=split)
    table = read_feather(split / log / "annotations.feather")
    counted: list[int] = []
    written: list[int] = []
    for path in loader.get_ordered_log_lidar_fpaths(log):
        sweep = Sweep.from_feather(path)
        cuboids = loader.get_labels_at_lidar_timestamp(log, sweep.timestamp_ns)
        counted += [int(cuboid.compute_interior_points(sweep.xyz)[1].sum()) for cuboid in cuboids.cuboids]
        written += table.loc[table["timestamp_ns"] == sweep.timestamp_ns, "num_interior_pts"].tolist()
        loader.get_city_SE3_ego(log, sweep.timestamp_ns)
    return {
        "logs": loader.get_log_ids(),
        "cuboids": len(CuboidList.from_feather(split / log / "annotations.feather")),
        "categories": sorted(set(CuboidList.from_feather(split / log / "annotations.feather").categories)),
        "sweeps": len(loader.get_ordered_log_lidar_fpaths(log)),
        "points_counted": counted,
        "points_written": written,
    }


def project(split: Path, log: str, camera: str) -> dict[str, Any]:
    """The pixels of all cuboids' centres in the image nearest to each sweep, by the poses of both times."""
    loader = AV2SensorDataLoader(data_dir=split, labels_dir=split)
    pixels: list[list[float]] = []
    images: list[int] = []
    for time_ns in loader.get_ordered_log_lidar_timestamps(log):
        path = loader.get_closest_img_fpath(log, camera, time_ns)
        if path is None:
            continue
        centers = loader.get_labels_at_lidar_timestamp(log, time_ns).xyz_center_m
        uv, _, is_valid = loader.project_ego_to_img_motion_compensated(centers, camera, int(path.stem), time_ns, log)
        images.append(int(path.stem))
        pixels += [[*map(float, uv[i][:2])] if is_valid[i] else [] for i in range(len(uv))]
    return {"images": images, "pixels": pixels}


def score(truth: Path, found: Path, log: str) -> dict[str, Any]:
    """The detection evaluation of one log's cuboids against another's, but for objects without a point.

    The evaluation drops the truth of those, so that every detection of them would be a false one.
    """
    gts = read_feather(truth / log / "annotations.feather").assign(log_id=log)
    dts = read_feather(found / log / "annotations.feather").assign(log_id=log, score=1.0)
    seen = set(map(tuple, gts.loc[gts["num_interior_pts"] > 0, ["timestamp_ns", "track_uuid"]].to_numpy()))
    dts = dts.loc[[row in seen for row in zip(dts["timestamp_ns"], dts["track_uuid"], strict=True)]]
    config = DetectionCfg(eval_only_roi_instances=False)
    _, scored, metrics = evaluate(dts, gts, config, n_jobs=1)
    present = sorted(set(scored.loc[scored["is_evaluated"] > 0, "category"]) & set(metrics.index))
    return {
        "evaluated": int(np.sum(scored["is_evaluated"])),
        "metrics": {name: {key: float(value) for key, value in metrics.loc[name].items()} for name in present},
    }


def main(command: str, *arguments: str) -> None:
    """Print one command's answer."""
    if command == "load":
        answer = load(Path(arguments[0]), arguments[1])
    elif command == "project":
        answer = project(Path(arguments[0]), arguments[1], arguments[2])
    else:
        answer = score(Path(arguments[0]), Path(arguments[1]), arguments[2])
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
