"""Answers: boxes, or one clear line."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autolabel.classes import ClassSet, ObjectClass
from autolabel.detections import Detections
from autolabel.external.contract import body_of, headers_of, read_answer
from autolabel.external.errors import DetectorError
from autolabel.recording import Recording

BOX: dict[str, Any] = {
    "center": [10.0, -2.5, 0.75],
    "size_lwh": [4.2, 1.8, 1.5],
    "yaw": 0.5,
    "category": "Car",
    "score": 0.5,
}
CLASSES: ClassSet = (ObjectClass("Car", (4.0, 1.8, 1.5), True), ObjectClass("Pedestrian", (0.8, 0.7, 1.7), False))


def read(answer: Any) -> Detections:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return read_answer(body, "http://there/detect", CLASSES)


def with_box(**changes: Any) -> dict[str, Any]:
    return {"version": 1, "boxes": [BOX, BOX | changes]}


def test_what_is_sent_tells_all_that_the_contract_promises(recording: Recording) -> None:
    points = np.frombuffer(body_of(recording, 2), "<f4").reshape(-1, 4)
    np.testing.assert_array_equal(points, recording.points(2))
    headers = headers_of(recording, 2)
    assert headers["Truebox-Contract"] == "1"
    assert headers["Truebox-Frame"] == "2"
    assert headers["Truebox-Timestamp-Ns"] == "200001000"
    assert headers["Truebox-Points"] == str(len(points))
    assert headers["Truebox-Lidar-Center"] == "0.2500,0.0000,1.7500"


def test_boxes_come_back_the_surest_first() -> None:
    person = {"center": [1, 2, 0.9], "size_lwh": [1, 1, 2], "yaw": 6.0, "category": "Pedestrian", "score": 1}
    found = read({"version": 1, "boxes": [BOX, person], "made_by": "somebody"})
    assert found.classes.tolist() == [1, 0]
    assert found.scores.tolist() == [1.0, 0.5]
    np.testing.assert_allclose(found.boxes_ego[1], [10.0, -2.5, 0.75, 4.2, 1.8, 1.5, 0.5])
    assert found.boxes_ego[0, 6] == pytest.approx(6.0 - 2 * np.pi)
    assert (found.headings > 0.5).all()


def test_no_boxes_are_an_answer_too() -> None:
    assert len(read({"version": 1, "boxes": []})) == 0


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (b"", "answer: expected JSON, found EOF"),
        (b"<html>", "answer: expected JSON, found expected value"),
        (b"\xff\xfe", "answer: expected JSON"),
        (b"[" * 100_000, "answer: expected JSON, found recursion limit"),
        ([], "answer: expected an object, found a list of 0"),
        ({"boxes": []}, "version: expected a value, found nothing"),
        ({"version": 2, "boxes": []}, "version: expected 1, found 2"),
        ({"version": 1}, "boxes: expected a value, found nothing"),
        ({"version": 1, "boxes": {}}, "boxes: expected a valid array, found an object of 0"),
        ({"version": 1, "boxes": [BOX] * 5001}, "boxes: expected at most 5000 items, found a list of 500"),
        (with_box(yaw="north"), "boxes[1].yaw: expected a valid number, found 'north'"),
        (with_box(yaw=True), "boxes[1].yaw: expected a valid number, found True"),
        (with_box(yaw=90.0), "boxes[1].yaw: expected radians within ±2π, found 90"),
        (with_box(center=[1, 2]), "boxes[1].center[2]: expected a value, found nothing"),
        (with_box(center=[1, 2, 3, 4]), "boxes[1].center: expected at most 3 items, found a list of 4"),
        (with_box(center=[1, float("nan"), 3]), "boxes[1].center[1]: expected a finite number, found nan"),
        (with_box(center=[1, 2e4, 3]), "boxes[1].center: expected finite metres within ±10000, found 1, 20000, 3"),
        (with_box(size_lwh=[1, -1, 3]), "boxes[1].size_lwh: expected lengths within 0.01 … 100 m, found 1, -1, 3"),
        (with_box(size_lwh=[1, 1, 300]), "boxes[1].size_lwh: expected lengths within 0.01 … 100 m, found 1, 1, 300"),
        (with_box(score=1.5), "boxes[1].score: expected a number within 0 … 1, found 1.5"),
        (with_box(score=10**400), "boxes[1].score: expected a finite number"),
        (with_box(category="Tram"), "boxes[1].category: expected one of Car, Pedestrian, found 'Tram'"),
        (with_box(category=7), "boxes[1].category: expected a valid string, found 7"),
    ],
)
def test_another_answer_is_one_clear_line(answer: Any, line: str) -> None:
    with pytest.raises(DetectorError) as caught:
        read(answer)
    assert f"http://there/detect: {line}" in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def test_long_and_dirty_words_stay_a_line() -> None:
    with pytest.raises(DetectorError) as caught:
        read(with_box(category="\x1b[2J\n" * 100_000))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


numbers = st.one_of(st.floats(), st.integers(), st.integers(-(10**30), 10**30), st.floats(-10, 10))
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=8), st.just("Car")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)
threes = st.lists(numbers, min_size=3, max_size=3) | json_values
nearly_boxes = st.fixed_dictionaries(
    {
        "center": threes,
        "size_lwh": threes | st.lists(st.floats(0.1, 5), min_size=3, max_size=3),
        "yaw": numbers | json_values,
        "category": st.sampled_from(["Car", "Pedestrian", "Tram"]) | json_values,
        "score": st.floats(0, 1) | json_values,
    }
)
nearly_answers = st.fixed_dictionaries(
    {"version": st.just(1) | json_values, "boxes": st.lists(nearly_boxes, max_size=3) | json_values}
)


@given(st.one_of(st.binary(max_size=200), (nearly_answers | json_values).map(lambda value: json.dumps(value).encode())))
def test_whatever_is_answered_gives_boxes_or_one_line(body: bytes) -> None:
    try:
        found = read(body)
    except DetectorError as error:
        assert str(error).isprintable()  # noqa: PT017 (either way is right)
        return
    assert np.isfinite(found.boxes_ego).all()
    assert (found.boxes_ego[:, 3:6] > 0).all()
    assert ((found.scores >= 0) & (found.scores <= 1)).all()
    assert set(found.classes.tolist()) <= {0, 1}
