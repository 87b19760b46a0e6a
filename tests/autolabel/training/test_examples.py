"""Labelled frames, cut to what training needs."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from autolabel.network.sweeps import gather_sweeps
from autolabel.recording import Recording
from autolabel.training.examples import (
    STEP_M,
    Example,
    ExampleFileError,
    ExampleFiles,
    LabeledFrame,
    PackedPoints,
    example_of,
)

BOX = np.array([[5.0, 1.0, 0.75, 4.0, 1.8, 1.5, 0.3]])


def still(points):
    return Recording([0], None, lambda _: points, np.array([0.0, 0.0, 1.7]))


def same(a, b):
    arrays = ("sensor_xy", "boxes", "classes", "point_counts", "ignored")
    clouds = ("current", "past", "future")
    assert all(np.array_equal(getattr(a, name), getattr(b, name)) for name in arrays)
    assert all(np.array_equal(getattr(a, c).places, getattr(b, c).places) for c in clouds)
    assert all(np.array_equal(getattr(a, c).shades, getattr(b, c).shades) for c in clouds)
    assert (a.past_count, a.future_count) == (b.past_count, b.future_count)
    assert (a.region is None) == (b.region is None)
    assert all(np.array_equal(p, q) for p, q in zip(a.region or (), b.region or (), strict=True))


def test_points_lose_hardly_anything(make_example):
    sweeps = make_example(1).sweeps()
    again = PackedPoints.of(sweeps.current).columns()
    assert np.abs(again[:3] - sweeps.current[:3]).max() <= STEP_M
    assert np.abs(again[3] - sweeps.current[3]).max() <= 1 / 255
    assert np.array_equal(again[4], sweeps.current[4])


@pytest.mark.parametrize(
    "region", [None, (), (np.array([[0.0, 0], [1, 0], [1, 1]]), np.array([[5.0, 5], [6, 5], [6, 9]]))]
)
def test_a_file_gives_the_example_back(tmp_path, make_example, region):
    example = make_example(1)
    example = Example(**{**vars(example), "region": region, "ignored": BOX})
    example.save(tmp_path / "a.npz")
    same(example, Example.load(tmp_path / "a.npz"))
    same(example, pickle.loads(pickle.dumps(example)))
    files = ExampleFiles([tmp_path / "a.npz"] * 3)
    assert len(files) == 3
    same(example, files[2])


def test_boxes_stand_on_the_ground(make_example):
    example = make_example(2)
    assert np.abs(example.boxes[:, 2] - example.boxes[:, 5] / 2).max() < 0.15
    assert (example.point_counts > 100).all()
    assert (example.past_count, example.future_count) == (1, 1)


def test_boxes_off_the_grid_are_left_out(small_grid):
    frame = LabeledFrame(still(np.zeros((1, 4), np.float32)), 0, np.repeat(BOX, 2, axis=0), np.array([0, 1]))
    frame.boxes_ego[1, 0] = 40.0
    example = example_of(frame, small_grid)
    assert example.classes.tolist() == [0]
    assert example.ignored[:, 0].tolist() == [40.0]


def test_a_frame_without_points_or_boxes(small_grid):
    frame = LabeledFrame(still(np.zeros((0, 4), np.float32)), 0, np.zeros((0, 7)), np.zeros(0, np.int64))
    example = example_of(frame, small_grid)
    assert example.sweeps().current.shape == (5, 0)
    assert len(example.boxes) == 0


def test_a_box_without_points_is_known_to_have_none(small_grid):
    frame = LabeledFrame(still(np.zeros((0, 4), np.float32)), 0, BOX, np.array([0]))
    assert example_of(frame, small_grid).point_counts.tolist() == [0]


@pytest.mark.parametrize(
    ("boxes", "classes", "frame"),
    [
        (BOX, np.array([0, 1]), 0),
        (np.full((1, 7), np.nan), np.array([0]), 0),
        (BOX * [1, 1, 1, 0, 1, 1, 1], np.array([0]), 0),
        (BOX[:, :6], np.array([0]), 0),
        (BOX, np.array([0]), 1),
    ],
)
def test_labels_that_make_no_sense_are_refused(boxes, classes, frame):
    with pytest.raises(ValueError, match="must"):
        LabeledFrame(still(np.zeros((0, 4), np.float32)), frame, boxes, classes)


def test_files_that_hold_no_example_are_told(tmp_path, make_example):
    make_example(1).save(tmp_path / "good.npz")
    whole = (tmp_path / "good.npz").read_bytes()
    files = {
        "none.npz": None,
        "cut.npz": whole[: len(whole) // 2],
        "text.npz": b"no example",
        "empty.npz": b"",
        "array.npz": whole.replace(b"sensor_xy", b"sensor_xz"),
    }
    for name, data in files.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)
        with pytest.raises(ExampleFileError, match=name):
            Example.load(tmp_path / name)
    np.savez(tmp_path / "other.npz", version=99)
    with pytest.raises(ExampleFileError, match="version"):
        Example.load(tmp_path / "other.npz")


def test_objects_in_a_file_are_never_run(tmp_path):
    np.savez(tmp_path / "evil.npz", version=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ExampleFileError):
        Example.load(tmp_path / "evil.npz")


def test_an_example_sees_what_the_detector_sees(small_grid):
    points = np.random.default_rng(0).uniform(-10, 10, (500, 4)).astype(np.float32)
    points[:, 3] = 0.5
    recording = still(points)
    frame = LabeledFrame(recording, 0, np.zeros((0, 7)), np.zeros(0, np.int64))
    told, _ = gather_sweeps(recording, 0, small_grid)
    kept = example_of(frame, small_grid).sweeps()
    assert np.abs(kept.current[:3] - told.current[:3]).max() <= STEP_M
