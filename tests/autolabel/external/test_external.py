"""The whole way: a server of somebody's own, started as people start it, proposes tracks as our network does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from autolabel.external.frame_detector import FrameDetector
from autolabel.external.open_detector import open_detector
from autolabel.recording import Recording
from autolabel.tracking.build_tracks import build_tracks
from autolabel.upright import box_of
from geometry import Box, iou_bev
from labels import Category, Taxonomy

TAXONOMY = Taxonomy(
    "ours",
    1,
    (Category("Car", "#112233", (4.0, 1.8, 1.5)), Category("Pedestrian", "#445566", (0.8, 0.7, 1.7), is_rigid=False)),
)
READY = "Uvicorn running on "


@pytest.fixture(scope="module")
def url(repository: Path) -> Iterator[str]:
    """The example, started on a free port."""
    command = [sys.executable, str(repository / "examples" / "01_external_detector.py"), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr is not None
        try:
            line = next((line for line in process.stderr if READY in line), "")
            assert READY in line, "the example did not start"
            yield line.partition(READY)[2].split()[0] + "/detect"
        finally:
            process.terminate()
            process.stderr.read()


@pytest.fixture
def detector(url: str) -> FrameDetector:
    return open_detector(url, TAXONOMY)


def cars(index: int) -> list[Box]:
    return [
        Box.from_yaw(np.array([12.0, 5.0, 0.75]), np.array([4.2, 1.8, 1.5]), 0.5),
        Box.from_yaw(np.array([-10.0 + index, -6.0, 0.75]), np.array([4.2, 1.8, 1.5]), 0.0),
    ]


def test_the_example_finds_the_cars(detector: FrameDetector, recording: Recording) -> None:
    found = detector.detect(recording, 3)
    boxes = [box_of(row) for row in found.boxes_ego]
    assert [detector.classes[number].name for number in found.classes] == ["Car", "Car"]
    overlaps = iou_bev(cars(3), boxes)
    assert (overlaps.max(axis=1) > 0.8).all()


def test_what_it_finds_becomes_tracks(detector: FrameDetector, recording: Recording) -> None:
    detections = [detector.detect(recording, frame) for frame in range(len(recording))]
    tracks = build_tracks(recording, detections, detector.classes)
    assert sorted(track.is_static for track in tracks) == [False, True]
    assert all(len(track.frames) == len(recording) for track in tracks)
    moving = next(track for track in tracks if not track.is_static)
    for frame, row in zip(moving.frames, moving.boxes_base, strict=True):
        assert iou_bev([cars(int(frame))[1]], [box_of(row)])[0, 0] > 0.6


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Truebox-Contract": "2", "Truebox-Points": "1"}, bytes(16), 422),
        ({"Truebox-Contract": "1", "Truebox-Points": "-1"}, bytes(16), 422),
        ({"Truebox-Contract": "1", "Truebox-Points": "2"}, bytes(16), 400),
        ({"Truebox-Contract": "1", "Truebox-Points": "0"}, b"", 200),
        ({"Truebox-Contract": "1", "Truebox-Points": "1"}, bytes(16), 200),
    ],
)
def test_the_example_checks_what_it_is_sent(url: str, headers: dict[str, str], body: bytes, status: int) -> None:
    answer = httpx.post(url, headers=headers, content=body, trust_env=False)
    assert answer.status_code == status
    if status == httpx.codes.OK:
        assert answer.json() == {"version": 1, "boxes": []}
