"""KITTI's object labels through the records: seconds of one core to read and write them, beside bare parsing."""

from __future__ import annotations

import os
import tempfile
import time
import zipfile
from pathlib import Path
from statistics import median

import numpy as np

from formats import ExportOptions, SceneExport, get_format, open_dataset
from fusion import Scene
from labels import LabelSet

NAME = "kitti_labels"
BUDGET_S = 3.0
ARCHIVES = "data_object_*.zip"
CALIB = """\
P0: 721.5377 0 609.5593 0 0 721.5377 172.854 0 0 0 1 0
P1: 721.5377 0 609.5593 -387.5744 0 721.5377 172.854 0 0 0 1 0
P2: 721.5377 0 609.5593 44.85728 0 721.5377 172.854 0.2163791 0 0 1 0.002745884
P3: 721.5377 0 609.5593 -339.5242 0 721.5377 172.854 2.199936 0 0 1 0.002729905
R0_rect: 1 0 0 0 1 0 0 0 1
Tr_velo_to_cam: 0 -1 0 0 0 0 -1 -0.08 1 0 0 -0.27
Tr_imu_to_velo: 1 0 0 -0.81 0 1 0 0.32 0 0 1 -0.8
"""


def run(*, frames: int = 3991, rounds: int = 3) -> dict[str, float | int | str]:
    """KITTI's own labels where the data folder has them, else as many made rows; one process, one core."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source = "kitti" if _unpack_real(folder / "in") else "made"
        if source == "made":
            _write_made(folder / "in", frames)
        timed = [_measure(folder / "in", folder / f"out{turn}") for turn in range(rounds)]
        read_s, write_s, derive_s, files_s, parse_s = (median(column) for column in zip(*timed, strict=True))
        scene, labels = _read(folder / "in")
        ours_s = read_s + write_s - files_s
        return {
            "rows": source,
            "frames": len(scene.frames),
            "cuboids": len(labels.cuboids),
            "read_s": read_s,
            "write_s": write_s,
            "write_all_derived_s": derive_s,
            "writing_bare_files_s": files_s,
            "read_and_write_without_bare_files_s": ours_s,
            "budget_s": BUDGET_S,
            "of_budget": ours_s / BUDGET_S,
            "times_bare_parsing": ours_s / parse_s,
        }


def _measure(source: Path, out: Path) -> tuple[float, float, float, float, float]:
    """Seconds of one core: to open and read, to write what came, to write all anew; of bare files, of bare words.

    Bare files are the same bytes under the same names, which is the file system's share and differs widely.
    """
    start = time.process_time()
    scene, labels = _read(source)
    read_s = time.process_time() - start
    write_s = _write_s(scene, labels, out / "kept", ExportOptions())
    derive_s = _write_s(scene, labels, out / "derived", ExportOptions(derive_2d="all"))
    files = {path.relative_to(out / "kept"): path.read_bytes() for path in (out / "kept").rglob("*.txt")}
    for parent in {path.parent for path in files}:
        (out / "bare" / parent).mkdir(parents=True)
    start = time.process_time()
    for path, data in files.items():
        (out / "bare" / path).write_bytes(data)
    files_s = time.process_time() - start
    start = time.process_time()
    for path in sorted((source / "training" / "label_2").iterdir()):
        for line in path.read_text().splitlines():
            _ = [float(word) for word in line.split()[1:]]
    return read_s, write_s, derive_s, files_s, time.process_time() - start


def _read(folder: Path) -> tuple[Scene, LabelSet]:
    (scene,) = open_dataset(folder, "kitti-object").scenes
    return scene, get_format("kitti-object").read_labels(scene).labels


def _write_s(scene: Scene, labels: LabelSet, out: Path, options: ExportOptions) -> float:
    start = time.process_time()
    get_format("kitti-object").write_labels(SceneExport(scene, labels, options), out)
    return time.process_time() - start


def _unpack_real(folder: Path) -> bool:
    """Unpack KITTI's labels from ``TRUEBOX_TEST_DATA`` (or ../shared/data); whether there were any."""
    named = os.environ.get("TRUEBOX_TEST_DATA")
    data = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    archives = sorted((data / "kitti_labels_bulk").glob(ARCHIVES))
    for archive in archives:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
    return bool(archives)


def _write_made(folder: Path, frames: int, rows_per_frame: int = 6) -> None:
    """As many rows as KITTI has, of cars at random places."""
    rng = np.random.default_rng(0)
    for name in ("label_2", "calib"):
        (folder / "training" / name).mkdir(parents=True)
    for index in range(frames):
        places = rng.uniform((-15.0, 8.0, -3.1), (15.0, 60.0, 3.1), (rows_per_frame, 3))
        rows = [
            f"Car 0.00 0 {turn:.2f} 100.00 150.00 200.00 200.00 1.50 1.60 3.90 {x:.2f} 1.65 {z:.2f} {turn:.2f}\n"
            for x, z, turn in places
        ]
        (folder / "training" / "label_2" / f"{index:06d}.txt").write_text("".join(rows))
        (folder / "training" / "calib" / f"{index:06d}.txt").write_text(CALIB)
