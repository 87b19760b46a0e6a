"""Reads folders with datumaro, and tables with pandas; prints what they found as one JSON object."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

TEXT_KINDS = "OSUT"


def cuboids(folder: str, name: str) -> dict[str, Any]:
    """Every item's cuboids (of kitti3d: boxes) with what datumaro knows of them, and which format it takes it for."""
    from datumaro.components.annotation import AnnotationType
    from datumaro.components.dataset import Dataset
    from datumaro.components.environment import Environment

    dataset = Dataset.import_from(folder, name)
    labels = dataset.categories()[AnnotationType.label]
    items: dict[str, Any] = {}
    for item in dataset:
        items[item.id] = {
            "media": getattr(item.media, "path", None) is not None and Path(item.media.path).is_file(),
            "images": len(getattr(item.media, "extra_images", ())),
            "attributes": plain(item.attributes),
            "boxes": [box(annotation, labels) for annotation in item.annotations],
        }
    return {"detected": Environment().detect_dataset(folder), "items": items}


def box(annotation: Any, labels: Any) -> dict[str, Any]:
    """One annotation."""
    value = {
        "kind": annotation.type.name,
        "label": labels[annotation.label].name,
        "attributes": plain(annotation.attributes),
    }
    if annotation.type.name == "cuboid_3d":
        value |= {part: list(getattr(annotation, part)) for part in ("position", "rotation", "scale")}
    else:
        value["ltrb"] = list(annotation.points)
    return value


def plain(attributes: dict[str, Any]) -> dict[str, Any]:
    """Attributes that JSON holds."""
    return {name: value for name, value in attributes.items() if isinstance(value, str | int | float | bool | list)}


def table(path: str) -> dict[str, Any]:
    """A pickled table as ``pandas.read_pickle`` finds it."""
    import pandas as pd

    frame = pd.read_pickle(path)
    kinds = {name: dtype.kind for name, dtype in frame.dtypes.items()}
    values = {
        name: frame[name].tolist() if kind in TEXT_KINDS else [float(value) for value in frame[name]]
        for name, kind in kinds.items()
    }
    return {"kinds": kinds, "values": values, "rows": len(frame), "pandas": pd.__version__}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    command, *arguments = sys.argv[1:]
    sys.stdout.write(json.dumps({"cuboids": cuboids, "table": table}[command](*arguments)) + "\n")
