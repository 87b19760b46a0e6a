"""Taxonomies that grow with imports."""

from __future__ import annotations

from labels import Attribute, Category, Taxonomy
from server.store.taxonomies import extended

CAR = Category("Car", "#111111", (4.0, 2.0, 1.5), "1")
VAN = Category("Van", "#222222", (5.0, 2.0, 2.0), "1")
MINE = Taxonomy("mine", 4, (CAR,), (Attribute("light", "track"),))


def test_what_is_there_already_changes_nothing() -> None:
    assert extended(MINE, MINE, {"Car"}) is MINE


def test_new_categories_and_questions_join_at_the_end() -> None:
    more = Taxonomy("other", 1, (VAN, CAR), (Attribute("light", "cuboid"), Attribute("light", "track")))
    after = extended(MINE, more, {"Car", "Sleigh"})
    assert (after.name, after.version) == ("mine", 5)
    assert [category.name for category in after.categories] == ["Car", "Van", "Sleigh"]
    assert [category.hot_key for category in after.categories] == ["1", None, None]
    assert [(row.name, row.scope) for row in after.attributes] == [("light", "track"), ("light", "cuboid")]
