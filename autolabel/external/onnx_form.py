"""The form that a detector's ONNX file must have: what goes in, what comes out, and what its labels are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from autolabel.classes import ClassSet
from autolabel.external.errors import DetectorError, clipped
from autolabel.upright import COLUMNS
from geometry.arrays import IntArray

INPUT = "points"
OUTPUTS = {
    "boxes": ("tensor(float)", (None, COLUMNS)),
    "scores": ("tensor(float)", (None,)),
    "labels": ("tensor(int64)", (None,)),
}
"""Each output's type and shape; None is a side that only the answer tells."""
CATEGORIES = "categories"
"""The entry in the file's metadata: a JSON list of names, in the order of the labels."""
NAMES = TypeAdapter(list[str])


def columns_wanted(session: Any, where: str) -> int:
    """How many columns of the points a model takes: 3 or 4.

    Raises:
        DetectorError: It takes something else.
    """
    inputs = session.get_inputs()
    if len(inputs) == 1 and inputs[0].name == INPUT and inputs[0].type == "tensor(float)":
        match inputs[0].shape:
            case [str() | None, 3 | 4 as columns]:
                return int(columns)
    expected = "one input 'points': tensor(float) (N, 4) or (N, 3), N free"
    raise DetectorError(where, "inputs", expected, _described(inputs))


def check_outputs(session: Any, where: str) -> None:
    """Check what a model gives, as far as it is known before it runs.

    Raises:
        DetectorError: An output is missing, or of another type or shape.
    """
    outputs = {each.name: each for each in session.get_outputs()}
    for name, (kind, shape) in OUTPUTS.items():
        output = outputs.get(name)
        if output is None or output.type != kind or not _may_be(output.shape, shape):
            wanted = ", ".join("M" if side is None else str(side) for side in shape)
            found = _described([output] if output is not None else outputs.values())
            raise DetectorError(where, "outputs", f"{name}: {kind} ({wanted})", found)


def class_of_label(session: Any, where: str, classes: ClassSet) -> IntArray:
    """(L,) by label, the number of its class.

    Raises:
        DetectorError: The labels have no names, or one that is no category here.
    """
    metadata, what = session.get_modelmeta().custom_metadata_map, f"metadata '{CATEGORIES}'"
    try:
        names = NAMES.validate_json(metadata.get(CATEGORIES, ""), strict=True)
    except ValidationError as error:
        found = repr(metadata[CATEGORIES]) if CATEGORIES in metadata else "none"
        raise DetectorError(where, what, "a JSON list of names", found) from error
    if not names:
        raise DetectorError(where, what, "a JSON list of names", "an empty one")
    numbers = {item.name: number for number, item in enumerate(classes)}
    for name in names:
        if name not in numbers:
            raise DetectorError(where, what, f"names among {clipped(', '.join(numbers))}", repr(name))
    return np.array([numbers[name] for name in names], np.int64)


def _may_be(shape: list[int | str | None], wanted: tuple[int | None, ...]) -> bool:
    """Whether a shape with open sides may turn out as wanted; an empty one is not known at all."""
    if not shape:
        return True
    return len(shape) == len(wanted) and all(
        not isinstance(side, int) or want is None or side == want for side, want in zip(shape, wanted, strict=True)
    )


def _described(nodes: Iterable[Any]) -> str:
    return "; ".join(f"{node.name}: {node.type} ({', '.join(map(str, node.shape))})" for node in nodes) or "none"
