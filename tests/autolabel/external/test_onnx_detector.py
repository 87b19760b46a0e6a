"""Models from files: what they need, what they may answer, and what they may not do."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autolabel.classes import ClassSet
from autolabel.external import onnx_detector
from autolabel.external.errors import DetectorError
from autolabel.external.onnx_detector import OnnxDetector
from autolabel.recording import Recording

onnx = pytest.importorskip("onnx", reason="models are built with onnx")
onnxruntime = pytest.importorskip("onnxruntime", reason="models run in onnxruntime")

BOX = [12.0, 5.0, 0.75, 4.2, 1.8, 1.5, 0.5]
NAMES = ("Pedestrian", "Car")
FLOAT, INT64 = onnx.TensorProto.FLOAT, onnx.TensorProto.INT64


def constant(name: str, values: Any, kind: Any = np.float32) -> Any:
    return onnx.numpy_helper.from_array(np.array(values, kind), name)


def node(kind: str, inputs: list[str], outputs: list[str], **attributes: Any) -> Any:
    return onnx.helper.make_node(kind, inputs, outputs, **attributes)


def value(name: str, kind: int, shape: Any) -> Any:
    return onnx.helper.make_tensor_value_info(name, kind, shape)


POINTS = value("points", FLOAT, ["n", 4])
OUTPUTS = (value("boxes", FLOAT, ["m", 7]), value("scores", FLOAT, ["m"]), value("labels", INT64, ["m"]))


def fixed(boxes: Any = (BOX,), scores: Any = (0.9,), labels: Any = (1,), label_kind: Any = np.int64) -> Any:
    """Nodes and constants that answer the same whatever comes in."""
    found = [constant("b", boxes), constant("s", scores), constant("l", labels, label_kind)]
    return [node("Identity", [a], [b]) for a, b in (("b", "boxes"), ("s", "scores"), ("l", "labels"))], found


def save(
    path: Path,
    graph: Any,
    inputs: Any = (POINTS,),
    outputs: Any = OUTPUTS,
    categories: str | None = json.dumps(NAMES),
    domains: tuple[str, ...] = ("",),
) -> Path:
    nodes, constants = graph
    made = onnx.helper.make_graph(nodes, "detector", list(inputs), list(outputs), constants)
    opsets = [onnx.helper.make_opsetid(domain, 17 if not domain else 1) for domain in domains]
    model = onnx.helper.make_model(made, opset_imports=opsets, ir_version=9)
    if categories is not None:
        onnx.helper.set_model_props(model, {"categories": categories})
    path.write_bytes(model.SerializeToString())
    return path


def refused(path: Path, classes: ClassSet) -> str:
    with pytest.raises(DetectorError) as caught:
        OnnxDetector(path, classes)
    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert line.isprintable()
    return line.removeprefix(f"{path}: ")


def fails(path: Path, classes: ClassSet, recording: Recording) -> str:
    with pytest.raises(DetectorError) as caught:
        OnnxDetector(path, classes).detect(recording, 0)
    line = str(caught.value)
    assert line.isprintable()
    return line.removeprefix(f"{path}: ")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "detector.onnx"


def test_labels_become_classes_by_name(path: Path, classes: ClassSet, recording: Recording) -> None:
    person = [1.0, 2.0, 0.9, 0.8, 0.7, 1.8, -1.0]
    save(path, fixed([person, BOX], [0.4, 0.9], [0, 1]))
    found = OnnxDetector(path, classes).detect(recording, 0)
    np.testing.assert_allclose(found.boxes_ego, [BOX, person], rtol=1e-6)
    assert [classes[number].name for number in found.classes] == ["Car", "Pedestrian"]
    np.testing.assert_allclose(found.scores, [0.9, 0.4])


@pytest.mark.parametrize("columns", [3, 4])
def test_the_model_sees_the_points(columns: int, path: Path, classes: ClassSet, recording: Recording) -> None:
    """A box around the mean of all points, of their number as the score."""
    nodes = [
        node("ReduceMean", ["points"], ["mean"], axes=[0], keepdims=1),
        node("Slice", ["mean", "zero", "three", "one"], ["center"]),
        node("Concat", ["center", "rest"], ["boxes"], axis=1),
        node("ReduceMean", ["points"], ["all"], keepdims=0),
        node("Sigmoid", ["all"], ["score"]),
        node("Reshape", ["score", "one"], ["scores"]),
        node("Identity", ["zero"], ["labels"]),
    ]
    constants = [
        constant("rest", [[2, 1, 1, 0]]),
        constant("zero", [0], np.int64),
        constant("three", [3], np.int64),
        constant("one", [1], np.int64),
    ]
    save(path, (nodes, constants), inputs=[value("points", FLOAT, [None, columns])])
    found = OnnxDetector(path, classes).detect(recording, 1)
    points = recording.points(1)[:, :columns].astype(float)
    np.testing.assert_allclose(found.boxes_ego[0, :3], points[:, :3].mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(found.scores, 1.0 / (1.0 + np.exp(-points.mean())), atol=1e-4)


def test_no_boxes_are_an_answer_too(path: Path, classes: ClassSet, recording: Recording) -> None:
    save(path, fixed(np.zeros((0, 7)), np.zeros(0), np.zeros(0)))
    assert len(OnnxDetector(path, classes).detect(recording, 0)) == 0


def test_a_frame_without_points_asks_no_model(path: Path, classes: ClassSet, empty: Recording) -> None:
    save(path, fixed())
    assert len(OnnxDetector(path, classes).detect(empty, 0)) == 0


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"inputs": [value("cloud", FLOAT, ["n", 4])]}, "inputs: expected one input 'points'"),
        ({"inputs": [value("points", FLOAT, ["n", 5])]}, "found points: tensor(float) (n, 5)"),
        ({"inputs": [value("points", FLOAT, [1000, 4])]}, "found points: tensor(float) (1000, 4)"),
        ({"inputs": [value("points", FLOAT, ["n", "c"])]}, "found points: tensor(float) (n, c)"),
        ({"inputs": [value("points", FLOAT, None)]}, "inputs: expected one input"),
        ({"inputs": [value("points", onnx.TensorProto.DOUBLE, ["n", 4])]}, "found points: tensor(double) (n, 4)"),
        ({"inputs": [POINTS, value("image", FLOAT, ["h", "w"])]}, "image: tensor(float) (h, w)"),
        ({"inputs": []}, "inputs: expected one input"),
        (
            {"outputs": OUTPUTS[:2]},
            "outputs: expected labels: tensor(int64) (M), found boxes: tensor(float) (1, 7); scores",
        ),
        ({"categories": None}, "metadata 'categories': expected a JSON list of names, found none"),
        ({"categories": "Car"}, "metadata 'categories': expected a JSON list of names, found 'Car'"),
        ({"categories": "[1]"}, "metadata 'categories': expected a JSON list of names, found '[1]'"),
        ({"categories": "[" * 10000}, "metadata 'categories': expected a JSON list of names"),
        ({"categories": "[]"}, "metadata 'categories': expected a JSON list of names, found an empty one"),
        (
            {"categories": '["Car", "Tram"]'},
            "metadata 'categories': expected names among Car, Pedestrian, found 'Tram'",
        ),
    ],
)
def test_a_model_of_another_form_is_refused_at_once(
    change: dict[str, Any], line: str, path: Path, classes: ClassSet
) -> None:
    save(path, fixed(), **change)
    assert line in refused(path, classes)


def test_outputs_of_another_type_or_shape_are_refused_at_once(path: Path, classes: ClassSet) -> None:
    int32 = [*OUTPUTS[:2], value("labels", onnx.TensorProto.INT32, ["m"])]
    save(path, fixed(label_kind=np.int32), outputs=int32)
    assert "outputs: expected labels: tensor(int64) (M), found labels: tensor(int32) (1)" in refused(path, classes)
    save(path, fixed([[*BOX, 0.0]]), outputs=[value("boxes", FLOAT, ["m", 8]), *OUTPUTS[1:]])
    assert "outputs: expected boxes: tensor(float) (M, 7), found boxes" in refused(path, classes)


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ({"boxes": [[np.nan, *BOX[1:]]]}, "boxes[0].center: expected finite metres"),
        ({"boxes": [[*BOX[:3], 0.0, 1.0, 1.0, 0.0]]}, "boxes[0].size_lwh: expected lengths"),
        ({"scores": [np.nan]}, "boxes[0].score: expected a number within 0 … 1, found nan"),
        ({"scores": np.array([0x7F800001], np.uint32).view(np.float32)}, "boxes[0].score: expected a number within"),
        ({"scores": [4.2]}, "boxes[0].score: expected a number within 0 … 1, found 4.2"),
        ({"labels": [2]}, "labels[0]: expected 0 … 1, found 2"),
        ({"labels": [-1]}, "labels[0]: expected 0 … 1, found -1"),
        ({"labels": [1, 1]}, "labels: expected the shape (1,), found (2,)"),
        ({"scores": [0.5, 0.5]}, "scores: expected the shape (1,), found (2,)"),
        ({"boxes": np.zeros((6000, 7)), "scores": np.zeros(6000), "labels": np.zeros(6000)}, "at most 5000, found"),
    ],
)
def test_results_that_are_no_boxes_are_told(
    answer: dict[str, Any], line: str, path: Path, classes: ClassSet, recording: Recording
) -> None:
    save(path, fixed(**answer))
    assert line in fails(path, classes, recording)


@pytest.mark.parametrize("boxes", [BOX, 1.0, [[BOX]], [BOX[:6]]])
def test_shapes_that_only_the_answer_tells_are_checked_then(
    boxes: Any, path: Path, classes: ClassSet, recording: Recording
) -> None:
    """The place of the box's values comes from the points' number, so that nothing is known before."""
    flat = np.array(boxes, float)
    nodes, constants = fixed(flat.ravel())
    nodes[0] = node("Reshape", ["b", "form"], ["boxes"])
    count = node("Shape", ["points"], ["count"], start=0, end=1)
    form = [node("Mul", ["count", "none"], ["zeros"]), node("Add", ["zeros", "sides"], ["form"])]
    constants += [constant("none", [0] * flat.ndim, np.int64), constant("sides", flat.shape, np.int64)]
    if not flat.ndim:
        nodes[0], form = node("ReduceSum", ["b"], ["boxes"], keepdims=0), []
    save(path, ([count, *form, *nodes], constants), outputs=[value("boxes", FLOAT, None), *OUTPUTS[1:]])
    try:
        detector = OnnxDetector(path, classes)
    except DetectorError as error:  # known before all the same
        assert "outputs: expected boxes" in str(error)  # noqa: PT017
        return
    with pytest.raises(DetectorError, match="boxes: expected the shape"):
        detector.detect(recording, 0)


def test_a_model_that_fails_on_the_points_is_told(path: Path, classes: ClassSet, recording: Recording) -> None:
    nodes, constants = fixed()
    count = node("Shape", ["points"], ["count"], start=0, end=1)
    nodes[0] = node("Gather", ["b", "count"], ["boxes"])  # of one row, the one far behind the last
    save(path, ([count, *nodes], constants))
    assert "model: expected to run, found" in fails(path, classes, recording)


def endless(path: Path) -> Path:
    """A model whose loop never ends."""
    body = onnx.helper.make_graph(
        [node("Identity", ["go"], ["on"]), node("MatMul", ["x", "x"], ["y"])],
        "body",
        [value("i", INT64, []), value("go", onnx.TensorProto.BOOL, []), value("x", FLOAT, [7, 7])],
        [value("on", onnx.TensorProto.BOOL, []), value("y", FLOAT, [7, 7])],
    )
    nodes, constants = fixed()
    nodes[0] = node("Loop", ["", "yes", "start"], ["boxes"], body=body)
    return save(path, (nodes, [*constants, constant("yes", True, bool), constant("start", np.zeros((7, 7)))]))


def test_an_endless_model_is_ended(path: Path, classes: ClassSet, recording: Recording) -> None:
    with pytest.raises(DetectorError, match=r"model: expected a frame within 0.2 s, found none"):
        OnnxDetector(endless(path), classes, timeout_s=0.2).detect(recording, 0)
    assert [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)] == []


def test_custom_operators_are_never_loaded(path: Path, classes: ClassSet) -> None:
    nodes, constants = fixed()
    nodes[0] = node("FindBoxes", ["points"], ["boxes"], domain="their.ops")
    save(path, (nodes, constants), domains=("", "their.ops"))
    assert "model: expected an ONNX model that loads, found" in refused(path, classes)


@pytest.mark.parametrize("place", ["../weights.bin", "beside.bin"])
def test_weights_in_another_file_must_lie_beside_the_model(
    place: str, path: Path, classes: ClassSet, recording: Recording
) -> None:
    folder = path.parent / "model"
    folder.mkdir()
    (folder / place).write_bytes(np.array(BOX, np.float32).tobytes())
    nodes, constants = fixed()
    outside = onnx.TensorProto(name="b", data_type=FLOAT, dims=[1, 7], data_location=onnx.TensorProto.EXTERNAL)
    outside.external_data.add(key="location", value=place)
    save(folder / "m.onnx", (nodes, [outside, *constants[1:]]))
    if place == "beside.bin":
        found = OnnxDetector(folder / "m.onnx", classes).detect(recording, 0)
        np.testing.assert_allclose(found.boxes_ego, [BOX], rtol=1e-6)
    else:
        assert "model: expected an ONNX model that loads" in refused(folder / "m.onnx", classes)


@pytest.mark.parametrize("content", [b"", b"no model", b"\x08\x09" * 1000, b"\xff" * 1000])
def test_other_files_are_refused(content: bytes, path: Path, classes: ClassSet) -> None:
    path.write_bytes(content)
    refused(path, classes)


def test_a_torn_model_is_refused_or_runs(path: Path, classes: ClassSet, recording: Recording) -> None:
    whole = save(path, fixed()).read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(60):
        torn = bytearray(whole[: rng.integers(1, len(whole) + 1)])
        for at in rng.integers(0, len(torn), 3):
            torn[at] = rng.integers(0, 256)
        path.write_bytes(torn)
        try:
            found = OnnxDetector(path, classes).detect(recording, 0)
        except DetectorError:
            continue
        assert np.isfinite(found.boxes_ego).all()


@pytest.mark.parametrize("name", [b"points", b"boxes", b"Pedestrian"])
def test_names_that_are_no_text_are_told(name: bytes, path: Path, classes: ClassSet) -> None:
    whole = save(path, fixed()).read_bytes()
    path.write_bytes(whole.replace(name, b"\xff" * len(name)))
    assert "model: expected " in refused(path, classes)


def test_a_gpu_that_is_listed_but_not_there_leaves_the_cpu(
    path: Path, classes: ClassSet, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def session(*arguments: Any, providers: list[str], **options: Any) -> Any:
        tried.append(providers[0])
        if providers[0].startswith("CUDA"):
            raise RuntimeError("no CUDA-capable device is detected")
        return real(*arguments, providers=providers, **options)

    real = onnxruntime.InferenceSession
    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    listed = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: listed)
    save(path, fixed())
    assert len(OnnxDetector(path, classes).detect(recording, 0)) == 1
    assert tried == listed


def test_missing_and_too_large_files_are_refused(
    path: Path, classes: ClassSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(path, classes) == "model: expected a file, found none"
    path.mkdir()
    assert refused(path, classes) == "model: expected a file, found none"
    path.rmdir()
    with path.open("wb") as file:
        file.truncate((1 << 30) + 1)  # sparse
    assert refused(path, classes) == "model: expected at most 1024 MiB, found 1024 MiB"
    monkeypatch.setattr(onnx_detector, "LARGEST_BYTES", 10)
    assert "at most" in refused(save(path, fixed()), classes)


def test_without_the_extra_it_says_what_to_install(
    path: Path, classes: ClassSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(path, fixed())
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert "onnxruntime: expected pip install 'truebox[onnx]', found none" in refused(path, classes)


def test_senseless_options_are_bad_arguments(path: Path, classes: ClassSet) -> None:
    with pytest.raises(ValueError, match="timeout_s"):
        OnnxDetector(path, classes, timeout_s=-1.0)
