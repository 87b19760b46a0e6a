"""All frames of a track taken together: sizes agree, headings follow the way, places are smooth; held frames stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autolabel.follow import Subject, better
from geometry import Box, iou_3d_aligned

SIZE = (4.4, 1.8, 1.5)
CAR = Subject("Car", (4.2, 1.8, 1.5), is_rigid=True)


@pytest.fixture
def noisy(make_drive: Callable[..., Any]) -> Any:
    """A car that drives straight, and its boxes with noise and a wrong size."""
    made = make_drive([lambda t: Box.from_yaw([12.0 + 8.0 * t, 4.0, 0.75], SIZE, 0.0)])
    random = np.random.default_rng(1)
    boxes = {
        frame: Box.from_yaw(
            box.center + [*random.normal(0.0, 0.2, 2), 0.0],
            np.array(SIZE) * [0.88, 1.1, 1.0],
            box.yaw_rad + random.normal(0.0, 0.12),
        )
        for frame, box in made.truth[0].items()
    }
    return made, boxes


def test_one_size_and_nearer_to_the_truth(noisy: Any) -> None:
    made, boxes = noisy
    done = better(made.drive, boxes, CAR)
    assert set(done) == set(boxes)
    sizes = np.array([box.size_lwh_m for box in done.values()])
    assert np.ptp(sizes, axis=0) == pytest.approx([0.0, 0.0, 0.0])
    before, after = (
        np.mean([iou_3d_aligned([some[frame]], [truth])[0] for frame, truth in made.truth[0].items()])
        for some in (boxes, done)
    )
    assert after > before
    assert np.abs([box.yaw_rad for box in done.values()]).max() < 0.05


def test_what_drives_backwards_all_along_is_turned_round(noisy: Any) -> None:
    made, boxes = noisy
    reversed_boxes = {f: Box.from_yaw(b.center, b.size_lwh_m, b.yaw_rad + np.pi) for f, b in boxes.items()}
    done = better(made.drive, reversed_boxes, CAR)
    assert np.abs([box.yaw_rad for box in done.values()]).max() < 0.05


def test_held_frames_stay(noisy: Any) -> None:
    made, boxes = noisy
    done = better(made.drive, boxes, CAR, held=(0, 7))
    assert done[0] == boxes[0]
    assert done[7] == boxes[7]
    assert done[3].size_lwh_m == pytest.approx(boxes[3].size_lwh_m)


def test_two_frames_say_nothing_more(noisy: Any) -> None:
    made, boxes = noisy
    two = {frame: boxes[frame] for frame in (0, 1)}
    assert better(made.drive, two, CAR) == two
