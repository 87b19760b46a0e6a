"""A taxonomy as JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from formats.scene_codec import expect_list, texts
from labels import Attribute, Category, RecordError, Taxonomy
from labels.json_fields import JsonFields
from labels.taxonomy import AttributeScope

JsonObject = dict[str, Any]


def encode_taxonomy(taxonomy: Taxonomy) -> JsonObject:
    """A taxonomy under the names of its own fields."""
    return asdict(taxonomy)


def decode_taxonomy(value: Any, where: str) -> Taxonomy:
    """Inverse of ``encode_taxonomy``; raises ``RecordError``."""
    reader = JsonFields(value, where)
    name, version = reader.text("name"), reader.index("version")
    categories = _entries(reader, "categories")
    attributes = _entries(reader, "attributes")
    reader.finish()
    try:
        return Taxonomy(name, version, tuple(map(_category, categories)), tuple(map(_attribute, attributes)))
    except ValueError as error:
        raise RecordError(where, str(error)) from error


def _entries(reader: JsonFields, name: str) -> list[JsonFields]:
    where = f"{reader.where}.{name}"
    return [JsonFields(entry, f"{where}[{i}]") for i, entry in enumerate(expect_list(reader.raw(name), where))]


def _category(reader: JsonFields) -> Category:
    length, width, height = reader.numbers("size_prior_lwh_m", 3)
    category = Category(
        reader.text("name"),
        reader.text("color"),
        (length, width, height),
        reader.optional_text("hot_key"),
        reader.optional_text("parent"),
        reader.boolean("is_rigid"),
    )
    reader.finish()
    return category


def _attribute(reader: JsonFields) -> Attribute:
    values = expect_list(reader.raw("values"), f"{reader.where}.values")
    if not all(isinstance(value, str | int) for value in values):
        raise reader.wrong("values", "texts and whole numbers", values)
    scope = cast(AttributeScope, reader.choice("scope", ("track", "cuboid")))
    attribute = Attribute(reader.text("name"), scope, tuple(values), tuple(texts(reader, "categories")))
    reader.finish()
    return attribute
