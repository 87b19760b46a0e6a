"""Recordings of a few messages, as scenes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from formats import open_dataset
from fusion import Scene
from geometry import SE3
from tests.formats.ros.bags import Recorder, cloud_rows

START = 1_700_000_000_000_000_000
STEP = 100_000_000
K = [100.0, 0, 31.5, 0, 101.0, 23.5, 0, 0, 1]
OPTICAL = SE3(np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]]), np.array([0.3, 0.0, 1.5]))
XYZ = np.random.default_rng(5).uniform(-40, 40, (60, 3)).astype(np.float32).astype(np.float64)


def png(shade: int = 90, size: tuple[int, int] = (64, 48)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (shade, 40, 10)).save(stream, "PNG")
    return stream.getvalue()


def simple(kind: str = "db3", frames: int = 3) -> Recorder:
    """Two lidars and a camera on a car that drives on."""
    recorder = Recorder(kind)
    recorder.transform("/tf_static", START, "base_link", "top", SE3.from_yaw(0.1, [1, 0, 2]))
    recorder.transform("/tf_static", START, "base_link", "rear", SE3.from_yaw(3.0, [-1, 0, 1]))
    recorder.transform("/tf_static", START, "base_link", "cam", OPTICAL)
    for i in range(frames):
        now = START + i * STEP
        recorder.transform("/tf", now, "odom", "base_link", SE3.from_yaw(0.01 * i, [1000.0 + i, 50, 3]))
        recorder.points("/top/points", now, "top", cloud_rows(XYZ))
        recorder.points("/rear/points", now + 7_000_000, "rear", cloud_rows(XYZ[:20]))
        recorder.info("/cam/camera_info", now, "cam", (64, 48), K)
        recorder.compressed("/cam/image_raw/compressed", now + 30_000_000, "cam", png(i))
    return recorder


def opened(recorder: Recorder, folder: Path, **assume: str) -> Scene:
    recorder.write(folder)
    (scene,) = open_dataset(folder, assume=assume).scenes
    return scene


def messages(scene: Scene) -> str:
    return "\n".join(problem.message for problem in scene.problems)
