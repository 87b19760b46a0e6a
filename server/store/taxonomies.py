"""Taxonomies as JSON values, for the database and the wire."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from labels import Attribute, Category, Taxonomy
from server.errors import InvalidError

JsonObject = dict[str, Any]
NEW_CATEGORY_COLOR = "#9e9e9e"
NEW_CATEGORY_SIZE_LWH_M = (4.0, 1.8, 1.6)


def encode_taxonomy(taxonomy: Taxonomy) -> JsonObject:
    """All fields by their own names; tuples become lists."""
    value = asdict(taxonomy)
    value["categories"] = [{**row, "size_prior_lwh_m": list(row["size_prior_lwh_m"])} for row in value["categories"]]
    value["attributes"] = [
        {**row, "values": list(row["values"]), "categories": list(row["categories"])} for row in value["attributes"]
    ]
    return value


def decode_taxonomy(value: JsonObject) -> Taxonomy:
    """Inverse of ``encode_taxonomy``; raises ``InvalidError`` where the taxonomy contradicts itself."""
    try:
        return Taxonomy(
            name=value["name"],
            version=value["version"],
            categories=tuple(_category(row) for row in value["categories"]),
            attributes=tuple(
                Attribute(row["name"], row["scope"], tuple(row["values"]), tuple(row["categories"]))
                for row in value["attributes"]
            ),
        )
    except ValueError as error:
        raise InvalidError(f"taxonomy: {error}") from error


def extended(taxonomy: Taxonomy, more: Taxonomy, used: set[str]) -> Taxonomy:
    """The taxonomy with what an import needs: the categories and attributes of ``more``, and any other name used.

    The version rises by one where something was added.
    """
    names = {category.name for category in taxonomy.categories}
    categories = [category for category in more.categories if category.name not in names]
    names |= {category.name for category in categories}
    categories += [Category(name, NEW_CATEGORY_COLOR, NEW_CATEGORY_SIZE_LWH_M) for name in sorted(used - names)]
    questions = {(attribute.name, attribute.scope) for attribute in taxonomy.attributes}
    attributes = [attribute for attribute in more.attributes if (attribute.name, attribute.scope) not in questions]
    if not categories and not attributes:
        return taxonomy
    taken = {category.hot_key for category in taxonomy.categories}
    categories = [replace(row, hot_key=None) if row.hot_key in taken else row for row in categories]
    return Taxonomy(
        taxonomy.name,
        taxonomy.version + 1,
        (*taxonomy.categories, *categories),
        (*taxonomy.attributes, *attributes),
    )


def _category(row: JsonObject) -> Category:
    length, width, height = row["size_prior_lwh_m"]
    return Category(row["name"], row["color"], (length, width, height), row["hot_key"], row["parent"], row["is_rigid"])
