"""The OpenAPI document: stable, and good enough to make the browser's types from."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geometry import SE3
from labels import Cuboid, FrameState, ImageBox, LabelChange, Taxonomy, Track
from labels.records import encode_change, encode_cuboid, encode_frame_state, encode_image_box, encode_track
from labels.taxonomy import Attribute, Category
from server.app import create_app
from server.schemas import projects as project_schemas
from server.schemas import records as schemas
from server.settings import Settings
from server.store.taxonomies import decode_taxonomy, encode_taxonomy

CUBOID = Cuboid(
    "c", "t", 0, SE3.identity(), np.array([1.0, 2.0, 3.0]), score=0.5, attributes={"a": 1, "b": True, "c": "x"}
)
TRACK = Track("t", "Car", 0, 3, external_id="7")
IMAGE_BOX = ImageBox("b", 0, "image_02", (0.0, 1.0, 2.0, 3.0), "tight", "t")
STATE = FrameState(4, "done")
RECORDS = [
    (schemas.Cuboid, encode_cuboid(CUBOID)),
    (schemas.Track, encode_track(TRACK)),
    (schemas.ImageBox, encode_image_box(IMAGE_BOX)),
    (schemas.FrameState, encode_frame_state(STATE)),
]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings()).openapi()


@pytest.mark.parametrize(("schema", "encoded"), RECORDS)
def test_schemas_have_the_fields_of_the_codec(schema: Any, encoded: dict[str, Any]) -> None:
    assert list(schema.model_fields) == list(encoded)
    assert schema.model_validate(encoded).model_dump(mode="json") == encoded


def test_the_schema_of_a_change_is_the_codecs() -> None:
    change = LabelChange(
        "id", "scene", "human:a", "now", 3,
        added={"tracks": (TRACK,), "image_boxes": (IMAGE_BOX,)},
        updated={"cuboids": ((CUBOID, CUBOID),), "frame_states": ((STATE, STATE),)},
        removed={"frame_states": (FrameState(5, "empty"),)},
    )  # fmt: skip
    encoded = encode_change(change)
    assert list(schemas.LabelChange.model_fields) == list(encoded)
    read = schemas.LabelChange.model_validate(encoded)
    assert read.model_dump(mode="json", by_alias=True, exclude_unset=True) == encoded


def test_the_schema_of_a_taxonomy_is_its_records() -> None:
    for schema, record in (
        (project_schemas.Taxonomy, Taxonomy),
        (project_schemas.Category, Category),
        (project_schemas.Attribute, Attribute),
    ):
        assert set(schema.model_fields) == {field.name for field in fields(record)}
    taxonomy = Taxonomy(
        "mine",
        3,
        (Category("Car", "#aabbcc", (4.0, 2.0, 1.5), "1"),),
        (Attribute("light", "track", ("on", 1), ("Car",)),),
    )
    encoded = encode_taxonomy(taxonomy)
    assert decode_taxonomy(json.loads(json.dumps(encoded))) == taxonomy
    assert project_schemas.Taxonomy.model_validate(encoded).model_dump() == encoded | {
        "categories": [encoded["categories"][0] | {"size_prior_lwh_m": (4.0, 2.0, 1.5)}]
    }


def test_operations_are_named_like_their_functions(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(set(names)) == len(names)
    assert {"read_health", "append_change", "read_points", "import_dataset", "check_export_labels"} <= set(names)
    assert all(operation.get("description") for path in document["paths"].values() for operation in path.values()), (
        "every route says what it does"
    )


def test_fixed_lists_have_their_length_and_choices_their_words(document: dict[str, Any]) -> None:
    found = document["components"]["schemas"]
    size = found["Cuboid"]["properties"]["size_lwh_m"]
    assert (size["minItems"], size["maxItems"], len(size["prefixItems"])) == (3, 3, 3)
    assert "metres" in size["description"]
    assert found["Job"]["properties"]["state"]["enum"] == ["queued", "running", "done", "failed", "cancelled"]
    assert found["ServerMessage"]["discriminator"]["propertyName"] == "type"
    assert found["RevisionMessage"]["properties"]["type"]["const"] == "revision"
    assert "StaleRevisionDetails" in found
    assert not [name for name in found if name.endswith(("-Input", "-Output")) or "HTTPValidation" in name]
    body = document["paths"]["/api/scenes/{scene_id}/changes"]["post"]["requestBody"]["content"]
    assert body["application/json"]["schema"] == {"$ref": "#/components/schemas/LabelChange"}


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(document["components"]["schemas"])


def test_the_command_prints_the_same_every_time(repository: Path, document: dict[str, Any]) -> None:
    """Two processes hash texts differently, so what depends on the order of a set would show."""
    command = [sys.executable, "-m", "server.openapi"]
    printed = subprocess.run(command, cwd=repository, capture_output=True, check=True, text=True).stdout
    assert printed == json.dumps(document, indent=2, sort_keys=True) + "\n"
