"""Reads an OpenLABEL file with the vcd library and says what it finds; prints one JSON object.

Commands:
    schema FILE: whether the file keeps the ASAM OpenLABEL 1.0 JSON schema, and how often each kind of data occurs.
    corners FILE: the corners of every cuboid in the outermost coordinate system, by frame and object.
    pixels FILE CAMERA: where the library's own cameras see the centres of the cuboids.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from jsonschema import Draft7Validator
from vcd import core, schema, scl, utils


def load(path: str) -> Any:
    return json.loads(Path(path).read_text(encoding="utf-8"))


def validate(path: str) -> dict[str, Any]:
    content = load(path)
    validator = Draft7Validator(schema.openlabel_schema)
    errors = [f"{'/'.join(map(str, error.path))}: {error.message}"[:300] for error in validator.iter_errors(content)]
    return {"errors": errors[:10], "error_count": len(errors)}


def check_schema(path: str) -> dict[str, Any]:
    answer = validate(path)
    if answer["error_count"]:
        return answer
    label = core.OpenLABEL()
    label.load_from_file(path, validation=True)
    objects = label.get_all(core.ElementType.object)
    counts = {"frames": len(label.data["openlabel"]["frames"]), "objects": len(objects)}
    for kind in ("cuboid", "bbox"):
        found = 0
        for frame in label.data["openlabel"]["frames"].values():
            for thing in frame.get("objects", {}).values():
                found += len(thing.get("object_data", {}).get(kind, []))
        counts[kind] = found
    counts["streams"] = sorted(label.data["openlabel"].get("streams", {}))
    counts["coordinate_systems"] = sorted(label.data["openlabel"].get("coordinate_systems", {}))
    return answer | counts


def cuboids(label: Any) -> Iterator[tuple[str, str, Any]]:
    for number, frame in label.data["openlabel"]["frames"].items():
        for key, thing in frame.get("objects", {}).items():
            for cuboid in thing.get("object_data", {}).get("cuboid", []):
                yield number, key, cuboid


def corners(path: str) -> dict[str, Any]:
    label = core.OpenLABEL()
    label.load_from_file(path, validation=True)
    scene = scl.Scene(label)
    systems = label.data["openlabel"]["coordinate_systems"]
    root = next(name for name, value in systems.items() if value["parent"] == "")
    answer = {}
    for number, key, cuboid in cuboids(label):
        points = utils.generate_cuboid_points_ref_4x8(cuboid["val"])
        moved, _ = scene.get_transform(cuboid["coordinate_system"], root, int(number))
        answer[f"{number}/{key}"] = (np.asarray(moved) @ points)[:3].T.tolist()
    return {"root": root, "corners": answer}


def pixels(path: str, camera: str) -> dict[str, Any]:
    label = core.OpenLABEL()
    label.load_from_file(path, validation=True)
    scene = scl.Scene(label)
    lens = scene.get_camera(camera)
    answer = {}
    for number, key, cuboid in cuboids(label):
        moved, _ = scene.get_transform(cuboid["coordinate_system"], camera, int(number))
        point = np.asarray(moved) @ np.array([[*cuboid["val"][:3], 1.0]]).T
        if point[2, 0] < 1.0:
            continue
        seen, inside = lens.project_points3d(point, remove_outside=True)
        if np.asarray(inside).all():
            answer[f"{number}/{key}"] = np.asarray(seen)[:2, 0].tolist()
    return {"pixels": answer}


COMMANDS = {"schema": check_schema, "corners": corners, "pixels": pixels}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])) + "\n")
