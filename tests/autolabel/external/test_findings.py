"""Numbers that cannot be true are not believed, wherever they come from."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from autolabel.external.errors import DetectorError
from autolabel.external.findings import MOST_BOXES, believed

GOOD = np.array([[1.0, 2.0, 0.8, 4.0, 1.8, 1.6, 0.1]])


def test_scores_a_rounding_above_one_are_one() -> None:
    found = believed("here", GOOD, np.zeros(1, np.int64), np.array([np.float32(1.00001)], float))
    assert found.scores.tolist() == [1.0]


def test_too_many_boxes_are_refused() -> None:
    count = MOST_BOXES + 1
    with pytest.raises(DetectorError, match="here: boxes: expected at most 5000, found 5001"):
        believed("here", np.repeat(GOOD, count, axis=0), np.zeros(count, np.int64), np.ones(count))


def test_the_line_survives_another_process() -> None:
    error = DetectorError("here", "boxes", "few\nlines", "x" * 1000)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert (again.where, again.what, again.expected, again.found) == ("here", "boxes", "few\nlines", error.found)


@given(arrays(float, (3, 7), elements=st.floats() | st.floats(-7, 7)), arrays(float, 3, elements=st.floats(-1, 2)))
def test_only_sound_boxes_pass(boxes: np.ndarray, scores: np.ndarray) -> None:
    try:
        found = believed("here", boxes, np.zeros(3, np.int64), scores)
    except DetectorError:
        sound = np.isfinite(boxes).all() and (boxes[:, 3:6] >= 0.01).all() and (np.abs(boxes[:, 6]) <= 6.2).all()
        assert not (sound and (np.abs(boxes[:, :6]) <= 7).all() and (np.abs(scores - 0.5) <= 0.5).all())
        return
    assert np.isfinite(found.boxes_ego).all()
    assert (np.abs(found.boxes_ego[:, 6]) <= np.pi).all()
    assert (np.diff(found.scores) <= 0).all()
